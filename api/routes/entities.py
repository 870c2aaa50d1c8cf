"""Entities: found by name, opened by id."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from api import cursors, models, reading, views
from api.dependencies import Cursor, Limit, Shared, TypeName, check_name, next_path
from api.reading import StatementFilter
from api.routes.statements import page
from api.search import Hit
from kg.errors import NotFoundError

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
    """Finds entities by any of their names, the best first.

    A whole name scores by its similarity, a part of a name or its words in another order a little
    less. Names of fewer than four letters must be spelled right.
    """
    check_name("type", type)
    names = services.names()
    hits = names.search(q) if q is not None else [Hit(entity, 0.0) for entity in names.entities]
    wanted = [hit for hit in hits if type is None or hit.entity.type == type]
    query = ["entities", q, type, services.store.revision]
    start = 0
    if cursor is not None:
        start = int(cursors.decode(cursor, query=query, size=1)[0])
    found = wanted[start : start + limit]
    end = start + len(found)
    following = cursors.encode([str(end)], query=query) if end < len(wanted) else None
    return models.EntityPage(
        items=[views.entity(hit.entity, score=None if q is None else hit.score) for hit in found],
        next=next_path(request, following),
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
    names = services.names().by_id
    entity = names.get(id)
    if entity is None:
        name = id.rpartition("/")[2].replace("-", " ")[:40]
        raise NotFoundError(f"No entity has the id {id[:80]}: try /entities?q={name}.")
    lists = [
        page(services, wanted, limit=_FIRST, cursor=None, path="/statements", parameters=parameters)
        for wanted, parameters in (
            (StatementFilter(subject=id), [("subject", id)]),
            (StatementFilter(object=id), [("object", id)]),
        )
    ]
    return models.EntityDetail(
        **views.entity(entity).model_dump(),
        reasons=reading.entity_reasons(services.store, entity.id),
        statements_out=lists[0],
        statements_in=lists[1],
    )
