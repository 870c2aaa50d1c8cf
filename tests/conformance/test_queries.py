"""Queries of the W3C's suite, over HTTP: syntax and evaluation.

The data of a test stands in graphs named as its files; the protocol's parameters make them the
dataset of the query.
"""

from __future__ import annotations

import re

import pytest

from tests.conformance import compare, suite
from tests.conformance.conftest import Loaded, with_base
from tests.conformance.suite import MF, QT, Case

EVALUATION = suite.cases("QueryEvaluationTest", "CSVResultFormatTest")
SYNTAX = suite.cases("PositiveSyntaxTest11", "NegativeSyntaxTest11")
FAILURES = suite.expected_failures()
ACCEPT = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".tsv": "text/tab-separated-values",
    ".csv": "text/csv",
    ".ttl": "text/turtle, application/sparql-results+json;q=0.5",
    ".rdf": "text/turtle, application/sparql-results+json;q=0.5",
}


def test_all_cases_are_collected(w3c: object) -> None:
    assert w3c
    assert (len(EVALUATION), len(SYNTAX)) == (242, 114)


def parameters(case: Case) -> tuple[list[str], dict[str, list[str]]]:
    """The files of a test's dataset, and the parameters that make them one."""
    action = case.manifest.value(case.node, f"{MF}action")
    assert action is not None
    default = [suite.text(v) for v in case.manifest.values(action, f"{QT}data")]
    named = [suite.text(v) for v in case.manifest.values(action, f"{QT}graphData")]
    query = case.manifest.text(action, f"{QT}query")
    own = re.findall(r"FROM\s+(?:NAMED\s+)?<([^>]+)>", suite.file_of(query).read_text("utf-8"))
    if own:
        return [suite.BASE + case.folder + "/" + name for name in own], {}
    return [*default, *named], {
        "default-graph-uri": default or ["a:nothing"],
        "named-graph-uri": named,
    }


def differences(case: Case, loaded: Loaded) -> object:
    """What is wrong with the answer; None where nothing is."""
    action = case.manifest.value(case.node, f"{MF}action")
    assert action is not None
    query = case.manifest.text(action, f"{QT}query")
    result = case.manifest.text(case.node, f"{MF}result")
    files, dataset = parameters(case)
    client = loaded(files)
    expected = suite.file_of(result)
    answer = client.post(
        "/sparql",
        params=dataset,
        content=with_base(suite.file_of(query), query),
        headers={"content-type": "application/sparql-query", "accept": ACCEPT[expected.suffix]},
    )
    if answer.status_code != 200:
        return answer.text
    data, suffix = expected.read_bytes(), expected.suffix
    if suffix == ".csv":
        return changed(compare.table(answer.text), compare.table(data.decode()))
    if suffix in (".ttl", ".rdf"):
        triples = compare.triples_of(data, suffix, result)
        rows = compare.rows_in_graph(triples)
        if rows is None:
            found = compare.triples_of(answer.content, ".ttl", result)
            return changed(compare.canonical(found), compare.canonical(triples))
        data, suffix = answer.content, ".srj"
    else:
        rows_or_truth = compare.rows_of(data, suffix)
        if isinstance(rows_or_truth, bool):
            return changed(compare.rows_of(answer.content, suffix), rows_or_truth)
        rows, data = rows_or_truth, answer.content
    got = compare.rows_of(data, suffix)
    assert not isinstance(got, bool)
    return changed(compare.canonical_rows(got), compare.canonical_rows(rows))


def changed(found: object, expected: object) -> object:
    """Both, where they differ."""
    return None if found == expected else (found, expected)


@pytest.mark.parametrize("case", EVALUATION, ids=[case.id for case in EVALUATION])
def test_evaluation(case: Case, loaded: Loaded) -> None:
    wrong = differences(case, loaded)
    if case.id in FAILURES:
        assert wrong is not None, "it passes now: take it off the list"
    else:
        assert wrong is None, wrong


@pytest.mark.parametrize("case", SYNTAX, ids=[case.id for case in SYNTAX])
def test_syntax(case: Case, loaded: Loaded) -> None:
    query = suite.file_of(case.manifest.text(case.node, f"{MF}action"))
    answer = loaded([]).post(
        "/sparql",
        params={"default-graph-uri": "a:nothing"},
        content=query.read_bytes(),
        headers={"content-type": "application/sparql-query"},
    )
    wanted = 200 if case.kind == "PositiveSyntaxTest11" else 400
    if case.id in FAILURES:
        assert answer.status_code != wanted, "it passes now: take it off the list"
    else:
        assert answer.status_code == wanted, answer.text
