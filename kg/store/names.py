"""Finding entities by any of their names, with typos and while they are being typed.

A name is compared by its key: without case, diacritics and punctuation (`ontology.normal`). Words
are looked up in a full-text index; where typos are to be forgiven, the words that stand near to
those of the query are found in the vocabulary of all names first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ontology.normal import normal_name

_SURE = 4  # letters that a word must have so that a typo in it is forgiven
_LONG = 7  # from this length on, two
_MOST_WORDS = 8  # of a query
_MOST_NEAR = 40  # words that stand near to one of the query's
_MOST_NAMES = 3000  # that are compared with the query
_LEAST = 75.0  # score


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entity that was found: `matched` is the name that fits best, `score` how well (up to 100),
    `statements` how many it stands in."""

    id: str
    matched: str
    score: float
    statements: int


class Vocabulary:
    """The words of all names, by length, in memory; read from the index when first needed."""

    def __init__(self) -> None:
        self._by_length: dict[int, dict[str, None]] | None = None

    def clear(self) -> None:
        """Forget what was read."""
        self._by_length = None

    def add(self, *keys: str) -> None:
        """Take over new words, if any were read before. Words never leave: they find nothing."""
        if self._by_length is not None:
            for word in " ".join(keys).split():
                self._by_length.setdefault(len(word), {})[word] = None

    def near(self, db: sqlite3.Connection, word: str) -> Sequence[str]:
        """The words that differ from `word` by a typo or two, the nearest first."""
        if self._by_length is None:
            self._by_length = {}
            self.add(*(row[0] for row in db.execute("SELECT term FROM vocabulary")))
        most = 0 if len(word) < _SURE else 1 if len(word) < _LONG else 2
        if not most:
            return []
        found: list[tuple[float, str]] = []
        for length in range(len(word) - most, len(word) + most + 1):
            words = list(self._by_length.get(length, ()))
            found += [
                (distance, each)
                for each, distance, _ in process.extract(
                    word, words, scorer=OSA.distance, score_cutoff=most, limit=None
                )
            ]
        return [each for _, each in sorted(found)[:_MOST_NEAR]]


def search(
    db: sqlite3.Connection, words: Vocabulary, query: str, *, type_: str | None = None
) -> list[Hit]:
    """The entities that fit, the best first, then those with the most statements.

    A whole name scores by its similarity, the same words in another order and the beginning of a
    name a little less, a part of it less again. Words of fewer than four letters must be right.
    """
    key = _key(query)
    if not key:
        return []
    names = _candidates(db, words, key, type_=type_)
    keys = [name["key"] for name in names]
    scores = [
        max(parts)
        for parts in zip(
            process.cdist([key], keys, scorer=fuzz.ratio)[0] if keys else (),
            process.cdist([key], keys, scorer=fuzz.token_sort_ratio)[0] * 0.97 if keys else (),
            process.cdist([key.replace(" ", "")], [k.replace(" ", "") for k in keys],
                          scorer=fuzz.ratio)[0] * 0.97 if keys else (),
            (_part(key, each) for each in keys),
            strict=True,
        )
    ]  # fmt: skip
    return _best(zip(names, scores, strict=True))


