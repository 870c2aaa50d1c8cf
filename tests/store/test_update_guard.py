"""The guard of updates: what passes, which graphs it takes them to change, and LOAD in disguise."""

from __future__ import annotations

import contextlib
import json
import socket
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import QueryError, QueryLimitError
from kg.store.update_guard import MAX_LENGTH, check_update

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("update_cases.jsonl").read_text("utf-8").splitlines()
]


def test_all_cases_are_collected() -> None:
    assert len(CASES) == 43


@pytest.mark.parametrize("case", CASES, ids=[str(case["note"]) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    if case["allow"]:
        found = check_update(case["text"])
        targets = None if found.targets is None else list(found.targets)
        assert (found.text, targets) == (case["text"], case["targets"])
    else:
        with pytest.raises(QueryError):
            check_update(case["text"])


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["allow"]], ids=[str(c["note"]) for c in CASES if c["allow"]]
)
def test_what_passes_is_understood_by_the_engine(case: dict[str, Any]) -> None:
    store = pyoxigraph.Store()
    store.update("INSERT DATA { GRAPH <a:a> { <a:s> <a:p> 1 } GRAPH <a:b> { <a:s> <a:p> 1 } }")
    store.update(case["text"], base_iri="http://base/")


@pytest.mark.parametrize(
    ("text", "using", "named", "expected"),
    [
        ("DELETE { ?s ?p 1 } WHERE { ?s ?p ?o }", ["a:g"], [],
         "DELETE { ?s ?p 1 }  USING <a:g> WHERE { ?s ?p ?o }"),
        ("INSERT { ?s ?p 1 } WHERE { ?s ?p 'WHERE' } ; CLEAR DEFAULT", ["a:g", "a:h"], ["a:i"],
         "INSERT { ?s ?p 1 }  USING <a:g> USING <a:h> USING NAMED <a:i> WHERE { ?s ?p 'WHERE' } ; "
         "CLEAR DEFAULT"),
        ("DELETE WHERE { ?s ?p { } }", [], ["a:i"],
         "DELETE { ?s ?p { } } USING NAMED <a:i> WHERE { ?s ?p { } }"),
        ("INSERT DATA { <a:s> <a:p> 1 }", ["a:g"], [], "INSERT DATA { <a:s> <a:p> 1 }"),
    ],
)  # fmt: skip
def test_graphs_by_parameters(text: str, using: list[str], named: list[str], expected: str) -> None:
    assert check_update(text, using=using, using_named=named).text == expected


def test_too_long() -> None:
    with pytest.raises(QueryLimitError, match="characters"):
        check_update("#" + "x" * MAX_LENGTH)


def test_half_a_surrogate() -> None:
    with pytest.raises(QueryError, match="surrogate"):
        check_update("INSERT DATA { <a:s> <a:p> '\ud800' }")


PIECES = st.sampled_from(
    [
        "LOAD", "load", "LOADSILENT", "SILENT", "INTO", "TO", "GRAPH", "\\u004COAD", "<U>", "ex:",
        ":a", "ex:a", "LOADex:a", "LOAD:a", "load:a", ";", ";", ".", "{", "}", "{ }", "INSERT",
        "DATA", "DELETE", "WHERE", "CLEAR", "ALL", "DEFAULT", "CREATE", "<a:g>", "?g", "'", '"',
        "'''", "#", "\n", " ", " ", "<", ">", "PREFIX ex: <U>", "BASE <U>", "<a>", "WITH", "USING",
        "INSERT DATA { }", "CLEAR SILENT ALL", "CREATE SILENT GRAPH <a:x>", "FILTER(1<'b>c')",
        "DELETE WHERE { ?s ?p ?o }",
    ]
)  # fmt: skip


@settings(max_examples=1500, suppress_health_check=[HealthCheck.too_slow])
@given(
    head=st.sampled_from(["", "PREFIX ex: <U> ", "PREFIX ex: <U> PREFIX : <U> PREFIX load: <a:> "]),
    pieces=st.lists(PIECES, max_size=8),
    tail=st.sampled_from(["", " ; LOAD <U>", "LOAD <U>", ";LOADex:a", "LOAD:a"]),
)
def test_whatever_passes_reaches_no_network(head: str, pieces: list[str], tail: str) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        text = (head + "".join(pieces) + tail).replace("<U>", f"<{url}>")
        try:
            check_update(text)
        except QueryError:
            return
        with contextlib.suppress(SyntaxError, RuntimeError, OSError, ValueError):
            pyoxigraph.Store().update(text)
        with pytest.raises(BlockingIOError):
            server.accept()
