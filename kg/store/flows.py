"""Work that has to wait, written once for threads and for event loops.

A flow is a generator. It yields a step, which says what it waits for, and goes on when that has
come; TimeoutError is raised in it where that takes too long. `block` carries a flow out in the
thread that calls it, `follow` in an event loop, which does other things meanwhile: small queries
then need no thread of their own, which would cost them more than the engine does.
"""

from __future__ import annotations

import asyncio
import select
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

_LOOK = 0.05  # seconds between looks whether somebody still waits for what a thread does


class CancelledError(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """Wait until a pipe can be read, or written to, and at most until `time.monotonic()` is
    `until`."""

    descriptor: int
    until: float
    writes: bool = False


class Turn:
    """Wait until somebody calls `give`, and at most until `time.monotonic()` is `until`."""

    def __init__(self, until: float) -> None:
        self.until = until
        self._lock = threading.Lock()
        self._is_given = False
        self._listener: Callable[[], object] = bool

    def give(self) -> None:
        """Let the flow go on; any thread may call it."""
        with self._lock:
            self._is_given = True
            listener = self._listener
        listener()

    def listen(self, listener: Callable[[], object]) -> None:
        """Have `listener` called when the turn is given, or at once where it is."""
        with self._lock:
            self._listener = listener
            given = self._is_given
        if given:
            listener()


@dataclass(frozen=True, slots=True)
class Slow:
    """Wait for what `work` returns, which keeps the thread busy that does it."""

    work: Callable[[], Any]


Step: TypeAlias = Pipe | Turn | Slow
T = TypeVar("T")
Flow: TypeAlias = Generator[Step, Any, T]


def block(flow: Flow[T], *, cancel: threading.Event | None = None) -> T:
    """What the flow returns, or raises. CancelledError where `cancel` was set meanwhile."""
    result: T
    with closing(flow):
        try:
            step = next(flow)
            while True:
                try:
                    value = _wait(step, cancel)
                except TimeoutError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(value)
        except StopIteration as end:
            result = end.value
    return result


def _wait(step: Step, cancel: threading.Event | None) -> Any:
    if isinstance(step, Slow):
        return step.work()
    come = _pipe(step) if isinstance(step, Pipe) else _turn(step)
    while True:
        left = max(0.0, step.until - time.monotonic())
        if come(left if cancel is None else min(left, _LOOK)):
            return None
        if cancel is not None and cancel.is_set():
            raise CancelledError
        if time.monotonic() >= step.until:
            raise TimeoutError


def _pipe(step: Pipe) -> Callable[[float], object]:
    poll = select.poll()
    poll.register(step.descriptor, select.POLLOUT if step.writes else select.POLLIN)
    return lambda seconds: poll.poll(seconds * 1000)


def _turn(step: Turn) -> Callable[[float], object]:
    given = threading.Event()
    step.listen(given.set)
    return given.wait


async def follow(flow: Flow[T], *, cancel: asyncio.Future[None] | None = None) -> T:
    """What the flow returns, or raises. CancelledError where `cancel` was done meanwhile."""
    result: T
    with closing(flow):
        try:
            step = next(flow)
            while True:
                try:
                    value = await _come(step, cancel)
                except TimeoutError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(value)
        except StopIteration as end:
            result = end.value
    return result


async def _come(step: Step, cancel: asyncio.Future[None] | None) -> Any:
    if isinstance(step, Slow):
        # Not given up: what it returns may have to be given back, which the flow knows how to do.
        return await asyncio.to_thread(step.work)
    loop = asyncio.get_running_loop()
    came: asyncio.Future[None] = loop.create_future()

    def there(_: object = None) -> None:
        if not came.done():
            came.set_result(None)

    def fail(error: Exception) -> None:
        if not came.done():
            came.set_exception(error)

    def gone(_: object) -> None:
        fail(CancelledError())

    timer = loop.call_later(max(0.0, step.until - time.monotonic()), fail, TimeoutError())
    if cancel is not None:
        cancel.add_done_callback(gone)
    try:
        if isinstance(step, Turn):
            step.listen(lambda: loop.call_soon_threadsafe(there))
            return await came
        change, leave = loop.add_reader, loop.remove_reader
        if step.writes:
            change, leave = loop.add_writer, loop.remove_writer
        change(step.descriptor, there)
        try:
            return await came
        finally:
            leave(step.descriptor)
    finally:
        timer.cancel()
        if cancel is not None:
            cancel.remove_done_callback(gone)
