"""What a query may use, and what a client may ask less of."""

from __future__ import annotations

import csv
import io
import json
import time
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from kg.store import Store
from kg.store.interface import Delta
from kg.store.worker import Limits
from tests.api.conftest import MakeApp

ALL = "SELECT * { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
TEXTS = """SELECT * { VALUES (?x ?y) {
    ("}},{" "\\r\\n") ("},{\\"x\\":{\\"type\\":\\"" "a,b\\"") (UNDEF "</result><result>")
    ("\\t" UNDEF) ("last" "'") ("more" "\\\\\\"") } }"""


def rows(text: str, media_type: str) -> int:
    """How many rows a result has, as other readers see it."""
    if media_type.endswith("json"):
        return len(json.loads(text)["results"]["bindings"])
    if media_type.endswith("xml"):
        return len(ElementTree.fromstring(text).findall(".//{*}result"))
    if media_type == "text/csv":
        return len(list(csv.reader(io.StringIO(text, newline="")))) - 1
    return text.count("\n") - 1


MEDIA_TYPES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)


@pytest.mark.parametrize("query", [ALL, TEXTS], ids=["all", "texts"])
def test_a_cut_table_says_so(client: TestClient, query: str) -> None:
    for media_type in MEDIA_TYPES:
        for most in (1, 2, 4, 5):
            asked = {"query": query, "max-rows": str(most)}
            answer = client.get("/sparql", params=asked, headers={"accept": media_type})
            assert answer.status_code == 200
            assert rows(answer.text, media_type) == most
            assert answer.headers["entente-cut"] == f"rows={most}"
            if media_type.endswith("json"):
                assert answer.json()["cut"] == {"limit": "rows", "rows": most}


def test_a_whole_table_says_nothing(client: TestClient) -> None:
    for media_type in MEDIA_TYPES:
        for most in (6, 7, 10**9):
            asked = {"query": TEXTS, "max-rows": str(most)}
            answer = client.get("/sparql", params=asked, headers={"accept": media_type})
            assert rows(answer.text, media_type) == 6
            assert "entente-cut" not in answer.headers
            assert "cut" not in answer.text


def test_long_tables_are_cut_in_the_right_place(client: TestClient) -> None:
    numbers = " ".join(f'"{n}\\n"' for n in range(3000))
    query = f"SELECT ?x {{ VALUES ?x {{ {numbers} }} }}"
    for media_type in MEDIA_TYPES:
        answer = client.post(
            "/sparql", data={"query": query, "max-rows": "2500"}, headers={"accept": media_type}
        )
        assert rows(answer.text, media_type) == 2500
        assert "2499" in answer.text
        assert "2500\\n" not in answer.text


def test_a_cut_graph_says_so(client: TestClient) -> None:
    accept = {"accept": "application/n-triples"}
    answer = client.get("/sparql", params={"query": CONSTRUCT, "max-rows": 7}, headers=accept)
    assert (answer.text.count("\n"), answer.headers["entente-cut"]) == (7, "rows=7")


def test_the_server_has_a_limit_of_rows_too(make_app: MakeApp) -> None:
    with TestClient(make_app(limits=Limits(rows=3)), base_url="http://localhost") as client:
        for most in (2, 5):
            answer = client.get("/sparql", params={"query": ALL, "max-rows": most})
            assert len(answer.json()["results"]["bindings"]) == min(most, 3)
        graph = {"graph": "https://w3id.org/entente/graph/statements"}
        assert client.get("/graphs", params=graph).status_code == 422  # never half a graph


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"timeout": "0.2"}, "longer than 0.2 s"),
        ({"max-bytes": "1000"}, "larger than 1,000 bytes"),
        ({"max-memory": "1000000"}, "more memory than 0 MiB"),
    ],
)
def test_less_is_possible(client: TestClient, limits: dict[str, str], words: str) -> None:
    query = SLOW if "timeout" in limits else ALL
    answer = client.get("/sparql", params={"query": query} | limits)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert client.get("/sparql", params={"query": ALL}).status_code == 200


def test_more_is_not_possible(client: TestClient) -> None:
    limits = {"timeout": "600", "max-bytes": "99999999999", "max-memory": "99999999999"}
    answer = client.get("/sparql", params={"query": SLOW} | limits)
    assert answer.status_code == 422
    assert "longer than 2 s" in answer.json()["detail"]


def test_limits_are_numbers(client: TestClient) -> None:
    for name in ("timeout", "max-rows", "max-bytes", "max-memory"):
        for value in ("0", "-1", "1e3", "x", "", "９", "9" * 30):
            answer = client.get("/sparql", params={"query": "ASK {}", name: value})
            assert answer.status_code == 400, (name, value)


# What is committed is seen -------------------------------------------------------------------


def test_whoever_writes_reads_it_at_once(client: TestClient) -> None:
    for number in range(5):
        text = f"INSERT DATA {{ <a:a> <a:b> {number} }}"
        assert client.post("/sparql", data={"update": text}).status_code == 204
        query = f"ASK {{ <a:a> <a:b> {number} }}"
        assert client.get("/sparql", params={"query": query}).json()["boolean"]
        added = client.post("/documents", json={"text": f"Japan tests the Anka {number} times."})
        ask = f"ASK {{ GRAPH <https://w3id.org/entente/document/{added.json()['id']}> {{}} }}"
        assert client.get("/sparql", params={"query": ask}).json()["boolean"]


def test_a_commit_is_seen_within_a_second_and_at_once_where_that_is_asked(
    client: TestClient, store: Store
) -> None:
    node = ox.NamedNode("a:a")

    def add(number: int) -> int:
        quad = ox.Quad(node, node, ox.Literal(number))
        assert store.apply(Delta(added=(quad,)), revision=store.revision)
        return store.revision

    def seen(**headers: str) -> int:
        answer = client.get("/sparql", params={"query": "ASK {}"}, headers=headers)
        return int(answer.headers["entente-revision"])

    for number in range(20):  # more often than snapshots are due
        revision = add(number)
        assert seen(**{"cache-control": "no-cache"}) == revision
    revision = add(100)
    until = time.monotonic() + 1
    while time.monotonic() < until and seen() < revision:
        time.sleep(0.02)
    assert seen() == revision
