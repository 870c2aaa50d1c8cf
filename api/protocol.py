"""What the SPARQL 1.1 Protocol sends: a query by GET, or a query or an update by POST in either of
two forms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from api import terms
from kg.store.worker import Wish

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_MOST_FIELDS = 200
_DATASETS = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}
# What a client may ask less of.
_LESS = ("timeout", "max-rows", "max-bytes", "max-memory")

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlRequest:
    """A query or an update (`kind`) with its dataset, and what the client is content with.

    `format` names the format of the answer and goes before Accept where it is known; clients of
    others send names of their own, which say nothing here.
    """

    kind: str
    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    wish: Wish


def bad(detail: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> HTTPException:
    """The error that the request is wrong."""
    return HTTPException(status, detail)


def fields_of(text: str) -> dict[str, list[str]]:
    """The values of URL-encoded parameters; HTTPException 400 where they cannot be read."""
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise bad(f"The parameters cannot be read: {error}.") from error
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def in_path(request: Request) -> dict[str, list[str]]:
    """The values of the parameters in the URL."""
    return fields_of(request.scope["query_string"].decode("latin-1"))


def text_of(body: bytes) -> str:
    """The body as text; HTTPException 400 where it is no UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad(f"The body is not UTF-8: {error}.") from error


def media_type(header: str) -> str:
    """The media type of a Content-Type header; HTTPException 415 where its charset is not ours."""
    media, _, parameters = header.partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\";\s]*)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in ("", "utf-8", "utf8"):
        raise bad(
            f"The charset {charset[1][:40]!r} is not UTF-8.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        )
    return media.strip().lower()


def _number(fields: Fields, name: str) -> float | None:
    """A positive number, whole but for `timeout`; None where it is not given."""
    values = fields.get(name)
    if not values:
        return None
    text = values[-1]
    digits = text.replace(".", "", 1) if name == "timeout" else text
    if not (text.isascii() and digits.isdecimal() and len(text) < 16 and float(text) > 0):
        raise bad(f"{name}={text[:20]} is no positive number.")
    return float(text)


def wish_of(request: Request, fields: Fields) -> Wish:
    """What the client is content with, by its parameters; `Cache-Control: no-cache` asks for the
    newest state."""
    seconds, rows, size, memory = (_number(fields, name) for name in _LESS)
    return Wish(
        seconds=seconds,
        rows=None if rows is None else int(rows),
        answer_bytes=None if size is None else int(size),
        memory_bytes=None if memory is None else int(memory),
        fresh="no-cache" in request.headers.get("cache-control", "").lower(),
    )


def format_of(fields: Fields) -> str | None:
    """What `format` says."""
    values = fields.get("format")
    return values[-1] if values else None


def _request(request: Request, fields: Fields) -> SparqlRequest:
    """The request that `fields` make."""
    texts = [(kind, text) for kind in _DATASETS for text in fields.get(kind, ())]
    if len(texts) != 1:
        raise bad(
            "One parameter `query` or `update` is needed, with a SPARQL text in it: "
            f"there {'is none' if not texts else f'are {len(texts)}'}."
        )
    [(kind, text)] = texts
    if kind == "update" and request.method != "POST":
        raise bad("An update is sent by POST.")
    other = _DATASETS["query" if kind == "update" else "update"]
    for name in other:
        if name in fields:
            raise bad(f"{name} does not go with `{kind}`, but {_DATASETS[kind][0]} does.")
    default, named = (tuple(fields.get(name, ())) for name in _DATASETS[kind])
    for graph in (*default, *named):
        terms.iri(graph)
    return SparqlRequest(
        kind=kind,
        text=text,
        default_graphs=default,
        named_graphs=named,
        format=format_of(fields),
        wish=wish_of(request, fields),
    )


async def read(request: Request) -> SparqlRequest | None:
    """The query or update in `request`; None where it only asks what is here (GET without
    parameters). HTTPException 400 or 415 where it is wrong."""
    fields = in_path(request)
    if request.method != "POST":
        return _request(request, fields) if fields else None
    media = media_type(request.headers.get("content-type", ""))
    if media == _FORM:
        for name, values in fields_of(text_of(await request.body())).items():
            fields.setdefault(name, []).extend(values)
        return _request(request, fields)
    kind = {_QUERY: "query", _UPDATE: "update"}.get(media)
    if kind is None:
        raise bad(
            f"Send {_QUERY}, {_UPDATE} or {_FORM}, not {media[:60] or 'nothing'!r}.",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    if "query" in fields or "update" in fields:
        raise bad("A SPARQL text stands both in the path and in the body: send one.")
    return _request(request, fields | {kind: [text_of(await request.body())]})
