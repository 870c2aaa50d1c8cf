"""Documents from outside, read in processes that can be killed (`kg.readers.sandbox`).

What takes too long, grows too large or brings a library down costs its process, and whoever sent
it gets a message.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.documents import Document
from kg.errors import BusyError, DocumentError, StoreError
from kg.readers.checks import Limits
from kg.store.process import Process

Outcome = Document | DocumentError
_PROGRAM = (sys.executable, "-P", "-m", "kg.readers.sandbox")
_ANSWER_BYTES = 2**28


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """What reading one file may use, and how many may be read at the same time.

    `seconds` of wall-clock time, `memory_bytes` of address space, `processes` at the same time,
    each waited for `patience` seconds at most; `members` of an archive, which unpack to at most
    `unpacked_bytes`; and what a document may be.
    """

    seconds: float = 30.0
    memory_bytes: int = 1024 * 2**20
    processes: int = 2
    patience: float = 20.0
    members: int = 1_000
    unpacked_bytes: int = 200_000_000
    document: Limits = Limits()  # noqa: RUF009  (frozen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive; `wrong` says why it cannot be read, "" where it may be."""

    index: int
    name: str
    size: int
    wrong: str


class Readers:
    """Reads what comes from outside. Threads may share it."""

    def __init__(self, limits: ReadLimits | None = None) -> None:
        self.limits = limits or ReadLimits()
        self._slots = threading.Semaphore(self.limits.processes)
        self._lock = threading.Lock()
        self._idle: list[Process] = []
        self._closed = False

    def read(self, data: bytes, *, kind: str, where: str, name: str | None = None) -> list[Outcome]:
        """The documents in a file of a kind that `kg.readers.read_bytes` knows, or why there are
        none; BusyError where too many others are read."""
        request = {"op": "read", "kind": kind, "name": name}
        return self._documents(request, data, where=where)

    def members(self, path: Path, *, where: str) -> list[Member]:
        """The files in a zip archive; DocumentError where it cannot be used."""
        request = {
            "op": "list",
            "path": str(path),
            "members": self.limits.members,
            "unpacked": self.limits.unpacked_bytes,
        }
        letter, body = self._ask(request, b"", where=where)
        if letter != b"A":
            raise DocumentError(body.decode())
        return [
            Member(index=index, name=name, size=size, wrong=wrong)
            for index, name, size, wrong in json.loads(body)
        ]

    def member(
        self, path: Path, index: int, *, kind: str, where: str, name: str | None = None
    ) -> list[Outcome]:
        """The documents in one file of an archive, as `read` gives them."""
        request = {"op": "member", "path": str(path), "index": index, "kind": kind, "name": name}
        return self._documents(request, b"", where=where)

    def _documents(self, request: dict[str, Any], data: bytes, *, where: str) -> list[Outcome]:
        try:
            letter, body = self._ask(request, data, where=where)
        except DocumentError as error:
            return [error]
        if letter != b"A":
            return [DocumentError(body.decode())]
        return [
            DocumentError(each["error"]) if "error" in each else Document(**each)
            for each in json.loads(body)
        ]

    def _ask(self, request: dict[str, Any], data: bytes, *, where: str) -> tuple[bytes, bytes]:
        limits = self.limits
        request |= {
            "where": where,
            "seconds": limits.seconds,
            "limits": asdict(limits.document),
        }
        with self._slot():
            process, done = self._take(), False
            try:
                answer = process.ask(
                    json.dumps(request).encode() + b"\n" + data,
                    seconds=limits.seconds,
                    most=_ANSWER_BYTES,
                )
                done = True
            except TimeoutError:
                raise DocumentError(
                    f"{where}: reading it took longer than {limits.seconds:g} s: send its text"
                ) from None
            except EOFError:
                raise DocumentError(
                    f"{where}: reading it needed more memory than "
                    f"{limits.memory_bytes // 2**20:,} MiB, or failed: send its text"
                ) from None
            finally:
                self._give_back(process, fit=done)
        return answer

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self.limits.patience):
            raise BusyError("Other documents are being read: try again in a moment.")
        try:
            yield
        finally:
            self._slots.release()

    def _take(self) -> Process:
        """An idle process that lives, or a new one."""
        while True:
            with self._lock:
                if self._closed:
                    raise StoreError("The server is stopping.")
                process = self._idle.pop() if self._idle else None
            if process is None:
                return Process(memory_bytes=self.limits.memory_bytes, program=_PROGRAM)
            if process.lives:
                return process
            process.close()

    def _give_back(self, process: Process, *, fit: bool) -> None:
        with self._lock:
            if fit and not self._closed:
                self._idle.append(process)
                return
        process.close()

    def close(self) -> None:
        """End all idle processes; those that read end by themselves."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            process.close()
