"""Several machines on one SPARQL server: real processes on Virtuoso, and a server of our own that
answers late, in any order, or loses a client at each of its requests."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from kg.errors import NotFoundError, ServerError, StoreInUseError
from kg.graph import read
from kg.store import Store, open_store
from kg.store.endpoint import Options
from kg.store.remote_state import CHANGING, CLAIM, STATE, State, said
from tests.store.test_engines import MANY, ONE, TWO, content
from tests.store.test_remote import ROOT, send, state_of

WRITER = """
    import json, os, random, sys
    from kg.errors import NotFoundError
    from kg.store import open_store
    from kg.store.endpoint import Options
    from tests.store.test_engines import MANY

    location, seed, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    with open_store(location, options=Options(quads=30)) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(rounds):
            first = chance.randrange(8)
            if chance.random() < 0.6:
                documents = MANY[first : first + chance.randint(1, 4)]
                changed = store.add(documents)
                done = ["add", [d.document.id for d in documents], changed, store.revision]
            else:
                id_ = MANY[first].document.id
                try:
                    store.retract(id_)
                except NotFoundError:
                    continue
                done = ["retract", [id_], 1, store.revision]
            print(json.dumps(done), flush=True)
"""


@contextmanager
def writer(location: str, home: Path, *, seed: int, rounds: int) -> Iterator[subprocess.Popen[str]]:
    """A process on a machine of its own, which waits for a line before it begins."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), location, str(seed), str(rounds)],
        cwd=ROOT,
        env=os.environ | {"XDG_STATE_HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", process.stderr and process.stderr.read()
            yield process
        finally:
            process.kill()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def is_whole(location: str, tmp_path: Path) -> Store:
    """The store, which must be what its documents give in a new one."""
    store = open_store(location)
    there = {document.id for document in read.documents(store)}
    with open_store(str(tmp_path / f"peer{time.monotonic_ns()}")) as peer:
        peer.add([each for each in MANY if each.document.id in there])
        assert content(store) == content(peer)
    assert not state_of(location).flags
    return store


def test_two_processes_race(remote: str, tmp_path: Path) -> None:
    with (
        writer(remote, tmp_path / "a", seed=1, rounds=25) as one,
        writer(remote, tmp_path / "b", seed=2, rounds=25) as two,
    ):
        go(one)
        go(two)
        told = [(*process.communicate(timeout=300), process.returncode) for process in (one, two)]
    assert [(err, code) for _, err, code in told] == [("", 0)] * 2
    done = [json.loads(line) for out, *_ in told for line in out.splitlines()]
    # Each did what it says, one after the other: so say the numbers of the revisions.
    known: set[str] = set()
    changes = sorted((step for step in done if step[2]), key=lambda step: step[3])
    assert [step[3] for step in changes] == list(range(1, len(changes) + 1))
    for what, ids, changed, _ in changes:
        assert changed == (len(set(ids) - known) if what == "add" else 1)
        known = known | set(ids) if what == "add" else known - set(ids)
    with is_whole(remote, tmp_path) as store:
        assert store.revision == len(changes)
        assert {document.id for document in read.documents(store)} == known


def test_one_is_killed_again_and_again_while_another_writes(remote: str, tmp_path: Path) -> None:
    chance = random.Random(3)
    with writer(remote, tmp_path / "a", seed=1, rounds=80) as going:
        go(going)
        kills = 0
        while going.poll() is None and kills < 5:
            with writer(remote, tmp_path / "b", seed=kills + 10, rounds=50) as killed:
                go(killed)
                time.sleep(chance.uniform(0.0, 0.6))
                killed.send_signal(signal.SIGKILL)
            kills += 1
        out, err = going.communicate(timeout=300)
        assert (going.returncode, err) == (0, "")
        assert len(out.splitlines()) >= 10
    assert kills >= 3  # so many while the other one wrote
    with writer(remote, tmp_path / "b", seed=99, rounds=1) as repaired:
        go(repaired)
        assert repaired.communicate(timeout=60)[1] == ""
    is_whole(remote, tmp_path).close()


Hook = Callable[[str], bool]


class Engine:
    """A SPARQL server over our own engine. `before` is called with the text of each update before
    it is carried out, and `after` then; where one of them returns false, the client gets no answer.
    With `pieces` the operations of an update are carried out one by one, and others come between.
    """

    def __init__(self) -> None:
        self.store = ox.Store()
        self.before: Hook = lambda _: True
        self.after: Hook = lambda _: True
        self.pieces = False

    def update(self, text: str) -> None:
        for part in text.split(" ;\n") if self.pieces else [text]:
            self.store.update(part)
            if self.pieces:
                time.sleep(random.uniform(0, 0.01))

    def answer(self, form: dict[str, list[str]]) -> bytes | None:
        if "query" in form:
            found = self.store.query(form["query"][0])
            assert isinstance(found, ox.QuerySolutions)
            return found.serialize(format=ox.QueryResultsFormat.JSON)
        text = form["update"][0]
        if not self.before(text):
            return None
        self.update(text)
        return b"" if self.after(text) else None


@pytest.fixture
def engine() -> Iterator[tuple[Engine, str]]:
    """A server over our own engine, and the store's address on it."""
    engine = Engine()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 2**16  # the whole answer at once: the end of it waits for nothing

        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            body = engine.answer(parse_qs(self.rfile.read(size).decode()))
            if body is None:
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/sparql-results+json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield engine, f"sparql+http://127.0.0.1:{server.server_address[1]}/sparql"
    server.shutdown()
    server.server_close()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], Store]:
    """Opens a store on a machine of the given name."""

    def opened(location: str, name: str) -> Store:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "machines" / name))
        return open_store(location, options=Options(quads=30, seconds=20))

    return opened


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    monkeypatch.setattr("kg.store.remote_turn._PATIENCE", 0.6)
    monkeypatch.setattr("kg.store.remote_turn._DEAD", 0.2)
    monkeypatch.setattr("kg.store.remote_turn._PAUSES", (0.01, 0.05))


