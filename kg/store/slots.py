"""The queue before the query processes: a few run, some wait, the others are turned away."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from kg.errors import BusyError
from kg.store.flows import Flow, Turn, block


class Slots:
    """The rights to use `processes` processes at the same time."""

    def __init__(self, processes: int, *, waiting: int, patience: float) -> None:
        """At most `waiting` others wait for one, each for at most `patience` seconds."""
        self._processes = processes
        self._free = processes
        self._most_waiting = waiting
        self._patience = patience
        self._lock = threading.Lock()
        self._turns: deque[Turn] = deque()

    def take(self) -> Flow[None]:
        """The right to use one process, which is to be given back: who came first gets the next.
        BusyError where too many wait already, or it takes too long."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if len(self._turns) >= self._most_waiting:
                raise BusyError("Too many queries are waiting: try again in a moment.")
            turn = Turn(time.monotonic() + self._patience)
            self._turns.append(turn)
        has_come = False
        try:
            yield turn
            has_come = True
        except TimeoutError:
            raise BusyError("Other queries took too long: try again in a moment.") from None
        finally:
            if not has_come:
                self._leave(turn)

    def _leave(self, turn: Turn) -> None:
        with self._lock:
            if turn in self._turns:
                self._turns.remove(turn)
                return
        self.give_back()  # it was given at the last moment

    def give_back(self) -> None:
        """Let the next one have what `take` gave."""
        with self._lock:
            turn = self._turns.popleft() if self._turns else None
            self._free += turn is None
        if turn is not None:
            turn.give()

    @contextmanager
    def one(self, cancel: threading.Event | None) -> Iterator[None]:
        """The right to use one process for as long as the context lasts; errors as those of `take`,
        and CancelledError where `cancel` is set meanwhile."""
        block(self.take(), cancel=cancel)
        try:
            yield
        finally:
            self.give_back()

    def load(self) -> tuple[int, int]:
        """How many are in use, and how many wait for one."""
        with self._lock:
            return self._processes - self._free, len(self._turns)
