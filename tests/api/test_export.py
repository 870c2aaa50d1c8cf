"""`GET /export`: the same files as `kg export`, bounded, and what goes wrong."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient

from api.routes import export as route
from kg.exports.beliefs import beliefs
from kg.exports.excerpt import Selection
from kg.exports.formats import FORMATS
from kg.exports.write import export
from kg.store import Store
from kg.store.worker import Limits

if TYPE_CHECKING:
    from tests.api.conftest import MakeApp

_PREFIX = "PREFIX ent: <https://w3id.org/entente/ontology#> "
CONSTRUCT = _PREFIX + "CONSTRUCT WHERE { ?a ent:evaluates ?b }"


@pytest.mark.parametrize("form", FORMATS)
def test_every_format(client: TestClient, store: Store, form: str) -> None:
    answer = client.get("/export", params={"format": form, "entity": "country/japan", "depth": 2})
    assert answer.status_code == 200, answer.text
    wanted = Selection(entity="country/japan", depth=2)
    made, file = export(store, FORMATS[form], wanted, beliefs=beliefs(store)), io.BytesIO()
    made.write(file)
    assert answer.content == file.getvalue()
    assert answer.headers["content-disposition"] == f'attachment; filename="{made.name}"'
    assert answer.headers["content-type"].startswith(FORMATS[form].media_type.split(";")[0])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["entente-revision"] == str(store.revision)


def test_everything_is_the_default(client: TestClient, store: Store) -> None:
    found = list(parse(client.get("/export").content, format=RdfFormat.TURTLE))
    assert len(found) == sum(1 for _ in store.nquads())
    lines = client.get("/export?format=nquads").content
    assert lines == b"".join(store.nquads())


def test_filters(client: TestClient) -> None:
    url = "/export?format=gexf&modality=possible&modality=planned&since=2026-01-01"
    graph = nx.read_gexf(io.BytesIO(client.get(url).content))
    assert [data["modality"] for *_, data in graph.edges(data=True)] == ["possible"]
    names = [
        row.split(",")[3] for row in client.get("/export?format=csv&type=Person").text.splitlines()
    ]
    assert sorted(names) == ['"holdsPosition"', '"visits"', "predicate"]
    assert client.get("/export?format=csv&belief=1").text.count("\n") == 1


def test_the_graph_of_a_query(client: TestClient) -> None:
    answer = client.get("/export", params={"format": "jsonld", "query": CONSTRUCT})
    assert json.loads(answer.content)["@graph"] == [
        {"id": "entity:country/japan", "evaluates": "entity:equipment/anka"}
    ]
    assert answer.headers["content-disposition"] == 'attachment; filename="entente.jsonld"'


@pytest.mark.parametrize(("query", "status", "said"), [
    ("format=xls", 422, "'xls' is none of turtle"),
    ("depth=3&entity=country/japan", 422, "query.depth"),
    ("predicate=loves", 422, "'loves' is none of cooperatesWith"),
    ("since=yesterday", 422, "query.since"),
    ("belief=2", 422, "query.belief"),
    ("entity=country/atlantis", 404, "id country/atlantis: try /entities?q=atlantis"),
    ("entity=%22%0d%0aX-Evil:1", 404, "No entity has the id"),
    ("query=SELECT+*+%7B?s+?p+?o%7D", 400, "this query gives a table"),
    ("query=CONSTRUCT", 400, ""),
    ("query=CONSTRUCT+WHERE+%7B?s+?p+?o%7D&format=csv", 400, "take an RDF format"),
    ("query=CONSTRUCT+WHERE+%7B?s+?p+?o%7D&predicate=visits", 400, "leave the filters out"),
    ("query=CONSTRUCT+WHERE+%7BSERVICE+%3Curn:x%3E+%7B?s+?p+?o%7D%7D", 400, "SERVICE"),
])  # fmt: skip
def test_what_cannot_be_done(client: TestClient, query: str, status: int, said: str) -> None:
    answer = client.get(f"/export?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize(("limits", "form", "said"), [
    (Limits(rows=20), "turtle", "more than 20 triples: filter it, or have kg export write it"),
    (Limits(rows=2), "csv", "more than 2 pieces of evidence"),
    (Limits(answer_bytes=1000), "trig", "larger than 0 MiB"),
    (Limits(answer_bytes=1000), "neo4j", "larger than 0 MiB"),
    (Limits(seconds=0), "gexf", "took longer than 0 s"),
])  # fmt: skip
def test_limits(make_app: MakeApp, limits: Limits, form: str, said: str) -> None:
    with TestClient(make_app(limits=limits), base_url="http://localhost") as client:
        answer = client.get(f"/export?format={form}")
        assert (answer.status_code, said in answer.json()["detail"]) == (422, True), answer.text


def test_one_at_a_time_and_the_rest_goes_on(make_app: MakeApp) -> None:
    app = make_app(limits=Limits(patience=0.05))
    with TestClient(app, base_url="http://localhost") as client:
        with route._ONE:
            answer = client.get("/export")
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            assert client.get("/health").status_code == 200
            assert client.get("/statements").status_code == 200
        assert client.get("/export").status_code == 200
        for _ in range(5):
            route._FEW.acquire()
        try:
            assert "Too many exports" in client.get("/export").json()["detail"]
        finally:
            route._FEW.release(5)


def test_nothing_is_made_again_while_nothing_changes(client: TestClient, store: Store) -> None:
    first = client.get("/export?format=gephi")
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get("/export?format=gephi", headers=tag).status_code == 304
    store.retract(next(iter(json.loads(client.get("/documents").content)["items"]))["id"])
    again = client.get("/export?format=gephi&since=2026-01-01", headers=tag)
    assert again.status_code == 200
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert archive.testzip() is None


def test_head(client: TestClient) -> None:
    answer = client.head("/export?format=gexf")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "entente.gexf" in answer.headers["content-disposition"]
