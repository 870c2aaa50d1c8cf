"""Clients that others wrote get answers at the first try."""

from __future__ import annotations

import json
import socket
import urllib.request
from urllib.parse import urlencode

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


def test_answers_are_not_held_back() -> None:
    """Without this, each answer on a kept connection takes 40 ms more."""
    with _listen("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        address = listener.getsockname()
        with socket.create_connection(address), listener.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
