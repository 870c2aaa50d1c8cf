"""Documents: listed, opened, added and taken away."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api import cursors, models, reading, uploads, views
from api.days import Day
from api.dependencies import Cursor, DocumentId, Limit, Shared, Writer, next_path

router = APIRouter(tags=["documents"])
_QUERY = ["documents"]
_BODIES: dict[str, Any] = {
    uploads.JSON: {"schema": {"$ref": "#/components/schemas/NewDocument"}},
    **{
        media_type: {"schema": {"type": "string"} | ({"format": "binary"} if kind == "pdf" else {})}
        for media_type, kind in uploads.KINDS.items()
    },
}


@router.get("/documents", response_model=models.DocumentPage, summary="List documents")
def search(
    request: Request, services: Shared, limit: Limit = 50, cursor: Cursor = None
) -> models.DocumentPage:
    """All documents, the newest first."""
    after = None
    if cursor is not None:
        day, id_ = cursors.decode(cursor, query=_QUERY, size=2)
        after = (day, id_)
    found = reading.documents(services.store, limit=limit + 1, after=after)
    more, found = len(found) > limit, found[:limit]
    following = None
    if more:
        following = cursors.encode([found[-1].date or "", found[-1].id], query=_QUERY)
    return models.DocumentPage(
        items=[views.document(each) for each in found], next=next_path(request, following)
    )


@router.get("/documents/{id}", response_model=models.DocumentDetail, summary="Open a document")
def read(services: Shared, id: DocumentId) -> models.DocumentDetail:
    """A document with its text, its mentions, its entities and its statements."""
    reading.document(services.store, id)  # which says where to look if it is unknown
    return views.document_detail(services.store.extraction(id))


@router.post(
    "/documents",
    response_model=models.DocumentResult,
    status_code=HTTPStatus.CREATED,
    summary="Add a document",
    dependencies=[Writer],
    responses={
        200: {"model": models.DocumentResult, "description": "It was known, or a dry run"},
    },
    openapi_extra={"requestBody": {"required": True, "content": _BODIES}},
)
def add(
    services: Shared,
    upload: Annotated[uploads.Upload, Depends(uploads.one)],
    response: Response,
    title: Annotated[
        str | None, Query(max_length=1000, description="the headline, whatever the body says")
    ] = None,
    date: Annotated[
        Day | None,
        Query(description="the day it was published, whatever the body says"),
    ] = None,
    source: Annotated[
        str | None,
        Query(max_length=2000, description="who published it, or where, whatever the body says"),
    ] = None,
    dry_run: Annotated[
        bool, Query(description="only show what would be read, and store nothing")
    ] = False,
) -> models.DocumentResult:
    """Reads a document and stores what it says.

    It comes as JSON, or as it is: text, Markdown with front matter (title, date, source), HTML, of
    which the article is taken, or PDF. 201 where it is new, with its path in `Location`; 200 where
    the same text with the same title, date and source is there already, which changes nothing, and
    for a dry run.
    """
    services.check_reads()
    document = upload.document(
        services.readers,
        title=title,
        date=None if date is None else date.isoformat(),
        source=source,
    )
    known = reading.knows_document(services.store, document.id)
    if known:
        extraction = services.store.extraction(document.id)
    else:
        extraction = services.run_pipeline(document)
        if not dry_run:
            services.add([extraction])
    if known or dry_run:
        response.status_code = HTTPStatus.OK
    else:
        response.headers["Location"] = f"/documents/{document.id}"
    return models.DocumentResult(
        **views.document_detail(extraction).model_dump(),
        stored=known or not dry_run,
        known=known,
    )


@router.delete(
    "/documents/{id}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Take a document away",
    dependencies=[Writer],
)
def remove(services: Shared, id: DocumentId) -> None:
    """Removes a document, and every statement and entity that no other document supports."""
    reading.document(services.store, id)  # which says where to look if it is unknown
    services.store.retract(id)
    services.store.flush()
    services.pool.expect(services.store.revision)
