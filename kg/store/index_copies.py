"""Which documents of the index are copies of one another, kept in step as they come and go.

Documents that hang together by copying are a group; `document.original` names the first of them, by
day and then by id. Whether two texts are copies is found by `kg.analyse.copies`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator

from kg.analyse.copies import LEAST_FINGERPRINTS, fingerprints, in_time, likeness, shingles
from ontology.sources import Copies

_MANY = 500  # values in one statement of SQL
# A text that shares fingerprints with more others has them from lines that all of them print.
_MOST_CANDIDATES = 200
_MOST_TEXTS = 500  # that are kept in memory


class Copying:
    """The groups of copies in the tables of `db`, for as long as one change of them takes.

    `read` gives the text of a document that is there.
    """

    def __init__(
        self, db: sqlite3.Connection, *, settings: Copies, read: Callable[[str], str]
    ) -> None:
        self._db = db
        self._settings = settings
        self._read = read
        self._texts: dict[str, frozenset[int]] = {}
        self._before: dict[str, str] = {}

    def add(self, id_: str, text: str) -> None:
        """Take a document, which is in the tables already, into the group that it belongs to."""
        rows = shingles(text, words=self._settings.words)
        prints = sorted(fingerprints(rows))
        self._remember(id_, rows)
        self._db.execute("UPDATE document SET prints = ? WHERE id = ?", (len(prints), id_))
        self._db.executemany("INSERT INTO print VALUES (?, ?)", [(each, id_) for each in prints])
        self._link(id_, prints)

    def part(self, ids: Collection[str]) -> None:
        """Take documents, which are about to go, out of their groups: others may hang together no
        more."""
        for original in sorted({self._original(id_) for id_ in ids} - {""}):
            group = [row[0] for row in self._db.execute(_GROUP, (original,))]
            if len(group) == 1:
                continue
            for id_ in group:
                self._set(id_, id_)
            left = sorted(set(group) - set(ids), key=lambda id_: in_time(self._day(id_), id_))
            # Most are copies of the first that is left; only the others have to be looked for.
            others = [id_ for id_ in left[1:] if not self._unite(left[0], id_)]
            for id_ in others:
                prints = self._db.execute("SELECT hash FROM print WHERE document = ?", (id_,))
                self._link(id_, [row[0] for row in prints], without=ids)

    def changed(self) -> set[str]:
        """The documents that have another original than before; those that are gone left out."""
        return {
            id_ for id_, before in self._before.items() if self._original(id_) not in ("", before)
        }

    def _link(self, id_: str, prints: Collection[int], *, without: Collection[str] = ()) -> None:
        """Unite the group of a document with those of the texts that it is a copy of."""
        found = self._db.execute(
            f"""SELECT document FROM print JOIN document ON document.id = print.document
            WHERE hash IN (SELECT value FROM json_each(?)) AND print.document != ?
            GROUP BY print.document HAVING COUNT(*) >= {LEAST_FINGERPRINTS} * MIN(?, MAX(prints))
            ORDER BY COUNT(*) DESC, print.document LIMIT {_MOST_CANDIDATES}""",
            (json.dumps(list(prints)), id_, len(prints)),
        ).fetchall()
        for (other,) in found:
            if other not in without:
                self._unite(id_, other)

    def _unite(self, one: str, other: str) -> bool:
        """Make one group of those of two documents if one is a copy of the other; whether they are
        in one group now. A hundred copies are not compared with a hundred others."""
        originals = {self._original(one), self._original(other)}
        if len(originals) == 1:
            return True
        if not likeness(self._text(one), self._text(other)).is_copy(self._settings):
            return False
        first, second = sorted(originals, key=lambda each: in_time(self._day(each), each))
        for (each,) in self._db.execute(_GROUP, (second,)).fetchall():
            self._set(each, first)
        return True

    def _set(self, id_: str, original: str) -> None:
        self._before.setdefault(id_, self._original(id_))
        self._db.execute("UPDATE document SET original = ? WHERE id = ?", (original, id_))

    def _original(self, id_: str) -> str:
        row = self._db.execute("SELECT original FROM document WHERE id = ?", (id_,)).fetchone()
        return row[0] if row else ""

    def _day(self, id_: str) -> str:
        row = self._db.execute("SELECT day FROM document WHERE id = ?", (id_,)).fetchone()
        return row[0] if row else ""

    def _text(self, id_: str) -> frozenset[int]:
        if id_ not in self._texts:
            self._remember(id_, shingles(self._read(id_), words=self._settings.words))
        return self._texts[id_]

    def _remember(self, id_: str, rows: Iterable[int]) -> None:
        if len(self._texts) >= _MOST_TEXTS:
            self._texts.clear()
        self._texts[id_] = frozenset(rows)


_GROUP = "SELECT id FROM document WHERE original = ?"


def parts(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The ids, sorted, not too many of them at once."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _MANY):
        yield tuple(ordered[start : start + _MANY])
