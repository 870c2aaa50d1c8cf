"""What the resolution needs to know, worked out from the catalogue and the cues once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.resolve.names import fold, orders, words
from kg.resolve.settings import THRESHOLDS, Thresholds
from ontology.catalogue import Catalogue, Row
from ontology.names import Cues
from ontology.names import load as load_cues


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """The catalogue, the cues, the thresholds, and word lists made from them.

    `kinds` are the words of the names of equipment categories, `suffixes` the folded words that
    end companies' names, `place_heads` those that end places' names; `plain_titles` are the titles
    that are never part of a name; `people` the persons of the catalogue by
    `kg.resolve.names.orders` of their names.
    """

    catalogue: Catalogue
    cues: Cues
    thresholds: Thresholds
    kinds: frozenset[str]
    suffixes: frozenset[str]
    prefixes: frozenset[str]
    place_heads: frozenset[str]
    titles: frozenset[str]
    plain_titles: frozenset[str]
    particles: frozenset[str]
    surnames_first: frozenset[str]
    spellings: Mapping[str, str]
    description: Mapping[str, tuple[str, ...]]
    collective: Mapping[str, tuple[str, ...]]
    counterparts: Mapping[str, tuple[str, ...]]
    talks: frozenset[str]
    post_words: Mapping[str, str]
    people: Mapping[str, tuple[Row, ...]]


def make(
    catalogue: Catalogue, *, cues: Cues | None = None, thresholds: Thresholds = THRESHOLDS
) -> Knowledge:
    """The knowledge of a catalogue; made once for each catalogue, cues and thresholds."""
    return _make(catalogue, cues or load_cues(), thresholds)


@lru_cache(maxsize=8)
def _make(catalogue: Catalogue, cues: Cues, thresholds: Thresholds) -> Knowledge:
    kinds: set[str] = {"class", "version", "family", "series"}
    for row in catalogue.rows.values():
        if row.type == "EquipmentCategory":
            for name in row.names:
                kinds.update(words(name))
                kinds.update(words(name + "s"))
    people: dict[str, dict[str, Row]] = {}
    for row in catalogue.rows.values():
        if row.type == "Person":
            for name in row.names:
                for form in orders(name):
                    people.setdefault(form, {})[row.id] = row
    titles = frozenset(fold(t).rstrip(".") for t in cues.terms("person-title"))
    return Knowledge(
        catalogue=catalogue,
        cues=cues,
        thresholds=thresholds,
        kinds=frozenset(kinds),
        suffixes=frozenset(w for t in cues.terms("company-suffix") for w in words(t)),
        prefixes=frozenset(w for t in cues.terms("company-prefix") for w in words(t)),
        place_heads=frozenset(w for t in cues.terms("place-head", "end") for w in words(t)),
        titles=titles,
        plain_titles=titles - {fold(t) for t in cues.terms("person-title", "name")},
        particles=frozenset(fold(t) for t in cues.terms("person-particle")),
        surnames_first=frozenset(fold(t) for t in cues.terms("surname-first")),
        spellings={fold(t): v[0] for t, v in sorted(cues.by_kind.get("first-name", {}).items())},
        description=dict(sorted(cues.by_kind.get("description", {}).items())),
        collective=dict(sorted(cues.by_kind.get("description-plural", {}).items())),
        counterparts=dict(sorted(cues.by_kind.get("counterpart", {}).items())),
        talks=cues.terms("talks-word"),
        people={form: tuple(rows.values()) for form, rows in sorted(people.items())},
        post_words={t: v[0] for t, v in sorted(cues.by_kind.get("post-word", {}).items())},
    )
