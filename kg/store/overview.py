"""What the index knows of a store as a whole: totals, publishers, history."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


def totals(db: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """The totals that are kept, by kind and key (`kg.store.index_schema`), without the zeros."""
    found: dict[str, dict[str, int]] = {}
    for row in db.execute("SELECT kind, key, n FROM total WHERE n ORDER BY kind, key"):
        found.setdefault(row["kind"], {})[row["key"]] = row["n"]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A publisher, "" being all that are unknown. `copies` are those of its `documents` whose text
    another one had first; `first` and `last` are days, "" where unknown."""

    publisher: str
    documents: int
    copies: int
    first: str
    last: str


def publishers(
    db: sqlite3.Connection, *, limit: int, after: tuple[int, str] | None = None
) -> list[Publisher]:
    """At most `limit` publishers, those with the most documents first.

    `after` is the number of documents and the name of the last one of the page before.
    """
    place = "" if after is None else "AND (n < ? OR (n = ? AND key > ?))"
    rows = db.execute(
        f"""SELECT key AS publisher, n AS documents,
            COALESCE((SELECT n FROM total AS c WHERE c.kind = 'copied' AND c.key = total.key), 0)
            AS copies,
            COALESCE((SELECT MIN(day) FROM document WHERE publisher = key AND day != ''), '')
            AS first,
            COALESCE((SELECT MAX(day) FROM document WHERE publisher = key), '') AS last
        FROM total WHERE kind = 'publisher' AND n > 0 {place} ORDER BY n DESC, key LIMIT ?""",
        (*((after[0], *after) if after is not None else ()), limit),
    )
    return [Publisher(**dict(row)) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that was added or removed. `number` counts changes; `said` is what it was."""

    number: int
    time: str
    revision: int
    change: str
    kind: str
    id: str
    said: Mapping[str, Any]


def changes(
    db: sqlite3.Connection,
    *,
    limit: int,
    time: str = "",
    revision: int = -1,
    after: int = 0,
) -> list[Change]:
    """At most `limit` changes from `time` on (UTC, as the history keeps it) that came after
    `revision`, the oldest first. `after` is the number of the last one of the page before."""
    rows = db.execute(
        """SELECT n AS number, time, revision, change, kind, id, said FROM history
        WHERE n > ? AND time >= ? AND revision > ? ORDER BY n LIMIT ?""",
        (after, time, revision, limit),
    )
    return [Change(**{**dict(row), "said": json.loads(row["said"])}) for row in rows]
