"""Statements as edges between nodes, read from the tables of the index (`kg.store.index_schema`).

What is read of one node is bounded, whatever its degree: of each end the newest statements are
looked at, of those the firmest and most believed are taken, and whoever asks learns whether that
was all.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from kg.analyse import evidence
from kg.analyse.evidence import Condition, all_of, marks
from kg.analyse.values import amount_id, described, is_entity, title_id
from kg.errors import NotFoundError
from ontology import vocabulary

_MANY = 500  # values in one statement of SQL
_COLUMNS = (
    "id, subject, predicate, object, text, amount, currency, modality, modalities, documents, "
    "latest, belief"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which statements count as edges; what is empty or None does not matter.

    `modalities`, `since`, `until` (days of documents, both included), `source` (a publisher, as the
    index has it) and `confidence` (the least) must hold of one and the same piece of evidence,
    `belief` (the least) of the statement. `types` are those that the nodes may have which an edge
    leads to.
    """

    predicates: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    source: str | None = None
    belief: float | None = None
    confidence: float | None = None
    types: tuple[str, ...] = ()

    def condition(self, *, other: str) -> Condition:
        """What must hold of a row `s` of `statement`; `other` is the column of the far end."""
        tests: list[Condition] = []
        if self.predicates:
            tests.append((f"s.predicate IN ({marks(self.predicates)})", self.predicates))
        if self.belief is not None:
            tests.append(("s.belief >= ?", (self.belief,)))
        if self.types:
            own = f"SELECT 1 FROM entity WHERE id = s.{other} AND type IN ({marks(self.types)})"
            tests.append((f"EXISTS ({own})", self.types))
        piece = list(
            evidence.conditions(
                modalities=self.modalities,
                since=self.since,
                until=self.until,
                source=self.source,
                confidence=self.confidence,
            )
        )
        if piece:
            test, values = all_of(piece)
            one = f"SELECT 1 FROM {evidence.TABLES} WHERE e.statement = s.id AND {test}"
            tests.append((f"EXISTS ({one})", values))
        return all_of(tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A statement between the nodes `source` and `target`, and how it is supported.

    `modality` is the firmest of its evidence, `modalities` how many pieces have each, `latest` the
    day of the newest document, or "".
    """

    id: str
    source: str
    target: str
    predicate: str
    modality: str
    modalities: Mapping[str, int]
    belief: float
    documents: int
    latest: str
    rank: int

    def other(self, node: str) -> str:
        """The end that is not `node` (which the edge has; `node` itself for a loop)."""
        return self.target if self.source == node else self.source

    @property
    def order(self) -> tuple[int, float, int, str]:
        """Firmer, more believed and better documented edges come first."""
        return self.rank, -self.belief, -self.documents, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An entity, a text or a sum; `distance` is that from where one started.

    `statements` is how many statements an entity stands in, and 1 for the others.
    """

    id: str
    kind: str
    type: str
    name: str
    statements: int
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Some edges of a node, the best first, and whether there may be others."""

    edges: tuple[Edge, ...]
    cut: bool


def edges_of(
    db: sqlite3.Connection, node: str, wanted: Wanted, *, looked_at: int, most: int
) -> Found:
    """The best wanted edges of the entity `node`, at most `most`; of those that begin and of those
    that end there the newest `looked_at` are looked at."""
    order = _order()
    found: dict[str, Edge] = {}
    cut = False
    for end, other in (("subject", "object"), ("object", "subject")):
        condition, values = wanted.condition(other=other)
        rows = db.execute(
            f"""SELECT s.* FROM (
                SELECT {_COLUMNS} FROM statement WHERE {end} = ? ORDER BY latest DESC, id LIMIT ?
            ) AS s WHERE {condition}
            ORDER BY {order}, belief DESC, documents DESC, id LIMIT ?""",
            (node, looked_at, *values, most + 1),
        ).fetchall()
        cut = cut or len(rows) > most or _more(db, end, node, looked_at)
        found |= {row["id"]: _edge(row) for row in rows}
    edges = sorted(found.values(), key=lambda edge: edge.order)
    return Found(edges=tuple(edges[:most]), cut=cut or len(edges) > most)


def edges_between(db: sqlite3.Connection, one: str, other: str, wanted: Wanted) -> tuple[Edge, ...]:
    """All wanted edges between two entities, of whatever types, the best first."""
    condition, values = replace(wanted, types=()).condition(other="object")
    found: dict[str, Edge] = {}
    for ends in ((one, other), (other, one)):
        # The plus sign keeps SQLite from walking the edges of the end that has more of them.
        subject, target = ("subject", "+object") if _fewer(db, *ends) else ("+subject", "object")
        for row in db.execute(
            f"SELECT {_COLUMNS} FROM statement AS s WHERE {subject} = ? AND {target} = ? "
            f"AND {condition}",
            (*ends, *values),
        ):
            found[row["id"]] = _edge(row)
    return tuple(sorted(found.values(), key=lambda edge: edge.order))


def nodes_of(db: sqlite3.Connection, distances: Mapping[str, int]) -> tuple[Node, ...]:
    """The nodes with these ids (of entities, or those of `kg.analyse.values`), in their order."""
    known: dict[str, sqlite3.Row] = {}
    ids = list(distances)
    for start in range(0, len(ids), _MANY):
        part = ids[start : start + _MANY]
        for row in db.execute(
            "SELECT id, type, name, COALESCE(n, 0) AS n FROM entity "
            f"LEFT JOIN degree ON entity = id WHERE id IN ({', '.join('?' * len(part))})",
            part,
        ):
            known[row["id"]] = row
    return tuple(_node(id_, distance, known.get(id_)) for id_, distance in distances.items())


def check_entity(db: sqlite3.Connection, id_: str) -> None:
    """NotFoundError where the index has no such entity."""
    if db.execute("SELECT 1 FROM entity WHERE id = ?", (id_,)).fetchone() is None:
        raise NotFoundError(f"No entity has the id {id_[:80]}: /entities?q= finds ids by name.")


def unique(edges: Iterable[Edge]) -> list[Edge]:
    """Each edge once, the best first."""
    return sorted({edge.id: edge for edge in edges}.values(), key=lambda edge: edge.order)


# Rows ----------------------------------------------------------------------------------------


def _node(id_: str, distance: int, row: sqlite3.Row | None) -> Node:
    kind, type_, name, statements = "entity", "", id_, 0
    if row is not None:
        type_, name, statements = row["type"], row["name"], row["n"]
    elif not is_entity(id_):
        (kind, type_, name), statements = described(id_), 1
    return Node(id=id_, kind=kind, type=type_, name=name, statements=statements, distance=distance)


@cache
def _ranks() -> dict[str, int]:
    return {name: rank for rank, name in enumerate(vocabulary.load().modalities)}


def _order() -> str:
    """SQL that gives the firmest modality the least number; the names are the ontology's."""
    cases = " ".join(f"WHEN '{name}' THEN {rank}" for name, rank in _ranks().items())
    return f"CASE modality {cases} ELSE {len(_ranks())} END"


def _edge(row: sqlite3.Row) -> Edge:
    ranks = _ranks()
    return Edge(
        id=row["id"],
        source=row["subject"],
        target=row["object"] or _value(row),
        predicate=row["predicate"],
        modality=row["modality"],
        modalities=json.loads(row["modalities"]),
        belief=row["belief"],
        documents=row["documents"],
        latest=row["latest"],
        rank=ranks.get(row["modality"], len(ranks)),
    )


def _value(row: sqlite3.Row) -> str:
    amount = row["amount"]
    return title_id(row["text"]) if amount is None else amount_id(amount, row["currency"])


def _more(db: sqlite3.Connection, end: str, node: str, looked_at: int) -> bool:
    """Whether a node has more statements at one end than are looked at."""
    row = db.execute(
        f"SELECT 1 FROM statement WHERE {end} = ? LIMIT 1 OFFSET ?", (node, looked_at)
    ).fetchone()
    return row is not None


def _fewer(db: sqlite3.Connection, one: str, other: str) -> bool:
    """Whether the first of two entities stands in no more statements than the second."""
    counts = [
        (db.execute("SELECT n FROM degree WHERE entity = ?", (id_,)).fetchone() or (0,))[0]
        for id_ in (one, other)
    ]
    return bool(counts[0] <= counts[1])
