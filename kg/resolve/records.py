"""What the steps of the resolution hand to each other, and its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kg.documents import Mention
from kg.entities import Entity
from kg.extract.records import Counterpart, Span
from ontology.catalogue import Row


@dataclass(frozen=True, slots=True)
class Resolution:
    """The mentions of a document, sorted by place, its entities, sorted by id, who is called
    whose counterpart, and the state of each person of whom the catalogue knows it (ids).
    """

    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()
    counterparts: tuple[Counterpart, ...] = ()
    homes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One span of the text: tokens `i` to `j`, its text, type, score, and sentence (from 1)."""

    start: int
    end: int
    i: int
    j: int
    text: str
    type: str
    score: float
    sentence: int
    reason: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Group:
    """Names that refer to one entity. It grows while links are found; `links` says why."""

    key: str
    type: str
    names: list[Name] = field(default_factory=list)
    rows: tuple[Row, ...] = ()
    links: dict[str, str] = field(default_factory=dict)
    owner: Row | None = None
    id: str = ""

    @property
    def row(self) -> Row | None:
        """The catalogue's row, if exactly one is left."""
        return self.rows[0] if len(self.rows) == 1 else None

    @property
    def first(self) -> int:
        """Where the first name stands, for a fixed order."""
        return min(n.start for n in self.names)

    def forms(self) -> tuple[str, ...]:
        """The different texts, in the order of the document."""
        return tuple(dict.fromkeys(n.text for n in sorted(self.names, key=lambda n: n.start)))

    def take(self, other: Group, reason: str) -> None:
        """Move the names of another group here; the reason is kept for each of its texts."""
        for form in other.forms():
            self.links.setdefault(form, reason)
        for form, why in other.links.items():
            self.links.setdefault(form, why)
        self.names.extend(other.names)
        if not self.rows:
            self.rows = other.rows
        self.owner = self.owner or other.owner


def sentence_numbers(doc: Doc) -> list[int]:
    """The number of the sentence of each token, from 1; all 1 where none are marked.

    Sentences of white space alone are not counted.
    """
    if not doc.has_annotation("SENT_START"):
        return [1] * len(doc)
    numbers = [0] * len(doc)
    number = 0
    for sentence in doc.sents:
        number += any(not t.is_space for t in sentence)
        for token in sentence:
            numbers[token.i] = max(1, number)
    return numbers


def names_of(doc: Doc, spans: Sequence[Span]) -> list[Name]:
    """The spans as names, sorted; titles and spans off the token boundaries are left out."""
    numbers = sentence_numbers(doc)
    found = []
    for span in sorted(spans, key=lambda s: (s.start, s.end, s.type)):
        if span.type == "Title":
            continue
        tokens = doc.char_span(span.start, span.end)
        if tokens is None or not len(tokens):
            continue
        found.append(
            Name(
                start=span.start,
                end=span.end,
                i=tokens.start,
                j=tokens.end,
                text=" ".join(tokens.text.split()),
                type=span.type,
                score=span.score,
                sentence=numbers[tokens.start],
                reason=span.reason,
            )
        )
    return found


def ordered(groups: Iterable[Group]) -> list[Group]:
    """The groups in the order of their first names."""
    return sorted(groups, key=lambda g: (g.first, g.type, g.key))
