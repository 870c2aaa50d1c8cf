"""Cue words that show what a name names, read from `names/cues.csv`.

One line a cue: its kind, the term, and for some kinds a value (the type that a description noun
stands for, whether a head comes last or first). The kinds are listed in `KINDS` with what they
are for. A line of another kind, an empty term or a repeated line is a `CatalogueError` that names
the line.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from kg.errors import CatalogueError

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "company-suffix": "legal forms, and words that often end a company's name",
        "company-prefix": "legal forms that stand before a company's name",
        "force-head": "heads of the names of armed forces, their branches and units; whole: "
        "words for all of them, which need the language model",
        "body-head": "heads of the names of ministries, agencies and parliaments",
        "vague-place": "regions that are no mention unless the language model names them",
        "age-word": "adjectives that are no part of the name behind them: `ageing MiG-29s`",
        "wide-kind": "kinds too wide to say what a model is: `Walrus-class boats`",
        "exercise-name": "names of exercises that are held again and again",
        "place-head": "words that begin or end the name of a place",
        "ship-prefix": "prefixes of the names of ships in service",
        "person-title": "posts, ranks and forms of address before a person's name; name: first "
        "names too, or part of a single name",
        "person-particle": "lower-case parts of surnames",
        "first-name": "spellings of a first name, with the one that stands for all",
        "surname-first": "family names of peoples that write the family name first",
        "media-word": "words in the names of media, which are no entities",
        "description": "common nouns that stand for an entity, with the type of it",
        "description-plural": "the same, in the plural alone: `the two sides`",
        "counterpart": "words for who holds the same post elsewhere",
        "talks-word": "verbs and nouns of meetings and calls",
        "post-word": "words in posts, with those that mean the same there; without: of no weight",
        "act-verb": "what a capital does when it stands for its state",
        "place-preposition": "prepositions after which a capital is a place",
        "go-verb": "verbs of motion and of place",
        "go-noun": "nouns of motion and of place",
        "people-noun": "people who speak for a state: `officials in Paris`",
    }
)
"""Every kind of cue, and what it is for."""

FILE = Path(__file__).parent / "names" / "cues.csv"


@dataclass(frozen=True, slots=True, eq=False)
class Cues:
    """The cues by kind; each kind maps a term as written to its values (often only "").

    Compared by identity, so that what is worked out from them can be cached.
    """

    by_kind: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def terms(self, kind: str, value: str | None = None) -> frozenset[str]:
        """The terms of a kind as written, of one value if that is given."""
        return _terms(self, kind, value)

    def values(self, kind: str, term: str) -> tuple[str, ...]:
        """The values of a term, none if it is no cue of that kind."""
        return self.by_kind.get(kind, {}).get(term, ())


@lru_cache(maxsize=1024)
def _terms(cues: Cues, kind: str, value: str | None) -> frozenset[str]:
    found = cues.by_kind.get(kind, {})
    return frozenset(t for t, values in found.items() if value is None or value in values)


def read(path: Path) -> Cues:
    """The cues of a file.

    Raises CatalogueError, with the number of the line that is wrong.
    """
    table: dict[str, dict[str, tuple[str, ...]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines, None)
        if header != ["kind", "term", "value"]:
            raise CatalogueError(f"{path}, line 1: the header must be kind,term,value")
        for cells in lines:
            place = f"{path}, line {lines.line_num}"
            if len(cells) != 3:
                raise CatalogueError(f"{place}: three cells are needed, not {len(cells)}")
            kind, term, value = cells
            if kind not in KINDS:
                raise CatalogueError(f"{place}: unknown kind {kind!r}; use {', '.join(KINDS)}")
            if not term or term != term.strip():
                raise CatalogueError(f"{place}: the term must not be empty or padded with spaces")
            values = table.setdefault(kind, {}).get(term, ())
            if value in values:
                raise CatalogueError(f"{place}: {kind} {term!r} is there already")
            table[kind][term] = (*values, value)
    return Cues(by_kind=MappingProxyType({k: MappingProxyType(v) for k, v in table.items()}))


@cache
def load() -> Cues:
    """The cues that the package brings, read once."""
    return read(FILE)
