"""The guard: what it lets pass and refuses, and that it agrees with the engine.

Cases are lines of `guard_cases.jsonl`. The comparison with the engine lets hypothesis build queries
from pieces that are near to SERVICE; whatever the guard lets pass must not reach a listener.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import QueryError, QueryLimitError
from kg.store.guard import MAX_DEPTH, MAX_LENGTH, check, undeclared
from tests.support.traps import Trap, listening

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("guard_cases.jsonl").read_text("utf-8").splitlines()
]


def test_all_cases_are_collected() -> None:
    assert len(CASES) == 52


@pytest.mark.parametrize("case", CASES, ids=[f"{c['allow']}-{c['note']}" for c in CASES])
def test_case(case: dict[str, str]) -> None:
    if case["allow"]:
        assert check(case["query"]).text == case["query"]
    else:
        with pytest.raises(QueryError):
            check(case["query"])


@pytest.mark.parametrize("case", [c for c in CASES if c["allow"]], ids=lambda c: str(c["note"]))
def test_what_passes_is_understood_by_the_engine(case: dict[str, str]) -> None:
    pyoxigraph.Store().query(case["query"])


@pytest.mark.parametrize(
    ("query", "form", "dataset"),
    [
        ("SELECT * { ?from ?p 'FROM <x>' }", "SELECT", False),
        ("select*from<http://g>{?s ?p ?o}", "SELECT", True),
        ("ASK FROM NAMED <http://g> { ?s ?p ?o }", "ASK", True),
        ("PREFIX from: <http://e/> DESCRIBE from:a", "DESCRIBE", False),
        ("BASE <http://e/> CONSTRUCT WHERE { ?s ?p ?o } # FROM", "CONSTRUCT", False),
    ],
)
def test_form_and_dataset(query: str, form: str, dataset: bool) -> None:
    checked = check(query)
    assert (checked.form, checked.dataset) == (form, dataset)
    assert checked.is_graph is (form in ("DESCRIBE", "CONSTRUCT"))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT * { ?s foo:p/bar:q+ foo:o, :x }", ["foo", "bar", ""]),
        ("SELECT * { ?x b:p foo:C.}", ["b", "foo"]),
        ("prefix foo:<u:> PREFIXb: <u:> SELECT * { ?s foo:p 1, b:C, '1'^^x-y:z }", ["x-y"]),
        ("SELECT * { ?s <u:p> 'a:b', <c:d>, _:e, ?f # g:h\n }", []),
        ("INSERT DATA { foo:a <u:b> 1 }", ["foo"]),
    ],
)
def test_undeclared_prefixes(query: str, names: list[str]) -> None:
    assert undeclared(query) == names
    declared = "".join(f"PREFIX {name}: <http://e/>\n" for name in names)
    engine = pyoxigraph.Store()
    run = engine.update if query.startswith("INSERT") else engine.query
    if names:
        with pytest.raises(SyntaxError):
            run(query)
    run(declared + query)
    assert undeclared(declared + query) == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 3000 + "}" * 3000,
        "SELECT * { FILTER(" + "(" * (MAX_DEPTH + 1) + "1",
        "ASK { ?s ?p " + "[ ?p " * (MAX_DEPTH + 1),
        "ASK { ?s ?p " + "<< " * (MAX_DEPTH + 1),
        "ASK { FILTER(?a<'b>c') " + "{ " * (MAX_DEPTH + 1) + "'x'",
        "SELECT * { ?s ?p '" + "x" * MAX_LENGTH + "' }",
    ],
    ids=["braces", "parentheses", "brackets", "triple terms", "hidden braces", "length"],
)
def test_limits(query: str) -> None:
    with pytest.raises(QueryLimitError):
        check(query)


def test_many_brackets_side_by_side_are_fine() -> None:
    check("SELECT * { " + "{ ?s ?p ?o } UNION " * 300 + "{ ?s ?p ?o } }")


@pytest.mark.parametrize(
    "piece",
    ["<\\'>", "?a ", "a.a.", "service ", "<a", "'''", '"\\"', "SERVICE ' ", "<<", "'<", "\\u0027"],
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    query = "SELECT * { " + piece * (MAX_LENGTH // len(piece) - 10) + "service"
    start = time.thread_time()  # of this thread alone, whatever else the machine does
    with contextlib.suppress(QueryError):
        check(query)
    assert time.thread_time() - start < 5


@pytest.fixture(scope="module")
def listener() -> Iterator[Trap]:
    with listening() as trap:
        yield trap


PIECES = st.sampled_from(
    [
        "SERVICE", "service", "SILENT", "SERVICESILENT", "\\u0053ERVICE", "<U>", "U:", "ex:a", ":a",
        "SERVICEex:a", "SERVICE:a", "service:a", "?s", "?o", "?p", "?s ?p ?o", "<http://e/p>", ".",
        "{", "}", "{}", "{ ?s ?p ?o }", "FILTER", "(", ")", "(?o<?s)", "<", ">", "'", '"', "'''",
        '"""', "'b>c'", "\\'", "#", "\n", "\r", " ", " ", " ", "1", "1.", "true", "@en", "^^", "a",
        "BIND(<U> AS ?g)", "SERVICE ?g", "SERVICE <U> {}", "SERVICE <U> { ?s ?p ?o }", "OPTIONAL",
        "GRAPH", "GRAPH ?g", "UNION", "EXISTS", "_:b", "[", "]", ";", ",", "<<", ">>",
        "FILTER EXISTS",
    ]
)  # fmt: skip


@settings(max_examples=1500, suppress_health_check=[HealthCheck.too_slow])
@given(
    pieces=st.lists(PIECES, max_size=14),
    tail=st.sampled_from(["}", "SERVICE <U> {} }", "SERVICE <U> {} FILTER('x'='x') }"]),
)
def test_whatever_passes_reaches_no_network(listener: Trap, pieces: list[str], tail: str) -> None:
    query = (
        "PREFIX ex: <http://e/> PREFIX : <U> PREFIX service: <U> SELECT * { ?s ?p ?o "
        + "".join(pieces)
        + tail
    ).replace("U", listener.url)
    store = pyoxigraph.Store()
    node = pyoxigraph.NamedNode("http://e/p")
    store.add(pyoxigraph.Quad(node, node, node))
    try:
        check(query)
    except QueryError:
        return
    try:
        result = store.query(query)
        if isinstance(result, pyoxigraph.QuerySolutions):
            next(result, None)
    except (SyntaxError, RuntimeError, OSError, ValueError):
        pass
    assert not listener.was_hit(), query
