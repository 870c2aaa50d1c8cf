"""The SPARQL 1.1 Protocol, and the service description of the endpoint."""

from __future__ import annotations

import asyncio
import threading
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api import negotiation, running
from api.answers import answer_headers, change_headers, chosen
from api.kept import Answers, Kept
from api.protocol import SparqlRequest, read
from api.services import Services
from kg.store.guard import Checked, check
from kg.store.update_guard import check_update
from kg.store.updates import Change
from kg.store.worker import Answer

router = APIRouter(tags=["sparql"])
_EXAMPLE = (
    "PREFIX ent: <https://w3id.org/entente/ontology#>\n"
    "SELECT ?who ?what WHERE { ?who ent:evaluates ?what } LIMIT 10"
)
_UPDATE_EXAMPLE = (
    "INSERT DATA { GRAPH <https://example.org/notes> { "
    '<https://w3id.org/entente/entity/country/japan> <https://example.org/note> "ask again" } }'
)
_TYPES = sorted({*negotiation.RESULTS.values(), *negotiation.GRAPHS.values()})
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, in the format that Accept asks for",
        "content": {media_type: {"schema": {"type": "string"}} for media_type in _TYPES},
    }
}
_LONG = 2_000  # characters of a text that may take the guard a while
# A browser saves them: opened in place, a spreadsheet could take a value for a formula.
_FILES = {"text/csv": "result.csv", "text/tab-separated-values": "result.tsv"}
_CHANGED: dict[int | str, dict[str, Any]] = {204: {"description": "The update was carried out"}}


def _graphs(which: str, *names: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "schema": {"type": "array", "items": {"type": "string", "format": "iri"}},
            "description": f"the IRI of a graph that makes up {of} of {which}",
        }
        for name, of in zip(names, ("the default graph", "the named graphs"), strict=True)
    ]


_DATASET = _graphs("a query", "default-graph-uri", "named-graph-uri")
_USING = _graphs("an update", "using-graph-uri", "using-named-graph-uri")
LESS = [
    {
        "name": name,
        "in": "query",
        "schema": {"type": kind, "exclusiveMinimum": 0},
        "description": f"{what} at most; more than the server allows has no effect",
    }
    for name, kind, what in (
        ("timeout", "number", "seconds that it takes"),
        ("max-rows", "integer", "rows or triples of the answer"),
        ("max-bytes", "integer", "bytes of the answer"),
        ("max-memory", "integer", "bytes of memory that it uses"),
    )
]
FORMAT = {
    "name": "format",
    "in": "query",
    "schema": {"type": "string"},
    "description": "the format of the answer, before Accept: "
    f"{', '.join(negotiation.NAMES[False])} for a table, "
    f"{', '.join(dict.fromkeys(negotiation.NAMES[True]))} for a graph",
    "example": "csv",
}
_QUERY = {
    "name": "query",
    "in": "query",
    "schema": {"type": "string"},
    "description": "a SELECT, ASK, CONSTRUCT or DESCRIBE query; "
    "without any parameter, the answer is the service description",
    "example": _EXAMPLE,
}


def answer(
    services: Services, request: Request, asked: SparqlRequest, gone: threading.Event
) -> Response:
    """The answer to a query, as a response."""
    query = check(asked.text)
    media_type = _media_type(request, asked, query)
    found = services.pool.answer(query, media_type=media_type, cancel=gone, **_asked(asked))
    return _response(_kept(found, media_type))


async def _soon(
    services: Services, request: Request, asked: SparqlRequest, gone: asyncio.Future[None]
) -> Kept:
    """The answer to a query, found without a thread."""
    is_long = len(asked.text) > _LONG
    query = await run_in_threadpool(check, asked.text) if is_long else check(asked.text)
    media_type = _media_type(request, asked, query)
    found = await services.pool.answer_soon(
        query, media_type=media_type, cancel=gone, **_asked(asked)
    )
    return _kept(found, media_type)


