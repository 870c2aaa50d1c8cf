"""Who published what the graph is made from."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api import cursors
from api.dependencies import Cursor, Limit, Shared, next_path
from kg.store import overview
from ontology import sources

router = APIRouter(tags=["overview"])
_QUERY = ["sources"]


class Source(BaseModel):
    """A publisher."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "publisher": "Reuters",
                    "documents": 120,
                    "copies": 3,
                    "first": "2024-01-03",
                    "last": "2026-01-08",
                    "systematic": 0.05,
                }
            ]
        }
    )

    publisher: str = Field(description="for the filter `source`; empty where unknown")
    documents: int = Field(description="how many of its documents the store holds")
    copies: int = Field(description="how many of them are copies of texts that came out before")
    first: str | None = Field(description="the day of its oldest document")
    last: str | None = Field(description="the day of its newest document")
    systematic: float = Field(description="its systematic error in the reckoning of belief")


class SourcePage(BaseModel):
    """Some publishers, and where to find the next ones."""

    items: list[Source]
    next: str | None = Field(description="the path of the next page, or null on the last one")


@router.get("/sources", response_model=SourcePage, summary="List publishers")
def search(
    request: Request, services: Shared, limit: Limit = 50, cursor: Cursor = None
) -> SourcePage:
    """All publishers, those with the most documents first.

    A publisher is the host of a document's source, or the source itself where it is no URL; known
    ones have one name for all of their hosts.
    """
    after = None
    if cursor is not None:
        number, name = cursors.decode(cursor, query=_QUERY, size=2)
        after = (int(number), name)
    with services.store.index.reading() as db:
        found = overview.publishers(db, limit=limit + 1, after=after)
    more, found = len(found) > limit, found[:limit]
    following = None
    if more:
        following = cursors.encode([str(found[-1].documents), found[-1].publisher], query=_QUERY)
    settings = sources.load()
    return SourcePage(
        items=[
            Source(
                publisher=each.publisher,
                documents=each.documents,
                copies=each.copies,
                first=each.first or None,
                last=each.last or None,
                systematic=settings.systematic(each.publisher),
            )
            for each in found
        ],
        next=next_path(request, following),
    )
