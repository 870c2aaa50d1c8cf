"""Requests per second, latency and memory of our server, of rdflib-endpoint and of Virtuoso 7 over
the same made-up graph and the same questions, in one run, with the engine in-process as the floor.

    python -m benchmarks.serving [--quick] [--write docs/serving.md]

It needs Debian's virtuoso-opensource-7-bin, and PyPI for an environment with rdflib-endpoint, which
is made in build/serving-peer at the first run. About ten minutes; --quick takes one and says
nothing about speed. Answers are compared by their number of rows before anything is timed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from benchmarks import serving_graph, serving_ours, serving_tables
from benchmarks.serving_load import Client, Timing, get, run, sparql
from benchmarks.serving_peers import ROOT, Entente, Rdflib, Server, VirtuosoPeer
from kg import queries
from kg.graph.terms import BASE, RDF
from kg.store.backup import restore
from ontology.vocabulary import NAMESPACE

_PREFIXES = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
_FEW = 12  # answers of a slow query that are enough
_ASKED = {  # each stored query, whose most frequent subject or object it is asked about
    "contradictions": ("entity", "subject", "procures"),
    "evaluations": ("who", "subject", "evaluates"),
    "export-values": ("who", "subject", "hasExportValue"),
    "makers": ("operator", "subject", "operates"),
    "meetings": ("first", "subject", "meetsWith"),
    "one-source": ("entity", "subject", "visits"),
    "planned-deliveries": ("party", "object", "supplies"),
    "supplies": ("recipient", "object", "supplies"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: SPARQL texts in turn, or for our REST route paths. `kept`: our server may
    answer with what it has answered before, as it does for clients that do not forbid it."""

    name: str
    texts: Sequence[str]
    paths: Sequence[str] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how large."""

    sizes: Sequence[int]
    seconds: float
    longest: int  # seconds after which an answer is not waited for
    megabytes: Sequence[int]


FULL = Plan(sizes=(100_000, 1_000_000), seconds=2.0, longest=6, megabytes=(1, 10, 100))
QUICK = Plan(sizes=(20_000, 40_000), seconds=0.2, longest=4, megabytes=(1,))


def questions(graph: serving_graph.Graph) -> list[Question]:
    """The label of an entity, 1,000 rows, all about an entity, and the stored queries, each asked
    about the entity that the graph says most about."""
    some = [f"{BASE}entity/{entity.id}" for entity in graph.entities[:: len(graph.entities) // 50]]
    labels = [f"{_PREFIXES}SELECT ?l {{ <{iri}> skos:prefLabel ?l }}" for iri in some]
    found = [
        Question(name="label of an entity", texts=labels),
        Question(name="label of an entity, asked again", texts=labels, kept=True),
        Question(
            name="1,000 rows",
            texts=[f"{_PREFIXES}SELECT ?e ?l {{ ?e skos:prefLabel ?l }} LIMIT 1000"],
        ),
        Question(
            name="all about an entity",
            texts=[f"SELECT ?p ?o {{ <{iri}> ?p ?o }}" for iri in some],
            paths=[iri.replace(f"{BASE}entity/", "/entities/") for iri in some],
        ),
    ]
    ends = _ends(graph)
    for name, (parameter, end, predicate) in _ASKED.items():
        entity = ends[predicate, end].most_common(1)[0][0]
        text = queries.load()[name].sparql({parameter: entity})
        found.append(Question(name=name, texts=[text]))
    return found


def _ends(graph: serving_graph.Graph) -> Mapping[tuple[str, str], Counter[str]]:
    """How often an entity is an end of statements with a predicate."""
    said: dict[str, dict[str, str]] = {}
    for quad in graph.quads:
        if quad.predicate.value.startswith(RDF) and quad.graph_name.value.endswith("statements"):  # type: ignore[union-attr]
            key = quad.predicate.value.removeprefix(RDF)
            said.setdefault(quad.subject.value, {})[key] = getattr(quad.object, "value", "")  # type: ignore[union-attr]
    found: dict[tuple[str, str], Counter[str]] = {}
    for statement in said.values():
        predicate = statement.get("predicate", "").removeprefix(NAMESPACE)
        for end in ("subject", "object"):
            id_ = statement.get(end, "")
            if id_.startswith(f"{BASE}entity/"):
                counter = found.setdefault((predicate, end), Counter())
                counter[id_.removeprefix(f"{BASE}entity/")] += 1
    return found


def floor(folder: Path, asked: Sequence[Question], plan: Plan) -> dict[str, Timing]:
    """The engine itself, on the same files, in this process."""
    engine = ox.Store.read_only(str(folder / "data"))
    found = {}
    for question in asked:
        times: list[float] = []
        began = time.perf_counter()
        while time.perf_counter() - began < plan.seconds:
            text = question.texts[len(times) % len(question.texts)]
            start = time.perf_counter()
            results = engine.query(text, use_default_graph_as_union=True)
            assert isinstance(results, ox.QuerySolutions)
            body = results.serialize(format=ox.QueryResultsFormat.JSON) or b""
            times.append(time.perf_counter() - start)
        took = time.perf_counter() - began
        found[question.name] = Timing(seconds=times, failed=0, took=took, bytes_=len(body))
    return found


def _rows(server: Server, text: str, *, longest: float) -> int | None:
    """How many rows the answer has; None where it does not come."""
    client = Client(server.port, timeout=longest)
    try:
        status, body = client.ask(sparql("/sparql", text))
    except OSError:
        return None
    finally:
        client.close()
    if status != 200:
        return None
    start = body.find(b"{")
    return len(json.loads(body[start : body.rfind(b"}") + 1])["results"]["bindings"])


def measure(
    server: Server, asked: Sequence[Question], plan: Plan
) -> dict[str, serving_tables.Cell]:
    """Each question in turn: one client for the latency, then four for the rate."""
    found = {}
    for question in asked:
        rows = _rows(server, question.texts[0], longest=plan.longest)
        if rows is None:
            server.restart()
            found[question.name] = serving_tables.Cell(rows=None)
            continue
        requests = [sparql("/sparql", text, kept=question.kept) for text in question.texts]
        if question.paths and server.name == "entente":
            requests = [get(path) for path in question.paths]
        one = run(server.port, requests, seconds=plan.seconds, most=4000, timeout=plan.longest)
        four = one
        if one.percentile(0.5) < 300:
            four = run(
                server.port, requests, seconds=plan.seconds, connections=4, timeout=plan.longest
            )
        if one.failed or four.failed:
            server.restart()
        found[question.name] = serving_tables.Cell(rows=rows, one=one, four=four)
    return found


def _servers(file: Path, store: Path, folder: Path, plan: Plan) -> Iterator[Server]:
    yield Entente(store)
    yield Rdflib(file, ROOT / "build" / "serving-peer")
    yield VirtuosoPeer(file, folder / f"virtuoso-{file.stem}", plan.longest)


def compare(size: int, plan: Plan, folder: Path) -> tuple[str, serving_tables.Comparison]:
    """All servers at one size; the heading and the figures."""
    graph = serving_graph.make(size)
    file, backup, store = (folder / f"{size}{end}" for end in (".nq", ".nq.gz", "-store"))
    serving_graph.write(graph, file, backup)
    restore(backup, store, force=True)
    asked = questions(graph)
    comparison = serving_tables.Comparison(floor=floor(store, asked, plan))
    heading = f"{len(graph.quads):,} quads, {graph.documents:,} documents"
    graph.quads.clear()
    for server in _servers(file, store, folder, plan):
        try:
            server.start()
            comparison.cells[server.name] = measure(server, asked, plan)
            comparison.memory[server.name] = server.memory()
            if isinstance(server, Entente):
                comparison.aggregates = serving_ours.aggregates(server.port, plan.seconds)
                comparison.health = serving_ours.health(
                    server.port, asked, max(2.0, 3 * plan.seconds)
                )
        finally:
            server.stop()
    return heading, comparison


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a try, whose figures mean nothing")
    parser.add_argument("--write", type=Path, help="put the tables into this Markdown file")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    folder = Path(tempfile.mkdtemp(prefix="serving-"))
    try:
        parts = [serving_tables.comparison(*compare(size, plan, folder)) for size in plan.sizes]
        store = folder / f"{plan.sizes[-1]}-store"
        parts.append(serving_tables.protection(serving_ours.protection(store)))
        parts.append(serving_tables.snapshots(serving_ours.snapshots(plan.megabytes, folder)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = "\n".join(parts)
    print(text)
    if options.write:
        serving_tables.put(options.write, text)


if __name__ == "__main__":
    main()