def _media_type(request: Request, asked: SparqlRequest, query: Checked) -> str:
    """The format that the client wants."""
    return negotiation.named(asked.format, graph=query.is_graph) or chosen(
        request,
        negotiation.GRAPHS if query.is_graph else negotiation.RESULTS,
        what=f"A {query.form} query",
    )


def _asked(asked: SparqlRequest) -> dict[str, Any]:
    return {
        "default_graphs": asked.default_graphs,
        "named_graphs": asked.named_graphs,
        "wish": asked.wish,
    }


def _kept(found: Answer, media_type: str) -> Kept:
    headers = answer_headers(found)
    if media_type in _FILES:
        headers["Content-Disposition"] = f'attachment; filename="{_FILES[media_type]}"'
    return Kept(found.body, media_type, headers, found.revision)


def _response(kept: Kept) -> Response:
    return Response(kept.body, media_type=kept.media_type, headers=dict(kept.headers))


def _update(services: Services, asked: SparqlRequest) -> Change:
    return services.updates.run(
        check_update(asked.text, using=asked.default_graphs, using_named=asked.named_graphs)
    )


async def _run(request: Request, asked: SparqlRequest | None) -> Response:
    services: Services = request.app.state.services
    if asked is None:
        return await run_in_threadpool(_describe, services, request)
    if asked.kind == "update":
        services.access.check_writer(request)
        change = await run_in_threadpool(_update, services, asked)
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=change_headers(change))
    answers: Answers | None = request.app.state.answers
    if answers is None:
        return await running.run(request, lambda gone: answer(services, request, asked, gone))
    key = (asked, ", ".join(request.headers.getlist("accept")))
    kept = answers.find(key, revision=services.store.revision)
    if kept is None:
        kept = await running.wait(request, lambda gone: _soon(services, request, asked, gone))
        answers.keep(key, kept)
    return _response(kept)


def _describe(services: Services, request: Request) -> Response:
    media_type = chosen(request, negotiation.GRAPHS, what="The service description")
    body = services.description(services.site(request), media_type=media_type)
    return Response(body, media_type=media_type, headers={"Vary": "Accept"})


@router.get(
    "/sparql",
    response_class=Response,
    summary="Ask in SPARQL",
    responses=_ANSWER,
    openapi_extra={"parameters": [_QUERY, *_DATASET, FORMAT, *LESS]},
)
async def get(request: Request) -> Response:
    """SPARQL 1.1 Protocol, query by GET.

    The default graph is the union of all graphs, unless the query or the parameters name others.
    The query runs on a read-only copy of the data, with limits on time, memory, rows and size of
    the answer, of which a client may ask for less. SERVICE is refused.
    """
    return await _run(request, await read(request))


@router.post(
    "/sparql",
    response_class=Response,
    summary="Ask or update in SPARQL by POST",
    responses=_ANSWER | _CHANGED,
    openapi_extra={
        "parameters": [*_DATASET, *_USING, FORMAT, *LESS],
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-query": {"schema": {"type": "string"}, "example": _EXAMPLE},
                "application/sparql-update": {
                    "schema": {"type": "string"},
                    "example": _UPDATE_EXAMPLE,
                },
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "query": {"type": "string", "example": _EXAMPLE},
                            "update": {"type": "string", "example": _UPDATE_EXAMPLE},
                        },
                    }
                },
            },
        },
    },
)
async def post(request: Request) -> Response:
    """SPARQL 1.1 Protocol, query or update by POST: URL-encoded, or the text itself as the body.

    An update needs the right to write. It is carried out as a whole or not at all, and changes
    graphs of clients only: those of documents follow from documents. LOAD and SERVICE are refused.
    """
    asked = await read(request)
    if asked is None:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The body has neither a query nor an update.")
    return await _run(request, asked)


# These do the work: the framework's own way to a function takes longer than a small query.
DIRECT = (
    Route("/sparql", get, methods=["GET"]),
    Route("/sparql", post, methods=["POST"]),
)
