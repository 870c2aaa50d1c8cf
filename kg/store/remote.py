"""A store on a SPARQL 1.1 server, by nothing but the standard protocol.

The server holds the graphs; a folder on this machine holds what belongs to this writer: the lock,
the revision, the journal and the index. Only graphs under `https://w3id.org/entente/` are read and
written, so that the server may hold others beside them.

A change is one update request where it is small, and several where a server would refuse its
length. It stands in the journal before the first request, and is taken out after the last. Doing it
again does no harm, so what a death or a failing server cut off is finished at the next start, or
before the next change.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pyoxigraph as ox

from kg.errors import NotFoundError, QueryError, QueryLimitError, StoreError
from kg.graph import read
from kg.graph.terms import BASE, XSD
from kg.graph.update import changes
from kg.statements import Extraction
from kg.store.deltas import has_blank, update_text, write
from kg.store.deltas import read as read_delta
from kg.store.folder import Folder
from kg.store.interface import Delta, Row

if TYPE_CHECKING:
    from kg.store.index import Index

SCHEME = "sparql+"
_QUADS_AT_ONCE = 500  # Virtuoso refuses an update of some thousand triples
_MAX_BYTES = 256 * 2**20
_TIMEOUT = 60.0
_TABLE = "application/sparql-results+json"
_BOOLEAN = ox.NamedNode(f"{XSD}boolean")
_TRUTH = {"1": "true", "0": "false"}
_ID = re.compile(r"[0-9a-f]{1,64}")

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class _RefusedError(StoreError):
    """The server answered with 4xx: it did nothing of what was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a server listens; `name` is what messages may show, without credentials."""

    secure: bool
    host: str
    port: int | None
    query_path: str
    update_path: str
    authorization: str | None

    @property
    def name(self) -> str:
        """The address as messages show it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"{'https' if self.secure else 'http'}://{host}{port}{self.query_path}"

    @classmethod
    def parse(cls, location: str) -> Endpoint:
        """Read `sparql+http://user:password@host:port/path?update=/path`; StoreError if wrong."""
        wrong = "a SPARQL store is named like sparql+http://localhost:8890/sparql"
        try:
            parts = urlsplit(location.removeprefix(SCHEME))
            port, host = parts.port, parts.hostname
        except ValueError as error:
            raise StoreError(f"--store: the address cannot be read: {wrong}") from error
        if parts.scheme not in ("http", "https") or not host or re.search(r"\s", location):
            raise StoreError(f"--store: the address cannot be read: {wrong}")
        path = parts.path or "/"
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        user = user or os.environ.get("ENTENTE_STORE_USER", "")
        password = password or os.environ.get("ENTENTE_STORE_PASSWORD", "")
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        return cls(
            secure=parts.scheme == "https",
            host=host,
            port=port,
            query_path=path,
            update_path=parse_qs(parts.query).get("update", [path])[0],
            authorization=f"Basic {token}" if user else None,
        )

    def send(self, key: str, text: str, *, accept: str) -> bytes:
        """POST `text` as the form field `key` ("query" or "update"); the body of the answer.

        StoreError where the server cannot be reached or refuses, QueryLimitError where the answer
        is longer than can be taken or was cut. No redirect is followed: it would carry the
        credentials elsewhere.
        """
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = kind(self.host, self.port, timeout=_TIMEOUT)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
        if self.authorization:
            headers["Authorization"] = self.authorization
        path = self.update_path if key == "update" else self.query_path
        try:
            connection.request("POST", path, urlencode({key: text}).encode(), headers)
            answer = connection.getresponse()
            body = answer.read(_MAX_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise StoreError(
                f"{self.name}: the server does not answer ({type(error).__name__}): look whether "
                "it runs"
            ) from error
        finally:
            connection.close()
        if answer.status >= 300:
            said = " ".join(body[:300].decode("utf-8", "replace").split())
            kind_ = _RefusedError if 400 <= answer.status < 500 else StoreError
            raise kind_(
                f"{self.name}: the server answered {answer.status} ({said}): look at its settings "
                "(docs/stores.md), and at ENTENTE_STORE_USER and ENTENTE_STORE_PASSWORD"
            )
        # Virtuoso cuts long results without an error, and says so in this header only.
        if len(body) > _MAX_BYTES or answer.getheader("X-SPARQL-MaxRows"):
            raise QueryLimitError(
                f"{self.name}: the answer is longer than the server or this program allows: ask "
                "for less, or raise ResultSetMaxRows (docs/stores.md)"
            )
        return body


def state_folder(endpoint: Endpoint) -> Path:
    """The folder on this machine that goes with a server."""
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "entente" / hashlib.sha256(endpoint.name.encode()).hexdigest()[:16]


class RemoteStore:
    """A `kg.store.interface.Store` on a server. Threads may share it."""

    def __init__(self, endpoint: Endpoint, folder: Folder) -> None:
        self._endpoint = endpoint
        self._folder = folder
        self._write = threading.RLock()
        self._revision = folder.read_revision()
        self._index: Index | None = None
        self._closed = False

    @classmethod
    def open(cls, location: str, *, purpose: str = "") -> RemoteStore:
        """Open the store at `location`, and finish a change that was cut off; see `open_store`."""
        endpoint = Endpoint.parse(location)
        folder = Folder.open(state_folder(endpoint), create=True, purpose=purpose)
        store = cls(endpoint, folder)
        try:
            store._ask("ASK { }", accept=_TABLE)
            store._finish()
        except BaseException:
            folder.close()
            raise
        return store

    def _ask(self, sparql: str, *, accept: str) -> bytes:
        if self._closed:
            raise StoreError(f"{self._endpoint.name}: the store is closed")
        return self._endpoint.send("query", sparql, accept=accept)

    def add(self, extractions: Sequence[Extraction]) -> int:
        """Add documents, replacing what was known of the same ones; the number that changed."""
        with self._write:
            self._finish()
            found = changes(self, add=extractions)
            if found.documents:
                self._change(Delta(removed=found.removed, added=found.added))
        return len(found.documents)

    def retract(self, document_id: str) -> None:
        """Remove a document and whatever nothing else supports; NotFoundError if unknown."""
        with self._write:
            self._finish()
            known = bool(_ID.fullmatch(document_id))
            found = changes(self, remove=(document_id,)) if known else None
            if found is None or not found.documents:
                raise NotFoundError(f"{document_id}: no such document in {self._endpoint.name}")
            self._change(Delta(removed=found.removed, added=found.added))

    def apply(self, delta: Delta, *, revision: int) -> bool:
        """Carry `delta` out if the store is still at `revision`; false where it is not.

        StoreError for graphs outside of ours and for blank nodes.
        """
        with self._write:
            self._finish()
            if self._revision != revision:
                return False
            if not delta.is_empty:
                self._change(delta)
            return True

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this name; servers forget empty ones."""
        return iri in self.graphs()

    def graphs(self) -> list[str]:
        """The IRIs of our named graphs, sorted."""
        rows = self.select(
            f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{BASE}")) }}'
        )
        return sorted(row["g"] or "" for row in rows)

    def extraction(self, document_id: str) -> Extraction:
        """All that a document says, as it was added; NotFoundError if unknown."""
        if not _ID.fullmatch(document_id):
            raise NotFoundError(f"{document_id}: no such document in {self._endpoint.name}")
        with self._write:
            return read.extraction(self, document_id)

    def _change(self, delta: Delta) -> None:
        """Carry a change out; what fails half-way stays in the journal."""
        quads = (*delta.removed, *delta.added)
        names = {getattr(quad.graph_name, "value", "") for quad in quads}
        if not all(name.startswith(BASE) for name in names | {*delta.created, *delta.dropped}):
            raise StoreError(
                f"{self._endpoint.name}: only graphs under {BASE} are written through kg: send "
                "other changes to the server itself"
            )
        if has_blank(quads):
            raise StoreError(
                f"{self._endpoint.name}: no update can name blank nodes: use IRIs instead"
            )
        self._folder.write_revision(self._revision + 1)
        self._folder.write_journal(write(delta))
        self._finish()
        self._revision += 1

    def _finish(self) -> None:
        """Carry out what the journal holds, if anything."""
        text = self._folder.read_journal()
        if text is None:
            return
        for number, update in enumerate(_updates(read_delta(text))):
            try:
                self._endpoint.send("update", update, accept="*/*")
            except _RefusedError:
                if number == 0:  # nothing was done
                    self._folder.clear_journal()
                raise
        self._folder.clear_journal()

    def query(self, sparql: str, *, media_type: str) -> bytes:
        """Answer a SPARQL query, serialised as `media_type` by the server; QueryError where it is
        wrong. What the default graph is, the server decides (docs/stores.md)."""
        try:
            return self._ask(sparql, accept=media_type)
        except _RefusedError as error:
            raise QueryError(str(error)) from error

    def select(self, sparql: str) -> list[Row]:
        """The rows of a SELECT: variable to lexical form (IRIs without brackets), or None."""
        return [
            {name: None if term is None else _lexical(term) for name, term in row.items()}
            for row in self._rows(sparql)
        ]

    def _rows(self, sparql: str) -> list[dict[str, Term | None]]:
        body = self.query(sparql, media_type=_TABLE)
        try:
            found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
            if not isinstance(found, ox.QuerySolutions):
                raise QueryError("this is no SELECT query")
            names = [variable.value for variable in found.variables]
            return [{name: _spelled(row[name]) for name in names} for row in found]
        except (SyntaxError, ValueError) as error:
            raise StoreError(
                f"{self._endpoint.name}: the answer is no SPARQL result ({error}): look whether "
                "the address is that of a SPARQL endpoint"
            ) from error

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: Term | None,
        graph_name: Graph | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads of our graphs that match; None matches everything."""
        if isinstance(graph_name, ox.DefaultGraph):
            return
        given = {"s": subject, "p": predicate, "o": object, "g": graph_name}
        if any(isinstance(term, ox.BlankNode | ox.Triple) for term in given.values()):
            return
        s, p, o, g = (f"?{name}" if term is None else str(term) for name, term in given.items())
        mine = f'FILTER(STRSTARTS(STR(?g), "{BASE}"))' if graph_name is None else ""
        free = " ".join(f"?{name}" for name, term in given.items() if term is None)
        text = f"SELECT {free or '(1 AS ?one)'} {{ GRAPH {g} {{ {s} {p} {o} }} {mine} }}"
        for row in self._rows(text):
            full = {name: row[name] if term is None else term for name, term in given.items()}
            yield ox.Quad(full["s"], full["p"], full["o"], full["g"])  # type: ignore[arg-type]

    def snapshot(self, directory: Path) -> None:
        """Copy what the server holds now into a pyoxigraph store in `directory`."""
        with self._write:
            try:
                copy = ox.Store(str(directory))
                copy.extend(self.quads_for_pattern(None, None, None))
                copy.flush()
            except (OSError, RuntimeError) as error:
                raise StoreError(f"{directory}: no snapshot can be made there: {error}") from error

    @property
    def scratch(self) -> Path:
        """A folder on this machine that is emptied whenever the store is opened."""
        return self._folder.scratch

    def nquads(self) -> Iterator[bytes]:
        """All our graphs as canonical, sorted N-Quads lines."""
        quads = self.quads_for_pattern(None, None, None)
        text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
        yield from sorted(text.splitlines(keepends=True))

    @property
    def index(self) -> Index:
        """The index of what the store holds now; made anew where it is not in step."""
        from kg.store.index import Index

        with self._write:
            if self._index is None:
                self._index = Index(self._folder.index)
            if self._index.revision != self._revision:
                self._index.build(self, revision=self._revision)
            return self._index

    @property
    def revision(self) -> int:
        """A number that grows with every change made from this machine."""
        return self._revision

    def flush(self) -> None:
        """Nothing to do: a server answers an update when it has it."""

    def close(self) -> None:
        """Release the store; every further call fails."""
        with self._write:
            if not self._closed:
                self._closed = True
                if self._index is not None:
                    self._index.close()
                self._folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _updates(delta: Delta) -> Iterator[str]:
    """The update requests that carry a change out: one where it is small."""
    total = len(delta.removed) + len(delta.added)
    if total <= _QUADS_AT_ONCE:
        yield update_text(delta)
        return
    for start in range(0, len(delta.removed), _QUADS_AT_ONCE):
        yield update_text(Delta(removed=delta.removed[start : start + _QUADS_AT_ONCE]))
    for start in range(0, len(delta.added), _QUADS_AT_ONCE):
        yield update_text(Delta(added=delta.added[start : start + _QUADS_AT_ONCE]))
    if delta.created or delta.dropped:
        yield update_text(Delta(created=delta.created, dropped=delta.dropped))


def _spelled(term: Term | None) -> Term | None:
    """Truth values as we spell them: Virtuoso gives back 1 and 0."""
    if isinstance(term, ox.Literal) and term.datatype == _BOOLEAN and term.value in _TRUTH:
        return ox.Literal(_TRUTH[term.value], datatype=_BOOLEAN)
    return term


def _lexical(term: Term) -> str:
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value
