"""Candidate names: what the model, the catalogue and the patterns propose, not yet settled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Doc, Token

NAME_TYPES = frozenset(
    {
        "Country",
        "InternationalOrganization",
        "GovernmentBody",
        "ArmedForce",
        "Company",
        "Person",
        "Equipment",
        "Place",
        "Exercise",
    }
)
"""Types whose mentions are names and begin with a capital or a digit."""

TERM_TYPES = frozenset({"EquipmentCategory", "Topic", "Agreement"})
"""Types whose mentions may be common nouns."""

TYPES = NAME_TYPES | TERM_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The tokens `i` to `j` (end exclusive) as a name of a type.

    `source` is "model", "catalogue", "pattern" or "repeat"; `types` are all types that the source
    allows (a catalogue name can belong to rows of several types). `adjective` is true for a
    demonym such as "Turkish".
    """

    i: int
    j: int
    type: str
    score: float
    source: str
    reason: str
    types: frozenset[str] = frozenset()
    adjective: bool = False

    def overlaps(self, other: Candidate) -> bool:
        return self.i < other.j and other.i < self.j

    def contains(self, other: Candidate) -> bool:
        return self.i <= other.i and other.j <= self.j and self.length > other.length

    @property
    def length(self) -> int:
        return self.j - self.i


_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_APOSTROPHES = frozenset({"'s", "’s", "'", "’", "`s", "‘s", "'S", "’S"})
_LEADING = frozenset({"the", "a", "an"})


def is_word(token: Token) -> bool:
    """Whether the token has a letter or digit (and is no possessive mark)."""
    return bool(_LETTER_OR_DIGIT.search(token.text)) and token.text not in _APOSTROPHES


def is_possessive(token: Token) -> bool:
    """Whether the token is a possessive mark: 's or the bare apostrophe."""
    return token.text in _APOSTROPHES


def is_capital(token: Token) -> bool:
    """Whether the token begins with an upper-case letter."""
    return token.text[:1].isupper()


def trim(doc: Doc, i: int, j: int) -> tuple[int, int]:
    """`i` and `j` without determiners in front, and without punctuation or `'s` at the edges.

    The full stop of an abbreviation belongs to its token and stays; a closing bracket stays where
    the span has the opening one.
    """
    while i < j and (not is_word(doc[i]) or doc[i].lower_ in _LEADING):
        i += 1
    while i < j and not is_word(doc[j - 1]):
        if doc[j - 1].text == ")" and any(t.text == "(" for t in doc[i:j]):
            break
        if doc[j - 1].text == "." and _abbreviation(doc, j - 1):
            break
        j -= 1
    return i, j


def _abbreviation(doc: Doc, k: int) -> bool:
    """Whether the full stop at `k` belongs to a legal form such as Inc. or Co."""
    return (
        k > 0
        and doc[k - 1].idx + len(doc[k - 1]) == doc[k].idx
        and doc[k - 1].lower_ in {"inc", "co", "corp", "ltd", "jr", "sr"}
        and k + 1 < len(doc)
        and not is_capital(doc[k + 1])
    )


def surface(doc: Doc, i: int, j: int) -> str:
    """The text of the tokens `i` to `j`, white space inside made one space."""
    if i >= j:
        return ""
    text = doc[i].text if j - i == 1 else doc[i:j].text  # a span is slow to make
    return " ".join(text.split())


def by_place(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates in the order of the text, longer ones first; equal ones in a fixed order."""
    return sorted(candidates, key=lambda c: (c.i, -c.j, -c.score, c.source, c.type, c.reason))
