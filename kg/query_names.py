"""Entities by their names, where a stored query wants an id."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from kg.graph.terms import BASE
from kg.queries import ParameterError, StoredQuery
from kg.store.index import Index
from kg.store.names import search
from ontology.normal import normal_name

_MOST = 8  # candidates
_LONGEST = 400


def with_ids(query: StoredQuery, values: Mapping[str, str], index: Index) -> dict[str, str]:
    """`values` with an id for each name of an entity.

    Names are compared without case, marks and punctuation. ParameterError where several entities
    have the name, or none has it and none has it for its id; it has the candidates.
    """
    names = {each.name for each in query.parameters if each.type == "entity"}
    found = dict(values)
    for name in sorted(names & values.keys()):
        found[name] = _entity(name, values[name], index)
    return found


def _entity(parameter: str, value: str, index: Index) -> str:
    wrong = value[:60]
    if len(value) > _LONGEST or any("\ud800" <= each <= "\udfff" for each in value):
        raise ParameterError(parameter, f"{wrong!a} is no name of an entity")
    with index.reading() as db:
        id_ = value.removeprefix(f"{BASE}entity/")
        if db.execute("SELECT 1 FROM entity WHERE id = ?", (id_,)).fetchone() is not None:
            return id_
        key = normal_name(value.replace("\0", " "))
        named = _described(
            db, (row[0] for row in db.execute("SELECT entity FROM name WHERE key = ?", (key,)))
        )
        if len(named) == 1:
            return named[0][0]
        if named:
            raise ParameterError(
                parameter,
                f"{wrong!r} is a name of several entities: take the id of one, {_shown(named)}",
                candidates=named,
            )
        # The last part of an id is made of a name.
        hits = search(db, index.words, id_.rpartition("/")[2].replace("-", " "))
        near = _described(db, (hit.id for hit in hits[:_MOST]), ordered=False)
    mend = f"perhaps {_shown(near)}" if near else "search by name gives ids"
    raise ParameterError(parameter, f"no entity is called {wrong!r}: {mend}", candidates=near)


def _described(
    db: sqlite3.Connection, ids: Iterable[str], *, ordered: bool = True
) -> list[tuple[str, str, str]]:
    """Id, type and name of entities, each once; those in most statements first, if `ordered`."""
    rows = [
        db.execute(
            "SELECT id, type, name, COALESCE(n, 0) FROM entity LEFT JOIN degree ON entity = id "
            "WHERE id = ?",
            (id_,),
        ).fetchone()
        for id_ in list(dict.fromkeys(ids))[:50]
    ]
    if ordered:
        rows.sort(key=lambda row: (-row[3], row[0]))
    return [(row[0], row[1], row[2]) for row in rows[:_MOST]]


def _shown(candidates: Iterable[tuple[str, str, str]]) -> str:
    return ", ".join(f"{id_} ({name}, {type_})" for id_, type_, name in candidates)
