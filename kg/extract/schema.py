"""Which predicates can hold between which node types, from the ontology."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kg.extract.nodes import TYPES
from ontology.vocabulary import load as load_vocabulary

# A title is a literal and a sum of money an amount; other values are never subject or object.
_RANGES: Mapping[str, str] = {"Title": "Literal", "money": "Amount"}


@dataclass(frozen=True, slots=True)
class Schema:
    """The predicates in a fixed order, which are symmetric, and what fits between two types."""

    predicates: tuple[str, ...]
    symmetric: frozenset[str]
    table: Mapping[tuple[str, str], tuple[int, ...]]

    def allowed(self, subject: str, object_: str) -> tuple[int, ...]:
        """The numbers of the predicates that fit between two node types."""
        return self.table.get((subject, object_), ())

    def fits(self, a: str, b: str) -> bool:
        """Whether some predicate takes the types a → b."""
        return (a, b) in self.table


@cache
def load() -> Schema:
    """The schema of the ontology; predicates in alphabetical order."""
    vocabulary_ = load_vocabulary()
    predicates = tuple(sorted(vocabulary_.predicates))
    table: dict[tuple[str, str], tuple[int, ...]] = {}
    for s in TYPES:
        for o in TYPES:
            fitting = tuple(
                i
                for i, name in enumerate(predicates)
                if s in vocabulary_.predicates[name].domain
                and _RANGES.get(o, o) in vocabulary_.predicates[name].range
            )
            if fitting:
                table[s, o] = fitting
    symmetric = frozenset(p for p in predicates if vocabulary_.predicates[p].symmetric)
    return Schema(predicates, symmetric, table)
