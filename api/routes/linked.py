"""Linked data: what stands behind the IRIs of this project, under the paths that they have at
w3id.org.

An entity or a statement is no file, so its IRI leads (303 See Other) to one about it. A document is
one, and answers itself.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api import linked, negotiation, running
from api.answers import REVISION, answer_headers, chosen
from api.dependencies import Shared
from api.linked import Resource
from api.protocol import wish_of
from api.services import Services
from kg.errors import NotFoundError, QueryLimitError
from kg.exports.formats import format_of
from kg.exports.write import export_answer
from kg.graph.terms import BASE
from kg.graph.vocabulary import ontology as ontology_in
from kg.store.guard import check
from ontology.vocabulary import FILE

router = APIRouter(tags=["linked data"])
_CONTEXT = FILE.with_name("context.jsonld")
_HTML = "text/html"
_FORMATS: Mapping[str, str] = {
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "html": _HTML,
}
_NAMES = {media_type: name for name, media_type in _FORMATS.items()}
_OFFERS: Mapping[str, str] = {
    **{k: v for k, v in negotiation.GRAPHS.items() if v in _NAMES},
    _HTML: _HTML,
    "application/xhtml+xml": _HTML,
}
Format = Annotated[
    Literal["turtle", "jsonld", "ntriples", "rdfxml", "html"] | None,
    Query(description="the format, whatever Accept asks for"),
]
Part = Annotated[str, Path(max_length=64, description="the last part of the IRI")]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What is known, as RDF or as a page",
        "content": {
            each: {"schema": {} if each.endswith("json") else {"type": "string"}}
            for each in sorted(_NAMES)
        },
    }
}
_LEADS: dict[int | str, dict[str, Any]] = _ANSWERS | {
    303: {"description": "Where something about it is; what people are shown has a page as well"}
}


def _links(resource: Resource, path: str, *, about: bool) -> str:
    """The Link header: other formats, the page, and what it is about."""
    described = "describes" if about else "canonical"
    relation = "alternate" if about else "describedby"
    links = [f'<{resource.iri}>; rel="{described}"']
    links += [
        f'<{path}?format={name}>; rel="{relation}"; type="{_FORMATS[name]}"'
        for name in ("turtle", "jsonld")
    ]
    links.append(f'<{resource.page}>; rel="alternate"; type="{_HTML}"')
    return ", ".join(links)


def _path(request: Request) -> str:
    """The path of a request, for a header."""
    return quote(request.url.path)


async def _answer(
    services: Services,
    request: Request,
    find: Callable[[], Resource],
    format: str | None,
    *,
    itself: bool = False,
) -> Response:
    resource = await run_in_threadpool(find)
    path = _path(request)
    media_type = _FORMATS[format] if format else chosen(request, _OFFERS, what="This")
    if format is None and (not itself or media_type == _HTML):
        # A browser follows; who does not has something to read.
        html = media_type == _HTML
        return Response(
            resource.html() if html else b"",
            status_code=HTTPStatus.SEE_OTHER,
            media_type=_HTML if html else None,
            headers={
                "Location": resource.page if html else f"{path}?format={_NAMES[media_type]}",
                "Link": _links(resource, path, about=False),
                "Vary": "Accept",
            },
        )
    headers = {"Link": _links(resource, path, about=True)}
    if media_type == _HTML:
        return Response(
            resource.html(),
            media_type=_HTML,
            headers=headers | {"Vary": "Accept", REVISION: str(services.store.revision)},
        )
    return await running.run(
        request, lambda gone: _rdf(services, request, resource, media_type, headers, gone)
    )


def _rdf(
    services: Services,
    request: Request,
    resource: Resource,
    media_type: str,
    headers: Mapping[str, str],
    gone: threading.Event,
) -> Response:
    found = services.pool.answer(
        check(resource.query),
        media_type="application/n-triples",
        wish=wish_of(request, {}),
        cancel=gone,
    )
    if found.rows is not None:
        raise QueryLimitError(f"More than {found.rows:,} triples: ask /sparql for a part of them.")
    # As exports write it: sorted, with prefixes, and JSON-LD in our own context.
    output = io.BytesIO()
    export_answer(found.body, format_of(_NAMES[media_type])).write(output)
    return Response(
        output.getvalue(), media_type=media_type, headers=answer_headers(found) | dict(headers)
    )


@router.get(
    "/entity/{id:path}", response_class=Response, summary="What an entity's IRI says",
    responses=_LEADS,
)  # fmt: skip
async def entity(
    services: Shared,
    request: Request,
    id: Annotated[
        str, Path(max_length=400, description="an entity's id", examples=["country/japan"])
    ],
    format: Format = None,
) -> Response:
    """An entity is no file: 303 leads to one about it, in the format that `Accept` asks for, and
    people to the page. With `format` it is answered at once: its names and its newest 200
    statements.
    """
    return await _answer(services, request, lambda: linked.entity(services.store, id), format)


@router.get(
    "/statement/{id}", response_class=Response, summary="What a statement's IRI says",
    responses=_LEADS,
)  # fmt: skip
async def statement(
    services: Shared, request: Request, id: Part, format: Format = None
) -> Response:
    """As for entities: what the statement says, and the evidence for it."""
    return await _answer(services, request, lambda: linked.statement(services.store, id), format)


@router.get(
    "/amount/{id}", response_class=Response, summary="What a sum's IRI says", responses=_LEADS
)
async def amount(services: Shared, request: Request, id: Part, format: Format = None) -> Response:
    """A sum of money is described with the statement that it belongs to, and has its id."""
    return await _answer(services, request, lambda: linked.statement(services.store, id), format)


@router.get(
    "/document/{id}", response_class=Response, summary="What a document's IRI says",
    responses=_LEADS,
)  # fmt: skip
async def document(services: Shared, request: Request, id: Part, format: Format = None) -> Response:
    """A document answers with all that its graph holds: text, mentions and evidence. People are
    led to the page."""
    return await _answer(
        services, request, lambda: linked.document(services.store, id), format, itself=True
    )


@router.get(
    "/graph/{name}",
    response_class=Response,
    status_code=HTTPStatus.SEE_OTHER,
    summary="What a graph's IRI leads to",
    responses={303: {"description": "The graph, at /graphs"}},
)
def graph(
    name: Annotated[str, Path(max_length=64, description="statements, entities …")],
) -> Response:
    """The graphs that documents share are read at `/graphs`."""
    if not (name.isascii() and name.replace("-", "").isalnum()):
        raise NotFoundError(f"No graph is called {name[:40]!r}: /sparql describes those there are.")
    return Response(
        status_code=HTTPStatus.SEE_OTHER, headers={"Location": f"/graphs?graph={BASE}graph/{name}"}
    )


# What does not change while the server runs ------------------------------------------------------


@cache
def _tag(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:16]}"'


def _fixed(request: Request, body: bytes, media_type: str, headers: Mapping[str, str]) -> Response:
    """A body that is always the same, or 304 for who has it."""
    headers = {"ETag": _tag(body), "Cache-Control": "max-age=3600", **headers}
    known = [
        tag.strip().removeprefix("W/")
        for tag in request.headers.get("if-none-match", "").split(",")
    ]
    if _tag(body) in known or "*" in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


@router.get("/ontology", response_class=Response, summary="The ontology", responses=_ANSWERS)
def ontology(request: Request, format: Format = None) -> Response:
    """All terms as RDF (the Turtle is the file that everything here is read from), or as a page
    with an anchor for each."""
    media_type = _FORMATS[format] if format else chosen(request, _OFFERS, what="The ontology")
    name = _NAMES[media_type]
    body = linked.ontology().encode() if name == "html" else ontology_in(name)
    links = ", ".join(
        f'</ontology?format={each}>; rel="alternate"; type="{_FORMATS[each]}"'
        for each in ("turtle", "jsonld", "html")
        if each != name
    )
    return _fixed(request, body, media_type, {"Vary": "Accept", "Link": links})


@router.get(
    "/context.jsonld",
    response_class=Response,
    summary="The JSON-LD context",
    responses={
        200: {
            "description": "The context",
            "content": {"application/ld+json": {"schema": {"type": "object"}}},
        }
    },
)
def context(request: Request) -> Response:
    """The names in our JSON-LD, and what they stand for. Pages of all origins may read it."""
    headers = {"Access-Control-Allow-Origin": "*"}
    return _fixed(request, _context(), "application/ld+json", headers)


@cache
def _context() -> bytes:
    return _CONTEXT.read_bytes()
