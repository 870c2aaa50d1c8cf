"""Looking names up in the catalogue as texts write them: plurals, demonyms, metonyms, case."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.extract.candidates import TERM_TYPES
from ontology.catalogue import Catalogue, Row, normal_name

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A row, and how the text names it: "name", "demonym" or "metonym"."""

    row: Row
    how: str

    @property
    def type(self) -> str:
        return self.row.type


def singulars(text: str) -> Iterator[str]:
    """The text, and what it may be the plural of: "F-16s", "frigates", "batteries", "torpedoes"."""
    yield text
    if len(text) > 3 and text.endswith("s") and not text.endswith("ss"):
        if text.endswith("ies"):
            yield text[:-3] + "y"
        if text.endswith("es"):
            yield text[:-2]
        yield text[:-1]
    if text.endswith("men"):
        yield text[:-3] + "man"


class _Index:
    """What is worked out once for a catalogue: the beginnings of its names, and answers kept."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        names = (n for r in catalogue.rows.values() for n in (*r.names, *r.demonyms, *r.metonyms))
        self._names = sorted({_squeezed(name) for name in names})
        self.hits = lru_cache(maxsize=16_384)(self._hits)
        self.begins = lru_cache(maxsize=16_384)(self._begins)

    def _begins(self, text: str) -> bool:
        start = _squeezed(text)
        k = bisect_left(self._names, start)
        return k < len(self._names) and self._names[k].startswith(start)

    def _hits(self, text: str) -> tuple[Hit, ...]:
        find = self._catalogue
        for form in singulars(text):
            hits = [
                Hit(row, "name") for row in find.find(form) if spelled(text, row.names, row.type)
            ]
            known = {hit.row.id for hit in hits}
            for row in find.find_demonym(form):
                if row.id not in known and spelled(text, row.demonyms, row.type):
                    hits.append(Hit(row, "demonym"))
                    known.add(row.id)
            for row in find.find_metonym(form):
                if row.id not in known and spelled(text, row.metonyms, row.type):
                    hits.append(Hit(row, "metonym"))
                    known.add(row.id)
            if hits:
                return tuple(sorted(hits, key=lambda h: (h.row.id, h.how)))
        return ()


def _squeezed(text: str) -> str:
    """The key of a text without spaces, since designations are written with and without them."""
    return normal_name(text).replace(" ", "")


@lru_cache(maxsize=8)
def _index(catalogue: Catalogue) -> _Index:
    return _Index(catalogue)


def look_up(text: str, catalogue: Catalogue) -> tuple[Hit, ...]:
    """The rows that a text can name, by id; a plural is tried where the text itself is unknown.

    Names must be spelled as names are: see `spelled`.
    """
    return _index(catalogue).hits(text)


def begins_name(text: str, catalogue: Catalogue) -> bool:
    """Whether any name, demonym or metonym begins with the text, however it is spelled.

    "The" begins every name, and a plural ("frigates of") none that has the singular there.
    """
    return _index(catalogue).begins("" if text.lower() == "the" else text)


def spelled(text: str, forms: tuple[str, ...], type_: str) -> bool:
    """Whether the text may be a spelling of one of the forms.

    Terms may be written in any way. A name needs a capital or digit; an acronym of up to five
    letters must be in capitals, so that "us" is not the US and "it" no company.
    """
    if text in forms:
        return True
    if type_ in TERM_TYPES:
        return not (text.isupper() and len(text) <= 5)
    if not any(c.isupper() or c.isdigit() for c in text):
        return False
    keys = {normal_name(s) for s in singulars(text)}
    return any(normal_name(form) in keys and _same_case(text, form) for form in forms)


def _same_case(text: str, form: str) -> bool:
    letters = [c for c in form if c.isalpha()]
    if 0 < len(letters) <= 5 and all(c.isupper() for c in letters):
        return all(c.isupper() or c == "s" for c in text if c.isalpha())
    first, wanted = _WORD.search(text), _WORD.search(form)
    if first is None or wanted is None:
        return False
    return not first.group()[0].islower() or wanted.group()[0].islower()
