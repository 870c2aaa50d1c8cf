"""Stored queries over HTTP: listed, shown, answered, and what does not fit."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from kg.entities import Entity
from kg.queries import TYPES, load
from kg.store import Store
from tests.api.conftest import ANKA, EVALUATES, JAPAN, extraction


def table(client: TestClient, path: str) -> list[list[str]]:
    answer = client.get(path, headers={"accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text)))


def test_the_list_has_all_and_leads_on(client: TestClient) -> None:
    items = client.get("/queries").json()["items"]
    assert [each["name"] for each in items] == list(load())
    for each in items:
        assert client.get(f"/queries/{each['name']}").json()["question"] == each["question"]
        needed = {p["name"]: TYPES[p["type"]].sample for p in each["parameters"] if p["required"]}
        assert client.get(each["results"], params=needed).status_code == 200


def test_what_is_shown_can_be_sent(client: TestClient) -> None:
    shown = client.get("/queries/evaluations", params={"who": "Nippon"}).json()
    assert "$who" in shown["template"]
    assert "<https://w3id.org/entente/entity/country/japan>" in shown["sparql"]
    assert "$" not in shown["sparql"]
    answer = client.get("/sparql", params={"query": shown["sparql"]})
    assert len(answer.json()["results"]["bindings"]) == 2
    parameters = {each["name"]: each for each in shown["parameters"]}
    assert parameters["who"]["type"] == "entity"
    assert "denied" in parameters["modality"]["choices"]


def test_answers_and_their_formats(client: TestClient) -> None:
    path = "/queries/evaluations/results"
    assert len(table(client, f"{path}?who=country/japan")) == 3
    assert len(table(client, f"{path}?who=country/japan&modality=possible")) == 2
    assert len(table(client, f"{path}?since=2026-01-31")) == 2
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/sparql-results+json"
    again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    xml = client.get(path, headers={"accept": "application/sparql-results+xml"})
    assert xml.text.startswith("<?xml")
    assert client.get(path, headers={"accept": "image/png"}).status_code == 406
    cut = client.get(path, params={"max-rows": "1"})
    assert (len(cut.json()["results"]["bindings"]), cut.headers["entente-cut"]) == (1, "rows=1")
    assert client.head(path).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["Japan", "japan", "NIPPON", "country/japan", "https://w3id.org/entente/entity/country/japan"],
)
def test_names_are_taken(client: TestClient, name: str) -> None:
    answer = client.get("/queries/evaluations/results", params={"who": name})
    assert len(answer.json()["results"]["bindings"]) == 2


def test_names_of_several(client: TestClient, store: Store) -> None:
    other = Entity(id="place/japan", type="Place", name="Japan Inc", aliases=("Japan",))
    text = "Japan and Japan Inc look at the Anka."
    store.add([extraction(text, (ANKA, JAPAN, other), (EVALUATES, "denied", {}))])
    answer = client.get("/queries/evaluations/results", params={"who": "Japan"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    [field] = answer.json()["errors"]
    assert field["location"] == "query.who"
    assert field["candidates"] == [
        {"id": "country/japan", "type": "Country", "name": "Japan"},
        {"id": "place/japan", "type": "Place", "name": "Japan Inc"},
    ]
    assert "country/japan" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["Japann", "country/japann", "Jappan"])
def test_names_of_none_get_what_is_near(client: TestClient, name: str) -> None:
    answer = client.get("/queries/evaluations/results", params={"who": name})
    assert answer.status_code == 422
    [field] = answer.json()["errors"]
    assert [each["id"] for each in field["candidates"]] == ["country/japan"]


EVIL = '" } } DELETE { ?s ?p ?o } WHERE { ?s ?p ?o } #'


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/queries/nothing", 404, "evaluations"),
        ("/queries/nothing/results", 404, "evaluations"),
        ("/queries/..%2f..%2fetc", 404, ""),
        ("/queries/evaluations/results?whom=x", 422, "no such parameter"),
        ("/queries/evaluations/results?who=a&who=b", 422, "more than once"),
        ("/queries/evaluations/results?who=", 422, "who"),
        (f"/queries/evaluations/results?who={EVIL.replace('#', '%23')}", 422, "who"),
        ("/queries/evaluations/results?who=%00", 422, "who"),
        ("/queries/evaluations/results?who=%ff", 400, "cannot be read"),
        ("/queries/evaluations/results?since=yesterday", 422, "YYYY-MM-DD"),
        ("/queries/evaluations/results?modality=sure", 422, "asserted"),
        ("/queries/one-source/results?limit=0", 422, "99999"),
        ("/queries/evaluations/results?timeout=-1", 400, "positive"),
        ("/queries/evaluations?since=soon", 422, "YYYY-MM-DD"),
    ],
)
def test_what_is_wrong(client: TestClient, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert words in answer.json()["detail"]
    assert "candidates" not in str(answer.json()) or answer.json()["errors"][0]["candidates"]


def test_each_is_described(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for query in load().values():
        described = paths[f"/queries/{query.name}/results"]["get"]
        assert described["summary"] == query.question
        names = [each["name"] for each in described["parameters"]]
        assert names[: len(query.parameters)] == [each.name for each in query.parameters]
        assert "text/csv" in described["responses"]["200"]["content"]
    schemas = {
        each["name"]: each["schema"]
        for each in paths["/queries/one-source/results"]["get"]["parameters"]
    }
    assert schemas["limit"] == {"type": "integer", "minimum": 1, "maximum": 99999, "default": 200}
    assert schemas["predicate"]["enum"][0] == "cooperatesWith"
