"""The REST routes over the small store of conftest."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from kg.documents import Document
from kg.statements import EntityRef, Literal, Statement
from kg.store import Store

EVALUATES = Statement("country/japan", "evaluates", EntityRef("equipment/anka")).id
POSITION = Statement("person/yasar-guler", "holdsPosition", Literal('Minister of "Defense"')).id
TEXT = {"text": "Japan tests the Anka.", "title": "New", "date": "2026-03-01"}


def get(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def follow(client: TestClient, path: str) -> list[Any]:
    """All items of all pages."""
    items = []
    following: str | None = path
    while following is not None:
        page = get(client, following)
        items += page["items"]
        following = page["next"]
    return items


def test_health(client: TestClient, store: Store) -> None:
    health = get(client, "/health")
    assert health["status"] == "ok"
    assert health["revision"] == store.revision
    assert health["writable"] is True


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Japan", "country/japan"),
        ("japn", "country/japan"),
        ("NIPPON", "country/japan"),
        ("turkiye", "country/turkey"),
        ("Yasar Guler", "person/yasar-guler"),
        ("Güler Yaşar", "person/yasar-guler"),
        ("baykr", "company/baykar"),
        ("makina", "company/baykar"),
        ("TAI-Anka", "equipment/anka"),
    ],
)
def test_entities_are_found_by_any_name(client: TestClient, query: str, first: str) -> None:
    answer = client.get("/entities", params={"q": query})
    assert answer.json()["items"][0]["id"] == first


@pytest.mark.parametrize("query", ["", " ", "?", "Zimbabwe", "xx"])
def test_other_names_find_nothing(client: TestClient, query: str) -> None:
    assert client.get("/entities", params={"q": query}).json()["items"] == []


def test_entities_by_type_and_by_page(client: TestClient) -> None:
    names = ["Anka", "Baykar", "Japan", "Turkey", "Yaşar Güler"]
    assert [each["name"] for each in follow(client, "/entities?limit=2")] == names
    assert [e["id"] for e in get(client, "/entities?type=Company")["items"]] == ["company/baykar"]


def test_an_entity_with_its_statements(client: TestClient) -> None:
    entity = get(client, "/entities/country/japan")
    assert entity["name"] == "Japan"
    assert entity["aliases"] == ["Nippon"]
    assert entity["catalogue"] is True
    assert entity["reasons"] == ["name of the catalogue"]
    assert [s["predicate"] for s in entity["statements_out"]["items"]] == ["evaluates"]
    assert [s["predicate"] for s in entity["statements_in"]["items"]] == ["visits"]


@pytest.mark.parametrize(
    ("query", "predicates"),
    [
        ("", ["hasExportValue", "evaluates", "holdsPosition", "visits"]),
        ("subject=country/japan", ["evaluates"]),
        ("object=country/japan", ["visits"]),
        ("object=equipment/anka&predicate=evaluates", ["evaluates"]),
        ("predicate=visits", ["visits"]),
        ("type=Equipment", ["evaluates"]),
        ("type=Person", ["holdsPosition", "visits"]),
        ("modality=possible", ["evaluates"]),
        ("modality=planned", ["visits"]),
        ("modality=asserted&since=2026-02-01", ["hasExportValue"]),
        ("since=2026-01-09", ["evaluates", "hasExportValue"]),
        ("until=2026-01-31", ["evaluates", "holdsPosition"]),
        ("modality=possible&until=2026-01-31", []),
        ("document=nothing", []),
        ("document=a%3E%00", []),
    ],
)
def test_statements_are_filtered(client: TestClient, query: str, predicates: list[str]) -> None:
    found = [each["predicate"] for each in get(client, f"/statements?{query}")["items"]]
    assert sorted(found) == sorted(predicates)


def test_statements_come_newest_first_page_by_page(client: TestClient) -> None:
    whole = get(client, "/statements")["items"]
    assert [each["latest"] for each in whole] == ["2026-02-01", "2026-02-01", "2026-01-08", None]
    for size in (1, 2, 3, 4):
        assert follow(client, f"/statements?limit={size}") == whole


def test_pages_keep_the_filter(client: TestClient) -> None:
    found = follow(client, "/statements?type=Person&limit=1")
    assert sorted(each["predicate"] for each in found) == ["holdsPosition", "visits"]


def test_a_statement_down_to_its_sentences(client: TestClient) -> None:
    found = get(client, f"/statements/{EVALUATES}")
    assert found["subject"] == {"id": "country/japan", "type": "Country", "name": "Japan"}
    assert found["modalities"] == {"asserted": 1, "possible": 1}
    assert (found["documents"], found["latest"]) == (2, "2026-02-01")
    newest, oldest = found["evidence"]
    assert newest["modality"] == "possible"
    assert oldest["text"] == "Japan is assessing the Anka, said Yaşar Güler."
    assert (oldest["start"], oldest["end"]) == (0, len(oldest["text"]))
    assert oldest["document"]["title"] == "Tokyo looks at drones"
    assert oldest["document"]["source"] == "https://example.org/1"
    assert [each["id"] for each in oldest["speaker"]] == ["person/yasar-guler"]
    assert (oldest["confidence"], oldest["extractor"], oldest["reason"]) == (
        0.9,
        "test 1",
        "by hand",
    )


def test_amounts_literals_and_qualifiers(client: TestClient) -> None:
    [export] = get(client, "/statements?predicate=hasExportValue")["items"]
    assert export["object"] == {"kind": "amount", "amount": 1e10, "currency": "USD", "text": ""}
    [evidence] = get(client, f"/statements/{export['id']}")["evidence"]
    assert evidence["qualifiers"] == {
        "bound": [{"kind": "text", "text": "min"}],
        "change": [{"kind": "number", "value": 48.0, "text": "48 percent"}],
        "period": [
            {
                "kind": "date",
                "text": "in 2025",
                "edtf": "2025",
                "basis": "stated",
                "precision": "year",
            }
        ],
    }
    position = get(client, f"/statements/{POSITION}")
    assert position["object"] == {"kind": "text", "text": 'Minister of "Defense"'}


def test_documents(client: TestClient) -> None:
    found = follow(client, "/documents?limit=1")
    assert [each["date"] for each in found] == ["2026-02-01", "2026-01-08", None]
    assert [each["statements"] for each in found] == [2, 2, 1]
    document = get(client, f"/documents/{found[1]['id']}")
    assert document["text"].startswith("Japan is assessing")
    assert [m["text"] for m in document["mentions"]] == ["Japan", "Anka", "Yaşar Güler"]
    assert {s["predicate"] for s in document["supports"]} == {"evaluates", "holdsPosition"}


def test_a_document_is_added_once_and_removed(client: TestClient, store: Store) -> None:
    before = list(store.nquads())
    added = client.post("/documents", json=TEXT)
    assert added.status_code == 201
    body = added.json()
    assert (body["stored"], body["known"]) == (True, False)
    path = added.headers["location"]
    assert get(client, path)["text"] == TEXT["text"]
    assert get(client, f"/statements/{EVALUATES}")["documents"] == 3
    revision = store.revision
    again = client.post("/documents", json=TEXT)
    assert again.status_code == 200
    assert (again.json()["known"], store.revision) == (True, revision)
    removed = client.delete(path)
    assert (removed.status_code, removed.content) == (204, b"")
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    assert list(store.nquads()) == before


def test_a_dry_run_stores_nothing(client: TestClient, store: Store) -> None:
    before = list(store.nquads())
    answer = client.post("/documents?dry_run=true", json=TEXT)
    assert answer.status_code == 200
    assert answer.json()["stored"] is False
    assert [s["predicate"] for s in answer.json()["supports"]] == ["evaluates"]
    assert list(store.nquads()) == before


def test_a_change_shows_in_search_and_sparql_at_once(client: TestClient) -> None:
    [visit] = get(client, "/statements?predicate=visits")["items"]
    assert get(client, "/entities?q=baykar")["items"]
    [third] = [d for d in get(client, "/documents")["items"] if d["date"] is None]
    client.delete(f"/documents/{third['id']}")
    assert get(client, "/entities?q=baykar")["items"] == []
    assert client.get(f"/statements/{visit['id']}").status_code == 404
    ask = "ASK { ?s ?p <https://w3id.org/entente/entity/company/baykar> }"
    assert client.get("/sparql", params={"query": ask}).json()["boolean"] is False


@pytest.mark.parametrize("path", ["/plain", "/docs"])
def test_pages_load_nothing_and_run_nothing(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for loader in ("<script", "<link", "<img", "src=", "@import", "url("):
        assert loader not in page.text


def test_the_plain_page_leads_on_and_escapes(client: TestClient) -> None:
    page = client.get("/plain").text
    assert "Exports &lt;up&gt; &amp; away" in page
    for path in ("/entities?q=japan", "/statements?predicate=evaluates", "/documents", "/docs"):
        assert f'href="{path}"' in page
        assert client.get(path).status_code == 200


def test_head_has_the_headers_and_no_body(client: TestClient) -> None:
    answer = client.head("/documents")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/json"


def test_same_document_means_same_id(client: TestClient) -> None:
    answer = client.post("/documents?dry_run=true", json=TEXT).json()
    assert answer["id"] == Document(**TEXT).id
