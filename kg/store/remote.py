"""A store on a SPARQL 1.1 server, by nothing but the standard protocol.

The server holds the graphs; a folder on this machine holds what belongs to this writer: the lock,
the journal and the index. Only graphs under `https://w3id.org/entente/` are read and written, so
that the server may hold others beside them. One of them, `STATE`, is no part of the dataset: it
says which revision the server is at, and whether a change is under way.

Machines take turns (`kg.store.remote_turn`). A change stands in the journal of the one whose turn
it is before the first quad is sent, and is taken out after the last request, which makes the new
revision known. Doing it again does no harm, so what a death or a failing server cut off is finished
at the next start, or before the next change. Other machines, which do not have the journal, wait,
and refuse to write when that takes long.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pyoxigraph as ox

from kg.errors import NotFoundError, ServerError, StoreError, StoreInUseError
from kg.graph import read
from kg.graph.terms import BASE
from kg.graph.update import changes
from kg.statements import Extraction
from kg.store.deltas import has_blank
from kg.store.endpoint import Endpoint, Options
from kg.store.folder import Folder
from kg.store.guard import Checked
from kg.store.index import Index
from kg.store.interface import Delta, Row
from kg.store.remote_reader import GraphName, RemoteReader, Term
from kg.store.remote_state import STATE, Change, State, read_text, state_folder, updates
from kg.store.remote_turn import Turn
from kg.store.server import Reply, Server

_TRIES = 5  # turns that one may lose to others while it looks what there is to do
_FRESH = 1.0  # seconds for which a revision that was read is taken for the newest
_ID = re.compile(r"[0-9a-f]{1,64}")
_Found = TypeVar("_Found")


class RemoteStore:
    """A `kg.store.interface.Store` on a server. Threads may share it."""

    def __init__(self, server: Server, folder: Folder) -> None:
        self._server = server
        self._open_reader = RemoteReader(server)
        self._name = server.endpoint.name
        self._folder = folder
        self._turn = Turn(
            self._look, self._update, note=folder.path / "flag", name=server.endpoint.name
        )
        self._write = threading.RLock()
        self._looking = threading.Lock()
        self._state = State()
        self._looked = 0.0
        self._index = Index(folder.index)
        self._closed = False

    @classmethod
    def open(
        cls, location: str, *, purpose: str = "", options: Options | None = None
    ) -> RemoteStore:
        """Open the store at `location`, and finish a change that was cut off; see `open_store`."""
        endpoint = Endpoint.parse(location)
        path = state_folder(endpoint)
        try:
            folder = Folder.open(path, create=True, purpose=purpose)
        except StoreInUseError as error:
            raise StoreInUseError(str(error).replace(str(path), endpoint.name, 1)) from error
        with ExitStack() as undo:
            undo.callback(folder.close)
            server = Server(endpoint, options or Options())
            undo.callback(server.close)
            store = cls(server, folder)
            undo.callback(store._index.close)
            store._finish()
            store._turn.clear()
            undo.pop_all()
        return store

    # What the server is at -----------------------------------------------------------------------

    def _look(self) -> State:
        """Read from the server which revision it is at, and who changes it."""
        self._state = self._reader.state()
        self._looked = time.monotonic()
        return self._state

    def _look_soon(self) -> None:
        """Have the revision read again by another thread, where it was read a while ago."""
        if time.monotonic() - self._looked < _FRESH or not self._looking.acquire(blocking=False):
            return

        def look() -> None:
            try:
                # Not in the midst of a change, after which the revision is known anyway.
                if self._write.acquire(blocking=False):
                    try:
                        # A server that is away is told to who asks something.
                        with suppress(StoreError):
                            self._look()
                    finally:
                        self._write.release()
            finally:
                self._looked = time.monotonic()
                self._looking.release()

        threading.Thread(target=look, daemon=True).start()

    @property
    def revision(self) -> int:
        """A number that grows with every change made through kg, from whatever machine; changes
        from other machines show a moment later."""
        self._look_soon()
        return self._state.revision

    # Writing -------------------------------------------------------------------------------------

    def add(self, extractions: Sequence[Extraction]) -> int:
        """Add documents, replacing what was known of the same ones; the number that changed."""

        def found(_: State) -> tuple[Delta, int]:
            made = changes(self, add=extractions)
            return Delta(removed=made.removed, added=made.added), len(made.documents)

        return self._change(found)

    def retract(self, document_id: str) -> None:
        """Remove a document and whatever nothing else supports; NotFoundError if unknown."""

        def found(_: State) -> tuple[Delta, None]:
            made = changes(self, remove=(document_id,))
            if not made.documents:
                raise self._unknown(document_id)
            return Delta(removed=made.removed, added=made.added), None

        if not _ID.fullmatch(document_id):
            raise self._unknown(document_id)
        self._change(found)

    def apply(self, delta: Delta, *, revision: int) -> bool:
        """Carry `delta` out if the store is still at `revision`; false where it is not.

        StoreError for graphs outside of ours and for blank nodes.
        """

        def found(state: State) -> tuple[Delta, bool]:
            is_still = state.revision == revision
            return delta if is_still else Delta(), is_still

        return self._change(found)

    def _change(self, find: Callable[[State], tuple[Delta, _Found]]) -> _Found:
        """Do what `find` finds to be done, when it is our turn and in a state that nobody else
        changes; what it says of it. What fails half-way stays in the journal."""
        since, tries = time.monotonic(), 0
        while True:
            with self._write:
                self._finish()
                try:
                    state = self._turn.take()
                    if state is not None:
                        delta, found = find(state)
                        if delta.is_empty:
                            self._turn.give_back()
                            return found
                        if self._carry_out(delta, state):
                            return found
                        since, tries = time.monotonic(), tries + 1
                except BaseException:
                    if self._folder.read_journal() is None:
                        self._turn.leave()
                    raise
            self._turn.wait(since if tries < _TRIES else -math.inf)  # and others may read meanwhile

    def _carry_out(self, delta: Delta, state: State) -> bool:
        """Make the change, which was found in `state`; false where others came between."""
        self._check(delta)
        if not state.token:  # a new store: making the index costs nothing
            self._keep_index()
        in_step = self._is_in_step()
        if not self._turn.begin(state.token):
            return False
        change = Change(delta=delta, flag=self._turn.flag, before=state.token, after=state.next())
        self._folder.write_journal(change.write())
        self._finish()
        if in_step:
            self._index.follow(self, delta, revision=self._state.revision)
            self._note_step()
        return True

    def _check(self, delta: Delta) -> None:
        """StoreError where a server cannot be told this change, or should not be."""
        quads = (*delta.removed, *delta.added)
        names = {getattr(quad.graph_name, "value", "") for quad in quads}
        names |= {*delta.created, *delta.dropped}
        if STATE in names or not all(name.startswith(BASE) for name in names):
            raise StoreError(
                f"{self._name}: only graphs under {BASE} are written through kg: send other "
                "changes to the server itself"
            )
        if has_blank(quads):
            raise StoreError(f"{self._name}: no update can name blank nodes: use IRIs instead")

    def _finish(self) -> None:
        """Carry out what the journal holds, if anything."""
        change = self._journal()
        if change is None:
            return
        state = self._look()
        # Without our mark it is done, or was given up where the state was dropped on the server.
        if change.flag in state.changing or state.token == change.after:
            is_begun = state.token != change.after
            delta = change.delta if is_begun else Delta()
            try:
                for update in updates(delta, change.end(), quads=self._server.options.quads):
                    self._update(update)
            except ServerError as error:
                if not error.answered:
                    raise
                raise ServerError(
                    f"{error}; what it took of the change is completed the next time that the "
                    f"store is opened; to give the change up, delete {self._journal_path}, and "
                    "ingest the documents again",
                    answered=True,
                ) from error
            self._state, self._looked = State(token=change.after), time.monotonic()
        self._folder.clear_journal()

    @property
    def _journal_path(self) -> Path:
        return self._folder.path / "journal"

    def _journal(self) -> Change | None:
        """The change that is to be finished; StoreError where the file is something else."""
        data = self._folder.read_journal()
        if data is None:
            return None
        try:
            return Change.read(data)
        except (ValueError, KeyError, TypeError, SyntaxError) as error:
            raise StoreError(
                f"{self._journal_path}: this journal is damaged, or of another version of kg: "
                "finish the change with that one, or delete the file and ingest the documents again"
            ) from error

    def _update(self, text: str) -> None:
        if self._closed:
            raise StoreError(f"{self._name}: the store is closed")
        self._server.ask("update", text, accept="*/*")

    def _unknown(self, document_id: str) -> NotFoundError:
        return NotFoundError(f"{document_id}: no such document in {self._name}")

    # Reading -------------------------------------------------------------------------------------

    @property
    def _reader(self) -> RemoteReader:
        if self._closed:
            raise StoreError(f"{self._name}: the store is closed")
        return self._open_reader

    def forward(
        self,
        query: Checked,
        *,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        seconds: float,
        most: int,
        cancel: threading.Event | None,
    ) -> Reply:
        """See `kg.store.forward.Forwarding`."""
        self._look_soon()
        return self._reader.forward(
            query,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            seconds=seconds,
            most=most,
            cancel=cancel,
        )

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this name; servers forget empty ones."""
        return iri in self.graphs()

    def graphs(self) -> list[str]:
        """The IRIs of our named graphs, sorted."""
        return self._reader.graphs()

    def extraction(self, document_id: str) -> Extraction:
        """All that a document says, as it was added; NotFoundError if unknown."""
        if not _ID.fullmatch(document_id):
            raise self._unknown(document_id)
        with self._write:
            return read.extraction(self, document_id)

    def query(self, sparql: str, *, media_type: str) -> bytes:
        """Answer a SPARQL query, serialised as `media_type` by the server; QueryError where it is
        wrong. What the default graph is, the server decides (docs/stores.md)."""
        self._look_soon()
        return self._reader.ask(sparql, accept=media_type).body

    def select(self, sparql: str) -> list[Row]:
        """The rows of a SELECT: variable to lexical form (IRIs without brackets), or None."""
        self._look_soon()
        return self._reader.select(sparql)

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: Term | None,
        graph_name: GraphName | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads of our graphs that match; None matches everything."""
        return self._reader.quads(subject, predicate, object, graph_name)

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

    # The index -----------------------------------------------------------------------------------

    @property
    def index(self) -> Index:
        """The index of what the server holds; made anew first where it is not in step with the
        revision, which is read from the server when it was not read within the last second."""
        with self._write:
            if self._closed or time.monotonic() - self._looked >= _FRESH:
                self._look()
            self._keep_index()
            return self._index

    def _keep_index(self) -> None:
        if not self._is_in_step():
            self._index.build(self, revision=self._state.revision)
            self._note_step()

    def _is_in_step(self) -> bool:
        """Whether the index is that of the very revision; equal numbers are not enough, because
        the server may have been emptied meanwhile."""
        known = read_text(self._folder.path / "indexed")
        return known == f"{self._state.token}\n" and self._index.revision == self._state.revision

    def _note_step(self) -> None:
        if self._index.revision == self._state.revision:
            (self._folder.path / "indexed").write_text(f"{self._state.token}\n", encoding="ascii")

    def flush(self) -> None:
        """Nothing to do: a server answers an update when it has it."""

    def close(self) -> None:
        """Release the store; every further call fails."""
        with self._write:
            if not self._closed:
                self._closed = True
                self._index.close()
                self._server.close()
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
