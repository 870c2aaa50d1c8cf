"""A process that does what may go wrong, and how to talk with it without waiting for ever.

It is one of `kg.store.sandbox`, or of another program that takes requests and gives answers in the
same way.
"""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

_SANDBOX = (sys.executable, "-P", str(Path(__file__).with_name("sandbox.py")))
# Nothing else of the environment, secrets above all, is a query's business.
_ENVIRONMENT = ("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH")
# Each thread of the engine would set a part of the address space aside for itself, and how many do
# depends on what else runs: that left queries anything from all to half of their memory.
_ALLOCATION = {"MALLOC_ARENA_MAX": "1"}  # of glibc; others do not know it
_HEAD = struct.Struct(">cQ")  # of an answer: letter and length
_LOOK = 0.05  # seconds between looks whether the client is still there


class CancelledError(Exception):
    """Nobody waits for the answer any more."""


class Process:
    """One sandbox process; used by one thread at a time."""

    def __init__(
        self, *, memory_bytes: int, file_bytes: int = 0, program: Sequence[str] = _SANDBOX
    ) -> None:
        """`memory_bytes` of address space, and files that it may write, of at most `file_bytes`;
        `program` is told both."""
        self._popen = subprocess.Popen(
            [*program, str(memory_bytes), str(file_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
            | _ALLOCATION,
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

    def ask(
        self, request: bytes, *, seconds: float, most: int, cancel: threading.Event | None = None
    ) -> tuple[bytes, bytes]:
        """The letter and the body of the answer.

        TimeoutError where it takes longer than `seconds`, CancelledError where `cancel` is set
        meanwhile, EOFError where the process dies; it must be closed after any of these.
        """
        deadline = time.monotonic() + seconds
        self._send(struct.pack(">I", len(request)) + request, deadline, cancel)
        data = bytearray()
        self._receive(data, _HEAD.size, deadline, cancel)
        letter, length = _HEAD.unpack_from(data)
        if length > most:
            raise EOFError
        self._receive(data, _HEAD.size + length, deadline, cancel)
        return letter, bytes(memoryview(data)[_HEAD.size :])

    def _wait(
        self, descriptor: int, event: int, deadline: float, cancel: threading.Event | None
    ) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        while True:
            left = max(0.0, deadline - time.monotonic())
            if poll.poll((left if cancel is None else min(left, _LOOK)) * 1000):
                return
            if cancel is not None and cancel.is_set():
                raise CancelledError
            if time.monotonic() >= deadline:
                raise TimeoutError

    def _send(self, data: bytes, deadline: float, cancel: threading.Event | None) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._input.fileno(), select.POLLOUT, deadline, cancel)
            try:
                view = view[os.write(self._input.fileno(), view) :]
            except BrokenPipeError:
                raise EOFError from None

    def _receive(
        self, data: bytearray, length: int, deadline: float, cancel: threading.Event | None
    ) -> None:
        """Read on until there are `length` bytes, or more where they are there already: nothing
        follows an answer before the next question."""
        while len(data) < length:
            self._wait(self._output.fileno(), select.POLLIN, deadline, cancel)
            part = os.read(self._output.fileno(), max(2**16, min(length - len(data), 2**20)))
            if not part:
                raise EOFError
            data += part

    def close(self) -> int:
        """Kill the process; the number of the signal that ended it, or 0."""
        self._popen.kill()
        code = self._popen.wait()
        self._input.close()
        self._output.close()
        return -min(code, 0)
