"""What HTTP offers beyond requests and answers: OPTIONS, HEAD, gzip, pages of other origins."""

from __future__ import annotations

import gzip

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import MakeApp

ALL = "SELECT * { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/sparql", "GET, HEAD, OPTIONS, POST"),
        ("/graphs", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
        ("/graphs/a", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
        ("/documents", "GET, HEAD, OPTIONS, POST"),
        ("/health", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_and_allow(client: TestClient, path: str, methods: str) -> None:
    answer = client.options(path)
    assert (answer.status_code, answer.headers["allow"]) == (204, methods)
    wrong = client.patch(path)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, methods)


def test_options_of_nothing(client: TestClient) -> None:
    assert client.options("/nothing").status_code == 404


def test_what_the_endpoint_takes(client: TestClient) -> None:
    assert "application/sparql-update" in client.options("/sparql").headers["accept-post"]


@pytest.mark.parametrize("path", ["/sparql", "/sparql?query=ASK%7B%7D", "/.well-known/void"])
def test_head(client: TestClient, path: str) -> None:
    full, head = client.get(path), client.head(path)
    assert head.content == b""
    assert head.status_code == 200
    for name in ("content-type", "content-length", "vary"):
        assert head.headers[name] == full.headers[name]


def test_gzip(client: TestClient) -> None:
    plain = client.get("/sparql", params={"query": ALL}, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", "/sparql", params={"query": ALL}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        body = b"".join(packed.iter_raw())
    assert len(body) < len(plain.content) / 5
    assert gzip.decompress(body) == plain.content
    assert packed.headers["content-length"] == str(len(body))
    assert "Accept-Encoding" in packed.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "packed"),
    [
        ("gzip;q=0", False),
        ("*", True),
        ("gzip;q=0, *", False),
        ("br, GZIP;q=0.1", True),
        ("", False),
    ],
)
def test_who_gets_gzip(client: TestClient, accept: str, packed: bool) -> None:
    answer = client.get("/sparql", params={"query": ALL}, headers={"accept-encoding": accept})
    assert ("content-encoding" in answer.headers) is packed


def test_small_answers_are_not_packed(client: TestClient) -> None:
    answer = client.get("/health", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_packed_bodies_are_not_read(client: TestClient) -> None:
    headers = {"content-type": "text/turtle", "content-encoding": "gzip"}
    body = gzip.compress(b"# " + b"x" * 10_000_000)
    answer = client.put("/graphs?graph=a:b", content=body, headers=headers)
    assert answer.status_code == 415


def test_pages_of_other_origins_read_only_where_that_is_chosen(make_app: MakeApp) -> None:
    origin = {"origin": "https://page.example"}
    ask = origin | {"access-control-request-method": "POST"}
    for cors, allowed in (
        ((), None),
        (("https://page.example",), "https://page.example"),
        (("https://other.example",), None),
        (("*",), "*"),
    ):
        with TestClient(make_app(cors=cors), base_url="http://localhost") as client:
            answer = client.get("/sparql", params={"query": "ASK {}"}, headers=origin)
            assert answer.status_code == 200
            assert answer.headers.get("access-control-allow-origin") == allowed
            preflight = client.options("/sparql", headers=ask)
            assert preflight.headers.get("access-control-allow-origin") == allowed
            update = client.post("/sparql", data={"update": "DROP DEFAULT"}, headers=origin)
            assert update.status_code == 403
