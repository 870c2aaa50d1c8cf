"""Many documents at once: read in the background, one after the other, and stored in batches.

A `Job` knows of each thing that was sent what became of it. One thread works on all jobs, in the
order in which they came; an ended job is forgotten after an hour.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from api import watching
from kg.documents import Document
from kg.errors import BusyError, DocumentError, EntenteError, InputError, NotFoundError
from kg.readers.killable import Outcome
from kg.statements import Extraction

MOST_ITEMS = 2_000
MOST_JOBS = 4  # that wait or run
_MOST_ENDED = 50
_KEPT_SECONDS = 3600.0
_BATCH, _BATCH_SECONDS = 16, 2.0  # documents that are stored at once, and how long they wait for it
_PAUSE = 0.5  # before trying again where others are in the way
_CRASHED = "The server made a mistake that it did not expect; its log says more."


@dataclass(slots=True, kw_only=True)
class Item:
    """A document of a job, or a file before it is known what is in it.

    `state` is waiting, running, done, failed or stopped. `known` is true where the store held the
    document before.
    """

    name: str
    state: str = "waiting"
    document: str | None = None
    known: bool = False
    statements: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Something that was sent: what to call it, and how to read the documents in it."""

    name: str
    read: Callable[[], list[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that one request sent; `close` lets go of where it is kept."""

    pending: Sequence[Pending]
    close: Callable[[], None]


@dataclass(slots=True, kw_only=True)
class Job:
    """Some work and how far it is. `state` is waiting, running, done, stopped or failed; `error`
    says why it failed as a whole. `origin` says who sent it, for the log."""

    id: str
    work: Work
    items: list[Item]
    origin: Mapping[str, str]
    state: str = "waiting"
    error: str | None = None
    ended: float | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def count(self, state: str) -> int:
        """How many items are in a state."""
        return sum(item.state == state for item in self.items)


class Jobs:
    """The jobs of one server.

    `known` tells whether the store holds a document, `extract` reads one, and `add` stores some for
    good and gives the revision of the store after it.
    """

    def __init__(
        self,
        *,
        known: Callable[[str], bool],
        extract: Callable[[Document], Extraction],
        add: Callable[[Sequence[Extraction]], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._known, self._extract, self._add = known, extract, add
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._queue: deque[Job] = deque()
        self._thread: threading.Thread | None = None
        self._closed = False

    def check_room(self) -> None:
        """BusyError where no job more can wait."""
        with self._lock:
            self._check_room()

    def _check_room(self) -> None:
        if self._closed:
            raise BusyError("The server is stopping.")
        if sum(job.ended is None for job in self._jobs.values()) >= MOST_JOBS:
            raise BusyError(f"{MOST_JOBS} jobs wait or run already: wait until one has ended.")

    def submit(self, work: Work, *, origin: Mapping[str, str]) -> Job:
        """A new job, which waits until those before it have ended; BusyError where too many do."""
        job = Job(
            id=secrets.token_hex(8),
            work=work,
            items=[Item(name=each.name) for each in work.pending],
            origin=origin,
        )
        with self._lock:
            self._forget()
            self._check_room()
            self._jobs[job.id] = job
            self._queue.append(job)
            self._start()
            return _copy(job)

    def get(self, id_: str) -> Job:
        """The job as it is now; NotFoundError if unknown, or forgotten."""
        with self._lock:
            self._forget()
            return _copy(self._find(id_))

    def stop(self, id_: str) -> Job:
        """End a job after the document that is being read; the job as it is now. What is stored
        stays. NotFoundError if unknown."""
        with self._lock:
            job = self._find(id_)
            job.stop.set()
            if job in self._queue:
                self._queue.remove(job)
                self._end(job, "stopped")
            return _copy(job)

    def close(self) -> None:
        """Stop all jobs, and wait until the document that is being read is through."""
        with self._lock:
            self._closed = True
            while self._queue:
                self._end(self._queue.popleft(), "stopped")
            for job in self._jobs.values():
                job.stop.set()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _find(self, id_: str) -> Job:
        if id_ not in self._jobs:
            raise NotFoundError(
                f"No job has the id {id_[:40]}: those that have ended are forgotten after an hour."
            )
        return self._jobs[id_]

    def _forget(self) -> None:
        ended = [job for job in self._jobs.values() if job.ended is not None]
        old = self._clock() - _KEPT_SECONDS
        for place, job in enumerate(reversed(ended)):
            if place >= _MOST_ENDED or (job.ended or 0) < old:
                del self._jobs[job.id]

    def _end(self, job: Job, state: str, error: str | None = None) -> None:
        for item in job.items:
            if item.state in ("waiting", "running"):
                item.state = "stopped"
        job.state, job.error, job.ended = state, error, self._clock()
        job.work.close()

    # The thread ----------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._thread is None and self._queue:
            self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        """Work on jobs until none is left. A mistake of ours ends one job and this thread; another
        thread goes on with the others."""
        job: Job | None = None
        try:
            while True:
                with self._lock:
                    if not self._queue:
                        return
                    job = self._queue.popleft()
                    job.state = "running"
                _Run(self, job).run()
                with self._lock:
                    self._end(job, "stopped" if job.stop.is_set() and _is_open(job) else "done")
                    job = None
        except EntenteError as error:
            with self._lock:
                if job is not None:
                    self._end(job, "failed", str(error))
        finally:
            with self._lock:
                if job is not None and job.ended is None:
                    self._end(job, "failed", _CRASHED)
                self._thread = None
                if not self._closed:
                    self._start()

    def _change(self, item: Item, **fields: object) -> None:
        with self._lock:
            for name, value in fields.items():
                setattr(item, name, value)


def _copy(job: Job) -> Job:
    return replace(job, items=[replace(item) for item in job.items])


def _is_open(job: Job) -> bool:
    """Whether something of a job was not worked on."""
    return any(item.state in ("waiting", "running") for item in job.items)


class _Run:
    """One job being worked on."""

    def __init__(self, jobs: Jobs, job: Job) -> None:
        self._jobs, self._job = jobs, job
        self._batch: list[tuple[Item, Extraction]] = []
        self._since = 0.0

    def run(self) -> None:
        """Read all that is pending, and store it; EntenteError where going on makes no sense."""
        place = 0
        for pending in self._job.work.pending:
            item = self._job.items[place]
            if self._job.stop.is_set():
                break
            self._jobs._change(item, state="running")
            outcomes = self._read(pending)
            items = self._spread(item, place, len(outcomes))
            for each, outcome in zip(items, outcomes, strict=False):
                if self._job.stop.is_set():
                    break
                self._take(each, outcome)
            place += len(items)
        self._store()

    def _read(self, pending: Pending) -> list[Outcome]:
        while not self._job.stop.is_set():
            try:
                return pending.read()
            except BusyError:
                time.sleep(_PAUSE)
        return []

    def _spread(self, item: Item, place: int, number: int) -> list[Item]:
        """Items for all documents in one file."""
        job = self._job
        room = MOST_ITEMS - len(job.items) + 1
        if number > room:
            message = (
                f"{item.name}: more than {MOST_ITEMS:,} documents in a job: send the rest anew"
            )
            more = [Item(name=item.name, state="failed", error=message)]
        else:
            more = []
        names = [f"{item.name} ({n})" for n in range(2, min(number, room) + 1)]
        added = [Item(name=name) for name in names[: max(0, room - 1 - len(more))]]
        with self._jobs._lock:
            job.items[place + 1 : place + 1] = [*added, *more]
        return [item, *added, *more]

    def _take(self, item: Item, outcome: Outcome) -> None:
        """Work on one document."""
        if item.state == "failed":  # there is no room for it
            return
        if isinstance(outcome, DocumentError):
            self._jobs._change(item, state="failed", error=str(outcome))
            return
        self._jobs._change(item, state="running", document=outcome.id)
        if self._jobs._known(outcome.id):
            self._jobs._change(item, state="done", known=True)
            return
        try:
            extraction = self._jobs._extract(outcome)
        except InputError as error:
            self._jobs._change(item, state="failed", document=None, error=str(error))
            return
        if not self._batch:
            self._since = self._jobs._clock()
        self._batch.append((item, extraction))
        if len(self._batch) >= _BATCH or self._jobs._clock() - self._since > _BATCH_SECONDS:
            self._store()

    def _store(self) -> None:
        """Store what was read."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        try:
            self._add(batch)
        except InputError:  # one of them; which one shows when they come one by one
            for pair in batch:
                try:
                    self._add([pair])
                except InputError as error:
                    self._jobs._change(pair[0], state="failed", document=None, error=str(error))

    def _add(self, batch: Iterable[tuple[Item, Extraction]]) -> None:
        batch = list(batch)
        revision = self._jobs._add([extraction for _, extraction in batch])
        for item, extraction in batch:
            said = len({piece.statement.id for piece in extraction.evidence})
            self._jobs._change(item, state="done", statements=said)
        watching.changed(
            **self._job.origin,
            job=self._job.id,
            revision=revision,
            documents=[extraction.document.id for _, extraction in batch],
        )
