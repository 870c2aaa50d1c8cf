"""What the REST routes ask of a store: its index, and for a few things the graph itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from api import terms
from kg.analyse.belief import Belief, beliefs
from kg.entities import Entity
from kg.errors import NotFoundError
from kg.graph.terms import BASE
from kg.store import filters
from kg.store.filters import Row
from kg.store.index import pieces_of
from kg.store.index_copies import parts
from kg.store.interface import Store
from ontology import sources, vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntity:
    """An entity, and how many statements it stands in."""

    entity: Entity
    statements: int


_ENTITY = """SELECT id, type, name, sorted, aliases, catalogue, COALESCE(n, 0) AS statements
    FROM entity LEFT JOIN degree ON degree.entity = id"""


def entities(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, FoundEntity]:
    """The entities with these ids, by id; unknown ones are left out."""
    return {
        row["id"]: _entity(row)
        for part in parts(set(ids))
        for row in db.execute(f"{_ENTITY} WHERE id IN ({', '.join('?' * len(part))})", part)
    }


def entities_by_name(
    db: sqlite3.Connection, *, type_: str | None, limit: int, after: tuple[str, str] | None
) -> list[tuple[str, FoundEntity]]:
    """At most `limit` entities in the order of their names, each with what it is ordered by.

    `after` is that and the id of the last one of the page before.
    """
    tests = ["(sorted, id) > (?, ?)"] if after is not None else []
    tests += ["type = ?"] if type_ is not None else []
    rows = db.execute(
        f"{_ENTITY} WHERE {' AND '.join(tests) or 'TRUE'} ORDER BY sorted, id LIMIT ?",
        (*(after or ()), *([type_] if type_ is not None else []), limit),
    )
    return [(row["sorted"], _entity(row)) for row in rows]


def _entity(row: sqlite3.Row) -> FoundEntity:
    entity = Entity(
        id=row["id"],
        type=row["type"],
        name=row["name"],
        aliases=tuple(json.loads(row["aliases"])),
        catalogue=bool(row["catalogue"]),
    )
    return FoundEntity(entity=entity, statements=row["statements"])


def named(db: sqlite3.Connection, rows: Iterable[Row]) -> dict[str, Entity]:
    """The entities at the ends of statements."""
    ids = {id_ for row in rows for id_ in (row.subject, row.object) if id_}
    return {id_: found.entity for id_, found in entities(db, ids).items()}


def entity(store: Store, id_: str) -> FoundEntity:
    """The entity with the id; NotFoundError if unknown."""
    with store.index.reading() as db:
        return _known(db, [id_])[id_]


def check_entities(store: Store, *ids: str | None) -> None:
    """NotFoundError where no entity has one of the ids that are given: a name in place of an id
    would have an empty answer, as if nothing were known of it."""
    given = [id_ for id_ in ids if id_ is not None]
    if given:
        with store.index.reading() as db:
            _known(db, given)


def _known(db: sqlite3.Connection, ids: Sequence[str]) -> dict[str, FoundEntity]:
    """The entities with these ids; NotFoundError for the first that is unknown."""
    found = entities(db, ids)
    for id_ in ids:
        if id_ not in found:
            if not id_:
                raise NotFoundError("No entity has an empty id: /entities lists them.")
            name = quote_plus(id_.rpartition("/")[2].replace("-", " ")[:40])
            raise NotFoundError(f"No entity has the id {id_[:80]}: try /entities?q={name}.")
    return found


def entity_reasons(store: Store, id_: str) -> list[str]:
    """Why documents linked the entity to the catalogue, or took it for a new one."""
    rows = store.select(
        f"""PREFIX ent: <{vocabulary.NAMESPACE}>
        SELECT DISTINCT ?reason {{ GRAPH ?doc {{
            ?description ent:describes {terms.iri(f"{BASE}entity/{id_}")} ; ent:reason ?reason
        }} }} ORDER BY ?reason"""
    )
    return [row["reason"] or "" for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedStatement:
    """A statement with the belief in each modality, the firmest first, and its documents."""

    row: Row
    beliefs: tuple[Belief, ...]
    documents: tuple[str, ...]


def statement(store: Store, id_: str) -> OpenedStatement:
    """The statement with the id; NotFoundError if unknown."""
    with store.index.reading() as db:
        rows = filters.statements(db, [id_])
        pieces = pieces_of(db, id_)
    if not rows:
        raise NotFoundError(f"No statement has the id {id_[:40]}: /statements lists them.")
    return OpenedStatement(
        row=rows[0],
        beliefs=beliefs(pieces, sources=sources.load()),
        documents=tuple(sorted({piece.document for piece in pieces})),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    """A document's metadata."""

    id: str
    title: str
    date: str | None
    source: str | None
    language: str
    statements: int


def documents(
    store: Store,
    *,
    limit: int,
    after: tuple[str, str] | None = None,
    ids: Sequence[str] | None = None,
) -> list[FoundDocument]:
    """At most `limit` documents, the newest first; only those with `ids`, if given.

    `after` is the date ("" for none) and the id of the last one of the page before.
    """
    tests, values = ["TRUE"], list[str]()
    if after is not None:
        tests.append("(day < ? OR (day = ? AND id > ?))")
        values += [after[0], *after]
    if ids is not None:
        tests.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(list(ids)))
    with store.index.reading() as db:
        rows = db.execute(
            f"""SELECT id, title, day, source, language, statements FROM document
            WHERE {" AND ".join(tests)} ORDER BY day DESC, id LIMIT ?""",
            (*values, limit),
        ).fetchall()
    return [
        FoundDocument(
            id=row["id"],
            title=row["title"],
            date=row["day"] or None,
            source=row["source"],
            language=row["language"],
            statements=row["statements"],
        )
        for row in rows
    ]


def document(store: Store, id_: str) -> FoundDocument:
    """The document with the id; NotFoundError if unknown."""
    known = id_.isascii() and id_.isalnum()
    found = documents(store, limit=1, ids=[id_]) if known else []
    if not found:
        raise NotFoundError(f"No document has the id {id_[:40]}: /documents lists them.")
    return found[0]


def knows_document(store: Store, id_: str) -> bool:
    """Whether the store holds the document."""
    return bool(documents(store, limit=1, ids=[id_]))
