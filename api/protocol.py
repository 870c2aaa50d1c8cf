"""A query as the SPARQL 1.1 Protocol sends it: GET, or POST in either of two forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from api import terms

_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_MOST_FIELDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlRequest:
    """A query with its dataset, and the time that the client is ready to wait."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    seconds: float | None = None
    accept: str | None = None


def _bad(detail: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> HTTPException:
    return HTTPException(status, detail)


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise _bad(f"The parameters cannot be read: {error}.") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(f"The body is not UTF-8: {error}.") from error


def _seconds(values: Sequence[str]) -> float | None:
    if not values:
        return None
    text = values[-1]
    whole = text.replace(".", "", 1)
    if not (text.isascii() and whole.isdecimal() and len(text) < 10 and float(text) > 0):
        raise _bad(f"timeout={text[:20]} is no positive number of seconds.")
    return float(text)


def _request(fields: Sequence[tuple[str, str]], *, accept: str | None) -> SparqlRequest:
    """The request that `fields` make."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    if "update" in values or "using-graph-uri" in values or "using-named-graph-uri" in values:
        raise _bad("This is a place for queries only; updates are not taken.", HTTPStatus.FORBIDDEN)
    queries = values.get("query", [])
    if len(queries) != 1:
        raise _bad(
            "One parameter `query` is needed, with a SPARQL query in it: "
            f"there {'is none' if not queries else f'are {len(queries)}'}."
        )
    default, named = (
        tuple(values.get(name, ())) for name in ("default-graph-uri", "named-graph-uri")
    )
    for graph in (*default, *named):
        terms.iri(graph)
    return SparqlRequest(
        query=queries[0],
        default_graphs=default,
        named_graphs=named,
        seconds=_seconds(values.get("timeout", ())),
        accept=accept,
    )


async def read(request: Request) -> SparqlRequest:
    """The query in `request`; HTTPException 400, 403 or 415 where there is none."""
    accept = ", ".join(request.headers.getlist("accept")) or None
    in_path = _fields(request.scope["query_string"].decode("latin-1"))
    if request.method != "POST":
        return _request(in_path, accept=accept)
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    media = media.strip().lower()
    charset = parameters.partition("charset=")[2].strip().strip('"').lower()
    if charset not in ("", "utf-8", "utf8"):
        raise _bad(f"The charset {charset[:40]!r} is not UTF-8.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if media == _FORM:
        return _request([*in_path, *_fields(_text(await request.body()))], accept=accept)
    if media == _DIRECT:
        if any(name == "query" for name, _ in in_path):
            raise _bad("The query stands both in the path and in the body: send it once.")
        query = ("query", _text(await request.body()))
        return _request([query, *in_path], accept=accept)
    if media == _UPDATE:
        raise _bad("This is a place for queries only; updates are not taken.", HTTPStatus.FORBIDDEN)
    raise _bad(
        f"Send the query as {_DIRECT} or {_FORM}, not as {media[:60] or 'nothing'!r}.",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )
