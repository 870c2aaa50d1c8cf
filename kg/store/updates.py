"""Changes from outside: SPARQL updates and whole graphs.

A client writes to graphs of its own: the default graph, and any named graph outside of
`https://w3id.org/entente/`. What lies under that name follows from documents and changes with them
only; an update that would touch it is refused, and nothing of it is done.

An update is never run where it could do harm. It is tried in a sandbox process, on a copy made of
hard links; what comes back is the change quad by quad. That is checked, and carried out by the
store as one. RDF texts are read in a sandbox process too.
"""

from __future__ import annotations

import itertools
import os
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import BusyError, ProtectedError, QueryError, StoreError
from kg.graph.terms import BASE, RDF_TYPE, ent
from kg.store import deltas
from kg.store.forward import Forwarding
from kg.store.generations import writable_copy
from kg.store.interface import Delta, Store
from kg.store.update_guard import CheckedUpdate
from kg.store.worker import Pool

_TRIES = 5
# They tie what is read from documents together, and are looked for in all graphs.
_TIES = frozenset({ent("evidenceFor"), ent("describes")})
_TIED = frozenset({ent("Document")})

Graph = ox.NamedNode | ox.DefaultGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was done: how many quads came and went, the revision of the store after it, and whether
    the graph was new (where one graph was meant)."""

    added: int
    removed: int
    revision: int
    created: bool = False


def is_ours(graph: str) -> bool:
    """True for the graphs that follow from documents."""
    return graph.startswith(BASE)


def check_graph(graph: str) -> None:
    """ProtectedError where no client may write to the graph."""
    if is_ours(graph):
        raise ProtectedError(
            f"The graph <{graph[:120]}> follows from documents: change it by adding and removing "
            f"documents, or write to a graph whose name does not begin with {BASE}."
        )


class Updates:
    """Carries changes out on a store, one after the other."""

    def __init__(self, store: Store, pool: Pool) -> None:
        self._store = store
        self._pool = pool
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def run(self, update: CheckedUpdate) -> Change:
        """Carry out a SPARQL update, all of it or nothing.

        QueryError where it is wrong, QueryLimitError where it goes beyond the limits of queries,
        ProtectedError where it would change what only documents change, BusyError where documents
        come faster than it can be tried.
        """
        return self._repeat(lambda: self._try(update))

    def replace(
        self, graph: str, texts: Iterable[tuple[str, str]], *, base: str, keep: bool = False
    ) -> Change:
        """Make the triples of RDF texts, each after its media type, the content of a graph ("" for
        the default graph), or add them to it where `keep` is true. Relative IRIs are resolved
        against `base`. Errors as those of `run`."""
        check_graph(graph)
        new: set[ox.Quad] = set()
        for media_type, data in texts:
            self._check_text(data, media_type)
            lines = self._pool.parse(data, media_type=media_type, graph=graph, base=base)
            new.update(deltas.quads(lines))

        def attempt() -> tuple[Delta, int]:
            revision = self._store.revision
            old = set(self._content(graph))
            is_new = bool(graph) and not self._store.has_graph(graph)
            return Delta(
                removed=() if keep else tuple(old - new),
                added=tuple(new - old),
                created=(graph,) if is_new else (),
            ), revision

        return self._repeat(attempt)

    def drop(self, graph: str) -> Change:
        """Empty the default graph (""), or take a named graph away, which must be there."""
        check_graph(graph)

        def attempt() -> tuple[Delta, int]:
            revision = self._store.revision
            gone = (graph,) if graph else ()
            return Delta(removed=tuple(self._content(graph)), dropped=gone), revision

        return self._repeat(attempt)

    def _content(self, graph: str) -> Iterable[ox.Quad]:
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        return self._store.quads_for_pattern(None, None, None, name)

    def _check_text(self, data: str, media_type: str) -> None:
        if media_type == "application/rdf+xml" and "<!DOCTYPE" in data.upper():
            raise QueryError(
                "RDF/XML with a DOCTYPE is not read, because entities can be made to grow without "
                "end: write the names out, or send Turtle."
            )

    def _repeat(self, attempt: Callable[[], tuple[Delta, int]]) -> Change:
        """Find out what to change and do it; again where the store has changed meanwhile."""
        if isinstance(self._store, Forwarding):
            raise ProtectedError(
                "The graphs of clients are not kept here, because this store is a server of its "
                "own: send changes of other graphs than those of documents to that server."
            )
        with self._lock:
            for _ in range(_TRIES):
                delta, revision = attempt()
                _check(delta)
                if self._store.apply(delta, revision=revision):
                    break
            else:
                raise BusyError("The store changes all the time: try again in a moment.")
            self._store.flush()
            now = self._store.revision
        self._pool.expect(now)
        return Change(
            added=len(delta.added),
            removed=len(delta.removed),
            revision=now,
            created=bool(delta.created),
        )

    def _try(self, update: CheckedUpdate) -> tuple[Delta, int]:
        """What the update changes, and in which revision."""
        copy = self._store.scratch / f"update-{os.getpid()}-{next(self._numbers)}"
        with self._pool.generation(fresh=True) as generation:
            try:
                writable_copy(generation, copy)
                body = self._pool.dry_run(
                    update.text,
                    targets=update.targets,
                    snapshot=str(generation.directory),
                    copy=str(copy),
                )
            except OSError as error:
                raise StoreError(
                    f"{copy}: no room to try the update: {error.strerror}: "
                    "look whether the disk is full"
                ) from error
            finally:
                shutil.rmtree(copy, ignore_errors=True)
        return deltas.read(body), generation.revision


def _check(delta: Delta) -> None:
    """ProtectedError where the change touches what only documents change."""
    for graph in (*delta.created, *delta.dropped):
        check_graph(graph)
    for quad in (*delta.removed, *delta.added):
        if isinstance(quad.graph_name, ox.NamedNode):
            check_graph(quad.graph_name.value)
    for quad in delta.added:
        is_tie = quad.predicate in _TIES or (quad.predicate == RDF_TYPE and quad.object in _TIED)
        if is_tie:
            raise ProtectedError(
                f"{quad.triple}: only reading a document ties sentences, statements and entities "
                "together: use a property of your own."
            )
