"""Where a claim stands in its document, as `kg.extract.attach_facts` looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Span, Token

from kg.extract.attributions import Attribution
from kg.extract.records import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a claim stands: its sentence, its ends, and `event`, the word that says it.

    `said` tells whether a word there is one that a frame knows for this predicate. It is false by
    nature where no word says the relation: a post before a name, a maker's name before a model, a
    place behind a comma. `roots` are those of subject and object, `meeting` is the lowest word
    above both; `between` are the words on the way from one end to the other.
    """

    claim: Claim
    sentence: Span
    subject: Span
    object: Span
    roots: tuple[Token, Token]
    event: int
    said: bool
    meeting: int
    between: frozenset[int]
    said_by: Attribution | None
