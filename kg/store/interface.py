"""What every store can do, whichever engine is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from pyoxigraph import Quad

from kg.graph.terms import QuadReader
from kg.statements import Extraction

if TYPE_CHECKING:
    from kg.store.index import Index

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A change of the dataset, quad by quad.

    `created` and `dropped` are IRIs of named graphs that come to be and cease to be; a graph may be
    there and be empty. What is in a graph that is dropped stands in `removed`.
    """

    removed: tuple[Quad, ...] = ()
    added: tuple[Quad, ...] = ()
    created: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where nothing changes."""
        return not (self.removed or self.added or self.created or self.dropped)


class Store(QuadReader, Protocol):
    """A dataset of document graphs and what follows from them.

    Writes are serialised by a lock; each is atomic: afterwards a document is there whole or not
    at all.
    """

    def add(self, extractions: Sequence[Extraction]) -> int:
        """Add documents, replacing what was known of the same ones; the number that changed."""

    def retract(self, document_id: str) -> None:
        """Remove a document and whatever nothing else supports; NotFoundError if unknown."""

    def apply(self, delta: Delta, *, revision: int) -> bool:
        """Carry `delta` out, all of it or nothing, if the store is still at `revision`; false where
        it is not. For graphs of clients: those of documents change by `add` and `retract`."""

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this name, perhaps an empty one."""

    def graphs(self) -> list[str]:
        """The IRIs of all named graphs, sorted."""

    def extraction(self, document_id: str) -> Extraction:
        """All that a document says, as it was added (`kg.graph.read.extraction`); NotFoundError
        if unknown."""

    def query(self, sparql: str, *, media_type: str) -> bytes:
        """Answer a SPARQL query, serialised as `media_type`; QueryError where it is wrong.

        The default graph is the union of all named graphs. Not for untrusted text.
        """

    def select(self, sparql: str) -> list[Row]:
        """The rows of a SELECT: variable to lexical form (IRIs without brackets), or None."""

    def snapshot(self, directory: Path) -> None:
        """Write what the store holds now to `directory` (not there yet) as a pyoxigraph store.

        Only hard links where `directory` is on the store's file system; other processes may open
        it read-only while this store goes on. StoreError where the engine cannot do it.
        """

    @property
    def scratch(self) -> Path:
        """An existing directory on the store's file system for files that only live as long as
        the process, such as snapshots; emptied whenever the store is opened."""

    def nquads(self) -> Iterator[bytes]:
        """The whole dataset as canonical, sorted N-Quads lines."""

    @property
    def index(self) -> Index:
        """Names, statements, totals and the history as tables, in step with what the store holds;
        made anew first where it is not, which takes seconds in a large store."""

    @property
    def revision(self) -> int:
        """A number that grows with every change."""

    def flush(self) -> None:
        """Make what was written durable."""

    def close(self) -> None:
        """Release the store; every further call fails."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
