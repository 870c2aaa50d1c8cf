"""What is measured of our own server only: /health under load, what protection costs, how soon a
change is seen, and counts from kept totals."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from benchmarks import serving_graph
from benchmarks.serving_load import Timing, get, run, sparql
from kg.graph.terms import document_node
from kg.store import open_store
from kg.store.backup import restore
from kg.store.guard import check
from kg.store.worker import Pool, Wish

if TYPE_CHECKING:
    from benchmarks.serving import Question

_TABLE = "application/sparql-results+json"
_HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
_LABEL = (
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "SELECT ?l { <https://w3id.org/entente/entity/country/japan> skos:prefLabel ?l }"
)
_ROWS = (
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "SELECT ?e ?l { ?e skos:prefLabel ?l } LIMIT 1000"
)
_AGGREGATES = ("/statistics", "/sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How soon a change is seen in a store of some megabytes of N-Quads; milliseconds."""

    megabytes: float
    commit: float
    asked: float
    by_itself: float


def _load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> None:
    # Who is turned away comes again after a second; the server asks for two.
    run(port, requests, connections=connections, seconds=seconds, timeout=60, turned_away=1.0)


def health(port: int, asked: Sequence[Question], seconds: float) -> dict[str, Timing]:
    """/health, asked every five milliseconds while others ask."""
    texts = {question.name: question.texts for question in asked}
    label, rows = texts["label of an entity"], texts["1,000 rows"]
    loads: dict[str, tuple[Sequence[str], int]] = {
        "nothing else": ((), 0),
        "16 clients that look labels up": (label, 16),
        "8 clients that take 1,000 rows": (rows, 8),
        "50 heavy queries at once": ([_HEAVY], 50),
    }
    found = {}
    for name, (load, connections) in loads.items():
        process = None
        if connections:
            requests = [sparql("/sparql", text) for text in load]
            process = multiprocessing.get_context("spawn").Process(
                target=_load, args=(port, requests, connections, seconds + 2)
            )
            process.start()
            time.sleep(1.5)
        found[name] = run(port, [get("/health")], seconds=seconds, pause=0.005)
        if process is not None:
            process.join()
    return found


def aggregates(port: int, seconds: float) -> dict[str, Timing]:
    """Counts from the kept totals, over HTTP."""
    found = {}
    for path in _AGGREGATES:
        run(port, [get(path)], most=3, seconds=30)  # the first one makes the index
        found[path] = run(port, [get(path)], seconds=seconds)
    return found


def _median(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


def _bare(engine: ox.Store, text: str) -> bytes:
    results = engine.query(text, use_default_graph_as_union=True)
    assert isinstance(results, ox.QuerySolutions)
    return results.serialize(format=ox.QueryResultsFormat.JSON) or b""


def protection(folder: Path) -> dict[str, tuple[float, float]]:
    """Milliseconds at the median of the engine in-process, and through guard, queue and sandbox."""
    found = {}
    with open_store(str(folder)) as store, Pool(store) as pool:
        snapshot = store.scratch / "floor"
        store.snapshot(snapshot)
        engine = ox.Store.read_only(str(snapshot))
        for name, text, times in (("label of an entity", _LABEL, 2000), ("1,000 rows", _ROWS, 200)):
            works = (
                partial(_bare, engine, text),
                lambda text=text: pool.answer(check(text), media_type=_TABLE),
            )
            for work in works:
                _median(work, times // 10)
            found[name] = (_median(works[0], times), _median(works[1], times))
    return found


def snapshots(megabytes: Sequence[int], folder: Path) -> list[Snapshot]:
    """From a document added to a query that sees it."""
    found = []
    for size in megabytes:
        graph = serving_graph.make(size * 4700)
        plain, backup = folder / f"{size}mb.nq", folder / f"{size}mb.nq.gz"
        serving_graph.write(graph, plain, backup)
        restore(backup, folder / f"{size}mb", force=True)
        found.append(_snapshot(folder / f"{size}mb", plain.stat().st_size / 2**20))
    return found


def _snapshot(folder: Path, megabytes: float) -> Snapshot:
    commits: list[float] = []
    asked: list[float] = []
    itself: list[float] = []
    others = list(islice(serving_graph.documents(seed=5), 12))
    with open_store(str(folder)) as store, Pool(store) as pool:
        store.add(others[:1])  # makes the index
        pool.answer(check("ASK {}"), media_type=_TABLE, wish=Wish(fresh=True))
        for number, document in enumerate(others[1:]):
            start = time.perf_counter()
            store.add([document])
            store.flush()
            commits.append(time.perf_counter() - start)
            node = document_node(document.document.id)
            question = check(f"ASK {{ GRAPH {node} {{ ?s ?p ?o }} }}")
            is_fresh = number % 2 == 0
            start = time.perf_counter()
            while (
                b"true"
                not in pool.answer(question, media_type=_TABLE, wish=Wish(fresh=is_fresh)).body
            ):
                assert not is_fresh
                time.sleep(0.005)
            (asked if is_fresh else itself).append(time.perf_counter() - start)
    return Snapshot(
        megabytes=megabytes,
        commit=1000 * statistics.median(commits),
        asked=1000 * statistics.median(asked),
        by_itself=1000 * max(itself),
    )
