"""A process that does what may go wrong, and how to talk with it without waiting for ever.

It is one of `kg.store.sandbox`, or of another program that takes requests and gives answers in the
same way.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from kg.store.flows import Flow, Pipe, block

_SANDBOX = (sys.executable, "-P", str(Path(__file__).with_name("sandbox.py")))
# Nothing else of the environment, secrets above all, is a query's business.
_ENVIRONMENT = ("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH")
# Each thread of the engine would set a part of the address space aside for itself, and how many do
# depends on what else runs: that left queries anything from all to half of their memory.
_ALLOCATION = {"MALLOC_ARENA_MAX": "1"}  # of glibc; others do not know it
_HEAD = struct.Struct(">cQ")  # of an answer: letter and length


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
        """As `asking`; CancelledError where `cancel` is set meanwhile, after which the process must
        be closed too."""
        return block(self.asking(request, seconds=seconds, most=most), cancel=cancel)

    def asking(self, request: bytes, *, seconds: float, most: int) -> Flow[tuple[bytes, bytes]]:
        """The letter and the body of the answer.

        TimeoutError where it takes longer than `seconds`, EOFError where the process dies or its
        answer has more than `most` bytes; it must be closed after any of these.
        """
        until = time.monotonic() + seconds
        yield from self._send(struct.pack(">I", len(request)) + request, until)
        data = bytearray()
        yield from self._receive(data, _HEAD.size, until)
        letter, length = _HEAD.unpack_from(data)
        if length > most:
            raise EOFError
        yield from self._receive(data, _HEAD.size + length, until)
        return letter, bytes(memoryview(data)[_HEAD.size :])

    def _send(self, data: bytes, until: float) -> Flow[None]:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._input.fileno(), view) :]
            except BlockingIOError:
                yield Pipe(self._input.fileno(), until, writes=True)
            except BrokenPipeError:
                raise EOFError from None

    def _receive(self, data: bytearray, length: int, until: float) -> Flow[None]:
        """Read on until there are `length` bytes, or more where they are there already: nothing
        follows an answer before the next question."""
        while len(data) < length:
            yield Pipe(self._output.fileno(), until)
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