Opened = Callable[[str, str], Store]


def test_a_server_that_does_not_carry_an_update_out_at_once(
    engine: tuple[Engine, str], machine: Opened, tmp_path: Path
) -> None:
    server, location = engine
    server.pieces = True
    stores = [machine(location, str(n)) for n in range(3)]
    counts = [0] * len(stores)

    def work(number: int) -> None:
        chance = random.Random(number)
        for _ in range(8):
            first = chance.randrange(6)
            if chance.random() < 0.6:
                counts[number] += stores[number].add(MANY[first : first + 3]) > 0
                continue
            try:
                stores[number].retract(MANY[first].document.id)
            except NotFoundError:
                continue
            counts[number] += 1

    with ThreadPoolExecutor(len(stores)) as pool:
        for done in [pool.submit(work, number) for number in range(len(stores))]:
            done.result(timeout=300)
    for store in stores:
        store.close()
    with is_whole(location, tmp_path) as store:
        assert store.revision == sum(counts)


@pytest.mark.parametrize("is_done", [False, True], ids=["lost", "done"])
@pytest.mark.usefixtures("hasty")
def test_a_machine_dies_at_each_of_its_requests(
    engine: tuple[Engine, str], machine: Opened, tmp_path: Path, *, is_done: bool
) -> None:
    """The update is lost on the way, or is done and its answer is lost; then nothing gets through
    until the machine starts again. Meanwhile another one tries to write."""
    server, location = engine
    is_repaired = is_taken_over = False
    for most in range(20):
        server.store.clear()
        left = [most]

        def cut(_: str, left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] >= 0

        with machine(location, "first") as first:
            server.before, server.after = (
                (lambda _: True, cut) if is_done else (cut, lambda _: True)
            )
            died = False
            try:
                first.add(MANY[:6])
            except ServerError:
                died = True
                if is_done:  # what comes after the answer that was lost is never sent
                    server.before = lambda _: False
        server.before = server.after = lambda _: True
        with machine(location, "second") as second:
            try:
                second.add(MANY[4:8])
                is_taken_over |= died
            except StoreInUseError:
                is_repaired = True
        with machine(location, "first") as first:
            first.add(MANY[4:8])
        with is_whole(location, tmp_path) as store:
            found = len(list(read.documents(store)))
            assert found in ((4, 8) if died else (8,))
        if not died:
            break
    assert not died
    assert is_repaired
    assert is_taken_over


@pytest.mark.usefixtures("hasty")
def test_a_claim_of_a_machine_that_is_gone(engine: tuple[Engine, str], machine: Opened) -> None:
    _, location = engine
    send(location, f"INSERT DATA {said(CLAIM, 'far 12')}")
    with machine(location, "here") as store:
        begun = time.monotonic()
        assert store.add([ONE]) == 1
        assert time.monotonic() - begun > 0.2
        assert store.revision == 1
    assert not state_of(location).flags


@pytest.mark.usefixtures("hasty")
def test_who_is_slow_and_loses_the_claim_begins_anew(
    engine: tuple[Engine, str], machine: Opened, tmp_path: Path
) -> None:
    """One has found what to do, and does nothing for long; another one writes meanwhile."""
    server, location = engine
    slept, awake = threading.Event(), threading.Event()

    def before(text: str) -> bool:
        if f"<{CHANGING}>" in text and text.startswith("INSERT") and not slept.is_set():
            slept.set()
            assert awake.wait(60)
        return True

    with machine(location, "slow") as slow, machine(location, "other") as other:
        server.before = before
        with ThreadPoolExecutor(1) as pool:
            added = pool.submit(slow.add, [MANY[0], MANY[1]])
            assert slept.wait(60)
            assert other.add([MANY[1], MANY[2]]) == 2
            awake.set()
            assert added.result(timeout=60) == 1
        assert (other.extraction(MANY[1].document.id), slow.revision) == (MANY[1], 2)
    is_whole(location, tmp_path).close()


def test_one_waits_until_another_has_finished(engine: tuple[Engine, str], machine: Opened) -> None:
    _, location = engine
    with machine(location, "here") as store:
        send(location, f"INSERT DATA {said(CHANGING, 'far 12')}")
        threading.Timer(0.5, send, (location, f"DELETE DATA {said(CHANGING, 'far 12')}")).start()
        assert store.add([ONE]) == 1


def test_a_failure_leaves_no_flag(engine: tuple[Engine, str], machine: Opened) -> None:
    _, location = engine
    with machine(location, "here") as store:
        with pytest.raises(NotFoundError):
            store.retract(ONE.document.id)
        assert not state_of(location).flags
        assert store.add([]) == 0
        assert not state_of(location).flags
        assert store.revision == 0


def test_a_server_that_shows_updates_late(engine: tuple[Engine, str], machine: Opened) -> None:
    """As a copy that follows another one: machines cannot be kept apart there."""
    server, location = engine
    with machine(location, "here") as store:
        server.update = lambda _: None  # type: ignore[method-assign,assignment]
        with pytest.raises(ServerError, match="does not show at once what was written"):
            store.add([TWO])
    assert not list(server.store)


def test_the_state_of_two_revisions_is_the_later_one() -> None:
    rows = [(f"{STATE}#revision", token) for token in ("9 abcdefab", "10 abcdefab", "none")]
    assert State.of(rows).token == "10 abcdefab"
    assert State.of([]) == State()
