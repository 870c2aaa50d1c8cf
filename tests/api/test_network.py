"""Neighbourhoods and paths over HTTP."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

JAPAN = "country/japan"


def test_around_an_entity(client: TestClient) -> None:
    found = client.get("/neighbourhood", params={"entity": JAPAN}).json()
    assert [(each["id"], each["distance"]) for each in found["nodes"]] == [
        (JAPAN, 0),
        ("equipment/anka", 1),
        ("person/yasar-guler", 1),
    ]
    [evaluates, visits] = found["edges"]
    assert evaluates | {"id": "", "belief": 0} == {
        "id": "",
        "source": JAPAN,
        "target": "equipment/anka",
        "predicate": "evaluates",
        "label": "evaluates",
        "symmetric": False,
        "modality": "asserted",
        "modalities": {"asserted": 1, "possible": 1},
        "belief": 0,
        "documents": 2,
        "latest": "2026-02-01",
    }
    assert 0 < evaluates["belief"] <= 1
    assert (visits["modality"], visits["latest"]) == ("planned", None)
    assert found["cut"] is False
    statement = client.get(f"/statements/{evaluates['id']}").json()
    assert statement["predicate"] == "evaluates"


def test_two_steps_and_filters(client: TestClient) -> None:
    found = client.get("/neighbourhood", params={"entity": JAPAN, "depth": 2}).json()
    assert 'title/Minister of "Defense"' in [node["id"] for node in found["nodes"]]
    cases: list[tuple[dict[str, str | list[str]], list[str]]] = [
        ({"modality": ["planned", "denied"]}, ["visits"]),
        ({"predicate": ["visits", "evaluates"], "until": "2026-01-31"}, ["evaluates"]),
        ({"source": "https://www.example.org/x"}, ["evaluates"]),
        ({"source": "example.org", "modality": "possible"}, []),
        ({"type": "Person"}, ["visits"]),
        ({"confidence": "0.95"}, []),
        ({"belief": "1"}, []),
    ]
    for filters, predicates in cases:
        answer = client.get("/neighbourhood", params={"entity": JAPAN, **filters})
        edges = answer.json()["edges"]
        assert [each["predicate"] for each in edges] == predicates, filters


def test_between_two(client: TestClient) -> None:
    found = client.get("/paths", params={"from": "equipment/anka", "to": "person/yasar-guler"})
    [path] = found.json()["paths"]
    assert path["nodes"] == ["equipment/anka", JAPAN, "person/yasar-guler"]
    assert {each["id"] for each in found.json()["edges"]} == set(path["edges"])
    assert {each["id"] for each in found.json()["nodes"]} == set(path["nodes"])
    none = client.get("/paths", params={"from": "company/baykar", "to": JAPAN}).json()
    assert none["paths"] == []
    short = {"from": "equipment/anka", "to": "person/yasar-guler", "longest": "1"}
    assert client.get("/paths", params=short).json()["paths"] == []


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/neighbourhood", 422, "query.entity"),
        ("/neighbourhood?entity=country/atlantis", 404, "try /entities?q=atlantis."),
        ("/neighbourhood?entity=" + "x" * 401, 422, "400 characters"),
        ("/neighbourhood?entity=country/japan&depth=3", 422, "query.depth"),
        ("/neighbourhood?entity=country/japan&limit=501", 422, "query.limit"),
        ("/neighbourhood?entity=country/japan&predicate=likes", 422, "evaluates"),
        ("/neighbourhood?entity=country/japan&modality=asserted&modality=so", 422, "denied"),
        ("/neighbourhood?entity=country/japan&type=Ship", 422, "Equipment"),
        ("/neighbourhood?entity=country/japan&belief=2", 422, "query.belief"),
        ("/neighbourhood?entity=country/japan&belief=nan", 422, "query.belief"),
        ("/neighbourhood?entity=country/japan&since=2026-13-01", 422, "query.since"),
        ("/neighbourhood?entity=country/japan&since=0", 422, "query.since: write a day as"),
        ("/neighbourhood?entity=country/japan&until=2026-01-01T00:00", 422, "query.until"),
        ("/neighbourhood?entity=%00%22;DROP", 404, "DROP"),
        ("/paths?from=country/japan", 422, "query.to"),
        ("/paths?from=country/japan&to=country/japan", 400, "same entity"),
        ("/paths?from=country/japan&to=country/atlantis", 404, "try /entities?q=atlantis."),
        ("/paths?from=country/japan&to=country/turkey&longest=5", 422, "query.longest"),
    ],
)
def test_what_is_wrong(client: TestClient, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert words in answer.json()["detail"]


def test_nothing_new_since(client: TestClient) -> None:
    asked = {"entity": JAPAN}
    tag = client.get("/neighbourhood", params=asked).headers["etag"]
    again = client.get("/neighbourhood", params=asked, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_filters_are_described(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/neighbourhood", "/paths"):
        schemas = {each["name"]: each["schema"] for each in paths[path]["get"]["parameters"]}
        assert schemas["modality"]["items"]["enum"][0] == "asserted"
        assert "Company" in schemas["type"]["items"]["enum"]
