"""Untrusted SPARQL, run in processes that can be killed, on snapshots that cannot be changed.

A `Pool` publishes the store as read-only generations (hard links, made when a query comes and the
store has changed since the last one) and keeps a few `kg.store.sandbox` processes. A query that
takes too long, grows too large or brings the engine down costs its process and nothing else. Where
the store is a server, the query is read in a sandbox, and then the server has to answer it.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from kg.errors import QueryError, QueryLimitError, ServerError, StoreError
from kg.store.flows import Flow, block, follow
from kg.store.forward import Forwarding, check_dialect
from kg.store.generations import Generation, Generations
from kg.store.guard import Checked, undeclared
from kg.store.interface import Store
from kg.store.processes import DiedError, Processes
from kg.store.slots import Slots

_WORDY = 2  # how much longer the answer of another server may be than ours: it spells it otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one query may use, and how many may run.

    `seconds` of wall-clock time, `rows` of a table or triples of a graph, `answer_bytes` of the
    serialised answer, `memory_bytes` of address space of the process, `processes` at the same time,
    `waiting` queries in the queue, each for at most `patience` seconds.
    """

    seconds: float = 15.0
    rows: int = 1_000_000
    answer_bytes: int = 64 * 2**20
    memory_bytes: int = 2 * 2**30
    processes: int = 2
    waiting: int = 16
    patience: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client is content with: less than the limits (more has no effect), or None.

    `fresh` asks for the store as it is now, where it may otherwise be up to a second old.
    """

    seconds: float | None = None
    rows: int | None = None
    answer_bytes: int | None = None
    memory_bytes: int | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A serialised answer, whether it was cut after `rows` rows, and the store's revision that it
    was found in."""

    body: bytes
    revision: int
    rows: int | None = None


def _least(limit: float, wish: float | None) -> float:
    return limit if wish is None else min(limit, wish)


