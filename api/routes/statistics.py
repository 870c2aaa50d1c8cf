"""How much of what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import Shared
from kg.store import overview
from ontology import vocabulary

router = APIRouter(tags=["overview"])
_PUBLISHERS = 20


class Statistics(BaseModel):
    """Totals. Names come in the order of the ontology, months in that of time, publishers by their
    number of documents; what there is nothing of is left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "revision": 12,
                    "documents": 11,
                    "copies": 0,
                    "entities": 98,
                    "statements": 195,
                    "evidence": 204,
                    "types": {"Country": 14, "Company": 20},
                    "predicates": {"evaluates": 5},
                    "modalities": {"asserted": 170, "planned": 20, "possible": 3, "denied": 2},
                    "evidence_modalities": {"asserted": 178, "planned": 21},
                    "months": {"2026-01": 3},
                    "undated": 0,
                    "publishers": {"Sample daily": 5},
                    "publishers_in_all": 3,
                }
            ]
        }
    )

    revision: int = Field(description="the state of the store that this is about")
    documents: int
    entities: int
    statements: int
    copies: int = Field(description="how many documents are copies of others")
    evidence: int = Field(description="how many sentences bear on statements")
    types: dict[str, int] = Field(description="entities by their class")
    predicates: dict[str, int] = Field(description="statements by their predicate")
    modalities: dict[str, int] = Field(description="statements by their firmest modality")
    evidence_modalities: dict[str, int] = Field(description="pieces of evidence by modality")
    months: dict[str, int] = Field(description="documents by the month of their date")
    undated: int = Field(description="documents without a date")
    publishers: dict[str, int] = Field(
        description="documents by publisher, the 20 with the most; /sources lists them all"
    )
    publishers_in_all: int = Field(description="how many publishers there are")


@router.get("/statistics", response_model=Statistics, summary="Count what there is")
def statistics(services: Shared) -> Statistics:
    """Totals by class, predicate, modality, month and publisher.

    They are kept with every change and looked up, so that they cost as much in any store.
    """
    index = services.store.index
    with index.reading() as db:
        revision = index.revision
        found = overview.totals(db)
    terms = vocabulary.load()
    months, publishers = found.get("month", {}), found.get("publisher", {})
    most = sorted(publishers.items(), key=lambda each: (-each[1], each[0]))
    return Statistics(
        revision=revision or 0,
        documents=sum(found.get("document", {}).values()),
        copies=sum(found.get("copied", {}).values()),
        entities=sum(found.get("type", {}).values()),
        statements=sum(found.get("predicate", {}).values()),
        evidence=sum(found.get("evidence", {}).values()),
        types=_ordered(found.get("type", {}), terms.types),
        predicates=_ordered(found.get("predicate", {}), terms.predicates),
        modalities=_ordered(found.get("modality", {}), terms.modalities),
        evidence_modalities=_ordered(found.get("evidence", {}), terms.modalities),
        months={month: n for month, n in sorted(months.items()) if month},
        undated=months.get("", 0),
        publishers=dict(most[:_PUBLISHERS]),
        publishers_in_all=len(publishers),
    )


def _ordered(counts: Mapping[str, int], names: Iterable[str]) -> dict[str, int]:
    return {name: counts[name] for name in names if name in counts}
