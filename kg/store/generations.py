"""The store as it was, for queries that take their time: one read-only generation after another.

A generation is a directory of hard links. Making one costs next to nothing in a small store and up
to 150 ms at a million quads, so that a store that changes all the time is not published for every
query: a generation is made where a query comes, the store has changed, and the last one is old
enough, which is ten times as long as it took to make and at most `LONGEST` seconds. Whoever has
just written, or asks for it, gets what the store holds now.
"""

from __future__ import annotations

import itertools
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.store.flows import Flow, Slow, block
from kg.store.interface import Store

LONGEST = 0.8  # seconds that a change may wait, with room for the making: it shows within one
_SHARE = 10


@dataclass(slots=True)
class Generation:
    """The store as it was at one revision, in a directory of its own."""

    revision: int
    directory: Path
    users: int = 0


class Generations:
    """The newest generation, and older ones for as long as a query reads them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()  # never held for long
        self._making = threading.Lock()  # held by who makes one
        self._numbers = itertools.count(1)
        self._newest: Generation | None = None
        self._wanted = -1
        self._made, self._cost = 0.0, 0.0

    def expect(self, revision: int) -> None:
        """From now on, nothing older than `revision` is given out."""
        with self._lock:
            self._wanted = max(self._wanted, revision)

    def take(self, *, fresh: bool = False) -> Flow[Generation]:
        """A generation of what the store holds, or held a moment ago; of what it holds now where
        `fresh` is true. It stays until it is given back."""
        found = self._find(fresh=fresh)
        if found is None:
            found = yield Slow(lambda: self._make(fresh=fresh))
        return found

    def give_back(self, generation: Generation) -> None:
        """Say that what `take` gave is not read any more."""
        with self._lock:
            generation.users -= 1
            unused = generation.users == 0 and generation is not self._newest
        if unused:
            self._remove(generation)

    @contextmanager
    def newest(self, *, fresh: bool = False) -> Iterator[Generation]:
        """What `take` gives, until the block ends."""
        generation = block(self.take(fresh=fresh))
        try:
            yield generation
        finally:
            self.give_back(generation)

    def _find(self, *, fresh: bool) -> Generation | None:
        """The newest generation for one more user; None where a newer one is due."""
        with self._lock:
            generation = self._newest
            if generation is None or self._is_due(generation, fresh=fresh):
                return None
            generation.users += 1
            return generation

    def _is_due(self, generation: Generation, *, fresh: bool) -> bool:
        if generation.revision == self._store.revision:
            return False
        age = time.monotonic() - self._made
        return (
            fresh or generation.revision < self._wanted or age >= min(LONGEST, _SHARE * self._cost)
        )

    def _make(self, *, fresh: bool) -> Generation:
        """A new generation for one user, or one that another thread has made meanwhile."""
        with self._making:
            found = self._find(fresh=fresh)
            if found is not None:
                return found
            start = time.monotonic()
            name = f"generation-{os.getpid()}-{next(self._numbers)}"
            # The number is read first: a change meanwhile makes the next query publish once more.
            generation = Generation(self._store.revision, self._store.scratch / name, users=1)
            self._store.snapshot(generation.directory)
            with self._lock:
                previous, self._newest = self._newest, generation
                unused = previous is not None and previous.users == 0
                self._made = time.monotonic()
                self._cost = self._made - start
            if previous is not None and unused:
                self._remove(previous)
            return generation

    def _remove(self, generation: Generation) -> None:
        shutil.rmtree(generation.directory, ignore_errors=True)

    def close(self) -> None:
        """Remove the newest generation, once nobody reads it."""
        with self._lock:
            previous, self._newest = self._newest, None
            unused = previous is not None and previous.users == 0
        if previous is not None and unused:
            self._remove(previous)


def writable_copy(generation: Generation, directory: Path) -> None:
    """The generation once more in `directory` (not there yet), to be written to.

    The engine never changes a table file after it wrote it, so these are linked; the others are
    copied. OSError where the disk does not let us.
    """
    directory.mkdir()
    for file in sorted(generation.directory.iterdir()):
        if file.suffix == ".sst":
            os.link(file, directory / file.name)
        elif file.name != "LOCK":
            shutil.copyfile(file, directory / file.name)
