"""Tables in CSV come back as they were: the engine puts no quotes around IRIs with commas, such as
those of stretches of text (`…#char=12,34`)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.store import open_store
from kg.store.guard import check
from kg.store.interface import Delta
from kg.store.worker import Limits, Pool

GRAPH = ox.NamedNode("http://example.org/g")
VALUES = ["plain", 'with "quotes", commas', "two\nlines", "a\rb", "=1+1", " ", "", "é 🛩", "5,3"]


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    predicate = ox.NamedNode("http://example.org/p")
    quads = [
        ox.Quad(ox.NamedNode(f"http://example.org/s#char={n},{n + 1}"), predicate, value, GRAPH)
        for n, text in enumerate(VALUES)
        for value in (ox.Literal(text), ox.Literal(text, language="en"), ox.BlankNode(f"b{n}"))
    ]
    with open_store(str(tmp_path / "store")) as store:
        store.apply(Delta(added=tuple(quads)), revision=store.revision)
        with Pool(store, limits=Limits(rows=200)) as result:
            yield result


def cells(pool: Pool, query: str) -> list[list[str]]:
    """The rows in CSV, after a look that they are those in JSON, whatever their order."""
    text = pool.run(check(query), media_type="text/csv").decode()
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    answer = json.loads(pool.run(check(query), media_type="application/sparql-results+json"))
    assert head == answer["head"]["vars"]
    blank = {"bnode": "_:"}
    expected = [
        [
            blank.get(row[name]["type"], "") + row[name]["value"] if name in row else ""
            for name in head
        ]
        for row in answer["results"]["bindings"]
    ]
    assert sorted(row or [""] for row in rows) == sorted(expected)
    return rows


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT ?s ?p ?o { ?s ?p ?o }", 27),
        ("SELECT ?s { ?s ?p ?o }", 27),
        ("SELECT ?s ?none ?o { ?s ?p ?o }", 27),
        ("SELECT ?o { ?s ?p ?o }", 27),
        ("SELECT ?s ?o { ?s ?p ?o } LIMIT 0", 0),
        ('SELECT (IRI("http://example.org/,,") AS ?s) ("a,b" AS ?t) {}', 1),
    ],
)
def test_rows_come_back(pool: Pool, query: str, rows: int) -> None:
    assert len(cells(pool, query)) == rows


def test_what_is_cut_is_whole_up_to_there(pool: Pool) -> None:
    query = check("SELECT ?s ?o { ?s ?p ?o . ?s2 ?p ?o2 }")
    answer = pool.answer(query, media_type="text/csv")
    rows = list(csv.reader(io.StringIO(answer.body.decode(), newline="")))
    assert (answer.rows, len(rows)) == (200, 201)
    assert {len(row) for row in rows} == {2}
