"""The queue before the query processes: a few run, some wait, the others are turned away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kg.errors import BusyError
from kg.store.process import CancelledError

_LOOK = 0.1  # seconds between looks whether a client in the queue is still there


class Slots:
    """The rights to use `processes` processes at the same time."""

    def __init__(self, processes: int, *, waiting: int, patience: float) -> None:
        """At most `waiting` others wait for one, each for at most `patience` seconds."""
        self._free = threading.Semaphore(processes)
        self._most_waiting = waiting
        self._patience = patience
        self._lock = threading.Lock()
        self._waiting = 0
        self._running = 0

    @contextmanager
    def one(self, cancel: threading.Event | None) -> Iterator[None]:
        """The right to use one process, for as long as the context lasts.

        BusyError where too many wait already, or it takes too long; CancelledError where `cancel`
        is set meanwhile.
        """
        if not self._free.acquire(blocking=False):
            with self._lock:
                full = self._waiting >= self._most_waiting
                self._waiting += not full
            if full:
                raise BusyError("Too many queries are waiting: try again in a moment.")
            try:
                got = self._queue(cancel)
            finally:
                with self._lock:
                    self._waiting -= 1
            if not got:
                raise BusyError("Other queries took too long: try again in a moment.")
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
            self._free.release()

    def _queue(self, cancel: threading.Event | None) -> bool:
        """Wait for a slot; false where it takes longer than anybody is to wait."""
        if cancel is None:
            return self._free.acquire(timeout=self._patience)
        deadline = time.monotonic() + self._patience
        while not self._free.acquire(timeout=_LOOK):
            if cancel.is_set():
                raise CancelledError
            if time.monotonic() >= deadline:
                return False
        return True

    def load(self) -> tuple[int, int]:
        """How many are in use, and how many wait for one."""
        with self._lock:
            return self._running, self._waiting
