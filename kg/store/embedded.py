"""The store on this machine's disk, kept by pyoxigraph.

What was found out about the engine (0.5.13), and what follows here:

- Updates are not isolated between threads: one lock goes round every write.
- An update of several operations is atomic, and so is `extend`: a change is one of either, or,
  where it removes blank nodes (no update can name them), several steps that a journal makes whole.
- What was written survives the death of the process, but reaches the disk only with `flush`.
- Solutions belong to the thread that asked: a query is asked and serialised in one call.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from kg.errors import NotFoundError, QueryError, StoreError
from kg.graph import read
from kg.graph.update import Changes, changes
from kg.statements import Extraction
from kg.store.deltas import carry_out, has_blank, update_text, write
from kg.store.deltas import read as read_delta
from kg.store.folder import Folder
from kg.store.index import Index
from kg.store.interface import Delta, Row

# Errors of the file system, and what the engine calls corruption or a busy resource.
_FAILED = (OSError, RuntimeError)
_ID = re.compile(r"[0-9a-f]{1,64}")

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class EmbeddedStore:
    """A `kg.store.interface.Store` in a folder. Threads may share it, processes may not."""

    def __init__(self, engine: ox.Store, folder: Folder) -> None:
        self._open: ox.Store | None = engine
        self._folder = folder
        self._write = threading.RLock()
        self._revision = folder.read_revision()
        self._index = Index(folder.index)

    @classmethod
    def open(cls, location: str, *, create: bool = True, purpose: str = "") -> EmbeddedStore:
        """Open the store in the folder `location`; see `kg.store.open_store`."""
        folder = Folder.open(Path(location), create=create, purpose=purpose)
        store = None
        try:
            store = cls(ox.Store(str(folder.data)), folder)
            store._finish()
        except _FAILED as error:
            raise StoreError(
                f"{location}: the store's files are damaged ({error}): take a copy back, or ingest "
                "the documents again into another --store"
            ) from error
        finally:
            if store is None:
                folder.close()
        return store

    @property
    def _engine(self) -> ox.Store:
        if self._open is None:
            raise StoreError(f"{self._folder.path}: the store is closed")
        return self._open

    def add(self, extractions: Sequence[Extraction]) -> int:
        """Add documents, replacing what was known of the same ones; the number that changed."""
        with self._write:
            found = changes(self._engine, add=extractions)
            self._apply(found)
        return len(found.documents)

    def retract(self, document_id: str) -> None:
        """Remove a document and whatever nothing else supports; NotFoundError if unknown."""
        with self._write:
            known = bool(_ID.fullmatch(document_id))
            found = changes(self._engine, remove=(document_id,)) if known else None
            if found is None or not found.documents:
                raise NotFoundError(f"{document_id}: no such document in {self._folder.path}")
            self._apply(found)

    def extraction(self, document_id: str) -> Extraction:
        """All that a document says, as it was added; NotFoundError if unknown."""
        if not _ID.fullmatch(document_id):
            raise NotFoundError(f"{document_id}: no such document in {self._folder.path}")
        with self._write:  # a change in the midst of reading would show halves of two states
            return read.extraction(self._engine, document_id)

    def apply(self, delta: Delta, *, revision: int) -> bool:
        """Carry `delta` out, all of it or nothing, if the store is still at `revision`; false where
        it is not."""
        with self._write:
            if self._revision != revision:
                return False
            if not delta.is_empty:
                self._change(delta)
            return True

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this name, perhaps an empty one."""
        return self._engine.contains_named_graph(ox.NamedNode(iri))

    def graphs(self) -> list[str]:
        """The IRIs of all named graphs, sorted."""
        names = self._engine.named_graphs()
        return sorted(name.value for name in names if isinstance(name, ox.NamedNode))

    def _apply(self, found: Changes) -> None:
        """Carry the change of some documents out."""
        if found.documents:
            gone = sorted(g.value for g in self._emptied(found) if isinstance(g, ox.NamedNode))
            self._change(
                Delta(removed=found.removed, added=found.added, dropped=tuple(gone)),
            )

    def _change(self, delta: Delta) -> None:
        """Carry a change out, all of it or nothing."""
        self._keep_index()  # so that the history has what comes now, and no more
        # The number on disk may run ahead of the data if we are killed here, never behind it.
        self._folder.write_revision(self._revision + 1)
        try:
            if not (delta.removed or delta.created or delta.dropped):
                self._engine.extend(delta.added)
            elif not has_blank((*delta.removed, *delta.added)):
                self._engine.update(update_text(delta))
            else:
                self._folder.write_journal(write(delta))
                self._finish()
        except _FAILED as error:
            raise StoreError(
                f"{self._folder.path}: the store cannot be written ({error}): nothing was changed; "
                "look whether the disk is full"
            ) from error
        self._revision += 1
        self._index.follow(self._engine, delta, revision=self._revision)

    @property
    def index(self) -> Index:
        """The index of what the store holds now; made anew first where it is not in step."""
        self._keep_index()
        return self._index

    def _keep_index(self) -> None:
        if self._index.revision != self._revision:
            with self._write:
                if self._index.revision != self._revision:
                    self._index.build(self._engine, revision=self._revision)

    def _finish(self) -> None:
        """Carry out what the journal holds: a change that takes several steps of the engine, and
        that a process may have begun which did not live to end it."""
        text = self._folder.read_journal()
        if text is not None:
            carry_out(self._engine, read_delta(text))
            self._engine.flush()
            self._folder.clear_journal()

    def _emptied(self, found: Changes) -> set[Graph]:
        """The graphs of which nothing is left, and whose names would still be listed."""
        taken = Counter(q.graph_name for q in found.removed)
        for quad in found.added:
            taken.pop(quad.graph_name, None)
        return {
            graph
            for graph, number in taken.items()
            if sum(1 for _ in self._engine.quads_for_pattern(None, None, None, graph)) == number
        }

    def query(self, sparql: str, *, media_type: str) -> bytes:
        """Answer a SPARQL query, serialised as `media_type`; QueryError where it is wrong.

        The default graph is the union of all named graphs. Not for untrusted text.
        """
        results = self._run(sparql)
        if isinstance(results, ox.QueryTriples):
            form = ox.RdfFormat.from_media_type(media_type)
            if form is None:
                raise QueryError(f"{media_type}: this query gives a graph: ask for text/turtle")
            return ox.serialize(results, format=form) or b""
        form_ = ox.QueryResultsFormat.from_media_type(media_type)
        if form_ is None:
            raise QueryError(
                f"{media_type}: this query gives a table: ask for application/sparql-results+json"
            )
        try:
            return results.serialize(format=form_) or b""
        except ValueError as error:
            raise QueryError(f"{media_type}: {error}: ask for another media type") from error

    def _run(self, sparql: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        try:
            return self._engine.query(sparql, use_default_graph_as_union=True)
        except (SyntaxError, ValueError) as error:
            raise QueryError(f"the query is wrong: {error}") from error
        except _FAILED as error:
            raise QueryError(f"the query cannot be answered: {error}") from error

    def select(self, sparql: str) -> list[Row]:
        """The rows of a SELECT: variable to lexical form (IRIs without brackets), or None."""
        results = self._run(sparql)
        if not isinstance(results, ox.QuerySolutions):
            raise QueryError("this is no SELECT query")
        names = [variable.value for variable in results.variables]
        return [{name: _lexical(row[name]) for name in names} for row in results]

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: Term | None,
        graph_name: Graph | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads that match; None matches everything. To be read in the thread that asks."""
        return self._engine.quads_for_pattern(subject, predicate, object, graph_name)

    def snapshot(self, directory: Path) -> None:
        """Write what the store holds now to `directory` (not there yet) as a pyoxigraph store."""
        with self._write:
            try:
                self._engine.backup(str(directory))
            except _FAILED as error:
                raise StoreError(f"{directory}: no snapshot can be made there: {error}") from error

    @property
    def scratch(self) -> Path:
        """A folder beside the data that is emptied whenever the store is opened."""
        return self._folder.scratch

    def nquads(self) -> Iterator[bytes]:
        """The whole dataset as canonical, sorted N-Quads lines."""
        text = ox.serialize(self._engine, format=ox.RdfFormat.N_QUADS) or b""
        yield from sorted(text.splitlines(keepends=True))

    @property
    def revision(self) -> int:
        """A number that grows with every change."""
        return self._revision

    def flush(self) -> None:
        """Make what was written durable."""
        with self._write:
            try:
                self._engine.flush()
            except _FAILED as error:
                raise StoreError(
                    f"{self._folder.path}: the store cannot be written ({error}): look whether "
                    "the disk is full"
                ) from error

    def close(self) -> None:
        """Release the store; every further call fails."""
        with self._write:
            if self._open is not None:
                self._open.flush()
                self._open = None
                self._index.close()
                shutil.rmtree(self._folder.scratch, ignore_errors=True)
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


def _lexical(term: Term | None) -> str | None:
    if term is None:
        return None
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value
