"""The pool of killable query processes, over a store of 300 made-up quads."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pyoxigraph
import pytest

from kg.errors import BusyError, QueryError, QueryLimitError, StoreError
from kg.store.flows import CancelledError
from kg.store.guard import Checked, check
from kg.store.interface import Store
from kg.store.worker import Limits, Pool
from tests.support.loops import run_alone

JSON = "application/sparql-results+json"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LIMITS = Limits(seconds=1, answer_bytes=100_000, processes=2, waiting=2, patience=0.3)


@dataclass
class Snapshots:
    """The part of a store that a pool needs."""

    engine: pyoxigraph.Store
    scratch: Path
    revision: int = 1

    def snapshot(self, directory: Path) -> None:
        self.engine.flush()
        self.engine.backup(str(directory))

    def add(self, number: int, graph: str) -> None:
        self.engine.add(
            pyoxigraph.Quad(
                pyoxigraph.NamedNode(f"http://e/{number}"),
                pyoxigraph.NamedNode("http://e/p"),
                pyoxigraph.Literal(number),
                pyoxigraph.NamedNode(graph),
            )
        )
        self.revision += 1


@pytest.fixture
def store(tmp_path: Path) -> Snapshots:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    result = Snapshots(pyoxigraph.Store(str(tmp_path / "data")), scratch)
    for number in range(300):
        result.add(number, "http://g" if number % 3 else "http://h")
    return result


@pytest.fixture
def pool(store: Snapshots) -> Iterator[Pool]:
    with Pool(cast(Store, store), limits=LIMITS, prefixes={"e": "http://e/"}) as result:
        yield result


def count(pool: Pool, query: str = COUNT, **graphs: list[str]) -> int:
    answer = json.loads(pool.run(check(query), media_type=JSON, **graphs))  # type: ignore[arg-type]
    return int(answer["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize(
    ("query", "graphs", "expected"),
    [
        (COUNT, {}, 300),
        ("SELECT (COUNT(*) AS ?n) FROM <http://g> { ?s ?p ?o }", {}, 200),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <http://g> { ?s ?p ?o }", {}, 0),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <http://g> { GRAPH ?g { ?s ?p ?o } }", {}, 200),
        (COUNT, {"default_graphs": ["http://h"]}, 100),
        (COUNT, {"default_graphs": ["http://h", "http://g"]}, 300),
        (COUNT, {"named_graphs": ["http://h"]}, 0),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {"named_graphs": ["http://h"]}, 100),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {"default_graphs": ["http://h"]}, 0),
    ],
)
def test_dataset(pool: Pool, query: str, graphs: dict[str, list[str]], expected: int) -> None:
    assert count(pool, query, **graphs) == expected


def test_graph_answers_use_the_prefixes(pool: Pool) -> None:
    query = check("CONSTRUCT WHERE { <http://e/1> ?p ?o }")
    assert b"e:1 e:p 1" in pool.run(query, media_type="text/turtle")


def test_a_change_is_seen_by_the_next_query_and_old_snapshots_go(
    pool: Pool, store: Snapshots
) -> None:
    assert count(pool) == 300
    store.add(1000, "http://g")
    assert count(pool) == 301
    assert len(list(store.scratch.iterdir())) == 1
    pool.close()
    assert list(store.scratch.iterdir()) == []


def test_a_slow_query_is_ended_and_the_next_one_answered(pool: Pool) -> None:
    assert count(pool) == 300
    (process,) = pool.process_ids()
    with pytest.raises(QueryLimitError, match="longer than 1 s"):
        count(pool, SLOW)
    with pytest.raises(ProcessLookupError):  # it does not go on behind our back
        os.kill(process, 0)
    assert count(pool) == 300


def test_a_caller_can_lower_the_time_and_not_raise_it(pool: Pool) -> None:
    with pytest.raises(QueryLimitError, match=r"longer than 0\.2 s"):
        pool.run(check(SLOW), media_type=JSON, seconds=0.2)
    with pytest.raises(QueryLimitError, match="longer than 1 s"):
        pool.run(check(SLOW), media_type=JSON, seconds=60)


def test_a_large_answer_is_refused(pool: Pool) -> None:
    with pytest.raises(QueryLimitError, match="larger than 100,000 bytes"):
        pool.run(check("SELECT * { ?a ?b ?c . ?d ?e ?f }"), media_type=JSON)
    assert count(pool) == 300


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * " + "{" * 3000 + "}" * 3000,
        "SELECT * { FILTER(" + "(" * 9000 + "1" + ")" * 9000 + ") }",
    ],
    ids=["braces", "parentheses"],
)
def test_a_query_that_crashes_the_engine_costs_its_process_only(pool: Pool, text: str) -> None:
    with pytest.raises(QueryLimitError, match="brought its process down"):
        pool.run(Checked(text, "SELECT", dataset=False), media_type=JSON)
    assert count(pool) == 300


def test_memory_is_limited(store: Snapshots) -> None:
    limits = Limits(seconds=20, memory_bytes=500 * 2**20, processes=1)
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?c ?f ?i"
    with (
        Pool(cast(Store, store), limits=limits) as pool,
        pytest.raises(QueryLimitError, match="brought its process down"),
    ):
        pool.run(check(query), media_type=JSON)


def test_wrong_queries_say_where(pool: Pool) -> None:
    with pytest.raises(QueryError, match="1:1"):
        pool.run(check("SELECT * { ?s ?p "), media_type=JSON)


def test_the_network_is_out_of_reach_without_the_guard_too(pool: Pool) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        text = f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"
        with pytest.raises(StoreError, match="could not answer"):
            pool.run(Checked(text, "SELECT", dataset=False), media_type=JSON)
        with pytest.raises(TimeoutError):
            server.accept()


def test_an_idle_process_that_was_killed_is_replaced(pool: Pool) -> None:
    assert count(pool) == 300
    (process,) = pool.process_ids()
    os.kill(process, signal.SIGKILL)
    assert count(pool) == 300
    assert process not in pool.process_ids()


def test_what_brings_down_a_process_that_served_before_is_asked_of_a_new_one(pool: Pool) -> None:
    assert count(pool) == 300
    (process,) = pool.process_ids()
    os.kill(process, signal.SIGSTOP)
    found: list[int] = []
    asking = threading.Thread(target=lambda: found.append(count(pool)))
    asking.start()
    while pool.process_ids():  # until the stopped one is asked
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    asking.join()
    assert found == [300]
    assert process not in pool.process_ids()


def test_most_of_the_memory_is_left_to_the_query(pool: Pool) -> None:
    assert count(pool) == 300
    status = Path(f"/proc/{pool.process_ids()[0]}/status")
    if not status.exists():
        pytest.skip("this system has no /proc")
    most = dict(line.split(":", 1) for line in status.read_text().splitlines())["VmPeak"]
    assert int(most.split()[0]) < 350_000  # KiB; half as much again where threads set memory aside


def test_processes_do_not_see_secrets(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_TOKEN", "secret-of-the-test")
    assert count(pool) == 300
    environment = Path(f"/proc/{pool.process_ids()[0]}/environ")
    if not environment.exists():
        pytest.skip("this system has no /proc")
    assert b"secret-of-the-test" not in environment.read_bytes()


def test_too_many_queries_at_once_are_turned_away(store: Snapshots) -> None:
    limits = Limits(seconds=600, processes=2, waiting=2, patience=0.3)
    outcomes: list[str] = []
    gone = threading.Event()

    def ask(pool: Pool) -> None:
        try:
            pool.answer(check(SLOW), media_type=JSON, cancel=gone)
        except (CancelledError, BusyError) as error:
            outcomes.append(type(error).__name__)

    with Pool(cast(Store, store), limits=limits) as pool:
        first, others = (
            [threading.Thread(target=ask, args=(pool,)) for _ in range(number)] for number in (2, 6)
        )
        for thread in first:
            thread.start()
        while pool.load() != (2, 0):
            time.sleep(0.01)
        for thread in others:
            thread.start()
        for thread in others:
            thread.join()
        assert outcomes == ["BusyError"] * 6
        gone.set()
        for thread in first:
            thread.join()
        assert outcomes[6:] == ["CancelledError"] * 2
        assert count(pool) == 300


def test_an_event_loop_gets_the_same_answers(store: Snapshots) -> None:
    pool = Pool(cast(Store, store), limits=Limits(seconds=3, processes=2, patience=60))

    async def ask(text: str, after: float | None = None) -> str:
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if after is not None:
            asyncio.get_running_loop().call_later(after, gone.set_result, None)
        try:
            found = await pool.answer_soon(check(text), media_type=JSON, cancel=gone)
        except (QueryError, CancelledError) as error:
            return type(error).__name__
        return str(json.loads(found.body)["results"]["bindings"][0]["n"]["value"])

    async def ask_all() -> list[str]:
        together = asyncio.gather(ask(COUNT), ask(COUNT), ask("SELECT ?n {"))
        return [*await together, await ask(SLOW), await ask(SLOW, 0.1), await ask(COUNT)]

    limits = ["QueryError", "QueryLimitError", "CancelledError"]
    with pool:
        assert run_alone(ask_all()) == ["300", "300", *limits, "300"]
        assert pool.load() == (0, 0)
        assert len(pool.process_ids()) <= 2


def test_a_closed_pool_says_so(pool: Pool) -> None:
    pool.close()
    with pytest.raises(StoreError, match="closed"):
        count(pool)
