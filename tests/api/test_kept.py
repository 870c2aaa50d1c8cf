"""Small answers of /sparql that are kept until the store changes."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.kept import Answers, Kept
from api.protocol import SparqlRequest
from kg.store import Store
from kg.store.worker import Wish
from tests.api.conftest import MakeApp, extraction

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


@pytest.mark.parametrize("call", ["NOW()", "rand()", "STRUUID()", "UUID()"])
def test_what_changes_each_time_is_asked_again(client: TestClient, call: str) -> None:
    query = f"SELECT ({call} AS ?x) {{}}"
    answers = [client.get("/sparql", params={"query": query}) for _ in range(2)]
    assert answers[0].status_code == answers[1].status_code == 200
    assert answers[0].text != answers[1].text


def test_each_format_has_its_own_answer(client: TestClient) -> None:
    for accept in ("text/csv", "application/sparql-results+json", "text/csv"):
        answer = client.get("/sparql", params={"query": COUNT}, headers={"accept": accept})
        assert answer.headers["content-type"].startswith(accept)


def test_an_answer_from_an_older_state_is_not_kept_for_the_new_one(
    store: Store, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Queries may read the store as it was a moment ago; here that moment lasts until somebody who
    has written says so."""
    for name in ("LONGEST", "_SHARE"):
        monkeypatch.setattr(f"kg.store.generations.{name}", 1e9)
    kind = "<https://w3id.org/entente/ontology#Document>"
    query = {"query": f"SELECT (COUNT(*) AS ?n) {{ ?document a {kind} }}"}
    app = make_app()
    with TestClient(app, base_url="http://localhost") as client:

        def documents() -> tuple[str, int]:
            answer = client.get("/sparql", params=query)
            found = answer.json()["results"]["bindings"][0]["n"]["value"]
            return found, int(answer.headers["entente-revision"]) - first

        first = store.revision
        assert documents() == documents() == ("3", 0)
        store.add([extraction("Nothing is said here.", (), title="fourth")])
        assert store.revision == first + 1
        assert documents() == ("3", 0)
        app.state.services.pool.expect(store.revision)
        assert documents() == documents() == ("4", 1)


def question(text: str) -> tuple[SparqlRequest, str]:
    return SparqlRequest(kind="query", text=text, wish=Wish()), ""


def answer_of(revision: int, body: bytes = b"x") -> Kept:
    return Kept(body=body, media_type="text/csv", headers={}, revision=revision)


def test_only_the_newest_state_is_kept() -> None:
    answers = Answers()
    answers.keep(question("a"), answer_of(1))
    assert answers.find(question("a"), revision=1) == answer_of(1)
    assert answers.find(question("a"), revision=2) is None
    answers.keep(question("b"), answer_of(2))
    answers.keep(question("c"), answer_of(1))  # which took longer than the change
    for name, revision in (("a", 1), ("a", 2), ("c", 1), ("c", 2)):
        assert answers.find(question(name), revision=revision) is None
    assert answers.find(question("b"), revision=2) == answer_of(2)


def test_what_was_not_asked_for_longest_makes_room() -> None:
    answers = Answers(most_bytes=5_000)
    for name in "abc":
        answers.keep(question(name), answer_of(1, b"x" * 500))
    assert answers.find(question("a"), revision=1) is not None
    answers.keep(question("d"), answer_of(1, b"x" * 500))
    kept = [name for name in "abcd" if answers.find(question(name), revision=1) is not None]
    assert kept == ["a", "c", "d"]
