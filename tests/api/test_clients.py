"""Clients that others wrote get answers at the first try."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pandas
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

from kg.commands.serve import _listen
from tests.api.test_server import url

__all__ = ["url"]  # the fixture
JAPAN = URIRef("https://w3id.org/entente/entity/country/japan")
EVALUATES = URIRef("https://w3id.org/entente/ontology#evaluates")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's of itself


def test_rdflib_reads(url: str) -> None:
    graph = Graph(SPARQLStore(f"{url}/sparql"))
    assert [str(o) for o in graph.objects(JAPAN, EVALUATES)] == [
        "https://w3id.org/entente/entity/equipment/anka"
    ]
    assert (JAPAN, EVALUATES, None) in graph


def test_rdflib_writes(url: str) -> None:
    store = SPARQLUpdateStore(f"{url}/sparql", f"{url}/sparql")
    graph = Graph(store, identifier=URIRef("http://e/notes"))
    graph.add((JAPAN, URIRef("http://e/note"), Literal('naïve "quoted" \\ text')))
    assert [str(o) for o in graph.objects(JAPAN, URIRef("http://e/note"))] == [
        'naïve "quoted" \\ text'
    ]
    graph.remove((JAPAN, None, None))
    assert len(graph) == 0


@pytest.mark.parametrize(
    "accept",
    [
        # SPARQLWrapper, YASGUI, a browser, curl
        "application/sparql-results+json,application/json,text/javascript,application/javascript",
        "application/sparql-results+json,*/*;q=0.9",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "*/*",
    ],
)
def test_the_headers_of_other_clients(url: str, accept: str) -> None:
    query = {"query": "SELECT ?s { ?s ?p ?o } LIMIT 1", "format": "json", "output": "json"}
    request = urllib.request.Request(
        f"{url}/sparql?{urlencode(query)}", headers={"Accept": accept, "User-Agent": "test"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
        if "json" in answer.headers["content-type"]:
            assert json.load(answer)["head"] == {"vars": ["s"]}


SELECT = "SELECT ?s ?o { ?s <https://w3id.org/entente/ontology#evaluates> ?o }"


@pytest.mark.parametrize("name", ["csv", "CSV", "text/csv"])
def test_pandas_reads_a_table_from_an_address(url: str, name: str) -> None:
    table = pandas.read_csv(f"{url}/sparql?{urlencode({'query': SELECT, 'format': name})}")
    assert list(table.columns) == ["s", "o"]
    assert table["s"].tolist() == [str(JAPAN)]


def test_pandas_reads_a_table_by_accept_and_a_stored_query(url: str) -> None:
    by_header = pandas.read_csv(
        f"{url}/sparql?{urlencode({'query': SELECT})}", storage_options={"Accept": "text/csv"}
    )
    assert by_header["s"].tolist() == [str(JAPAN)]
    stored = pandas.read_csv(f"{url}/queries/evaluations/results?who=Japan&format=csv")
    assert set(stored["who"]) == {str(JAPAN)}


@pytest.mark.parametrize(
    ("query", "name", "media_type"),
    [
        (SELECT, "json", "application/sparql-results+json"),
        (SELECT, "xml", "application/sparql-results+xml"),
        (SELECT, "tsv", "text/tab-separated-values"),
        (SELECT, "auto", "text/csv"),  # a name of others says nothing: Accept does
        (SELECT, "turtle", "text/csv"),
        ("DESCRIBE <entity/country/japan>", "ttl", "text/turtle"),
        ("DESCRIBE <entity/country/japan>", "json", "application/ld+json"),
        ("DESCRIBE <entity/country/japan>", "xml", "application/rdf+xml"),
    ],
)
def test_a_format_goes_before_accept_by_get_and_by_form(
    url: str, query: str, name: str, media_type: str
) -> None:
    fields = urlencode({"query": query, "format": name})
    accept = {"Accept": "text/csv, application/n-triples;q=0.5"}
    for request in (
        urllib.request.Request(f"{url}/sparql?{fields}", headers=accept),
        urllib.request.Request(f"{url}/sparql", data=fields.encode(), headers=accept),
    ):
        with urllib.request.urlopen(request) as answer:
            assert answer.headers.get_content_type() == media_type


def test_a_stored_query_says_which_formats_there_are(url: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as found:
        urllib.request.urlopen(f"{url}/queries/evaluations/results?format=excel")
    with found.value as error:
        assert error.code == 422
        assert json.load(error)["detail"] == (
            "format: 'excel' is none: take one of json, xml, csv, tsv."
        )


def test_answers_are_not_held_back() -> None:
    """Without this, each answer on a kept connection takes 40 ms more."""
    with _listen("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        address = listener.getsockname()
        with socket.create_connection(address), listener.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
