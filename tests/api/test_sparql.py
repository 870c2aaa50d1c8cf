"""The SPARQL protocol over the small store of conftest."""

from __future__ import annotations

import pytest
import rdflib
from starlette.testclient import TestClient

SELECT = """PREFIX ent: <https://w3id.org/entente/ontology#>
SELECT ?who ?what { ?who ent:evaluates ?what }"""
CONSTRUCT = "CONSTRUCT WHERE { <https://w3id.org/entente/entity/country/japan> ?p ?o }"
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-query"}
JAPAN = "https://w3id.org/entente/entity/country/japan"
STATEMENTS = "https://w3id.org/entente/graph/statements"


def test_get_and_both_posts_agree(client: TestClient) -> None:
    answers = [
        client.get("/sparql", params={"query": SELECT}),
        client.post("/sparql", data={"query": SELECT}),
        client.post("/sparql", content=SELECT, headers=DIRECT),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert answer.headers["vary"] == "Accept, Accept-Encoding"
        [row] = answer.json()["results"]["bindings"]
        assert row["who"] == {"type": "uri", "value": JAPAN}


@pytest.mark.parametrize(
    ("accept", "content_type", "start"),
    [
        ("application/sparql-results+json", "application/sparql-results+json", '{"head"'),
        ("application/json", "application/sparql-results+json", '{"head"'),
        ("application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        ("text/csv", "text/csv; charset=utf-8", "who,what\r\n"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", "?who\t?what\n"),
        ("text/csv;q=0.2, application/xml;q=0.9", "application/sparql-results+xml", "<?xml"),
    ],
)
def test_table_formats(client: TestClient, accept: str, content_type: str, start: str) -> None:
    answer = client.get("/sparql", params={"query": SELECT}, headers={"accept": accept})
    assert answer.headers["content-type"] == content_type
    assert answer.text.startswith(start)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib warns of itself
@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("*/*", "turtle"),
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_graph_formats_are_read_by_another_parser(
    client: TestClient, accept: str, name: str
) -> None:
    answer = client.get("/sparql", params={"query": CONSTRUCT}, headers={"accept": accept})
    graph = rdflib.Graph().parse(data=answer.text, format=name)
    assert len(graph) == 5  # type, preferred name, alias, in the catalogue, evaluates


def test_describe(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": f"DESCRIBE <{JAPAN}>"})
    assert "ent:evaluates" in answer.text


@pytest.mark.parametrize("query", [SELECT, CONSTRUCT])
def test_not_acceptable(client: TestClient, query: str) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"accept": "image/png"})
    assert answer.status_code == 406


def test_dataset_by_parameters(client: TestClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def number(**graphs: str) -> int:
        parameters = {"query": query} | {k.replace("_", "-"): v for k, v in graphs.items()}
        answer = client.post("/sparql", data=parameters).json()
        return int(answer["results"]["bindings"][0]["n"]["value"])

    assert 0 < number(default_graph_uri=STATEMENTS) < number()
    assert number(named_graph_uri=STATEMENTS) == 0


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT * { ?s ?p", 400, "wrong"),
        ("", 400, "empty"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400, "update"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT * " + "{" * 3000 + "}" * 3000, 422, "levels deep"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 422, "larger than"),
        (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }",
            422,
            "longer than",
        ),
    ],
    ids=["syntax", "empty", "update", "service", "deep", "large", "slow"],
)
def test_refused_queries(client: TestClient, query: str, status: int, words: str) -> None:
    answer = client.get("/sparql", params={"query": query})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    assert client.get("/sparql", params={"query": SELECT}).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/sparql", "query=a&query=b", FORM, 400),
        ("/sparql", "", FORM, 400),
        ("/sparql", "update=DROP+ALL", FORM, 403),
        ("/sparql", "query=%FF", FORM, 400),
        ("/sparql", "query=ASK%7B%7D&default-graph-uri=no+iri", FORM, 400),
        ("/sparql", "query=ASK%7B%7D&timeout=-1", FORM, 400),
        ("/sparql", "query=ASK%7B%7D&timeout=1.9", FORM, 200),
        ("/sparql?query=ASK%7B%7D", "ASK {}", DIRECT, 400),
        ("/sparql", "ASK {}", DIRECT, 200),
        ("/sparql", "DROP ALL", {"content-type": "application/sparql-update"}, 403),
        ("/sparql", "ASK {}", {"content-type": "text/plain"}, 415),
        ("/sparql", "ASK {}", {}, 415),
        ("/sparql", "ASK {}", {"content-type": "application/sparql-query; charset=utf-16"}, 415),
        ("/sparql", b"ASK { ?s ?p '\xff' }", DIRECT, 400),
    ],
)
def test_protocol(
    client: TestClient, path: str, body: str | bytes, headers: dict[str, str], status: int
) -> None:
    assert client.post(path, content=body, headers=headers).status_code == status
