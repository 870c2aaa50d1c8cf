"""What came and went."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from api import cursors
from api.dependencies import Cursor, Limit, Shared, next_path
from kg.analyse.values import amount_name
from kg.store import overview
from ontology import vocabulary

router = APIRouter(tags=["overview"])
_REVISION = re.compile(r"[0-9]{1,18}")


class Change(BaseModel):
    """A document or a statement that was added or removed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "time": "2026-01-08T09:30:00Z",
                    "revision": 12,
                    "change": "added",
                    "kind": "statement",
                    "id": "0f3b5a1c9d2e4f60",
                    "text": "Japan evaluates Anka",
                    "said": {
                        "subject": "country/japan",
                        "predicate": "evaluates",
                        "object": "equipment/anka",
                        "text": "",
                        "amount": None,
                        "currency": "",
                        "subject_type": "Country",
                        "subject_name": "Japan",
                        "object_type": "Equipment",
                        "object_name": "Anka",
                    },
                }
            ]
        }
    )

    time: str = Field(description="when, in UTC")
    revision: int = Field(description="the store's revision after it")
    change: Literal["added", "removed"]
    kind: Literal["document", "statement"]
    id: str = Field(description="of the document or statement")
    text: str = Field(description="the title of the document, or the statement in words")
    said: dict[str, Any] = Field(description="what it was: what is removed cannot be looked up")


class Changes(BaseModel):
    """Some changes, and where to find the next ones."""

    items: list[Change]
    next: str | None = Field(description="the path of the next page, or null on the last one")


@router.get("/changes", response_model=Changes, summary="What came and went")
def changes(
    request: Request,
    services: Shared,
    since: Annotated[
        str | None,
        Query(
            max_length=40,
            description="a revision, after which it begins, or a day or time, from which on",
            examples=["2026-01-08"],
        ),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Changes:
    """The documents and statements that were added or removed, the oldest change first.

    A statement is added with its first piece of evidence and removed with its last. To follow a
    store, ask again with the greatest `revision` that has been seen. Times are in UTC where they do
    not say otherwise.
    """
    time, revision = _since(since)
    query = ["changes", time, revision]
    after = 0 if cursor is None else int(cursors.decode(cursor, query=query, size=1)[0])
    with services.store.index.reading() as db:
        found = overview.changes(db, limit=limit + 1, time=time, revision=revision, after=after)
    more, found = len(found) > limit, found[:limit]
    following = cursors.encode([str(found[-1].number)], query=query) if more else None
    return Changes(
        items=[
            Change(
                time=each.time,
                revision=each.revision,
                change=cast(Literal["added", "removed"], each.change),
                kind=cast(Literal["document", "statement"], each.kind),
                id=each.id,
                text=_text(each.kind, each.said),
                said={name: value for name, value in each.said.items() if name != "id"},
            )
            for each in found
        ],
        next=next_path(request, following),
    )


def _since(text: str | None) -> tuple[str, int]:
    """The time and the revision that are asked for; RequestValidationError for neither."""
    if text is None:
        return "", -1
    if _REVISION.fullmatch(text):
        return "", int(text)
    try:
        time = datetime.fromisoformat(text.replace(" ", "+"))  # a plus that nobody encoded
        known = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
        return known.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), -1
    except (ValueError, OverflowError):
        message = f"{text!r} is no revision, no day such as 2026-01-08 and no time such as {_TIME}"
        raise RequestValidationError([{"loc": ("query", "since"), "msg": message}]) from None


_TIME = "2026-01-08T09:30:00Z"


def _text(kind: str, said: Mapping[str, Any]) -> str:
    if kind == "document":
        return str(said["title"])
    term = vocabulary.load().predicates.get(said["predicate"])
    label = term.label if term is not None else said["predicate"]
    target = said["object_name"] or said["text"]
    if said["amount"] is not None:
        target = amount_name(said["amount"], said["currency"])
    return f"{said['subject_name']} {label} {target}"
