"""The Graph Store Protocol tests of the W3C, replayed.

There are two generations: those with requests in RDF, and 18 older ones whose requests stand in
their comments. They are deprecated and have slips, so that they are read with an eye shut: a full
stop is added where Turtle lacks its last one, any success counts where a success is expected, and
what one contradicts of another is on the list of expected failures.
"""

from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode
from starlette.testclient import TestClient

from tests.conformance import compare, exchange, suite
from tests.conformance.conftest import empty
from tests.conformance.exchange import Expected, Request
from tests.conformance.suite import MF

KIND = f"{MF}GraphStoreProtocolTest"
PLACES = ("manifest-direct.ttl", "manifest-indirect.ttl")
CASES = [
    (name, node.value)
    for name in (PLACES if suite.ROOT.is_dir() else ())
    for node in suite.manifest("graph-store-protocol", name).instances(KIND)
]
COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
FAILURES = suite.expected_failures()


def test_all_cases_are_collected(w3c: object) -> None:
    assert w3c
    assert len(CASES) == 14


def wrong(client: TestClient, request: Request, path: str) -> tuple[object, exchange.Answer]:
    """What is wrong with the answer to a request, or None; and the answer."""
    answer = exchange.send(client, request, path)
    if not exchange.fits(answer.status, request.expected):
        return f"{request.method} {path}: {answer}", answer
    if request.expected.content_type:
        assert answer.content_type == request.expected.content_type
    if request.expected.body:
        found, wanted = (
            compare.canonical(compare.triples_of(body, ".ttl", "http://www.example/"))
            for body in (answer.body, request.expected.body)
        )
        if found != wanted:
            return (found, wanted), answer
    return None, answer


@pytest.mark.parametrize(("name", "iri"), CASES, ids=[iri.partition("#")[2] for _, iri in CASES])
def test_case(name: str, iri: str, writable: TestClient) -> None:
    client = empty(writable)
    manifest = suite.manifest("graph-store-protocol", name)
    place = ""
    for request in exchange.requests(manifest, NamedNode(iri)):
        path = request.path.replace("/gsp", "/graphs", 1)
        if place:
            path = path.replace("$LOCATION$", place)
        problem, answer = wrong(client, request, path)
        assert problem is None
        if request.expected.location:
            place = answer.location
            assert place


def older() -> list[tuple[str, Request, str]]:
    """The older tests in order: name, request, and what Location must be kept as."""
    manifest = suite.manifest("http-rdf-update")
    found = []
    for node in manifest.entries():
        comments = [suite.text(v) for v in manifest.values(node, COMMENT)]
        [said] = [comment for comment in comments if "#### Request" in comment]
        request, _, response = said.partition("#### Response")
        head, _, body = _plain(request).partition("\n\n")
        method, path, _ = head.splitlines()[1].split()
        headers = dict(re.findall(r"^([\w-]+): (.*)$", head, re.MULTILINE))
        headers.pop("Host")
        answer_head, _, answer_body = _plain(response).partition("\n\n")
        status = answer_head.split()[0]
        found.append(
            (
                suite.text(node).partition("#")[2],
                Request(
                    method=method,
                    path=path,
                    headers=headers,
                    body=_mended(body),
                    expected=Expected(
                        statuses=("2xx",) if status.startswith("2") else (status,),
                        body=answer_body.strip(),
                    ),
                ),
                "$NEWPATH$" if "Location: $NEWPATH$" in answer_head else "",
            )
        )
    return found


def _plain(comment: str) -> str:
    """A part of a comment without the indentation of its code."""
    text = re.sub(r"^    ", "", comment, flags=re.MULTILINE).strip("\n")
    return re.sub(r"^#### Request\s*\n", "\n", text).rstrip() + "\n"


def _mended(body: str) -> str:
    """Turtle with its last full stop, and lines that end as in a form where it is one."""
    body = re.sub(r'(foaf:\w+ "[^"]*")(\s*(?:\n\n|\n*\Z))', r"\1 .\2", body)
    return body.strip().replace("\n", "\r\n") + "\r\n"


def test_the_older_ones_in_a_row(w3c: object, writable: TestClient) -> None:
    assert w3c
    client = empty(writable)
    place, failed = "", set()
    tests = older()
    assert len(tests) == 18
    # "Delete an existing graph" takes one for granted that no test before it makes.
    turtle = {"content-type": "text/turtle"}
    assert client.put("/graphs/person/2.ttl", content="", headers=turtle).status_code == 201
    for name, request, keeps in tests:
        path = request.path.replace("$NEWPATH$", place)
        path = path.replace("$GRAPHSTORE$", "/graphs").replace("$HOST$//graphs", "localhost/graphs")
        problem, answer = wrong(client, request, path)
        if problem is not None:
            failed.add(f"http-rdf-update/{name}")
        if keeps:
            place = answer.location
    assert failed == {name for name in FAILURES if name.startswith("http-rdf-update/")}
