"""What can take part in a statement, as token spans with their place in the syntax tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.documents import Mention
from kg.extract.records import Span, ValueSpan

TYPES = (
    "Agreement",
    "ArmedForce",
    "Company",
    "Country",
    "Equipment",
    "EquipmentCategory",
    "Exercise",
    "GovernmentBody",
    "InternationalOrganization",
    "Person",
    "Place",
    "Topic",
    "Title",
    "date",
    "money",
    "quantity",
    "percent",
)
KINDS = ("name", "description", "pronoun")


@dataclass(frozen=True, slots=True)
class Node:
    """Tokens `start` to `end` (exclusive) that stand for an entity, a title or a value.

    `key` is the entity's id, or says which title or value it is. `root` is the token of the span
    whose head lies outside, `parent` that head (the root itself at the top of a sentence).
    `source` is the mention, title or value.
    """

    start: int
    end: int
    root: int
    parent: int
    sentence: int
    type: str
    kind: str
    key: str
    source: Mention | Span | ValueSpan


def sentence_numbers(doc: Doc) -> list[int]:
    """For each token the number of its sentence, from 1; 0 for white space, which says nothing.

    Sentences that hold nothing but white space are not counted.
    """
    numbers = [0] * len(doc)
    number = 0
    for sent in doc.sents:
        if any(not t.is_space for t in sent):
            number += 1
        for t in sent:
            numbers[t.i] = 0 if t.is_space else number
    return numbers


def nodes(
    doc: Doc, mentions: Sequence[Mention], titles: Sequence[Span], values: Sequence[ValueSpan]
) -> list[Node]:
    """All nodes of a document, by position."""
    numbers = sentence_numbers(doc)
    found: list[Node] = []
    items: list[tuple[Mention | Span | ValueSpan, str, str, str]] = []
    items += [(m, m.type, m.kind, m.entity) for m in mentions]
    items += [(t, "Title", "name", f"title:{t.start}") for t in titles]
    items += [(v, v.kind, "name", f"value:{v.kind}:{v.start}") for v in values]
    for source, type_, kind, key in items:
        span = doc.char_span(source.start, source.end, alignment_mode="expand")
        if span is None or not len(span) or type_ not in TYPES:
            continue
        while len(span) > 1 and span[-1].is_punct and len(span[-1]) == 1:
            span = span[:-1]
        while len(span) > 1 and span[0].pos_ in ("DET", "PUNCT"):
            span = span[1:]
        root = span.root
        found.append(
            Node(
                span.start,
                span.end,
                root.i,
                root.head.i,
                numbers[root.i],
                type_,
                kind,
                key,
                source,
            )
        )
    return sorted(found, key=lambda n: (n.start, n.end, n.type, n.key))
