"""The processes that answer: started when there is need of one more, kept while they live."""

from __future__ import annotations

import signal
import threading
import time

from kg.errors import StoreError
from kg.store.flows import Flow, Slow
from kg.store.process import Process

_FILE_BYTES = 4 * 2**30  # of one file of the copy that an update is tried on


class DiedError(Exception):
    """The process ended before it answered; the message names the signal."""


class Processes:
    """Those for queries, and those for updates, which may write to files."""

    def __init__(self, *, memory_bytes: int, most: int) -> None:
        """Each may have `memory_bytes` of address space and answer with `most` bytes."""
        self._memory_bytes = memory_bytes
        self._most = most
        self._lock = threading.Lock()
        self._idle: dict[bool, list[Process]] = {False: [], True: []}  # whether they may write
        self._closed = False

    def ask(self, data: bytes, deadline: float, *, writes: bool) -> Flow[tuple[bytes, bytes]]:
        """The letter and the body of the answer to the request `data`, from an idle process or a
        new one. TimeoutError where it is not there when `time.monotonic()` is `deadline`, DiedError
        where the process ends, StoreError where all are closed.
        """
        process = self._take(writes=writes)
        if process is None:
            process = yield Slow(lambda: self._start(writes=writes))
        elif not writes:  # half of an update may have been carried out
            try:
                return (yield from self._put(process, data, deadline, writes=writes))
            except DiedError:
                # Earlier queries may have left it little memory, which is not this one's fault.
                process = yield Slow(lambda: self._start(writes=writes))
        return (yield from self._put(process, data, deadline, writes=writes))

    def _put(
        self, process: Process, data: bytes, deadline: float, *, writes: bool
    ) -> Flow[tuple[bytes, bytes]]:
        done = False
        try:
            seconds = max(0.0, deadline - time.monotonic())
            answer = yield from process.asking(data, seconds=seconds, most=self._most)
            done = True
        except EOFError:
            ended = process.close()
            raise DiedError(signal.Signals(ended).name if ended else "no signal") from None
        except TimeoutError:
            yield Slow(process.close)
            raise
        finally:
            if done:
                self._keep(process, writes=writes)
            elif process.lives:
                # Nobody waits any more; one with much memory takes its time to end.
                threading.Thread(target=process.close).start()
        return answer

    def _take(self, *, writes: bool) -> Process | None:
        """An idle process that lives, if there is one."""
        while True:
            with self._lock:
                if self._closed:
                    raise StoreError("The store is closed.")
                idle = self._idle[writes]
                process = idle.pop() if idle else None
            if process is None or process.lives:
                return process
            process.close()

    def _start(self, *, writes: bool) -> Process:
        file_bytes = _FILE_BYTES if writes else 0
        return Process(memory_bytes=self._memory_bytes, file_bytes=file_bytes)

    def _keep(self, process: Process, *, writes: bool) -> None:
        with self._lock:
            if not self._closed:
                self._idle[writes].append(process)
                return
        process.close()

    def ids(self) -> list[int]:
        """The numbers of the idle processes."""
        with self._lock:
            return [process.id for idle in self._idle.values() for process in idle]

    def close(self) -> None:
        """End the idle ones; the others end when they have answered."""
        with self._lock:
            self._closed = True
            idle = [process for each in self._idle.values() for process in each]
            self._idle = {False: [], True: []}
        for process in idle:
            process.close()
