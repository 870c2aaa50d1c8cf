"""SPARQL updates over HTTP: what they do, what they may not, and that they are whole."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from kg.store import Store
from tests.api.conftest import MakeApp

UPDATE = {"content-type": "application/sparql-update"}
STATEMENTS = "https://w3id.org/entente/graph/statements"
NOTES = "https://example.org/notes"
JAPAN = "https://w3id.org/entente/entity/country/japan"
EVALUATES = "https://w3id.org/entente/ontology#evaluates"


def update(client: TestClient, text: str, **params: str) -> int:
    named = {name.replace("_", "-"): value for name, value in params.items()}
    answer = client.post("/sparql", content=text.encode(), headers=UPDATE, params=named)
    return answer.status_code


def ask(client: TestClient, query: str) -> bool:
    answer = client.get("/sparql", params={"query": query})
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["boolean"])


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("INSERT DATA { <a:a> <a:b> 1.50 }", "ASK { <a:a> <a:b> 1.5 }"),
        (
            "INSERT DATA { GRAPH <a:g> { <a:a> <a:b> [] } }",
            "ASK { GRAPH <a:g> { <a:a> <a:b> ?x } }",
        ),
        (
            "PREFIX e: <a:> INSERT DATA { GRAPH e:g { e:a e:b 1 } }",
            "ASK { GRAPH <a:g> { ?s ?p 1 } }",
        ),
        ("INSERT DATA { <s> <p> <o> }", "ASK { <https://w3id.org/entente/s> ?p ?o }"),
        ("CREATE GRAPH <a:g>", "ASK { GRAPH <a:g> {} }"),
        (
            f"INSERT {{ GRAPH <{NOTES}> {{ ?s <a:seen> true }} }} "
            f"WHERE {{ GRAPH <{STATEMENTS}> {{ ?s <{EVALUATES}> ?o }} }}",
            f"ASK {{ GRAPH <{NOTES}> {{ <{JAPAN}> <a:seen> true }} }}",
        ),
        (
            f"INSERT {{ GRAPH <{NOTES}> {{ ?s <a:seen> ?g }} }} "
            "WHERE { GRAPH ?g { ?s ?p ?o } }",
            f"ASK {{ GRAPH <{NOTES}> {{ <{JAPAN}> <a:seen> <{STATEMENTS}> }} }}",
        ),
        (
            "INSERT DATA { GRAPH <a:g> { <a:a> <a:b> [ <a:c> 1 ] } } ;"
            "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH ?g { ?s <a:new> ?o } }"
            " WHERE { GRAPH ?g { ?s ?p ?o FILTER(?p = <a:c>) } }",
            "ASK { GRAPH <a:g> { ?x <a:new> 1 MINUS { ?x <a:c> 1 } } }",
        ),
        ("INSERT DATA { <a:a> <a:b> 1 } ; DELETE WHERE { ?s <a:b> ?o }", "ASK { MINUS {} }"),
        ("", "ASK {}"),
    ],
)
def test_what_updates_do(client: TestClient, text: str, query: str) -> None:
    assert update(client, text) == 204
    assert ask(client, query)


def test_an_update_says_what_it_changed(client: TestClient) -> None:
    text = f"INSERT DATA {{ GRAPH <{NOTES}> {{ <a:a> <a:b> 1, 2 }} }}"
    answer = client.post("/sparql", data={"update": text})
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["entente-added"] == "2"
    assert answer.headers["entente-removed"] == "0"
    again = client.post("/sparql", data={"update": text})
    assert again.headers["entente-added"] == "0"
    assert again.headers["entente-revision"] == answer.headers["entente-revision"]
    assert client.get("/health").json()["revision"] == int(answer.headers["entente-revision"])


@pytest.mark.parametrize(
    "text",
    [
        "DROP ALL",
        "CLEAR NAMED",
        f"CLEAR GRAPH <{STATEMENTS}>",
        f"DROP GRAPH <{STATEMENTS}>",
        f"INSERT DATA {{ GRAPH <{STATEMENTS}> {{ <a:a> <a:b> 1 }} }}",
        f"WITH <{STATEMENTS}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        f"DELETE WHERE {{ GRAPH ?g {{ <{JAPAN}> ?p ?o }} }}",
        f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} INSERT {{ GRAPH ?g {{ ?s ?p <a:other> }} }} "
        f"WHERE {{ GRAPH ?g {{ ?s ?p ?o . FILTER(?p = <{EVALUATES}>) }} }}",
        f"MOVE <{STATEMENTS}> TO <{NOTES}>",
        f"ADD <{NOTES}> TO <https://w3id.org/entente/document/new> ; "
        "INSERT DATA { GRAPH <https://w3id.org/entente/document/new> { <a:a> <a:b> 1 } }",
        "PREFIX g: <https://w3id.org/entente/graph/> "
        "INSERT DATA { GRAPH g:statements { <a:a> <a:b> 1 } }",
        "INSERT DATA { GRAPH <graph/statements> { <a:a> <a:b> 1 } }",
        "INSERT DATA { GRAPH <https://w3id.org/entente/gr\\u0061ph/statements> { <a:a> <a:b> 1 } }",
        "CREATE GRAPH <https://w3id.org/entente/graph/mine>",
        "PREFIX ent: <https://w3id.org/entente/ontology#> INSERT DATA { <a:a> a ent:Document }",
        "PREFIX ent: <https://w3id.org/entente/ontology#> "
        "INSERT DATA { GRAPH <a:g> { <a:a> ent:evidenceFor <a:s> } }",
        f"INSERT DATA {{ <a:a> <a:b> 1 }} ; CLEAR GRAPH <{STATEMENTS}>",
    ],
)
def test_what_follows_from_documents_stays(client: TestClient, store: Store, text: str) -> None:
    before = list(store.nquads())
    answer = client.post("/sparql", content=text.encode(), headers=UPDATE)
    assert answer.status_code == 403, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(store.nquads()) == before


def test_what_deceives_the_look_at_targets_changes_nothing_of_ours(
    client: TestClient, store: Store
) -> None:
    before = [line for line in store.nquads() if b"w3id.org/entente/document" in line]
    text = (
        "INSERT { GRAPH ?g { <a:a> <a:b> 1 } } WHERE "
        f"{{ BIND(IRI(CONCAT('{STATEMENTS[:-1]}', 's')) AS ?g) }}"
    )
    assert update(client, text) == 403
    assert [line for line in store.nquads() if b"w3id.org/entente/document" in line] == before


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("CLEAR XYZ", 400),
        ("SELECT * { ?s ?p ?o }", 400),
        ("LOAD <http://127.0.0.1:1/>", 400),
        ("INSERT { <a:a> <a:b> ?x } WHERE { SERVICE <http://127.0.0.1:1/> { ?x ?p ?o } }", 400),
        ("CREATE GRAPH <a:g> ; CREATE GRAPH <a:g>", 400),
        ("INSERT DATA { <a:a> <a:b> " + "[ <a:b> " * 3000 + "1" + "]" * 3000 + " }", 422),
        (
            "INSERT { GRAPH <a:g> { ?a <a:b> ?i } } WHERE { "
            + " ".join(f"GRAPH ?g{n} {{ ?a{n} ?b{n} ?i }}" for n in range(7))
            + " BIND(?a0 AS ?a) }",
            422,
        ),
    ],
    ids=["syntax", "query", "load", "service", "half-way", "deep", "slow"],
)
def test_updates_that_fail_change_nothing(
    client: TestClient, store: Store, text: str, status: int
) -> None:
    before = list(store.nquads())
    answer = client.post("/sparql", content=text.encode(), headers=UPDATE)
    assert answer.status_code == status, answer.text
    assert list(store.nquads()) == before
    assert update(client, "INSERT DATA { <a:a> <a:b> 1 }") == 204


def test_graphs_by_parameters(client: TestClient) -> None:
    text = "INSERT { GRAPH <a:found> { ?s <a:is> ?o } } WHERE { ?s <a:b> ?o }"
    assert update(client, "INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 1 } }") == 204
    assert update(client, text) == 204
    assert not ask(client, "ASK { GRAPH <a:found> { ?s ?p ?o } }")
    assert update(client, text, using_graph_uri="a:g") == 204
    assert ask(client, "ASK { GRAPH <a:found> { <a:a> <a:is> 1 } }")
    named = "INSERT { <a:x> <a:in> ?g } WHERE { GRAPH ?g { ?s <a:b> ?o } }"
    assert update(client, named, using_named_graph_uri="a:g") == 204
    assert ask(client, "ASK { <a:x> <a:in> <a:g> MINUS { <a:x> <a:in> <a:found> } }")
    assert update(client, "DELETE WHERE { ?s <a:is> ?o }", using_graph_uri="a:found") == 204
    assert ask(client, "ASK { GRAPH <a:found> { ?s <a:is> ?o } }")  # it deletes by default


@pytest.mark.parametrize(
    "text", ["WITH <a:g> DELETE {} WHERE {}", "DELETE {} USING <a:g> WHERE {}"]
)
def test_graphs_by_parameters_and_by_the_text(client: TestClient, text: str) -> None:
    assert update(client, text, using_graph_uri="a:g") == 400


def test_the_right_to_write(make_app: MakeApp) -> None:
    app = make_app(host="0.0.0.0", token="secret")
    with TestClient(app, base_url="http://kg.example", raise_server_exceptions=False) as client:
        for headers, status in (
            ({}, 401),
            ({"authorization": "Bearer wrong"}, 401),
            ({"authorization": "Bearer secret"}, 204),
            ({"authorization": "Bearer secret", "origin": "http://evil.example"}, 403),
        ):
            answer = client.post(
                "/sparql", data={"update": "INSERT DATA { <a:a> <a:b> 1 }"}, headers=headers
            )
            assert answer.status_code == status
            answer = client.put(
                "/graphs?default", content="", headers={"content-type": "text/turtle"} | headers
            )
            assert answer.status_code == status
            assert client.delete("/graphs?default", headers=headers).status_code == status


def test_documents_come_and_go_as_if_there_were_no_graphs_of_clients(
    client: TestClient, store: Store
) -> None:
    before = list(store.nquads())
    text = (
        f"INSERT DATA {{ GRAPH <{NOTES}> {{ <{JAPAN}> <{EVALUATES}> <a:b> }} <{JAPAN}> <a:c> 1 }}"
    )
    assert update(client, text) == 204
    added = client.post("/documents", json={"text": "Japan looked at the Anka."})
    assert added.status_code == 201
    assert client.delete(added.headers["location"]).status_code == 204
    assert update(client, f"DROP GRAPH <{NOTES}> ; DROP DEFAULT") == 204
    assert list(store.nquads()) == before


def test_no_traces_are_left(client: TestClient, store: Store) -> None:
    for text in ("INSERT DATA { <a:a> <a:b> 1 }", "DROP ALL", "nonsense"):
        update(client, text)
    assert not list(store.scratch.glob("update-*"))
