"""The SPARQL 1.1 Graph Store HTTP Protocol: graphs by their names, and by URLs of this server."""

from __future__ import annotations

import secrets
import threading
from email import policy
from email.parser import BytesParser
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from api import negotiation, running, terms
from api.answers import answer_headers, change_headers, chosen
from api.dependencies import Shared, Writer
from api.protocol import bad, in_path, media_type, text_of, wish_of
from api.services import Services
from kg.errors import NotFoundError, QueryLimitError
from kg.store.guard import check
from kg.store.updates import Change, check_graph

router = APIRouter(tags=["graphs"])
GraphPath = Annotated[str, Path(description="what follows /graphs/ in the name of the graph")]
_PARAMETERS = [
    {
        "name": "graph",
        "in": "query",
        "schema": {"type": "string", "format": "iri"},
        "description": "the IRI of a named graph",
    },
    {
        "name": "default",
        "in": "query",
        "allowEmptyValue": True,
        "schema": {"type": "string"},
        "description": "the default graph (in place of `graph`)",
    },
]
_RDF = {each: {"schema": {"type": "string"}} for each in sorted({*negotiation.GRAPHS.values()})}
_FOUND: dict[int | str, dict[str, Any]] = {
    200: {"description": "The graph, in the format that Accept asks for", "content": _RDF}
}
_BODY = {"requestBody": {"required": True, "content": _RDF}}
_WRITTEN: dict[int | str, dict[str, Any]] = {
    201: {"description": "The graph is new"},
    204: {"description": "The graph was there and has changed"},
}
_GONE: dict[int | str, dict[str, Any]] = {204: {"description": "The graph is gone"}}
_INDIRECT = {"parameters": _PARAMETERS}


def _name(services: Services, request: Request, path: str | None) -> str | None:
    """The IRI of the graph that a request is about: "" for the default graph, None where none is
    named. HTTPException 400 where it is named in two ways, or not by an absolute IRI."""
    fields = in_path(request)
    if path is not None:
        if fields:
            raise bad("A graph named by the path takes no parameters.")
        raw: bytes = request.scope["raw_path"]
        name = services.site(request) + raw.decode("latin-1")
        terms.iri(name)
        return name
    graphs = fields.pop("graph", [])
    default = "default" in fields
    if len(graphs) + default > 1:
        raise bad("Name one graph: graph=IRI or default.")
    if default:
        return ""
    if not graphs:
        return None
    terms.iri(graphs[0])
    return graphs[0]


def _named(services: Services, request: Request, path: str | None) -> str:
    name = _name(services, request, path)
    if name is None:
        raise bad("Name a graph: graph=IRI or default.")
    return name


def _check_there(services: Services, graph: str) -> None:
    if graph and not services.store.has_graph(graph):
        raise NotFoundError(f"There is no graph <{graph[:120]}>: PUT makes one.")


async def _read(services: Services, request: Request, path: str | None = None) -> Response:
    graph = _name(services, request, path)
    if graph is None:
        type_ = chosen(request, negotiation.GRAPHS, what="The service description")
        site = services.site(request)
        body = await run_in_threadpool(services.description, site, media_type=type_)
        return Response(body, media_type=type_, headers={"Vary": "Accept"})

    def answer(gone: threading.Event) -> Response:
        _check_there(services, graph)
        type_ = chosen(request, negotiation.GRAPHS, what="A graph")
        inner = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        found = services.pool.answer(
            check(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {inner} }}"),
            media_type=type_,
            union=False,
            wish=wish_of(request, {}),
            cancel=gone,
        )
        if found.rows is not None:
            raise QueryLimitError(
                f"The graph has more than {found.rows:,} triples: ask for parts of it in SPARQL."
            )
        return Response(found.body, media_type=type_, headers=answer_headers(found))

    return await running.run(request, answer)


