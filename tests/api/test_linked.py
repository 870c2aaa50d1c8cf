"""Each IRI of ours answers: with RDF, with a summary for people, and with where to look next."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, RDFS, SKOS, URIRef
from starlette.testclient import TestClient

from kg.entities import Entity
from kg.graph.terms import BASE
from kg.statements import EntityRef, Statement
from kg.store import Store
from ontology import vocabulary
from tests.api.conftest import EVALUATES, EXPORTS, FIRST, JAPAN, extraction

ENT = rdflib.Namespace(vocabulary.NAMESPACE)
OF_ENTITY = "/entity/country/japan"
OF_STATEMENT = f"/statement/{EVALUATES.id}"
OF_DOCUMENT = f"/document/{FIRST.document.id}"
FORMATS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}


def follow(client: TestClient, path: str, accept: str) -> rdflib.Graph:
    """The RDF that one gets to from an IRI."""
    answer = client.get(path, headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == accept
    text, format_ = answer.text, FORMATS[accept]
    if format_ == "json-ld":  # rdflib's reader warns of itself
        triples = (quad.triple for quad in ox.parse(text, ox.RdfFormat.JSON_LD))
        text, format_ = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode(), "nt"
    return rdflib.Graph().parse(data=text, format=format_)


@pytest.mark.parametrize("accept", list(FORMATS))
def test_rdf_of_each_kind(client: TestClient, accept: str) -> None:
    entity = follow(client, OF_ENTITY, accept)
    japan, anka = (URIRef(f"{BASE}entity/{id_}") for id_ in ("country/japan", "equipment/anka"))
    assert (japan, RDF.type, ENT.Country) in entity
    assert (japan, ENT.evaluates, anka) in entity
    assert entity.value(anka, SKOS.prefLabel) is not None
    assert (None, RDF.object, japan) in entity  # and not only what it is the subject of
    statement = follow(client, OF_STATEMENT, accept)
    node = URIRef(f"{BASE}statement/{EVALUATES.id}")
    assert (node, RDF.subject, japan) in statement
    assert len(list(statement.subjects(ENT.evidenceFor, node))) == 2
    assert "Tokyo looks at drones" in {str(o) for o in statement.objects()}
    document = follow(client, OF_DOCUMENT, accept)
    assert (URIRef(f"{BASE}document/{FIRST.document.id}"), RDF.type, ENT.Document) in document
    assert FIRST.document.text in {str(o) for o in document.objects()}


def test_all_formats_say_the_same(client: TestClient) -> None:
    for path in (OF_ENTITY, OF_STATEMENT, OF_DOCUMENT):
        first, *others = (set(follow(client, path, accept)) for accept in FORMATS)
        assert first
        for other in others:
            assert other == first


def test_the_same_bytes_each_time(client: TestClient) -> None:
    for path in (OF_ENTITY, OF_STATEMENT, OF_DOCUMENT, "/ontology"):
        for name in ("turtle", "jsonld", "ntriples", "rdfxml", "html"):
            first, second = (client.get(f"{path}?format={name}").content for _ in range(2))
            assert first == second


def test_what_is_no_file_leads_to_one(client: TestClient) -> None:
    for path in (OF_ENTITY, OF_STATEMENT):
        for accept, name in (("text/turtle", "turtle"), ("application/ld+json", "jsonld")):
            answer = client.get(path, headers={"accept": accept}, follow_redirects=False)
            assert (answer.status_code, answer.content) == (303, b"")
            assert answer.headers["location"] == f"{path}?format={name}"
            assert answer.headers["vary"].startswith("Accept")
            assert f'<{path}?format=jsonld>; rel="describedby"' in answer.headers["link"]
    answer = client.get(OF_DOCUMENT, headers={"accept": "*/*"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/turtle; charset=utf-8",
    )


def test_people_are_led_to_the_page(client: TestClient) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    for path in (OF_ENTITY, OF_STATEMENT, OF_DOCUMENT):
        answer = client.get(path, headers=browser, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/#{path}"
        assert answer.headers["content-type"].startswith("text/html")
        summary = client.get(f"{path}?format=html")
        assert summary.status_code == 200
        assert summary.text == answer.text
    assert "Japan evaluates Anka" in client.get(f"{OF_STATEMENT}?format=html").text
    assert "Tokyo looks at drones" in client.get(f"{OF_STATEMENT}?format=html").text


class Tags(HTMLParser):
    """The tags of a page, and the targets of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_summaries_are_plain_and_lead_on(client: TestClient, store: Store) -> None:
    evil = Entity(
        id="company/evil",
        type="Company",
        name='<script>alert(1)</script>"onload="x',
        aliases=("&lt;",),
    )
    said = Statement("company/evil", "supplies", EntityRef("country/japan"))
    text = f"{evil.name} supplies Japan."
    title = "</title><img src=x onerror=alert(1)>"
    found = extraction(
        text, (evil, JAPAN), (said, "asserted", {}), title=title, source="javascript:alert(1)"
    )
    store.add([found])
    for path in (
        "/entity/company/evil",
        f"/statement/{said.id}",
        f"/document/{found.document.id}",
        OF_ENTITY,
        "/ontology",
    ):
        page = client.get(f"{path}?format=html")
        tags = Tags()
        tags.feed(page.text)
        assert not tags.tags & {"script", "img", "iframe", "form", "style"}
        for link in tags.links:
            assert link.startswith(("/", "?", "https://w3id.org/entente/"))
            if link.startswith("?"):
                assert client.get(path + link).status_code == 200
            elif link.startswith("/") and not link.startswith("/#"):
                assert client.get(link).status_code == 200
    assert client.get("/statement/" + said.id + "?format=turtle").status_code == 200


