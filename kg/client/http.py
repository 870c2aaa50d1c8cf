"""A graph that a running `kg serve` answers for."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit

from kg.client import wire
from kg.client.filters import Wanted
from kg.client.reading import Reading
from kg.client.records import StatementSummary
from kg.documents import Document
from kg.errors import (
    BusyError,
    EntenteError,
    InputError,
    NotFoundError,
    QueryError,
    StoreError,
)
from kg.exports.excerpt import Selection
from kg.exports.formats import Format
from kg.store.guard import Checked

_TIMEOUT = 120.0  # seconds; reading a long document takes a while
_MAX_BYTES = 256 * 2**20
_PAGE = 200
_ERRORS: Mapping[int, type[EntenteError]] = {
    400: InputError,
    401: InputError,
    403: InputError,
    404: NotFoundError,
    413: InputError,
    415: InputError,
    422: InputError,
    429: BusyError,
    503: BusyError,
}


class Http:
    """A `kg.client.backend.Backend` over a server. No redirect is followed: it would carry the
    token elsewhere."""

    def __init__(self, url: str, *, token: str | None = None) -> None:
        """InputError where `url` is no address; StoreError where nobody answers there."""
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = 0
        if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
            raise InputError(f"{url}: this is no address: write http://127.0.0.1:8000")
        if parts.query or parts.fragment or parts.username:
            raise InputError("write the address alone, http://host:port, and the secret as token=")
        self._secure = parts.scheme == "https"
        self._host, self._port, self._path = parts.hostname, port, parts.path.rstrip("/")
        self._token = token
        self._location = url.rstrip("/")
        health = self._get("/health", {})
        if not isinstance(health, dict) or "revision" not in health:
            raise StoreError(f"{url}: this is no kg serve: name the address that it printed")

    @property
    def location(self) -> str:
        """Where the graph is, as a person would say it."""
        return self._location

    def query(self, query: Checked, *, media_type: str) -> bytes:
        """The answer of the server."""
        return self._send(
            "POST",
            "/sparql",
            body=urlencode({"query": query.text}).encode(),
            kind="application/x-www-form-urlencoded",
            accept=media_type,
            wrong=QueryError,
        )

    def statements(self, wanted: Wanted) -> list[StatementSummary]:
        """The statements that are wanted, those with the newest evidence first."""
        parameters = [(name, value) for name, given in wire.parameters(wanted) for value in given]
        found: list[StatementSummary] = []
        for item in self._pages("/statements", parameters):
            found.append(wire.summary(item))
            if len(found) == wanted.limit:
                break
        return found

    def candidates(self, name: str) -> list[str]:
        """The ids of the entities that a name may mean, the best first."""
        page = self._get("/entities", {"q": name[:200], "limit": "20"})
        return [item["id"] for item in page["items"]]

    def read(self, document: Document) -> Reading:
        """What a document says; nothing is stored."""
        return Reading(wire.extraction(self._post(document, dry_run=True)))

    def add(self, documents: Sequence[Document | Reading]) -> int:
        """Add documents, which the server reads; how many are new."""
        sent = (each.document if isinstance(each, Reading) else each for each in documents)
        return sum(not self._post(document, dry_run=False)["known"] for document in sent)

    def retract(self, document: str) -> None:
        """Take a document out by its id; NotFoundError if unknown."""
        self._send("DELETE", f"/documents/{quote(document, safe='')}")

    def export(self, form: Format, wanted: Selection, file: IO[bytes]) -> None:
        """Write what the server gives of what is wanted."""
        parameters = urlencode([*wire.export_parameters(form, wanted)])
        file.write(self._send("GET", f"/export?{parameters}", accept="*/*"))

    def close(self) -> None:
        """Nothing is held: each request has its own connection."""

    def _post(self, document: Document, *, dry_run: bool) -> Any:
        body: dict[str, str] = {"text": document.text, "title": document.title}
        if document.date:
            body["date"] = document.date
        if document.source:
            body["source"] = document.source
        return self._json(
            self._send(
                "POST",
                f"/documents?dry_run={'true' if dry_run else 'false'}",
                body=json.dumps(body).encode(),
                kind="application/json",
            )
        )

    def _pages(self, path: str, parameters: Sequence[tuple[str, str]]) -> Iterator[Any]:
        following: str | None = f"{path}?{urlencode([*parameters, ('limit', str(_PAGE))])}"
        while following:
            page = self._json(self._send("GET", following))
            yield from page["items"]
            following = page["next"]

    def _get(self, path: str, parameters: Mapping[str, str]) -> Any:
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._json(self._send("GET", path + query))

    def _json(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except ValueError as error:
            raise StoreError(f"{self._location}: the answer is no JSON: is it kg serve?") from error

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        kind: str = "",
        accept: str = "application/json",
        wrong: type[EntenteError] = InputError,
    ) -> bytes:
        """The body of a good answer; the error that another one stands for."""
        headers = {"Accept": accept}
        if kind:
            headers["Content-Type"] = kind
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        make = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = make(self._host, self._port, timeout=_TIMEOUT)
        try:
            connection.request(method, self._path + path, body, headers)
            answer = connection.getresponse()
            found = answer.read(_MAX_BYTES + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise StoreError(
                f"{self._location}: nobody answers ({type(error).__name__}): start kg serve, or "
                "look at the address"
            ) from error
        finally:
            connection.close()
        if len(found) > _MAX_BYTES:
            raise StoreError(f"{self._location}: the answer is too long: ask for less")
        if answer.status < 300:
            return found
        kind_ = _ERRORS.get(answer.status, StoreError)
        raise (wrong if kind_ is InputError else kind_)(self._told(answer.status, found))

    def _told(self, status: int, body: bytes) -> str:
        """What a problem (RFC 9457) says."""
        try:
            problem = json.loads(body)
        except ValueError:
            problem = None
        if not isinstance(problem, dict) or not problem.get("detail"):
            return f"{self._location}: the server answered {status}: is it kg serve?"
        fields = "; ".join(
            f"{each.get('location')}: {each.get('message')}" for each in problem.get("errors", ())
        )
        return f"{problem['detail']} {fields}".strip()
