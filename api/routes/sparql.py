"""The SPARQL 1.1 Protocol, for queries."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from starlette.exceptions import HTTPException

from api import negotiation
from api.dependencies import Shared
from api.protocol import SparqlRequest, read
from kg.store.guard import check

router = APIRouter(tags=["sparql"])
_EXAMPLE = (
    "PREFIX ent: <https://w3id.org/entente/ontology#>\n"
    "SELECT ?who ?what WHERE { ?who ent:evaluates ?what } LIMIT 10"
)
_TYPES = sorted({*negotiation.RESULTS.values(), *negotiation.GRAPHS.values()})
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, in the format that Accept asks for",
        "content": {media_type: {"schema": {"type": "string"}} for media_type in _TYPES},
    }
}
_DATASET = [
    {
        "name": name,
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string", "format": "iri"}},
        "description": f"the IRI of a graph that makes up the {which}",
    }
    for name, which in (
        ("default-graph-uri", "default graph"),
        ("named-graph-uri", "named graphs"),
    )
]
_TIMEOUT = {
    "name": "timeout",
    "in": "query",
    "schema": {"type": "number", "exclusiveMinimum": 0},
    "description": "seconds to wait at most; can only lower the server's own limit",
}
_QUERY = {
    "name": "query",
    "in": "query",
    "required": True,
    "schema": {"type": "string"},
    "description": "a SELECT, ASK, CONSTRUCT or DESCRIBE query",
    "example": _EXAMPLE,
}


def _answer(services: Shared, request: SparqlRequest) -> Response:
    query = check(request.query)
    table = negotiation.GRAPHS if query.is_graph else negotiation.RESULTS
    offer = negotiation.choose(request.accept, list(table))
    if offer is None:
        raise HTTPException(
            HTTPStatus.NOT_ACCEPTABLE,
            f"A {query.form} query is answered as {', '.join(dict.fromkeys(table.values()))}, "
            "and Accept asks for none of these.",
        )
    media_type = table[offer]
    body = services.pool.run(
        query,
        media_type=media_type,
        default_graphs=request.default_graphs,
        named_graphs=request.named_graphs,
        seconds=request.seconds,
    )
    return Response(body, media_type=media_type, headers={"Vary": "Accept"})


@router.get(
    "/sparql",
    response_class=Response,
    summary="Ask in SPARQL",
    responses=_ANSWER,
    openapi_extra={"parameters": [_QUERY, *_DATASET, _TIMEOUT]},
)
def get(services: Shared, request: Annotated[SparqlRequest, Depends(read)]) -> Response:
    """SPARQL 1.1 Protocol, query by GET.

    The default graph is the union of all graphs, unless the query or the parameters name others.
    The query runs on a read-only copy of the data, with limits on time, memory and size of the
    answer. SERVICE and updates are refused.
    """
    return _answer(services, request)


@router.post(
    "/sparql",
    response_class=Response,
    summary="Ask in SPARQL by POST",
    responses=_ANSWER,
    openapi_extra={
        "parameters": [*_DATASET, _TIMEOUT],
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-query": {"schema": {"type": "string"}, "example": _EXAMPLE},
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["query"],
                        "properties": {"query": {"type": "string", "example": _EXAMPLE}},
                    }
                },
            },
        },
    },
)
def post(services: Shared, request: Annotated[SparqlRequest, Depends(read)]) -> Response:
    """SPARQL 1.1 Protocol, query by POST: URL-encoded, or the query itself as the body."""
    return _answer(services, request)
