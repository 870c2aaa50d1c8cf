"""Statements: filtered, and opened down to their sentences."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import astuple
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request

from api import cursors, models, reading, views
from api.dependencies import (
    Cursor,
    Limit,
    ModalityName,
    PredicateName,
    Shared,
    TypeName,
    check_name,
)
from api.reading import StatementFilter
from api.services import Services

router = APIRouter(tags=["statements"])


def page(
    services: Services,
    wanted: StatementFilter,
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
    places = reading.page_of_statements(services.store, wanted, limit=limit + 1, after=after)
    more, places = len(places) > limit, places[:limit]
    following = None
    if more:
        place = cursors.encode(places[-1], query=query)
        following = f"{path}?{urlencode([*parameters, ('limit', str(limit)), ('cursor', place)])}"
    found = reading.statements(services.store, [id_ for _, id_ in places])
    names = services.names().by_id
    return models.StatementPage(
        items=[views.summary(statement, names) for statement in found], next=following
    )


@router.get("/statements", response_model=models.StatementPage, summary="Filter statements")
def search(
    request: Request,
    services: Shared,
    subject: Annotated[
        str | None,
        Query(max_length=400, description="an entity's id", examples=["country/japan"]),
    ] = None,
    predicate: PredicateName = None,
    object: Annotated[
        str | None,
        Query(max_length=400, description="an entity's id", examples=["equipment/anka"]),
    ] = None,
    type: TypeName = None,
    modality: ModalityName = None,
    document: Annotated[str | None, Query(max_length=64, description="a document's id")] = None,
    since: Annotated[
        datetime.date | None, Query(description="from documents of this day on")
    ] = None,
    until: Annotated[
        datetime.date | None, Query(description="from documents up to this day")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.StatementPage:
    """The statements that fit all that is given, those with the newest evidence first.

    `type` is the class of the subject or of the object. Modality, document and days must hold of
    one and the same piece of evidence.
    """
    wanted = StatementFilter(
        subject=subject,
        predicate=check_name("predicate", predicate),
        object=object,
        type=check_name("type", type),
        modality=check_name("modality", modality),
        document=document,
        since=None if since is None else since.isoformat(),
        until=None if until is None else until.isoformat(),
    )
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in ("cursor", "limit")]
    return page(
        services, wanted, limit=limit, cursor=cursor, path=request.url.path, parameters=kept
    )


@router.get("/statements/{id}", response_model=models.StatementDetail, summary="Open a statement")
def read(
    services: Shared,
    id: Annotated[
        str, Path(max_length=64, description="a statement's id", examples=["0f3b5a1c9d2e4f60"])
    ],
) -> models.StatementDetail:
    """A statement with every sentence that bears on it.

    Each piece of evidence has its document with date and source, its place in the text, who says
    so, how far the sentence commits itself, and why it was read that way.
    """
    found = reading.statement(services.store, id)
    extractions = [services.store.extraction(each) for each in sorted(found.documents)]
    return views.detail(found, extractions, services.names().by_id)
