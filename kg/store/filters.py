"""Statements and dates by what an analyst filters by, page by page, from the index's tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.analyse import evidence
from kg.analyse.evidence import Condition, all_of, marks
from kg.store.index_copies import parts

# Documents of a source, entities of a type and their statements: below that it is begun with them.
_RARE, _RARE_STATEMENTS = 2_000, 20_000
_MOST_STARTS = 8  # predicates that are each looked up by themselves
_COLUMNS = (
    "s.id, s.subject, s.predicate, s.object, s.text, s.amount, s.currency, s.modality, "
    "s.modalities, s.documents, s.latest, s.confidence, s.belief, s.beliefs"
)

Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which statements are wanted. What is None or empty does not matter.

    `subject` and `object` are entity ids, `entity` and `other` stand at either end (both given, at
    both), `type` is the type of either end. `modalities`, `document`, `since` and `until` (days of
    documents, both included), `source` (a publisher as `ontology.sources` names it) and
    `confidence` (the least) must hold of one piece of evidence; `belief` (the least) holds of the
    statement.
    """

    subject: str | None = None
    object: str | None = None
    entity: str | None = None
    other: str | None = None
    predicates: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    type: str | None = None
    document: str | None = None
    since: str | None = None
    until: str | None = None
    source: str | None = None
    confidence: float | None = None
    belief: float | None = None

    def whole(self) -> Iterator[Condition]:
        """What holds of a row `s` of `statement` as a whole. The plus signs leave it to `_starts`
        which index is used."""
        for column, end in (("subject", self.subject), ("object", self.object)):
            if end is not None:
                yield f"+s.{column} = ?", (end,)
        for end in (self.entity, self.other):
            if end is not None:
                yield "? IN (+s.subject, +s.object)", (end,)
        if self.type is not None:
            yield (
                "EXISTS (SELECT 1 FROM entity WHERE id IN (s.subject, s.object) AND type = ?)",
                (self.type,),
            )
        if self.predicates:
            yield f"+s.predicate IN ({marks(self.predicates)})", self.predicates
        if self.belief is not None:
            yield "s.belief >= ?", (self.belief,)
        # Follow from what must hold of the evidence, and are quicker.
        if self.since is not None:
            yield "+s.latest >= ?", (self.since,)
        if self.until is not None:
            yield "s.earliest != '' AND s.earliest <= ?", (self.until,)
        if self.confidence is not None:
            yield "s.confidence >= ?", (self.confidence,)

    def piece(self) -> Iterator[Condition]:
        """What holds of a row `e` of `evidence` and its document `d`."""
        return evidence.conditions(
            modalities=self.modalities,
            document=self.document,
            since=self.since,
            until=self.until,
            source=self.source,
            confidence=self.confidence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A statement with how it is supported, as the index has it.

    `object` is an entity id, or "" where the object is `text` or an amount. `modality` is the
    firmest; `belief` is that in it, `beliefs` are those in all modalities. `latest` is "" where no
    document has a day.
    """

    id: str
    subject: str
    predicate: str
    object: str
    text: str
    amount: float | None
    currency: str
    modality: str
    modalities: Mapping[str, int]
    documents: int
    latest: str
    confidence: float
    belief: float
    beliefs: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date that evidence gives for a statement; `document` is the newest that says so, of
    `documents`."""

    statement: str
    qualifier: str
    edtf: str
    first: str
    last: str
    text: str
    basis: str
    precision: str
    modality: str
    document: str
    documents: int

    @property
    def place(self) -> tuple[str, str, str, str, str]:
        """Where it stands in the order of time."""
        return self.first, self.last, self.statement, self.qualifier, self.edtf


def statements(db: sqlite3.Connection, ids: Sequence[str]) -> list[Row]:
    """The statements with these ids, in this order; unknown ones are left out."""
    found = {
        row["id"]: _row(row)
        for part in parts(ids)
        for row in db.execute(
            f"SELECT {_COLUMNS} FROM statement AS s WHERE s.id IN ({marks(part)})", part
        )
    }
    return [found[id_] for id_ in ids if id_ in found]


def page(db: sqlite3.Connection, wanted: Filter, *, limit: int, after: Place | None) -> list[Row]:
    """At most `limit` statements, those with the newest evidence first.

    `after` is the `latest` and the id of the last one of the page before.
    """
    common = list(wanted.whole())
    if piece := list(wanted.piece()):
        test, values = all_of(piece)
        if _is_rare(db, wanted):
            common.append(
                (f"s.id IN (SELECT e.statement FROM {evidence.TABLES} WHERE {test})", values)
            )
        else:
            one = f"SELECT 1 FROM {evidence.TABLES} WHERE e.statement = s.id AND {test}"
            common.append((f"EXISTS ({one})", values))
    if after is not None:
        common.append(("(s.latest < ? OR (s.latest = ? AND s.id > ?))", (after[0], *after)))
    found: dict[str, Row] = {}
    # Each start is walked in the order of the page, so that none is read to its end and sorted.
    for start in _starts(db, wanted):
        test, values = all_of([start, *common])
        for row in db.execute(
            f"SELECT {_COLUMNS} FROM statement AS s WHERE {test} "
            "ORDER BY s.latest DESC, s.id LIMIT ?",
            (*values, limit),
        ):
            found[row["id"]] = _row(row)
    ordered = sorted(found.values(), key=lambda row: row.id)
    ordered.sort(key=lambda row: row.latest, reverse=True)
    return ordered[:limit]


def timeline(
    db: sqlite3.Connection,
    wanted: Filter,
    *,
    newest: bool,
    limit: int,
    after: Sequence[str] | None,
) -> list[Dated]:
    """At most `limit` dates of the wanted statements in the order of time, each statement once for
    each date. `after` is the `place` of the last one of the page before."""
    tests = [*wanted.whole(), *wanted.piece()]
    if after is not None:
        sign = "<" if newest else ">"
        tests.append(
            (f"(t.first, t.last, t.statement, t.qualifier, t.edtf) {sign} (?, ?, ?, ?, ?)",
             tuple(after))
        )  # fmt: skip
    # Dates are walked in their order, with an index, unless what is wanted is little enough to be
    # gathered first and then sorted.
    tables = _BY_DATE
    ends = [each for each in (wanted.entity, wanted.other) if each is not None]
    if ends:
        least = min(ends, key=lambda each: _degree(db, each))
        if _degree(db, least) < _RARE_STATEMENTS:
            own = " UNION ".join(
                f"SELECT id FROM statement WHERE {end} = ?" for end in ("subject", "object")
            )
            tests.append((f"s.id IN ({own})", (least, least)))
            tables = _BY_STATEMENT
    elif _is_rare(db, wanted):
        tables = _BY_DOCUMENT
    test, values = all_of(tests)
    way = "DESC" if newest else "ASC"
    place = [f"t.{each}" for each in ("first", "last", "statement", "qualifier", "edtf")]
    rows = db.execute(
        f"""SELECT t.statement, t.qualifier, t.edtf, t.first, t.last, t.text, t.basis,
            t.precision, e.modality, e.document, COUNT(DISTINCT e.document) AS documents,
            MAX(COALESCE(NULLIF(e.day, ''), '-') || e.document) AS newest
        FROM {tables} WHERE {test} GROUP BY {", ".join(place)}
        ORDER BY {", ".join(f"{each} {way}" for each in place)} LIMIT ?""",
        (*values, limit),
    )
    # SQLite takes the other columns of a group from the row with the greatest `newest`.
    return [
        Dated(**{name: value for name, value in dict(row).items() if name != "newest"})
        for row in rows
    ]


# CROSS JOIN keeps SQLite to the order in which the tables stand.
_BY_DATE = """dated AS t CROSS JOIN evidence AS e ON e.n = t.evidence
    CROSS JOIN statement AS s ON s.id = t.statement CROSS JOIN document AS d ON d.id = e.document"""
_BY_STATEMENT = """statement AS s CROSS JOIN evidence AS e ON e.statement = s.id
    CROSS JOIN dated AS t ON t.evidence = e.n CROSS JOIN document AS d ON d.id = e.document"""
_BY_DOCUMENT = """document AS d CROSS JOIN evidence AS e ON e.document = d.id
    CROSS JOIN dated AS t ON t.evidence = e.n CROSS JOIN statement AS s ON s.id = t.statement"""


def _starts(db: sqlite3.Connection, wanted: Filter) -> list[Condition]:
    """Where to begin: each condition has an index in the order of pages."""
    fixed = [
        (f"s.{column} = ?", value)
        for column, value in (("subject", wanted.subject), ("object", wanted.object))
        if value is not None
    ]
    if fixed:
        test, value = min(fixed, key=lambda each: _degree(db, each[1]))
        return [(test, (value,))]
    ends = [value for value in (wanted.entity, wanted.other) if value is not None]
    if ends:
        value = min(ends, key=lambda each: _degree(db, each))
        return [("s.subject = ?", (value,)), ("s.object = ?", (value,))]
    if wanted.type is not None and _is_rare_type(db, wanted.type):
        own = "SELECT id FROM entity WHERE type = ?"
        return [(f"s.{end} IN ({own})", (wanted.type,)) for end in ("subject", "object")]
    if 0 < len(wanted.predicates) <= _MOST_STARTS and not _is_rare(db, wanted):
        return [("s.predicate = ?", (name,)) for name in dict.fromkeys(wanted.predicates)]
    return [("TRUE", ())]


def _degree(db: sqlite3.Connection, entity: str) -> int:
    row = db.execute("SELECT n FROM degree WHERE entity = ?", (entity,)).fetchone()
    return row[0] if row else 0


def _is_rare(db: sqlite3.Connection, wanted: Filter) -> bool:
    """Whether it is quicker to begin with the evidence than to look it up for each statement."""
    if wanted.document is not None:
        return True
    return wanted.source is not None and _count(db, "publisher", wanted.source) < _RARE


def _is_rare_type(db: sqlite3.Connection, name: str) -> bool:
    """Whether few statements have an entity of the type."""
    if _count(db, "type", name) >= _RARE:
        return False
    row = db.execute(
        "SELECT TOTAL(n) FROM entity JOIN degree ON degree.entity = id WHERE type = ?", (name,)
    ).fetchone()
    return bool(row[0] < _RARE_STATEMENTS)


def _count(db: sqlite3.Connection, kind: str, key: str) -> int:
    row = db.execute("SELECT n FROM total WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    return row[0] if row else 0


def _row(row: sqlite3.Row) -> Row:
    said = dict(row)
    for name in ("modalities", "beliefs"):
        said[name] = json.loads(said[name])
    return Row(**said)
