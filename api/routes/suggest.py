"""Type-ahead: what somebody who has typed so far may want."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api import models, reading
from api.dependencies import Shared, TypeName, check_name
from kg.store import names

router = APIRouter(tags=["entities"])


class Suggestion(models.EntityLink):
    """An entity that may be meant."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "equipment/bayraktar-tb2",
                    "type": "Equipment",
                    "name": "Bayraktar TB2",
                    "matched": "TB2",
                    "score": 95.0,
                    "statements": 12,
                }
            ]
        }
    )

    matched: str = Field(description="the one of its names that fits")
    score: float = Field(description="how well, from 0 to 100")
    statements: int = Field(description="how many statements it stands in")


class Suggestions(BaseModel):
    """Entities, the likeliest first."""

    items: list[Suggestion]


@router.get("/suggest", response_model=Suggestions, summary="Complete a name")
def suggest(
    services: Shared,
    q: Annotated[
        str, Query(max_length=200, description="what has been typed so far", examples=["tb"])
    ],
    type: TypeName = None,
    limit: Annotated[int, Query(ge=1, le=50, description="how many are shown at most")] = 10,
) -> Suggestions:
    """Entities with a name that is it, then those with one that begins with it, then those of
    which a word does, then those with typos; of each kind those with the most statements first.
    """
    check_name("type", type)
    index = services.store.index
    with index.reading() as db:
        hits = names.suggest(db, index.words, q, type_=type, limit=limit)
        found = reading.entities(db, [hit.id for hit in hits])
    return Suggestions(
        items=[
            Suggestion(
                id=hit.id,
                type=found[hit.id].entity.type,
                name=found[hit.id].entity.name,
                matched=hit.matched,
                score=hit.score,
                statements=hit.statements,
            )
            for hit in hits
        ]
    )
