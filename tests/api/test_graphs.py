"""The Graph Store Protocol, the service description and VoID over the small store of conftest."""

from __future__ import annotations

import pytest
import rdflib
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from kg.store import Store
from tests.api.conftest import MakeApp

TURTLE = {"content-type": "text/turtle"}
NOTES = "https://example.org/notes"
STATEMENTS = "https://w3id.org/entente/graph/statements"
TEXT = "@prefix e: <http://e/> . e:a e:b [ e:c 'é' , 1.5 ] ; e:d <rel> ."


pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib of itself


def graph(text: str, form: str = "turtle", base: str = NOTES) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format=form, publicID=base)


def test_put_get_post_delete(client: TestClient) -> None:
    at = {"graph": NOTES}
    assert client.get("/graphs", params=at).status_code == 404
    assert client.delete("/graphs", params=at).status_code == 404
    answer = client.put("/graphs", params=at, content=TEXT.encode(), headers=TURTLE)
    assert answer.status_code == 201
    assert answer.headers["entente-added"] == "4"
    found = client.get("/graphs", params=at)
    assert isomorphic(graph(found.text), graph(TEXT))
    again = client.put("/graphs", params=at, content=TEXT.encode(), headers=TURTLE)
    assert again.status_code == 204
    assert isomorphic(graph(client.get("/graphs", params=at).text), graph(TEXT))
    more = client.post(
        "/graphs", params=at, content=b"<http://e/x> <http://e/y> 2 .", headers=TURTLE
    )
    assert (more.status_code, more.headers["entente-added"]) == (204, "1")
    assert len(graph(client.get("/graphs", params=at).text)) == 5
    assert client.head("/graphs", params=at).status_code == 200
    assert client.delete("/graphs", params=at).status_code == 204
    assert client.get("/graphs", params=at).status_code == 404


