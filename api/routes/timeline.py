"""What happened when, as far as sentences give a date."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api import cursors, models, reading, views
from api.dependencies import Cursor, Limit, Shared, next_path
from api.filters import StatementFilter
from kg.store import filters

router = APIRouter(tags=["statements"])


class EventDate(BaseModel):
    """A date that a sentence gives."""

    edtf: str = Field(description="EDTF level 0 or 1", examples=["2026-03"])
    first: str = Field(description="the first day that it can be", examples=["2026-03-01"])
    last: str = Field(description="the last day that it can be", examples=["2026-03-31"])
    text: str = Field(description="as the article wrote it", examples=["in March"])
    basis: str = Field(description="stated, or article: worked out from the article's date")
    precision: str = Field(description="day, month, year, interval or empty", examples=["month"])
    qualifier: str = Field(description="what it is the date of", examples=["date"])


class Event(BaseModel):
    """A statement with a date."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "statement": models.SUMMARY,
                    "date": {
                        "edtf": "2026-03",
                        "first": "2026-03-01",
                        "last": "2026-03-31",
                        "text": "in March",
                        "basis": "article",
                        "precision": "month",
                        "qualifier": "date",
                    },
                    "modality": "planned",
                    "document": {
                        "id": "5d41402abc4b2a76",
                        "title": "Turkey and Japan move towards a defence pact",
                        "date": "2026-01-08",
                        "source": None,
                    },
                    "documents": 1,
                }
            ]
        }
    )

    statement: models.StatementSummary
    date: EventDate
    modality: str = Field(description="of the sentence that gives the date")
    document: models.DocumentLink = Field(description="the newest document that gives it")
    documents: int = Field(description="how many documents give it")


class Timeline(BaseModel):
    """Some dated statements, and where to find the next ones."""

    items: list[Event]
    next: str | None = Field(description="the path of the next page, or null on the last one")


@router.get("/timeline", response_model=Timeline, summary="Statements in the order of time")
def timeline(
    request: Request,
    services: Shared,
    wanted: StatementFilter,
    entity: Annotated[
        str | None,
        Query(
            max_length=400,
            description="the id of an entity at either end",
            examples=["country/japan"],
        ),
    ] = None,
    other: Annotated[
        str | None,
        Query(max_length=400, description="the id of an entity that is to stand at the other end"),
    ] = None,
    order: Annotated[
        Literal["newest", "oldest"], Query(description="which dates come first")
    ] = "newest",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Timeline:
    """Statements by the dates that their sentences give, with the same filters as `/statements`.

    A statement comes once for each date that evidence gives. What no sentence dates is not here:
    the day of an article is never taken for the day of what it tells. `since` and `until` are
    about articles, as everywhere.
    """
    reading.check_entities(services.store, entity, other)
    wanted = replace(wanted, entity=entity, other=other)
    query = ["timeline", order, *astuple(wanted)]
    after = None if cursor is None else cursors.decode(cursor, query=query, size=5)
    with services.store.index.reading() as db:
        found = filters.timeline(db, wanted, newest=order == "newest", limit=limit + 1, after=after)
        more, found = len(found) > limit, found[:limit]
        rows = {row.id: row for row in filters.statements(db, [each.statement for each in found])}
        names = reading.named(db, rows.values())
    documents = {
        each.id: each
        for each in reading.documents(
            services.store, limit=limit, ids=[each.document for each in found]
        )
    }
    following = cursors.encode(found[-1].place, query=query) if more else None
    return Timeline(
        items=[
            Event(
                statement=views.summary(rows[each.statement], names),
                date=EventDate(
                    edtf=each.edtf,
                    first=each.first,
                    last=each.last,
                    text=each.text,
                    basis=each.basis,
                    precision=each.precision,
                    qualifier=each.qualifier,
                ),
                modality=each.modality,
                document=_link(each.document, documents),
                documents=each.documents,
            )
            for each in found
        ],
        next=next_path(request, following),
    )


def _link(id_: str, documents: dict[str, reading.FoundDocument]) -> models.DocumentLink:
    """The document, as far as it is still there."""
    found = documents.get(id_)
    if found is None:
        return models.DocumentLink(id=id_, title="", date=None, source=None)
    return models.DocumentLink(id=id_, title=found.title, date=found.date, source=found.source)
