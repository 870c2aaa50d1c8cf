"""Entities: found by name, opened by id."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from api import cursors, models, reading, views
from api.dependencies import Cursor, Limit, Shared, TypeName, check_name, next_path
from api.routes.statements import page
from api.services import Services
from kg.store import names
from kg.store.filters import Filter

router = APIRouter(tags=["entities"])
_FIRST = 20  # statements on an entity's page


@router.get("/entities", response_model=models.EntityPage, summary="Search entities")
def search(
    request: Request,
    services: Shared,
    q: Annotated[
        str | None,
        Query(
            max_length=200,
            description="any name, also with typos and without diacritics; without it all are "
            "listed by name",
            examples=["Bayrakter"],
        ),
    ] = None,
    type: TypeName = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.EntityPage:
    """Finds entities by any of their names, the best first, then those with the most statements.

    A whole name scores by its similarity, a part of a name or its words in another order a little
    less. Words of fewer than four letters must be spelled right, of four to six one typo is
    forgiven, of longer ones two.
    """
    check_name("type", type)
    if q is None:
        return _listed(request, services, type_=type, limit=limit, cursor=cursor)
    index = services.store.index
    query = ["entities", q, type, index.revision]
    start = 0
    if cursor is not None:
        start = int(cursors.decode(cursor, query=query, size=1)[0])
    with index.reading() as db:
        hits = names.search(db, index.words, q, type_=type)
        shown = hits[start : start + limit]
        found = reading.entities(db, [hit.id for hit in shown])
    end = start + len(shown)
    following = cursors.encode([str(end)], query=query) if end < len(hits) else None
    return models.EntityPage(
        items=[views.found_entity(found[hit.id], score=hit.score) for hit in shown],
        next=next_path(request, following),
    )


def _listed(
    request: Request, services: Services, *, type_: str | None, limit: int, cursor: str | None
) -> models.EntityPage:
    """All entities, or all of a type, by name."""
    query = ["entities", None, type_]
    after = None
    if cursor is not None:
        name, id_ = cursors.decode(cursor, query=query, size=2)
        after = (name, id_)
    with services.store.index.reading() as db:
        found = reading.entities_by_name(db, type_=type_, limit=limit + 1, after=after)
    more, found = len(found) > limit, found[:limit]
    following = None
    if more:
        last, entity = found[-1]
        following = cursors.encode([last, entity.entity.id], query=query)
    return models.EntityPage(
        items=[views.found_entity(each) for _, each in found], next=next_path(request, following)
    )


@router.get("/entities/{id:path}", response_model=models.EntityDetail, summary="Open an entity")
def read(
    services: Shared,
    id: Annotated[
        str, Path(description="the entity's id, with its slash", examples=["country/japan"])
    ],
) -> models.EntityDetail:
    """An entity with the newest statements that it is the subject or the object of.

    `next` of either list leads to the other statements.
    """
    found = reading.entity(services.store, id)
    lists = [
        page(services, wanted, limit=_FIRST, cursor=None, path="/statements", parameters=parameters)
        for wanted, parameters in (
            (Filter(subject=id), [("subject", id)]),
            (Filter(object=id), [("object", id)]),
        )
    ]
    return models.EntityDetail(
        **views.found_entity(found).model_dump(),
        reasons=reading.entity_reasons(services.store, id),
        statements_out=lists[0],
        statements_in=lists[1],
    )
