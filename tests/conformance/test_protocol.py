"""The SPARQL 1.1 Protocol tests of the W3C, replayed: all of them pass."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from tests.conformance import exchange, suite
from tests.conformance.conftest import empty, put
from tests.conformance.suite import LABEL, UT, Case

CASES = suite.cases("ProtocolTest")
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": (
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples"),
}


def test_all_cases_are_collected(w3c: object) -> None:
    assert w3c
    assert len(CASES) == 34


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_case(case: Case, writable: TestClient) -> None:
    client = empty(writable)
    for data in case.manifest.values(case.node, f"{UT}graphData"):
        graph = {"graph": case.manifest.text(data, LABEL)}
        put(client, graph, case.manifest.text(data, f"{UT}graph"))
    for request in exchange.requests(case.manifest, case.node):
        answer = exchange.send(client, request, request.path.replace("/sparql/", "/sparql", 1))
        assert exchange.fits(answer.status, request.expected), answer
        if request.expected.format:
            media_type = answer.content_type.partition(";")[0]
            assert media_type in FORMATS[request.expected.format]
        if request.expected.truth is not None:
            assert json.loads(answer.body)["boolean"] is request.expected.truth