def test_links_etags_and_head(client: TestClient) -> None:
    for path in (OF_ENTITY, OF_STATEMENT, OF_DOCUMENT):
        answer = client.get(f"{path}?format=turtle")
        assert f'<https://w3id.org/entente{path}>; rel="describes"' in answer.headers["link"]
        assert f'<{path}?format=jsonld>; rel="alternate"' in answer.headers["link"]
        assert f"</#{path}>" in answer.headers["link"]
        again = client.get(
            f"{path}?format=turtle", headers={"if-none-match": answer.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        head = client.head(f"{path}?format=turtle")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == answer.headers["etag"]


def test_sums_and_graphs(client: TestClient) -> None:
    graph = rdflib.Graph().parse(data=client.get(f"/amount/{EXPORTS.id}").text, format="turtle")
    assert (URIRef(f"{BASE}amount/{EXPORTS.id}"), ENT.currency, rdflib.Literal("USD")) in graph
    answer = client.get("/graph/statements", headers={"accept": "text/turtle"})
    assert answer.status_code == 200
    assert "rdf:Statement" in answer.text


@pytest.mark.parametrize("accept", list(FORMATS))
def test_the_ontology(client: TestClient, accept: str) -> None:
    graph = follow(client, "/ontology", accept)
    for name in vocabulary.load().predicates:
        assert graph.value(ENT[name], RDFS.label) is not None
    assert set(graph.predicates()) == set(rdflib.Graph().parse(vocabulary.FILE).predicates())


def test_the_ontology_for_people(client: TestClient) -> None:
    answer = client.get("/ontology", headers={"accept": "text/html"})
    assert answer.status_code == 200
    anchors = set(re.findall(r'<dt id="(\w+)">', answer.text))
    assert {"visits", "Country", "asserted", "period"} <= anchors
    known = {"if-none-match": answer.headers["etag"], "accept": "text/html"}
    assert client.get("/ontology", headers=known).status_code == 304
    assert client.get("/ontology?format=turtle", headers=known).status_code == 200


def test_the_context_is_that_of_our_json_ld(client: TestClient) -> None:
    answer = client.get("/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["@context"]["@vocab"] == vocabulary.NAMESPACE


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/entity/country/atlantis", 404),
        ("/entity/", 404),
        ("/entity/..%2f..%2fetc%2fpasswd", 404),
        ("/entity/country/japan%0d%0aX-Evil:%20yes", 404),
        ("/entity/%3E%20%7D%20DROP", 404),
        ("/statement/0000", 404),
        ("/statement/%00", 404),
        ("/document/0000", 404),
        ("/document/%3E", 404),
        ("/graph/..%2fx", 404),
        ("/graph/%0d%0ax", 404),
        (f"{OF_ENTITY}?format=gif", 422),
    ],
)
def test_what_is_not_there(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert "x-evil" not in answer.headers


def test_other_formats(client: TestClient) -> None:
    assert client.get(OF_ENTITY, headers={"accept": "image/png"}).status_code == 406