@pytest.mark.parametrize(
    ("content_type", "form"),
    [
        ("text/turtle; charset=utf-8", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_formats(client: TestClient, content_type: str, form: str) -> None:
    text = graph(TEXT).serialize(format=form)
    answer = client.put(
        "/graphs?graph=a:g", content=text.encode(), headers={"content-type": content_type}
    )
    assert answer.status_code == 201, answer.text
    accept = {"accept": content_type.partition(";")[0]}
    found = client.get("/graphs?graph=a:g", headers=accept)
    assert isomorphic(graph(found.text, form), graph(TEXT))


@pytest.mark.parametrize("content_type", ["application/trig", "application/n-quads"])
def test_a_dataset_is_no_graph(client: TestClient, content_type: str) -> None:
    quad = "<a:s> <a:p> <a:o> <a:g> ." if "quads" in content_type else "<a:g> { <a:s> <a:p> 1 }"
    headers = {"content-type": content_type}
    assert client.put("/graphs?graph=a:g", content=quad, headers=headers).status_code == 400
    triple = "<a:s> <a:p> <a:o> ."
    assert client.put("/graphs?graph=a:g", content=triple, headers=headers).status_code == 201
    found = client.get("/graphs?graph=a:g", headers={"accept": content_type})
    assert "<a:s> <a:p> <a:o>" in " ".join(found.text.split())


def test_graphs_named_by_their_urls(client: TestClient) -> None:
    made = client.post("/graphs", content="<> <a:p> <other> .", headers=TURTLE)
    assert made.status_code == 201
    place = made.headers["location"]
    assert place.startswith("http://localhost/graphs/")
    assert f"<{place}> <a:p> <http://localhost/graphs/other> ." in client.get(place).text
    assert client.get("/graphs", params={"graph": place}).status_code == 200
    direct = client.put("/graphs/a/%C3%A9.ttl", content="<> <a:p> 1 .", headers=TURTLE)
    assert direct.status_code == 201
    query = "ASK { GRAPH <http://localhost/graphs/a/%C3%A9.ttl> { ?s ?p 1 } }"
    assert client.get("/sparql", params={"query": query}).json()["boolean"]
    assert client.get("/graphs/a/%C3%A9.ttl?graph=a:b").status_code == 400
    assert client.delete("/graphs/a/%C3%A9.ttl").status_code == 204


def test_behind_a_proxy(make_app: MakeApp) -> None:
    app = make_app(public_url="https://kg.example/entente/")
    with TestClient(app, base_url="http://localhost") as client:
        made = client.post("/graphs", content="<a:s> <a:p> 1 .", headers=TURTLE)
        assert made.headers["location"].startswith("https://kg.example/entente/graphs/")


def test_the_default_graph_is_the_unnamed_one(client: TestClient) -> None:
    assert client.get("/graphs?default", headers={"accept": "text/turtle"}).text.strip() == ""
    assert client.put("/graphs?default", content=TEXT.encode(), headers=TURTLE).status_code == 204
    assert len(graph(client.get("/graphs?default").text)) == 4
    assert client.delete("/graphs?default").status_code == 204
    assert client.get("/graphs?default").status_code == 200


def test_our_graphs_are_read_and_not_written(client: TestClient, store: Store) -> None:
    before = list(store.nquads())
    at = {"graph": STATEMENTS}
    assert len(graph(client.get("/graphs", params=at).text)) > 10
    for answer in (
        client.put("/graphs", params=at, content="", headers=TURTLE),
        client.post("/graphs", params=at, content="<a:s> <a:p> 1 .", headers=TURTLE),
        client.delete("/graphs", params=at),
    ):
        assert answer.status_code == 403
    assert list(store.nquads()) == before


@pytest.mark.parametrize(
    ("path", "content", "content_type", "status"),
    [
        ("/graphs", "", "text/turtle", 400),
        ("/graphs?graph=relative", "", "text/turtle", 400),
        ("/graphs?graph=a:b&graph=a:c", "", "text/turtle", 400),
        ("/graphs?graph=a:b&default", "", "text/turtle", 400),
        ("/graphs?graph=a:b", "<a:s> <a:p>", "text/turtle", 400),
        ("/graphs?graph=a:b", "<a:s> <a:p> 1", "image/png", 415),
        ("/graphs?graph=a:b", "<a:s> <a:p> 1", "", 415),
        ("/graphs?graph=a:b", "<a:s> <a:p> 1 .", "text/turtle; charset=utf-16", 415),
        ("/graphs?graph=a:b", b"<a:s> <a:p> '\xff' .", "text/turtle", 400),
        ("/graphs?graph=a:b", "x", "multipart/form-data; boundary=y", 400),
        ("/graphs?graph=a:b", "[" * 200_00, "text/turtle", 400),
    ],
)
def test_bad_requests(
    client: TestClient, path: str, content: str | bytes, content_type: str, status: int
) -> None:
    answer = client.put(path, content=content, headers={"content-type": content_type})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/sparql", "/graphs"])
@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_service_description(client: TestClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"accept": accept})
    assert answer.status_code == 200
    found = rdflib.Graph().parse(data=answer.text, format=accept)
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    endpoint = rdflib.URIRef("http://localhost/sparql")
    assert (endpoint, sd.endpoint, endpoint) in found
    assert {str(o).partition("#")[2] for o in found.objects(endpoint, sd.supportedLanguage)} == {
        "SPARQL11Query",
        "SPARQL11Update",
    }
    named = {str(o) for o in found.objects(None, sd.name)}
    assert named == {STATEMENTS, "https://w3id.org/entente/graph/entities"}
    assert client.get(path, headers={"accept": "image/png"}).status_code == 406


def test_a_server_that_nobody_writes_to_says_so(make_app: MakeApp) -> None:
    with TestClient(make_app(host="0.0.0.0"), base_url="http://kg.example") as client:
        assert "SPARQL11Update" not in client.get("/sparql").text


def test_void(client: TestClient) -> None:
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    place = "http://localhost/.well-known/void"

    def counts() -> dict[str, int]:
        found = graph(client.get("/.well-known/void").text)
        node = rdflib.URIRef(f"{place}#dataset")
        assert (node, void.sparqlEndpoint, rdflib.URIRef("http://localhost/sparql")) in found
        names = ("triples", "documents", "classes", "properties")
        return {name: int(str(found.value(node, void[name]))) for name in names}

    before = counts()
    assert before["documents"] == 3
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert before["triples"] == int(rows[0]["n"]["value"])
    client.put("/graphs?graph=a:b", content="<a:s> <a:p> 1 .", headers=TURTLE)
    assert counts() == before | {
        "triples": before["triples"] + 1,
        "properties": before["properties"] + 1,
    }