class Pool:
    """Answers queries from outside on the store's newest state."""

    def __init__(
        self,
        store: Store,
        *,
        limits: Limits | None = None,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> None:
        """`prefixes` (prefix to namespace) shorten the IRIs of Turtle answers; relative IRIs in
        queries are resolved against `base`."""
        self.limits = limits or Limits()
        self._prefixes = dict(prefixes or {})
        self._base = base
        self._store = store
        self._generations = Generations(store)
        self._slots = Slots(
            self.limits.processes, waiting=self.limits.waiting, patience=self.limits.patience
        )
        self._processes = Processes(
            memory_bytes=self.limits.memory_bytes, most=2 * self.limits.answer_bytes + 2**20
        )

    def answer(
        self,
        query: Checked,
        *,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        union: bool = True,
        wish: Wish | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """The answer, serialised as `media_type`.

        The default graph is the union of all graphs (the unnamed one alone if `union` is false),
        unless the query has a FROM clause or graphs are given here, which then are the whole
        dataset (SPARQL 1.1 Protocol, 2.1.4). QueryError where the query is wrong, QueryLimitError
        where it goes beyond a limit, BusyError where too many others run, StoreError where the
        store fails, CancelledError where `cancel` was set.
        """
        request = self._request(query, media_type, default_graphs, named_graphs, union, wish)
        if isinstance(self._store, Forwarding):
            with self._slots.one(cancel):
                return self._forward(
                    self._store, query, request, wish=wish or Wish(), cancel=cancel
                )
        return block(self._answering(request, wish or Wish()), cancel=cancel)

    async def answer_soon(
        self,
        query: Checked,
        *,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        union: bool = True,
        wish: Wish | None = None,
        cancel: asyncio.Future[None] | None = None,
    ) -> Answer:
        """As `answer`, for an event loop, and not where another server answers queries.
        CancelledError where `cancel` is done meanwhile."""
        request = self._request(query, media_type, default_graphs, named_graphs, union, wish)
        return await follow(self._answering(request, wish or Wish()), cancel=cancel)

    def _request(
        self,
        query: Checked,
        media_type: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        union: bool,
        wish: Wish | None,
    ) -> dict[str, Any]:
        given = bool(default_graphs or named_graphs)
        return {
            "kind": "query",
            "query": query.text,
            "media_type": media_type,
            "union": union and not given and not query.dataset,
            "default_graphs": list(default_graphs) if given else None,
            "named_graphs": list(named_graphs) if given else None,
            "prefixes": self._prefixes if query.is_graph else {},
            "rows": int(_least(self.limits.rows, wish.rows if wish else None)),
        }

    def _answering(self, request: dict[str, Any], wish: Wish) -> Flow[Answer]:
        yield from self._slots.take()
        try:
            generation = yield from self._generations.take(fresh=wish.fresh)
            try:
                request["snapshot"] = str(generation.directory)
                letter, body = yield from self._asking(request, wish)
            finally:
                self._generations.give_back(generation)
        finally:
            self._slots.give_back()
        return Answer(
            body=body,
            revision=generation.revision,
            rows=request["rows"] if letter == b"C" else None,
        )

    def _forward(
        self,
        store: Forwarding,
        query: Checked,
        request: dict[str, Any],
        *,
        wish: Wish,
        cancel: threading.Event | None,
    ) -> Answer:
        """The answer of the store's server to `query`, in the form that `request` asks for."""
        check_dialect(query)
        seconds = _least(self.limits.seconds, wish.seconds)
        self._ask({"kind": "check", "query": query.text}, wish=wish, cancel=cancel)
        revision = self._store.revision
        reply = store.forward(
            query,
            default_graphs=request["default_graphs"] or (),
            named_graphs=request["named_graphs"] or (),
            seconds=seconds,
            most=_WORDY * int(_least(self.limits.answer_bytes, wish.answer_bytes)),
            cancel=cancel,
        )
        text = {
            "data": reply.body.decode("utf-8", "replace"),
            "from": reply.media_type,
            "form": query.form,
        }
        try:
            letter, body = self._ask(request | {"kind": "convert"} | text, wish=wish, cancel=cancel)
        except QueryError as error:
            if isinstance(error, QueryLimitError):
                raise
            raise ServerError(
                f"The server of the store gave no SPARQL result: {error}", answered=True
            ) from error
        return Answer(
            body=body, revision=revision, rows=request["rows"] if letter == b"C" else None
        )

    def run(
        self,
        query: Checked,
        *,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        seconds: float | None = None,
    ) -> bytes:
        """As `answer`; QueryLimitError too where there are more rows than the limit."""
        found = self.answer(
            query,
            media_type=media_type,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            wish=Wish(seconds=seconds, fresh=True),
        )
        if found.rows is not None:
            raise QueryLimitError(f"The answer has more than {found.rows:,} rows: add a LIMIT.")
        return found.body

    def parse(self, data: str, *, media_type: str, graph: str, base: str) -> bytes:
        """The triples of an RDF text as sorted N-Quads lines in `graph` ("" for the default graph).

        The text is from outside: it is read in a process of its own. QueryError where it is wrong,
        QueryLimitError where it is too large or brings its process down.
        """
        request = {"kind": "parse", "data": data, "media_type": media_type, "graph": graph}
        with self._slots.one(None):
            return self._ask(request | {"base": base}, wish=Wish(), cancel=None)[1]

    def dry_run(
        self, update: str, *, targets: Sequence[str] | None, snapshot: str, copy: str
    ) -> bytes:
        """What an update would change, as `kg.store.sandbox` says it: it is carried out on the
        directory `copy`, which holds the same as `snapshot`. Errors as those of `parse`."""
        request = {"kind": "update", "update": update, "snapshot": snapshot, "copy": copy}
        graphs = None if targets is None else list(targets)
        with self._slots.one(None):
            return self._ask(request | {"targets": graphs}, wish=Wish(), cancel=None)[1]

    @contextmanager
    def generation(self, *, fresh: bool) -> Iterator[Generation]:
        """See `kg.store.generations.Generations.newest`."""
        with self._generations.newest(fresh=fresh) as generation:
            yield generation

    def expect(self, revision: int) -> None:
        """See `kg.store.generations.Generations.expect`."""
        self._generations.expect(revision)

    def _ask(
        self, request: dict[str, Any], *, wish: Wish, cancel: threading.Event | None
    ) -> tuple[bytes, bytes]:
        return block(self._asking(request, wish), cancel=cancel)

    def _asking(self, request: dict[str, Any], wish: Wish) -> Flow[tuple[bytes, bytes]]:
        """The letter and the body of a good answer, from an idle process or a new one."""
        seconds = _least(self.limits.seconds, wish.seconds)
        most = int(_least(self.limits.answer_bytes, wish.answer_bytes))
        memory = int(_least(self.limits.memory_bytes, wish.memory_bytes))
        request = {
            "base": self._base,
            "bytes": most,
            "seconds": seconds,
            "memory": memory,
        } | request
        writes = request["kind"] == "update"
        data, deadline = json.dumps(request).encode(), time.monotonic() + seconds
        try:
            letter, body = yield from self._processes.ask(data, deadline, writes=writes)
        except TimeoutError:
            raise QueryLimitError(
                f"The query took longer than {seconds:g} s: "
                "make its patterns more selective, or add a LIMIT."
            ) from None
        except DiedError as error:
            raise QueryLimitError(
                f"The query needed more memory than {memory // 2**20:,} MiB or "
                f"brought its process down ({error}): make it smaller or flatter."
            ) from None
        text = str(request.get("query") or request.get("update") or "")
        return letter, _checked(letter, body, most=most, text=text)

    def process_ids(self) -> list[int]:
        """The idle processes, for tests and for who watches."""
        return self._processes.ids()

    def load(self) -> tuple[int, int]:
        """How many queries run, and how many wait."""
        return self._slots.load()

    def close(self) -> None:
        """End all idle processes and remove the snapshots; running queries end by themselves."""
        self._processes.close()
        self._generations.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _checked(letter: bytes, body: bytes, *, most: int, text: str) -> bytes:
    """The body of a good answer to `text`; the error that another one stands for."""
    if letter in (b"A", b"C"):
        return body
    message = body.decode()
    if letter == b"Q":
        # Of a prefix that it does not know the engine says which letters could stand there.
        if message.startswith("error at ") and (names := undeclared(text)):
            raise QueryError(
                f"The query is wrong: the prefix {names[0]}: is not declared: "
                f"begin with PREFIX {names[0]}: <http://…>."
            )
        raise QueryError(f"The query is wrong: {message}.")
    if letter == b"T":
        raise QueryLimitError(
            f"The answer is larger than {most:,} bytes: add a LIMIT, or ask for fewer columns."
        )
    raise StoreError(f"The engine could not answer the query: {message}.")
