"""The W3C Reconciliation Service API 0.2, for OpenRefine and its kind: manifest, candidates, data
extension. `api.routes.suggest_terms` has what suggests and shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api import protocol, reconciliation
from api.dependencies import Shared, check_name
from api.reconcile_forms import ExtensionForm, QueryForm, form, parsed, text_of
from api.reconciliation import Candidate, Value, described, type_of
from api.services import Services
from ontology import vocabulary

router = APIRouter(tags=["reconciliation"])
BATCH = 50  # queries
MOST_CANDIDATES = 20
_WIDTH, _HEIGHT = 420, 260  # of a preview
_FORM = "application/x-www-form-urlencoded"
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The manifest, the candidates or the values",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}
_QUERIES = '{"q0": {"query": "Baykar Makina", "type": "Company", "limit": 3}}'
_EXTEND = '{"ids": ["company/baykar"], "properties": [{"id": "manufactures"}]}'
_PARAMETERS = [
    {
        "name": name,
        "in": "query",
        "schema": {"type": "string"},
        "description": description,
        "example": example,
    }
    for name, description, example in (
        ("queries", "a batch of reconciliation queries, as JSON", _QUERIES),
        ("extend", "a data extension query, as JSON", _EXTEND),
    )
]


@router.get(
    "/reconcile",
    response_class=Response,
    summary="The reconciliation service: its manifest, or answers",
    responses=_ANSWER,
    openapi_extra={"parameters": _PARAMETERS},
)
def get(services: Shared, request: Request) -> Response:
    """Without parameters the manifest of the service, with `queries` the candidates for a batch of
    queries, with `extend` values of properties.

    Paste the address of this route into OpenRefine ("Add standard service"). Pages of other
    origins, OpenRefine's own among them, have to be allowed by `ENTENTE_CORS`. JSONP is not
    offered.
    """
    return _answer(services, request, protocol.in_path(request))


@router.post(
    "/reconcile",
    response_class=Response,
    summary="Reconcile by POST",
    responses=_ANSWER,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                _FORM: {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "queries": {"type": "string", "example": _QUERIES},
                            "extend": {"type": "string", "example": _EXTEND},
                        },
                    }
                }
            },
        }
    },
)
async def post(services: Shared, request: Request) -> Response:
    """`queries` or `extend` in a URL-encoded form, which has room for more than a URL.

    A batch has at most 50 queries, a data extension at most 200 entities and 20 properties. A
    candidate is a `match` where a whole name fits, and all properties that were given, and no
    other candidate comes near.
    """
    if protocol.media_type(request.headers.get("content-type", "")) != _FORM:
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send a form: Content-Type: {_FORM}."
        )
    fields = protocol.fields_of(protocol.text_of(await request.body()))
    if not fields.keys() & {"queries", "extend"}:
        raise protocol.bad("The form has neither `queries` nor `extend`.")
    return await run_in_threadpool(_answer, services, request, fields)


def _answer(services: Services, request: Request, fields: Mapping[str, Sequence[str]]) -> Response:
    if "callback" in fields:
        raise protocol.bad(
            "JSONP is not offered: ask without `callback`, from a page that ENTENTE_CORS allows."
        )
    body: dict[str, Any]
    if "queries" in fields:
        body = _reconcile(services, fields["queries"][-1])
    elif "extend" in fields:
        body = _extend(services, fields["extend"][-1])
    else:
        body = _manifest(services.site(request))
    return Response(json.dumps(body), media_type="application/json")


def _manifest(site: str) -> dict[str, Any]:
    def service(path: str) -> dict[str, str]:
        return {"service_url": site, "service_path": f"/reconcile/{path}"}

    return {
        "versions": ["0.2"],
        "name": "Entente",
        "identifierSpace": reconciliation.IDENTIFIERS,
        "schemaSpace": vocabulary.NAMESPACE,
        "documentation": f"{site}/docs",
        "serviceVersion": version("entente"),
        "defaultTypes": [type_of(name) for name in vocabulary.load().types],
        "view": {"url": f"{site}/#/entity/{{{{id}}}}"},
        "preview": {
            "url": f"{site}/reconcile/preview?id={{{{id}}}}",
            "width": _WIDTH,
            "height": _HEIGHT,
        },
        "suggest": {each: service(f"suggest/{each}") for each in ("entity", "type", "property")},
        "extend": {
            "propose_properties": service("properties"),
            "property_settings": [
                {
                    "name": "limit",
                    "label": "How many values",
                    "type": "number",
                    "default": 10,
                    "help_text": "Of each property; those with the newest evidence come first.",
                },
                {
                    "name": "belief",
                    "label": "Least belief",
                    "type": "number",
                    "default": 0,
                    "help_text": "From 0 to 1.",
                },
                {
                    "name": "modality",
                    "label": "Modality",
                    "type": "select",
                    "default": "",
                    "help_text": "How far some sentence commits itself.",
                    "choices": [
                        {"value": "", "name": "any"},
                        *(
                            {"value": each.name, "name": each.label}
                            for each in vocabulary.load().modalities.values()
                        ),
                    ],
                },
            ],
        },
        "batchSize": BATCH,
    }


def _known_types(query: QueryForm) -> tuple[str, ...]:
    wanted = [query.type] if isinstance(query.type, str) else query.type
    found = [each.removeprefix(vocabulary.NAMESPACE) for each in wanted if each]
    for name in found:
        if name not in vocabulary.load().types:
            raise protocol.bad(
                f"{name[:80]!r} is no type here: /reconcile/suggest/type lists them."
            )
    return tuple(found)


def _known_property(id_: str) -> str:
    found = id_.removeprefix(vocabulary.NAMESPACE)
    if found not in reconciliation.properties():
        raise protocol.bad(
            f"{found[:80]!r} is no property here: /reconcile/suggest/property lists them."
        )
    return found


def _reconcile(services: Services, text: str) -> dict[str, Any]:
    batch = parsed(text, "queries")
    if not isinstance(batch, dict):
        raise protocol.bad('`queries` is no batch such as {"q0": {"query": "Baykar"}}.')
    if len(batch) > BATCH:
        raise protocol.bad(
            f"A batch has at most {BATCH} queries.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        )
    queries = {key: _query(key, asked) for key, asked in batch.items()}
    index = services.store.index
    return {
        key: {"result": [_candidate(each) for each in reconciliation.candidates(index, query)]}
        for key, query in queries.items()
    }


def _query(key: str, asked: object) -> reconciliation.Query:
    query = form(QueryForm, asked, f"queries.{key[:40]}")
    if not query.query.strip() and not query.properties:
        raise protocol.bad(f"queries.{key[:40]}: neither `query` nor `properties` says anything.")
    return reconciliation.Query(
        text=query.query,
        types=_known_types(query),
        properties=tuple(
            (
                _known_property(each.pid),
                tuple(map(text_of, each.v if isinstance(each.v, list) else [each.v])),
            )
            for each in query.properties
        ),
        limit=max(1, min(int(query.limit), MOST_CANDIDATES)),
    )


def _candidate(each: Candidate) -> dict[str, Any]:
    entity = each.found.entity
    return {
        "id": entity.id,
        "name": entity.name,
        "description": described(each.found),
        "type": [type_of(entity.type)],
        "score": each.score,
        "match": each.match,
        "features": [{"id": id_, "value": value} for id_, value in each.features.items()],
    }


def _extend(services: Services, text: str) -> dict[str, Any]:
    asked = form(ExtensionForm, parsed(text, "extend"), "extend")
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {id_: {} for id_ in asked.ids}
    meta = []
    for column in asked.properties:
        known = reconciliation.properties()[_known_property(column.id)]
        modality = column.settings.modality or None
        check_name("modality", modality)
        found = reconciliation.values(
            services.store.index,
            asked.ids,
            known.id,
            limit=max(1, min(int(column.settings.limit), 100)),
            belief=column.settings.belief or None,
            modality=modality,
        )
        for id_, values in found.items():
            rows[id_][column.id] = [_value(each) for each in values]
        described: dict[str, Any] = {"id": column.id, "name": known.name}
        if len(known.range) == 1 and (only := next(iter(known.range))) in vocabulary.load().types:
            described["type"] = type_of(only)
        meta.append(described)
    return {"meta": meta, "rows": rows}


def _value(each: Value) -> dict[str, Any]:
    if each.id:
        return {"id": each.id, "name": each.name}
    return {"str": each.text} if each.number is None else {"int": each.number}
