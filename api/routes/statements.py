"""Statements: filtered, and opened down to their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request

from api import cursors, models, opened, reading, views
from api.dependencies import Cursor, Limit, Shared
from api.filters import StatementFilter
from api.services import Services
from kg.errors import NotFoundError
from kg.statements import Extraction
from kg.store import filters
from kg.store.filters import Filter

router = APIRouter(tags=["statements"])


def page(
    services: Services,
    wanted: Filter,
    *,
    limit: int,
    cursor: str | None,
    path: str,
    parameters: Sequence[tuple[str, str]],
) -> models.StatementPage:
    """One page of the wanted statements; `path` and `parameters` make its `next`."""
    query = ["statements", *astuple(wanted)]
    after = None
    if cursor is not None:
        day, id_ = cursors.decode(cursor, query=query, size=2)
        after = (day, id_)
    with services.store.index.reading() as db:
        found = filters.page(db, wanted, limit=limit + 1, after=after)
        more, found = len(found) > limit, found[:limit]
        names = reading.named(db, found)
    following = None
    if more:
        place = cursors.encode([found[-1].latest, found[-1].id], query=query)
        following = f"{path}?{urlencode([*parameters, ('limit', str(limit)), ('cursor', place)])}"
    return models.StatementPage(
        items=[views.summary(each, names) for each in found], next=following
    )


@router.get("/statements", response_model=models.StatementPage, summary="Filter statements")
def search(
    request: Request,
    services: Shared,
    wanted: StatementFilter,
    subject: Annotated[
        str | None,
        Query(max_length=400, description="an entity's id", examples=["country/japan"]),
    ] = None,
    object: Annotated[
        str | None,
        Query(max_length=400, description="an entity's id", examples=["equipment/anka"]),
    ] = None,
    entity: Annotated[
        str | None,
        Query(
            max_length=400,
            description="the id of an entity at either end",
            examples=["country/japan"],
        ),
    ] = None,
    document: Annotated[str | None, Query(max_length=64, description="a document's id")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.StatementPage:
    """The statements that fit all that is given, those with the newest evidence first.

    `predicate` and `modality` may be given several times: any of them will do. `type` is the class
    of the subject or of the object. Modality, document, days, source and confidence must hold of
    one and the same piece of evidence; `belief` is that of the statement in its firmest modality.
    """
    reading.check_entities(services.store, subject, object, entity)
    wanted = replace(wanted, subject=subject, object=object, entity=entity, document=document)
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in ("cursor", "limit")]
    return page(
        services, wanted, limit=limit, cursor=cursor, path=request.url.path, parameters=kept
    )


@router.get("/statements/{id}", response_model=opened.StatementDetail, summary="Open a statement")
def read(
    services: Shared,
    id: Annotated[
        str, Path(max_length=64, description="a statement's id", examples=["0f3b5a1c9d2e4f60"])
    ],
) -> opened.StatementDetail:
    """A statement with every sentence that bears on it, and how far it can be believed.

    Each piece of evidence has its document with date and source, its place in the text, who says
    so, how far the sentence commits itself, and why it was read that way. `belief_arithmetic` has
    the belief with all that it was reckoned from, `other_beliefs` the same for the modalities that
    are less firm, denials among them.
    """
    found = reading.statement(services.store, id)
    pieces = views.evidence_of(_extractions(services, found.documents), id)
    with services.store.index.reading() as db:
        ids = views.entities_in(pieces) | {found.row.subject, found.row.object}
        names = {key: each.entity for key, each in reading.entities(db, ids).items()}
    return views.detail(found, pieces, names)


def _extractions(services: Services, documents: Sequence[str]) -> list[Extraction]:
    """What documents say; those that were taken away in the meantime are left out."""
    found: list[Extraction] = []
    for id_ in documents:
        try:
            found.append(services.store.extraction(id_))
        except NotFoundError:
            continue
    return found
