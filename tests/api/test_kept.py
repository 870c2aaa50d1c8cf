"""Small answers of /sparql that are kept until the store changes."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH <https://example.org/kept> { ?s ?p ?o } }"


def counted(client: TestClient) -> str:
    """How many triples the graph has."""
    answer = client.get("/sparql", params={"query": COUNT})
    assert answer.status_code == 200
    value = answer.json()["results"]["bindings"][0]["n"]["value"]
    assert isinstance(value, str)
    return value


def test_a_change_makes_a_new_answer(client: TestClient) -> None:
    assert counted(client) == counted(client) == "0"
    update = "INSERT DATA { GRAPH <https://example.org/kept> { <a:s> <a:p> 1 } }"
    answer = client.post("/sparql", data={"update": update})
    assert answer.status_code in (200, 204)
    fresh = client.get(
        "/sparql", params={"query": COUNT}, headers={"cache-control": "no-cache"}
    ).json()
    assert fresh["results"]["bindings"][0]["n"]["value"] == "1"
    assert counted(client) == "1"


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "STRUUID()", "str\\u0075uid()"])
def test_what_changes_each_time_is_asked_again(client: TestClient, call: str) -> None:
    query = f"SELECT ({call} AS ?x) {{}}"
    answers = [client.get("/sparql", params={"query": query}) for _ in range(2)]
    if answers[0].status_code == 200:
        assert answers[0].text != answers[1].text
    else:
        assert answers[0].status_code == answers[1].status_code == 400


def test_each_format_has_its_own_answer(client: TestClient) -> None:
    for accept in ("text/csv", "application/sparql-results+json", "text/csv"):
        answer = client.get("/sparql", params={"query": COUNT}, headers={"accept": accept})
        assert answer.headers["content-type"].startswith(accept)
