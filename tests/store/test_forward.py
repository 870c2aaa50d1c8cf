"""Queries from outside to a store on a SPARQL server."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kg.errors import QueryError, QueryLimitError
from kg.store import open_store
from kg.store.guard import check
from kg.store.worker import Limits, Pool
from tests.store.test_engines import MANY, ONE, TWO
from tests.support.traps import listening

TABLE = "application/sparql-results+json"


def test_dialects_that_reach_the_network_are_refused(remote: str) -> None:
    with (
        open_store(remote) as store,
        Pool(store, limits=Limits(seconds=3)) as pool,
        listening() as trap,
    ):
        url = f'"{trap.url}"'
        for text in (
            f"SELECT (bif:http_get({url}) AS ?x) {{}}",
            f"SELECT (<bif:http_get>({url}) AS ?x) {{}}",
            f"SELECT (<BIF:http_get>({url}) AS ?x) {{}}",
            f"SELECT (<\\u0062if:http_get>({url}) AS ?x) {{}}",
            f"PREFIX x: <bif:> SELECT (x:http_get({url}) AS ?x) {{}}",
            f"PREFIX x: <b> SELECT (x:if\\:http_get({url}) AS ?x) {{}}",
            f"BASE <bif:> SELECT (<http_get>({url}) AS ?x) {{}}",
            f'define get:soft "soft" SELECT * FROM <{trap.url}> {{ ?s ?p ?o }}',
            "SELECT (<java:java.lang.System.exit>(0) AS ?x) {}",
            "SELECT (sql:user_set_password('dba', 'x') AS ?x) {}",
            "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        ):
            with pytest.raises(QueryError):
                pool.run(check(text), media_type="text/csv")
        assert pool.run(check('SELECT ("bif:x <bif:y>" AS ?x) {} # <bif:z>'), media_type="text/csv")
        assert not trap.was_hit()


def test_serving_from_a_server(remote: str) -> None:
    with open_store(remote) as store:
        store.add([ONE, TWO])
        with TestClient(create_app(store, extract=None), base_url="http://localhost") as client:
            assert client.get("/ready").status_code == 200
            assert client.get("/entities/country/japan").json()["name"] == "Japan"
            found = client.get("/statements", params={"predicate": "evaluates"}).json()["items"]
            assert sorted(item["object"]["name"] for item in found) == ["Anka", "Kaan"]
            assert client.get(f"/documents/{ONE.document.id}").json()["text"] == ONE.document.text
            query = "SELECT (COUNT(*) AS ?n) { ?d a <https://w3id.org/entente/ontology#Document> }"
            table = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
            assert table.text == "n\r\n2\r\n"
            assert table.headers["Entente-Revision"] == "1"
            update = client.post("/sparql", data={"update": "DROP GRAPH <a:b>"})
            assert update.status_code == 403
            assert client.delete(f"/documents/{ONE.document.id}").status_code == 204
            assert client.get("/health").json()["revision"] == 2


def test_limits_of_queries_from_outside(remote: str) -> None:
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
    with open_store(remote) as store, Pool(store, limits=Limits(answer_bytes=2000)) as pool:
        store.add(MANY[:3])
        with pytest.raises(QueryLimitError, match=r"within 0\.5 s"):
            pool.run(check(cross), media_type="text/csv", seconds=0.5)
        with pytest.raises(QueryLimitError, match="longer than"):
            pool.run(check("SELECT * { ?s ?p ?o }"), media_type="text/csv")
        assert pool.run(check("ASK {}"), media_type=TABLE)
