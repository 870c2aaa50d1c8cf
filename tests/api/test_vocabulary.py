"""The vocabulary over HTTP is that of the ontology."""

from __future__ import annotations

from starlette.testclient import TestClient

from ontology import vocabulary


def test_all_terms_in_their_order(client: TestClient) -> None:
    answer = client.get("/vocabulary")
    assert answer.status_code == 200
    found, terms = answer.json(), vocabulary.load()
    for kind in ("types", "predicates", "modalities", "qualifiers"):
        assert [each["name"] for each in found[kind]] == list(getattr(terms, kind))
        for each in found[kind]:
            assert each["iri"] == f"https://w3id.org/entente/ontology#{each['name']}"
            assert each["label"]
            assert each["comment"]
            assert each["example"]


def test_what_a_page_needs(client: TestClient) -> None:
    found = client.get("/vocabulary").json()
    [company] = [each for each in found["types"] if each["name"] == "Company"]
    assert (company["parent"], company["colour"]) == ("Agent", "#ff7f0e")
    predicates = {each["name"]: each for each in found["predicates"]}
    assert predicates["visits"]["inverse"] == "is visited by"
    assert "Person" in predicates["visits"]["domain"]
    assert predicates["visits"]["range"][-1] == "Place"
    assert predicates["meetsWith"]["symmetric"]
    assert predicates["holdsExerciseWith"]["broader"] == ["cooperatesWith"]
    assert predicates["hasDefenceBudget"]["range"] == ["Amount"]
