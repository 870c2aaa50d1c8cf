"""Which documents of the index are copies of which: found when they come, kept as pairs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator

from kg.analyse.copies import LEAST_FINGERPRINTS, fingerprints, likeness, originals, shingles
from ontology.sources import Copies

_MANY = 500  # values in one statement of SQL
# A text that shares a fingerprint with more others has it from a line that all of them print.
_MOST_CANDIDATES = 200


def add(
    db: sqlite3.Connection, id_: str, text: str, *, settings: Copies, read: Callable[[str], str]
) -> int:
    """Note the fingerprints of a document, and which others are copies of it or it of them; the
    number of fingerprints. `read` gives the text of another document."""
    rows = shingles(text, words=settings.words)
    prints = fingerprints(rows)
    found = db.execute(
        f"""SELECT document FROM print JOIN document ON document.id = print.document
        WHERE hash IN (SELECT value FROM json_each(?)) AND print.document != ?
        GROUP BY print.document HAVING COUNT(*) >= {LEAST_FINGERPRINTS} * MIN(?, MAX(prints))
        ORDER BY COUNT(*) DESC, print.document LIMIT {_MOST_CANDIDATES}""",
        (json.dumps(sorted(prints)), id_, len(prints)),
    ).fetchall()
    own = frozenset(rows)
    for (other,) in found:
        theirs = frozenset(shingles(read(other), words=settings.words))
        if likeness(own, theirs).is_copy(settings):
            db.executemany("INSERT INTO copy VALUES (?, ?)", [(id_, other), (other, id_)])
    db.executemany("INSERT INTO print VALUES (?, ?)", [(each, id_) for each in sorted(prints)])
    return len(prints)


def related(db: sqlite3.Connection, ids: Iterable[str]) -> set[str]:
    """The documents that hang together with any of `ids` by copying, these included."""
    found: set[str] = set()
    waiting = set(ids)
    while waiting:
        found |= waiting
        waiting = {
            row[0]
            for part in parts(waiting)
            for row in db.execute(
                f"SELECT other FROM copy WHERE one IN ({', '.join('?' * len(part))})", part
            )
        } - found
    return found


def settle(db: sqlite3.Connection, ids: Collection[str]) -> set[str]:
    """Work out again which document is the original of each of `ids`, which are all that hang
    together; those for which it is another one than before."""
    days: dict[str, str] = {}
    before: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    for part in parts(ids):
        marks = ", ".join("?" * len(part))
        for row in db.execute(
            f"SELECT id, day, original FROM document WHERE id IN ({marks})", part
        ):
            days[row["id"]], before[row["id"]] = row["day"], row["original"]
        pairs += db.execute(f"SELECT one, other FROM copy WHERE one IN ({marks})", part).fetchall()
    changed = {id_: new for id_, new in originals(days, pairs).items() if new != before[id_]}
    db.executemany(
        "UPDATE document SET original = ? WHERE id = ?",
        [(new, id_) for id_, new in sorted(changed.items())],
    )
    return set(changed)


def parts(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The ids, sorted, not too many of them at once."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _MANY):
        yield tuple(ordered[start : start + _MANY])
