"""The three Service Description tests of the W3C."""

from __future__ import annotations

import rdflib
from starlette.testclient import TestClient

from tests.conformance import suite

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
ENDPOINT = rdflib.URIRef("http://localhost/sparql")
# Of each property of the vocabulary that we use: the class that it is for, and that of its values.
SCHEMA = {
    SD.endpoint: (SD.Service, None),
    SD.supportedLanguage: (SD.Service, SD.Language),
    SD.feature: (SD.Service, SD.Feature),
    SD.resultFormat: (SD.Service, None),
    SD.inputFormat: (SD.Service, None),
    SD.defaultDataset: (SD.Service, SD.Dataset),
    SD.defaultGraph: (SD.Dataset, SD.Graph),
    SD.namedGraph: (SD.Dataset, SD.NamedGraph),
    SD.name: (SD.NamedGraph, None),
}
KNOWN = {
    SD.Language: {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update},
    SD.Feature: {
        SD.DereferencesURIs,
        SD.UnionDefaultGraph,
        SD.RequiresDataset,
        SD.EmptyGraphs,
        SD.BasicFederatedQuery,
    },
}


def description(client: TestClient) -> rdflib.Graph:
    answer = client.get("/sparql", headers={"accept": "text/turtle"})
    assert answer.status_code == 200
    return rdflib.Graph().parse(data=answer.text, format="turtle")


def test_all_cases_are_collected(w3c: object) -> None:
    assert w3c
    assert [case.name for case in suite.cases("ServiceDescriptionTest")] == [
        "conforms-to-schema",
        "has-endpoint-triple",
        "returns-rdf",
    ]


def test_returns_rdf(writable: TestClient) -> None:
    assert len(description(writable)) > 10


def test_has_endpoint_triple(writable: TestClient) -> None:
    assert list(description(writable).objects(None, SD.endpoint)) == [ENDPOINT]


def test_conforms_to_schema(writable: TestClient) -> None:
    found = description(writable)
    assert (ENDPOINT, rdflib.RDF.type, SD.Service) in found
    assert {p for p in found.predicates() if str(p).startswith(SD)} <= SCHEMA.keys()
    for subject, predicate, value in found:
        if isinstance(predicate, rdflib.URIRef) and predicate in SCHEMA:
            domain, range_ = SCHEMA[predicate]
            assert (subject, rdflib.RDF.type, domain) in found
            if range_ in KNOWN:
                assert value in KNOWN[range_]
            elif range_ is not None:
                assert (value, rdflib.RDF.type, range_) in found
