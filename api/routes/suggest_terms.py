"""What goes with the reconciliation service: suggestions as one types, properties of a type, and an
entity as a small page."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from api import reading, reconciliation, views
from api.dependencies import Shared
from api.reconciliation import described, type_of
from kg.store import filters, names
from kg.store.filters import Filter
from ontology import vocabulary

router = APIRouter(tags=["reconciliation"])
_MOST, _PAGE = 1_000, 20  # that can be suggested, and at once
# A preview is made to be shown within the page of another.
_FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)
_STYLE = (
    "body{font:14px/1.4 system-ui,sans-serif;margin:8px}h1{font-size:16px;margin:0}"
    "p,ul{margin:4px 0;padding:0}li{list-style:none}small{color:#555}"
)


class Suggested(BaseModel):
    """An entity, a type or a property that may be meant."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "company/baykar",
                    "name": "Baykar",
                    "description": "company, 31 statements",
                    "notable": [{"id": "Company", "name": "company"}],
                }
            ]
        }
    )

    id: str
    name: str
    description: str = Field("", description="what it is")
    notable: list[dict[str, str]] = Field(
        default_factory=list, description="the classes of an entity"
    )


class SuggestResponse(BaseModel):
    """What may be meant, the likeliest first."""

    result: list[Suggested]


class Proposal(BaseModel):
    """The properties that a type has."""

    type: str
    limit: int
    properties: list[dict[str, str]] = Field(description="each with its `id` and `name`")


Prefix = Annotated[
    str, Query(max_length=200, description="what has been typed so far", examples=["bay"])
]
Skip = Annotated[int, Query(ge=0, le=_MOST, description="how many to leave out")]


@router.get("/reconcile/suggest/entity", response_model=SuggestResponse, summary="Suggest entities")
def suggest_entity(services: Shared, prefix: Prefix, cursor: Skip = 0) -> SuggestResponse:
    """Entities with a name that begins as typed or is near to it, or with the id that was typed."""
    index = services.store.index
    with index.reading() as db:
        hits = names.suggest(db, index.words, prefix, limit=cursor + _PAGE)
        id_ = reconciliation.entity_id(prefix)
        ids = list(dict.fromkeys([id_, *(hit.id for hit in hits)]))
        found = reading.entities(db, ids)
    shown = [found[each] for each in ids if each in found][cursor : cursor + _PAGE]
    return SuggestResponse(
        result=[
            Suggested(
                id=each.entity.id,
                name=each.entity.name,
                description=described(each),
                notable=[type_of(each.entity.type)],
            )
            for each in shown
        ]
    )


@router.get("/reconcile/suggest/type", response_model=SuggestResponse, summary="Suggest types")
def suggest_type(prefix: Prefix, cursor: Skip = 0) -> SuggestResponse:
    """Classes of the ontology of which a word begins as typed; without a prefix all of them."""
    terms = vocabulary.load().types
    found = reconciliation.matching(((t.name, t.label) for t in terms.values()), prefix)
    return SuggestResponse(
        result=[
            Suggested(id=id_, name=terms[id_].label, description=terms[id_].definition)
            for id_ in found[cursor : cursor + _PAGE]
        ]
    )


@router.get(
    "/reconcile/suggest/property", response_model=SuggestResponse, summary="Suggest properties"
)
def suggest_property(prefix: Prefix, cursor: Skip = 0) -> SuggestResponse:
    """Properties of which a word begins as typed: predicates of the ontology, the same read from
    the object (with `^`), and a few that tell what an entity is."""
    known = reconciliation.properties()
    found = reconciliation.matching(((p.id, p.name) for p in known.values()), prefix)
    return SuggestResponse(
        result=[
            Suggested(id=id_, name=known[id_].name, description=known[id_].description)
            for id_ in found[cursor : cursor + _PAGE]
        ]
    )


@router.get(
    "/reconcile/properties", response_model=Proposal, summary="Propose properties for a type"
)
def propose(
    type: Annotated[
        str, Query(max_length=200, description="a class of the ontology", examples=["Company"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=200, description="how many at most")] = 100,
) -> Proposal:
    """The properties that entities of a type can have, for a data extension."""
    name = type.removeprefix(vocabulary.NAMESPACE)
    known = reconciliation.properties().values()
    fitting = [p for p in known if not name or name in p.types]
    return Proposal(
        type=type,
        limit=limit,
        properties=[{"id": p.id, "name": p.name} for p in fitting[:limit]],
    )


@router.get("/reconcile/preview", response_class=HTMLResponse, summary="An entity as a small page")
def preview(
    services: Shared,
    id: Annotated[
        str, Query(max_length=400, description="an entity's id", examples=["country/japan"])
    ],
) -> HTMLResponse:
    """Name, other names and the newest statements of an entity, to be shown beside a candidate."""
    found = reading.entity(services.store, reconciliation.entity_id(id))
    entity = found.entity
    with services.store.index.reading() as db:
        rows = filters.page(db, Filter(entity=entity.id), limit=5, after=None)
        ends = reading.named(db, rows)
    lines = [
        f"<li>{escape(views.in_words(views.summary(row, ends)))} "
        f"<small>{escape(row.modality)}, {row.belief:.2f}</small></li>"
        for row in rows
    ]
    also = f"<p><small>also {escape(', '.join(entity.aliases[:8]))}</small></p>"
    return HTMLResponse(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(entity.name)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(entity.name)}</h1><p>{escape(described(found))}</p>"
        f"{also if entity.aliases else ''}<ul>{''.join(lines)}</ul></body></html>\n",
        headers={"Content-Security-Policy": _FRAMED},
    )
