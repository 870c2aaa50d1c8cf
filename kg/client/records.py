"""What the public API answers with: plain records, the same from a store and over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.analyse.values import amount_id, amount_name, title_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An end of a statement: an entity, or a title ("title/…") or a sum ("amount/…").

    `type` is a class of the ontology, "Title" or "Amount".
    """

    id: str
    type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSummary:
    """A statement and how well it is supported.

    `modality` is the firmest of its evidence, `modalities` counts the evidence by modality,
    `documents` says how many bear on it, `latest` is the day of the newest of them (YYYY-MM-DD, or
    None). `confidence` is that of the surest evidence, `belief` what all of it amounts to; either
    is None where the source does not say.
    """

    id: str
    subject: Node
    predicate: str
    object: Node
    modality: str
    modalities: Mapping[str, int] = field(default_factory=dict)
    documents: int = 0
    latest: str | None = None
    confidence: float | None = None
    belief: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One sentence that bears on a statement, with its document.

    `speaker` is the name of whoever says so, "" where the text itself does. `number` counts the
    sentences of the document from 1.
    """

    statement: str
    sentence: str
    modality: str
    confidence: float
    speaker: str
    document: str
    title: str
    date: str | None
    source: str | None
    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummary:
    """A document of the graph. `statements` says on how many statements it bears."""

    id: str
    title: str
    date: str | None
    source: str | None
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How much a graph holds."""

    documents: int
    entities: int
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entity that a name may mean."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...]
    catalogue: bool


def object_node(
    *, id_: str, type_: str, name: str, text: str, amount: float | None, currency: str
) -> Node:
    """The object of a statement, which is an entity, a text or a sum."""
    if amount is not None:
        shown = amount_name(amount, currency)
        return Node(id=amount_id(amount, currency), type="Amount", name=shown)
    if not id_:
        return Node(id=title_id(text), type="Title", name=text)
    return Node(id=id_, type=type_, name=name)
