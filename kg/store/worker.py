"""Untrusted SPARQL, run in processes that can be killed, on snapshots that cannot be changed.

A `Pool` publishes the store as read-only generations (hard links, made when a query comes and the
store has changed since the last one) and keeps a few `kg.store.sandbox` processes. A query that
takes too long, grows too large or brings the engine down costs its process and nothing else.
"""

from __future__ import annotations

import itertools
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.errors import BusyError, QueryError, QueryLimitError, StoreError
from kg.store.guard import Checked
from kg.store.interface import Store

_SANDBOX = Path(__file__).with_name("sandbox.py")
# Nothing else of the environment, secrets above all, is a query's business.
_ENVIRONMENT = ("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one query may use, and how many may run.

    `seconds` of wall-clock time, `answer_bytes` of the serialised answer, `memory_bytes` of address
    space of the process, `processes` at the same time, `waiting` queries in the queue, each for at
    most `patience` seconds.
    """

    seconds: float = 15.0
    answer_bytes: int = 64 * 2**20
    memory_bytes: int = 2 * 2**30
    processes: int = 2
    waiting: int = 16
    patience: float = 10.0


@dataclass(slots=True)
class _Generation:
    """The store as it was at one revision, in a directory of its own."""

    revision: int
    directory: Path
    users: int = 0


class _Generations:
    """The newest generation, and older ones for as long as a query reads them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._newest: _Generation | None = None

    @contextmanager
    def newest(self) -> Iterator[Path]:
        """A directory with what the store holds now; it stays until the block ends."""
        with self._lock:
            generation = self._newest
            if generation is None or generation.revision != self._store.revision:
                generation = self._publish()
            generation.users += 1
        try:
            yield generation.directory
        finally:
            with self._lock:
                generation.users -= 1
                self._drop(generation)

    def _publish(self) -> _Generation:
        name = f"generation-{os.getpid()}-{next(self._numbers)}"
        # The number is read first: a change meanwhile makes the next query publish once more.
        generation = _Generation(self._store.revision, self._store.scratch / name)
        self._store.snapshot(generation.directory)
        previous, self._newest = self._newest, generation
        if previous is not None:
            self._drop(previous)
        return generation

    def _drop(self, generation: _Generation) -> None:
        if generation.users == 0 and generation is not self._newest:
            shutil.rmtree(generation.directory, ignore_errors=True)

    def close(self) -> None:
        """Remove the newest generation."""
        with self._lock:
            previous, self._newest = self._newest, None
            if previous is not None:
                self._drop(previous)


class _Process:
    """One sandbox process; used by one thread at a time."""

    def __init__(self, *, memory_bytes: int) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-P", str(_SANDBOX), str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            bufsize=0,
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._input, self._output = self._popen.stdin, self._popen.stdout
        os.set_blocking(self._input.fileno(), False)
        os.set_blocking(self._output.fileno(), False)

    @property
    def id(self) -> int:
        """The number by which the system knows the process."""
        return self._popen.pid

    @property
    def lives(self) -> bool:
        """False where the process has ended."""
        return self._popen.poll() is None

    def ask(self, request: bytes, *, seconds: float, most: int) -> tuple[bytes, bytes]:
        """The letter and the body of the answer.

        TimeoutError where it takes longer than `seconds`, EOFError where the process dies; it must
        be closed after either.
        """
        deadline = time.monotonic() + seconds
        self._send(struct.pack(">I", len(request)) + request, deadline)
        letter, length = struct.unpack(">cQ", self._receive(9, deadline))
        if length > most:
            raise EOFError
        return letter, self._receive(length, deadline)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._input.fileno(), select.POLLOUT, deadline)
            try:
                view = view[os.write(self._input.fileno(), view) :]
            except BrokenPipeError:
                raise EOFError from None

    def _receive(self, length: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < length:
            self._wait(self._output.fileno(), select.POLLIN, deadline)
            part = os.read(self._output.fileno(), min(length - len(data), 2**20))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def close(self) -> int:
        """Kill the process; the number of the signal that ended it, or 0."""
        self._popen.kill()
        code = self._popen.wait()
        self._input.close()
        self._output.close()
        return -min(code, 0)


class Pool:
    """Answers queries from outside on the store's newest state."""

    def __init__(
        self,
        store: Store,
        *,
        limits: Limits | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        """`prefixes` (prefix to namespace) shorten the IRIs of Turtle answers."""
        self.limits = limits or Limits()
        self._prefixes = dict(prefixes or {})
        self._generations = _Generations(store)
        self._slots = threading.Semaphore(self.limits.processes)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._waiting = 0
        self._closed = False

    def run(
        self,
        query: Checked,
        *,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        seconds: float | None = None,
    ) -> bytes:
        """The answer, serialised as `media_type`.

        The default graph is the union of the named ones, unless the query has a FROM clause or
        graphs are given here, which then are the whole dataset (SPARQL 1.1 Protocol, 2.1.4).
        `seconds` can only lower the limit. QueryError where the query is wrong, QueryLimitError
        where it goes beyond a limit, BusyError where too many others run, StoreError where the
        store fails.
        """
        limit = min(seconds or self.limits.seconds, self.limits.seconds)
        given = bool(default_graphs or named_graphs)
        request = {
            "query": query.text,
            "media_type": media_type,
            "union": not given and not query.dataset,
            "default_graphs": list(default_graphs) if given else None,
            "named_graphs": list(named_graphs) if given else None,
            "prefixes": self._prefixes,
            "bytes": self.limits.answer_bytes,
            "seconds": limit,
        }
        with self._slot(), self._generations.newest() as snapshot:
            request["snapshot"] = str(snapshot)
            letter, body = self._ask(json.dumps(request).encode(), seconds=limit)
        if letter == b"A":
            return body
        message = body.decode()
        if letter == b"Q":
            raise QueryError(f"The query is wrong: {message}.")
        if letter == b"T":
            raise QueryLimitError(
                f"The answer is larger than {self.limits.answer_bytes:,} bytes: "
                "add a LIMIT, or ask for fewer columns."
            )
        raise StoreError(f"The engine could not answer the query: {message}.")

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """The right to use one process."""
        if not self._slots.acquire(blocking=False):
            with self._lock:
                full = self._waiting >= self.limits.waiting
                self._waiting += not full
            if full:
                raise BusyError("Too many queries are waiting: try again in a moment.")
            got = self._slots.acquire(timeout=self.limits.patience)
            with self._lock:
                self._waiting -= 1
            if not got:
                raise BusyError("Other queries took too long: try again in a moment.")
        try:
            yield
        finally:
            self._slots.release()

    def _ask(self, request: bytes, *, seconds: float) -> tuple[bytes, bytes]:
        """Ask an idle process, or a new one."""
        process = self._take()
        done = False
        try:
            answer = process.ask(request, seconds=seconds, most=self.limits.answer_bytes)
            done = True
        except TimeoutError:
            raise QueryLimitError(
                f"The query took longer than {seconds:g} s: "
                "make its patterns more selective, or add a LIMIT."
            ) from None
        except EOFError:
            ended = process.close()
            reason = signal.Signals(ended).name if ended else "no signal"
            raise QueryLimitError(
                f"The query needed more memory than {self.limits.memory_bytes // 2**20:,} MiB or "
                f"brought its process down ({reason}): make it smaller or flatter."
            ) from None
        finally:
            if done:
                self._keep(process)
            else:
                process.close()
        return answer

    def _take(self) -> _Process:
        """An idle process that lives, or a new one."""
        while True:
            with self._lock:
                if self._closed:
                    raise StoreError("The store is closed.")
                process = self._idle.pop() if self._idle else None
            if process is None:
                return _Process(memory_bytes=self.limits.memory_bytes)
            if process.lives:
                return process
            process.close()

    def process_ids(self) -> list[int]:
        """The idle processes, for tests and for who watches."""
        with self._lock:
            return [process.id for process in self._idle]

    def _keep(self, process: _Process) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(process)
                return
        process.close()

    def close(self) -> None:
        """End all idle processes and remove the snapshots; running queries end by themselves."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            process.close()
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