def suggest(
    db: sqlite3.Connection,
    words: Vocabulary,
    query: str,
    *,
    type_: str | None = None,
    limit: int,
) -> list[Hit]:
    """What somebody who has typed `query` so far may want: names that are it, then those that begin
    with it, then those of which a word does, then those with typos; of each kind the entities with
    the most statements first."""
    key = _key(query)
    if not key:
        return []
    chosen: dict[str, Hit] = {}
    for row in db.execute(
        f"""SELECT name.entity, shown, key, COALESCE(degree.n, 0) AS statements
        FROM name JOIN entity ON entity.id = name.entity
        LEFT JOIN degree ON degree.entity = name.entity
        WHERE key >= ? AND key < ? {"AND entity.type = ?" if type_ else ""}
        ORDER BY key != ?, statements DESC, key, name.entity LIMIT ?""",
        (key, key + "\U0010ffff", *([type_] if type_ else []), key, limit * 4),
    ):
        score = 100.0 if row["key"] == key else 95.0
        hit = Hit(id=row["entity"], matched=row["shown"], score=score, statements=row["statements"])
        chosen.setdefault(hit.id, hit)
    if len(chosen) < limit:
        rest = [hit for hit in search(db, words, query, type_=type_) if hit.id not in chosen]
        rest.sort(key=lambda hit: (hit.score < 90, -hit.statements if hit.score >= 90 else 0))
        chosen |= {hit.id: hit for hit in rest}
    return list(chosen.values())[:limit]


def _key(query: str) -> str:
    """The key of a query, without what SQLite cannot take."""
    return normal_name(query.replace("\0", " ").encode("utf-8", "ignore").decode())


def _part(key: str, name: str) -> float:
    """How well `key` fits as a part of a name: its beginning, the beginning of a word in it."""
    share = len(key) / max(len(name), 1)
    if name.startswith(key):
        return 90.0 + 5.0 * min(share, 1.0)
    if f" {key}" in f" {name}":
        return 88.0 + 5.0 * min(share, 1.0)
    wanted, there = key.split(), name.split()
    if all(any(each.startswith(word) for each in there) for word in wanted):
        return 85.0 + 5.0 * min(share, 1.0)
    if len(key) >= _SURE and len(name) >= len(key):
        return fuzz.partial_ratio(key, name, score_cutoff=85.0) * 0.9
    return 0.0


def _candidates(
    db: sqlite3.Connection, words: Vocabulary, key: str, *, type_: str | None
) -> list[sqlite3.Row]:
    """The names that are worth comparing with `key`."""
    wanted = list(dict.fromkeys(key.split()))[:_MOST_WORDS]
    groups = [_alternatives(word, words.near(db, word)) for word in wanted]
    joined = key.replace(" ", "")
    whole = _alternatives(joined, words.near(db, joined))
    asked = [f"({' AND '.join(groups)}) OR {whole}" if len(groups) > 1 else whole]
    if len(groups) > 1:
        asked.append(" OR ".join(groups))  # a word too many, or one that is another
    found: dict[int, sqlite3.Row] = {}
    for match in asked:
        for row in db.execute(
            f"""SELECT name.n, name.entity, shown, name.key, COALESCE(degree.n, 0) AS statements
            FROM word JOIN name ON name.n = word.rowid JOIN entity ON entity.id = name.entity
            LEFT JOIN degree ON degree.entity = name.entity
            WHERE word MATCH ? {"AND entity.type = ?" if type_ else ""} LIMIT {_MOST_NAMES}""",
            (match, *([type_] if type_ else [])),
        ):
            found.setdefault(row["n"], row)
        if found:
            break
    return list(found.values())


def _alternatives(word: str, near: Iterable[str]) -> str:
    """A word, what begins with it, and what is near to it, as FTS5 asks for them."""
    every = [f"{_quoted(word)} *", *(_quoted(each) for each in near)]
    return f"({' OR '.join(every)})"


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _best(scored: Iterable[tuple[Mapping[str, object] | sqlite3.Row, float]]) -> list[Hit]:
    """One hit for each entity."""
    hits: dict[str, Hit] = {}
    for name, score in scored:
        if score < _LEAST:
            continue
        id_ = str(name["entity"])
        known = hits.get(id_)
        if known is None or (score, known.matched) > (known.score, str(name["shown"])):
            hits[id_] = Hit(
                id=id_,
                matched=str(name["shown"]),
                score=round(float(score), 1),
                statements=int(str(name["statements"])),
            )
    return sorted(hits.values(), key=lambda hit: (-hit.score, -hit.statements, hit.id))
