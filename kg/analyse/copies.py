"""Which texts are copies: agency reports that several papers print, cut or touch up.

Two texts are compared by their shingles, the rows of a few words that stand in them (Broder 1997).
A copy that was cut has few of the longer text's shingles, but the longer text has nearly all of the
copy's, so what counts is the share of the shorter text's shingles that the longer one has too.

So that not every text has to be compared with every other, each leaves fingerprints, a part of its
shingles that depends on its words alone: winnowing (Schleimer, Wilkerson and Aiken 2003). Two texts
with `WINDOW` shingles in a row in common have at least one fingerprint in common.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from hashlib import blake2b

from ontology.sources import Copies

WINDOW = 8
# Of the fingerprints of the text that has fewer; far below what copies have in common.
LEAST_FINGERPRINTS = 0.2
# Writing without spaces counts by the character.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How like two texts are. `shared` is the share of the shorter text's shingles that the longer
    one has too, `length` the shorter text's length as a share of the longer one's, `rows` its
    number of shingles."""

    shared: float
    length: float
    rows: int

    def is_copy(self, settings: Copies) -> bool:
        """Whether one text is a copy of the other."""
        is_short = self.rows < settings.short
        least = settings.shared_short if is_short else settings.shared
        return self.shared >= least and self.length >= settings.length


def shingles(text: str, *, words: int) -> list[int]:
    """The rows of `words` words, hashed, in the order of the text; without case and punctuation.

    A text of fewer words is one row. Empty for a text without words.
    """
    found = _WORD.findall(text.casefold())
    rows = [found[n : n + words] for n in range(max(len(found) - words + 1, 1))] if found else []
    return [_hash(" ".join(row)) for row in rows]


def _hash(row: str) -> int:
    digest = blake2b(row.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)  # as SQLite keeps whole numbers


def fingerprints(rows: list[int]) -> frozenset[int]:
    """The least hash of each window of shingles."""
    last = max(len(rows) - WINDOW + 1, 1)
    return frozenset(min(rows[n : n + WINDOW]) for n in range(last)) if rows else frozenset()


def likeness(one: Set[int], other: Set[int]) -> Likeness:
    """How like two texts are, by their shingles."""
    if not one or not other:
        return Likeness(shared=0.0, length=0.0, rows=0)
    least, most = sorted((len(one), len(other)))
    return Likeness(shared=len(one & other) / least, length=least / most, rows=least)


def in_time(day: str, id_: str) -> tuple[str, str]:
    """What puts documents in the order of time, those without a day last."""
    return (day or "~", id_)
