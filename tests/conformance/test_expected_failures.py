"""The list of expected failures names tests that there are, each with a reason."""

from __future__ import annotations

from tests.conformance import suite


def test_the_list(w3c: object) -> None:
    assert w3c
    known = {
        case.id
        for case in suite.cases(
            "QueryEvaluationTest",
            "CSVResultFormatTest",
            "PositiveSyntaxTest11",
            "NegativeSyntaxTest11",
            "UpdateEvaluationTest",
            "PositiveUpdateSyntaxTest11",
            "NegativeUpdateSyntaxTest11",
            "GraphStoreProtocolTest",
        )
    }
    failures = suite.expected_failures()
    assert failures.keys() <= known
    assert all(failures.values())
    assert list(failures) == sorted(failures)
    assert len(failures) == 30
