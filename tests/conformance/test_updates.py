"""Updates of the W3C's suite, over HTTP: syntax and evaluation.

The dataset before and after is written and read by the Graph Store Protocol.
"""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.conformance import compare, suite
from tests.conformance.conftest import empty, put, with_base
from tests.conformance.suite import LABEL, MF, UT, Case, Term

EVALUATION = suite.cases("UpdateEvaluationTest")
SYNTAX = suite.cases("PositiveUpdateSyntaxTest11", "NegativeUpdateSyntaxTest11")
FAILURES = suite.expected_failures()
UPDATE = {"content-type": "application/sparql-update"}


def test_all_cases_are_collected(w3c: object) -> None:
    assert w3c
    assert (len(EVALUATION), len(SYNTAX)) == (94, 55)


def dataset(case: Case, node: Term) -> tuple[list[str], dict[str, list[str]]]:
    """The files that make up the default graph and each named graph."""
    named: dict[str, list[str]] = {}
    for each in case.manifest.values(node, f"{UT}graphData"):
        name = case.manifest.text(each, LABEL)
        named.setdefault(name, []).append(case.manifest.text(each, f"{UT}graph"))
    return [suite.text(v) for v in case.manifest.values(node, f"{UT}data")], named


def content(client: TestClient, at: dict[str, str]) -> list[str]:
    """What a graph holds now; nothing where there is none."""
    answer = client.get("/graphs", params=at, headers={"accept": "application/n-triples"})
    if answer.status_code == 404:
        return []
    assert answer.status_code == 200, answer.text
    return compare.canonical(compare.triples_of(answer.content, ".nt", "a:base"))


def wanted(files: list[str]) -> list[str]:
    """What a graph holds after some files."""
    triples = []
    for iri in files:
        data = suite.file_of(iri).read_bytes()
        triples += compare.triples_of(data, suite.file_of(iri).suffix, iri)
    return compare.canonical(triples)


def names(client: TestClient) -> set[str]:
    """The named graphs that hold something."""
    answer = client.post("/sparql", data={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"})
    return {row["g"]["value"] for row in answer.json()["results"]["bindings"]}


def differences(case: Case, client: TestClient) -> object:
    """What is wrong with the outcome; None where nothing is."""
    action = case.manifest.value(case.node, f"{MF}action")
    result = case.manifest.value(case.node, f"{MF}result")
    assert action is not None
    assert result is not None
    default, named = dataset(case, action)
    empty(client)
    for iri in default:
        put(client, {"default": ""}, iri)
    for name, files in named.items():
        put(client, {"graph": name}, files[0])
    update = case.manifest.text(action, f"{UT}request")
    body = with_base(suite.file_of(update), update)
    answer = client.post("/sparql", content=body, headers=UPDATE)
    if answer.status_code != 204:
        return answer.text
    default, named = dataset(case, result)
    expected = {"": wanted(default)} | {name: wanted(files) for name, files in named.items()}
    found = {"": content(client, {"default": ""})}
    found |= {name: content(client, {"graph": name}) for name in {*names(client), *named}}
    return None if found == expected else (found, expected)


@pytest.mark.parametrize("case", EVALUATION, ids=[case.id for case in EVALUATION])
def test_evaluation(case: Case, writable: TestClient) -> None:
    wrong = differences(case, writable)
    if case.id in FAILURES:
        assert wrong is not None, "it passes now: take it off the list"
    else:
        assert wrong is None, wrong


@pytest.mark.parametrize("case", SYNTAX, ids=[case.id for case in SYNTAX])
def test_syntax(case: Case, writable: TestClient) -> None:
    update = suite.file_of(case.manifest.text(case.node, f"{MF}action"))
    answer = writable.post("/sparql", content=update.read_bytes(), headers=UPDATE)
    # What is understood may be impossible (to clear a graph that is not there) or forbidden (to
    # write to a graph with a relative name, which is one of ours).
    detail = "" if answer.status_code == 204 else answer.json()["detail"]
    impossible = detail.startswith("The query is wrong: The graph ")
    understood = answer.status_code in (204, 403) or impossible
    passes = understood is (case.kind == "PositiveUpdateSyntaxTest11")
    if case.id in FAILURES:
        assert not passes, "it passes now: take it off the list"
    else:
        assert passes, detail or "it was carried out"