def _parts(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """The RDF texts of a request, each with its media type: more than one in a multipart form."""
    if media_type(content_type) != "multipart/form-data":
        return [(content_type, body)]
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    form = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    parts = []
    for part in form.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        parts.append((part.get("Content-Type", "text/turtle"), content))
    if form.defects or not parts:
        raise bad("The multipart form cannot be read: it has no parts, or no end.")
    return parts


async def _write(
    services: Services, request: Request, path: str | None = None, *, keep: bool
) -> Response:
    graph = _name(services, request, path)
    made = graph is None
    if graph is None:
        if not keep:
            raise bad("Name a graph: graph=IRI or default.")
        graph = f"{services.site(request)}/graphs/{secrets.token_hex(8)}"
    check_graph(graph)
    texts = []
    for content_type, body in _parts(request.headers.get("content-type", ""), await request.body()):
        type_ = negotiation.INPUTS.get(media_type(content_type))
        if type_ is None:
            raise bad(
                f"Send RDF as {', '.join(dict.fromkeys(negotiation.INPUTS.values()))}, "
                f"not as {content_type[:60] or 'nothing'!r}.",
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            )
        texts.append((type_, text_of(body)))
    base = graph or f"{services.site(request)}/graphs"

    def change() -> Change:
        assert graph is not None
        return services.updates.replace(graph, texts, base=base, keep=keep)

    done = await run_in_threadpool(change)
    headers = change_headers(done)
    if made:
        headers["Location"] = graph
    status = HTTPStatus.CREATED if done.created else HTTPStatus.NO_CONTENT
    return Response(status_code=status, headers=headers)


async def _remove(services: Services, request: Request, path: str | None = None) -> Response:
    graph = _named(services, request, path)
    check_graph(graph)

    def change() -> Change:
        _check_there(services, graph)
        return services.updates.drop(graph)

    done = await run_in_threadpool(change)
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=change_headers(done))


@router.get(
    "/graphs",
    response_class=Response,
    summary="Read a graph",
    responses=_FOUND,
    openapi_extra=_INDIRECT,
)
async def read(services: Shared, request: Request) -> Response:
    """The triples of a graph; the service description, where none is named."""
    return await _read(services, request)


@router.put(
    "/graphs",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    summary="Write a graph",
    dependencies=[Writer],
    responses=_WRITTEN,
    openapi_extra=_INDIRECT | _BODY,
)
async def replace(services: Shared, request: Request) -> Response:
    """Makes the triples of the body the content of a graph, in place of what it had."""
    return await _write(services, request, keep=False)


@router.post(
    "/graphs",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    summary="Add to a graph",
    dependencies=[Writer],
    responses=_WRITTEN,
    openapi_extra=_INDIRECT | _BODY,
)
async def add(services: Shared, request: Request) -> Response:
    """Adds the triples of the body to a graph; to a new one, named in `Location`, where none is
    named."""
    return await _write(services, request, keep=True)


@router.delete(
    "/graphs",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    summary="Take a graph away",
    dependencies=[Writer],
    responses=_GONE,
    openapi_extra=_INDIRECT,
)
async def remove(services: Shared, request: Request) -> Response:
    """Takes a graph of a client away."""
    return await _remove(services, request)


@router.get(
    "/graphs/{path:path}",
    response_class=Response,
    summary="Read a graph by its URL",
    responses=_FOUND,
)
async def read_direct(services: Shared, request: Request, path: GraphPath) -> Response:
    """The triples of the graph whose name is this URL."""
    return await _read(services, request, path)


@router.put(
    "/graphs/{path:path}",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    summary="Write a graph by its URL",
    dependencies=[Writer],
    responses=_WRITTEN,
    openapi_extra=_BODY,
)
async def replace_direct(services: Shared, request: Request, path: GraphPath) -> Response:
    """Makes the triples of the body the content of the graph whose name is this URL."""
    return await _write(services, request, path, keep=False)


@router.post(
    "/graphs/{path:path}",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    summary="Add to a graph by its URL",
    dependencies=[Writer],
    responses=_WRITTEN,
    openapi_extra=_BODY,
)
async def add_direct(services: Shared, request: Request, path: GraphPath) -> Response:
    """Adds the triples of the body to the graph whose name is this URL."""
    return await _write(services, request, path, keep=True)


@router.delete(
    "/graphs/{path:path}",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    summary="Take a graph away by its URL",
    dependencies=[Writer],
    responses=_GONE,
)
async def remove_direct(services: Shared, request: Request, path: GraphPath) -> Response:
    """Takes the graph away whose name is this URL."""
    return await _remove(services, request, path)
