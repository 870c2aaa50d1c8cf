"""The attacks that the server has to stand, from outside, each with its outcome."""

from __future__ import annotations

import csv
import gzip
import hmac
import io
import json
import socket
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.security.conftest import BODY_BYTES, TOKEN, Server
from tests.support.traps import Trap

ROOT = Path(__file__).parent.parent
PRODUCT = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(6))
QUERIES = [
    json.loads(line) for line in (ROOT / "store/guard_cases.jsonl").read_text("utf-8").splitlines()
]
UPDATES = [
    json.loads(line) for line in (ROOT / "store/update_cases.jsonl").read_text("utf-8").splitlines()
]


# Queries that take too much -------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}",
        f"SELECT * {{ {PRODUCT} }} ORDER BY ?c0 ?c1 ?c2",
        f"SELECT DISTINCT ?c0 ?c1 ?c2 ?c3 {{ {PRODUCT} }}",
        f"SELECT (GROUP_CONCAT(?c0) AS ?x) {{ {PRODUCT} }}",
        f"CONSTRUCT {{ ?a0 ?b1 ?c2 }} {{ {PRODUCT} }}",
        "SELECT * { " + " . ".join(f"?x ?p{n} ?o{n}" for n in range(80)) + " }",
        "SELECT * { " + " ".join(f"OPTIONAL {{ ?a{n} ?b{n} ?c{n} }}" for n in range(40)) + " }",
        "SELECT (COUNT(*) AS ?n) { ?a (<a:a>|!<a:a>)* ?b . ?c (<a:a>|!<a:a>)* ?d . "
        "?e (<a:a>|!<a:a>)* ?f . ?g (<a:a>|!<a:a>)* ?h }",
        "SELECT * { VALUES ?x { " + "1 " * 60_000 + "} ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT (REPLACE(?x, '(a*)*b', ?x) AS ?y) { BIND('" + "a" * 5000 + "' AS ?x) "
        + PRODUCT + " }",
    ],
    ids=["count", "order", "distinct", "concat", "construct", "star", "optional", "path",
         "values", "replace"],
)  # fmt: skip
def test_a_query_beyond_time_memory_and_size(server: Server, query: str) -> None:
    answer = server.query(query)
    assert answer.status == 422
    assert any(word in answer.detail for word in ("longer than", "larger than", "more memory"))
    assert server.is_well()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 3000 + "}" * 3000,
        "SELECT * { FILTER(" + "(" * 9000 + "1" + ")" * 9000 + ") }",
        "ASK { ?s ?p " + "[ ?p " * 3000 + "1" + "]" * 3000 + " }",
        "ASK { ?s ?p " + "( " * 3000 + "1" + ")" * 3000 + " }",
        "SELECT * { " + "{ SELECT * " * 3000 + "{}" + "}" * 3000 + " }",
        "SELECT * { FILTER(" + "!" * 150_000 + "true) }",
        "ASK { ?s " + "^" * 100_000 + "<a:a> ?o }",
        "ASK { ?s <a:a>" + "/<a:a>" * 30_000 + " ?o }",
        "SELECT * { FILTER(1" + "+1" * 90_000 + ") }",
    ],
    ids=["groups", "parentheses", "blank nodes", "lists", "selects", "nots", "inverses", "sequence",
         "sum"],
)  # fmt: skip
def test_three_thousand_nested_groups(server: Server, query: str) -> None:
    answer = server.query(query)
    assert answer.status in (200, 400, 422)
    assert server.is_well()


def test_a_query_of_ten_megabytes(server: Server) -> None:
    answer = server.query("SELECT * { ?s ?p '" + "x" * 10_000_000 + "' }")
    assert answer.status == 413
    answer = server.query("SELECT * { ?s ?p '" + "x" * 300_000 + "' }")
    assert answer.status == 422
    assert "characters" in answer.detail


@pytest.mark.alone  # it says how quick the server still is
def test_fifty_heavy_queries_at_once(server: Server) -> None:
    statuses: list[int] = []
    query = f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}"
    threads = [
        threading.Thread(target=lambda: statuses.append(server.query(query).status))
        for _ in range(50)
    ]
    for thread in threads:
        thread.start()
    for _ in range(20):
        assert server.get("/health").status == 200
    for thread in threads:
        thread.join()
    assert set(statuses) <= {422, 503}
    assert server.is_well()


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*a){20}", "(x+x+)+y", "a{1000}{1000}"])
def test_regex_bombs(server: Server, pattern: str) -> None:
    text = "a" * 5000 + "!"
    answer = server.query(f"SELECT * {{ FILTER(REGEX('{text}', '{pattern}')) }}")
    assert answer.status in (200, 422)
    assert server.is_well()


# Out of the house -----------------------------------------------------------------------------


@pytest.mark.parametrize("case", QUERIES, ids=[str(case["note"]) for case in QUERIES])
def test_service_in_every_disguise(server: Server, trap: Trap, case: dict[str, str]) -> None:
    answer = server.query(case["query"].replace("http://x/", trap.url))
    assert not trap.was_hit()
    assert answer.status == (200 if case["allow"] else 400)


@pytest.mark.parametrize("case", UPDATES, ids=[str(case["note"]) for case in UPDATES])
def test_load_in_every_disguise(server: Server, trap: Trap, case: dict[str, str]) -> None:
    answer = server.update(case["text"].replace("http://x/", trap.url))
    assert not trap.was_hit()
    if not case["allow"]:
        assert answer.status == 400
    else:
        assert "LOAD" not in (answer.detail if answer.status != 204 else "")


@pytest.mark.parametrize(
    "query",
    ["SELECT * FROM <{}> {{ ?s ?p ?o }}", "SELECT * FROM NAMED <{}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
     "SELECT * {{ GRAPH <{}> {{ ?s ?p ?o }} }}", "DESCRIBE <{}>"],
)  # fmt: skip
def test_graphs_are_no_files_and_no_addresses(
    server: Server, trap: Trap, secret: Path, query: str
) -> None:
    for place in (secret.as_uri(), trap.url, "file:///etc/passwd"):
        answer = server.query(query.format(place))
        assert answer.status == 200
        assert b"do-not-tell" not in answer.body
        answer = server.query("SELECT * { ?s ?p ?o }", default_graph_uri=place)
        assert answer.json()["results"]["bindings"] == []
    assert not trap.was_hit()


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("application/ld+json", '{"@context": "URL", "@id": "a:s", "a:p": 1}'),
        ("application/ld+json", '{"@context": {"@import": "URL", "@version": 1.1}, "@id": "a:s"}'),
        ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY x SYSTEM "URL">]><r>&x;</r>'),
        ("application/rdf+xml", '<?xml version="1.0"?><!doctype r SYSTEM "URL"><r/>'),
        ("text/turtle", "@import <URL> ."),
    ],
)
def test_rdf_that_refers_to_other_places(
    server: Server, trap: Trap, secret: Path, content_type: str, text: str
) -> None:
    for place in (trap.url, secret.as_uri()):
        sent = text.replace("URL", place)
        answer = server.write("PUT", "/graphs?graph=a:g", sent, content_type)
        assert answer.status == 400
        assert "do-not-tell" not in answer.detail
    assert not trap.was_hit()


# RDF and archives that grow -------------------------------------------------------------------


def test_a_billion_laughs(server: Server) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    rdf = (
        f'<?xml version="1.0"?><!DOCTYPE rdf [{entities}]><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="a:">'
        '<rdf:Description rdf:about="a:s"><e:p>&l11;</e:p></rdf:Description></rdf:RDF>'
    )
    answer = server.write("PUT", "/graphs?graph=a:g", rdf, "application/rdf+xml")
    assert answer.status == 400
    assert "DOCTYPE" in answer.detail


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("text/turtle", "<a:s> <a:p> " + "[ <a:p> " * 50_000),
        ("text/turtle", "<a:s> <a:p> " + "( " * 100_000),
        ("application/ld+json", '{"a:p":' * 50_000 + "1" + "}" * 50_000),
        ("application/ld+json", "[" * 200_000),
        ("application/rdf+xml", "<a>" * 100_000),
        ("text/turtle", "<a:s> <a:p> " + "<< " * 50_000),
    ],
)
def test_deep_rdf(server: Server, content_type: str, text: str) -> None:
    answer = server.write("PUT", "/graphs?graph=a:g", text, content_type)
    assert answer.status in (400, 422)
    assert server.is_well()


def test_gzip_bombs_are_not_opened(server: Server) -> None:
    bomb = gzip.compress(b"#" * 50_000_000)
    assert len(bomb) < BODY_BYTES
    headers = {
        "content-type": "text/turtle",
        "content-encoding": "gzip",
        "authorization": f"Bearer {TOKEN}",
    }
    for path in ("/graphs?graph=a:g", "/documents", "/sparql"):
        answer = server.request("POST", path, bomb, headers=headers)
        assert answer.status == 415


# Requests that are not what they seem ---------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/graphs/../../../etc/passwd",
     "/graphs/%2e%2e/%2e%2e/etc/passwd", "/documents/..%2f..%2fetc%2fpasswd",
     "/entities/../../etc/passwd", "/entities/country%2f..%2f..%2f..%2fetc%2fpasswd",
     "/statements/%00", "/documents/%00", "/.well-known/../../etc/passwd", "//etc/passwd"],
)  # fmt: skip
def test_path_traversal(server: Server, path: str) -> None:
    answer = server.request("GET", path)
    assert answer.status in (400, 404, 422)
    assert b"root:" not in answer.body


INJECTIONS = [
    "country/japan> } } #",
    'x" } # ',
    "x') || true || ('",
    "a:b> ?p ?o } UNION { ?s ?p ?o",
    "\\u003e } #",
    "country/japan\n} } SELECT",
    "'; DROP ALL; --",
    "%3E%20%7D",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_injection_through_parameters(server: Server, text: str) -> None:
    before = list(server.store.nquads())
    for name in ("subject", "object", "predicate", "type", "modality", "document", "since"):
        answer = server.get("/statements", **{name: text})
        assert answer.status in (400, 404, 422) or answer.json()["items"] == []
    assert server.get(f"/entities/{quote(text, safe='')}").status in (400, 404)
    assert server.get(f"/statements/{quote(text, safe='')}").status in (400, 404, 422)
    assert server.get(f"/documents/{quote(text, safe='')}").status in (400, 404, 422)
    assert server.get("/entities", q=text).status == 200
    assert server.get("/graphs", graph=text).status in (400, 404)
    assert server.query("ASK {}", default_graph_uri=text).status in (200, 400)
    assert list(server.store.nquads()) == before


ODD = ["\x00", "a\x00b", "\ufffe", "\U0010ffff", "\u202e", "a" * 3000, "%", "🛰"]


@pytest.mark.parametrize("text", ODD, ids=[ascii(text[:3]) for text in ODD])
def test_odd_characters(server: Server, text: str) -> None:
    for path, name in (
        ("/entities", "q"),
        ("/entities", "cursor"),
        ("/statements", "subject"),
        ("/statements", "source"),
        ("/statements", "since"),
        ("/statements", "cursor"),
        ("/documents", "cursor"),
    ):
        assert server.get(path, **{name: text}).status in (200, 400, 404, 422)
    assert server.query(f"ASK {{ ?s ?p '{text}' }}").status in (200, 400)
    assert server.is_well()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/entities?q=%ED%A0%80", {200, 400, 422}),
        ("/entities?q=%FF", {200, 400, 422}),
        ("/sparql?query=%ED%A0%80", {400}),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=%3Ca%3E", {400}),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=a", {400}),
        ("/graphs?graph=http://a b", {400}),
        ("/graphs?graph=%00", {400}),
        ("/graphs/%FF", {400, 404}),
        ("/graphs/%3C%3E", {400, 404}),
    ],
)
def test_surrogates_and_bad_iris(server: Server, path: str, status: set[int]) -> None:
    path = path.replace(" ", "%20")
    assert server.request("GET", path).status in status


@pytest.mark.parametrize(
    "iri", ["http://a b", "a:<b>", 'a:"b"', "a:{b}", "a:\\u0020b", "relative", ""]
)
def test_bad_iris_are_not_stored(server: Server, iri: str) -> None:
    before = list(server.store.nquads())
    answer = server.write("PUT", f"/graphs?graph={quote(iri, safe='')}", "", "text/turtle")
    assert answer.status == 400
    if iri not in ("relative", ""):
        answer = server.update(f"INSERT DATA {{ <a:s> <a:p> <{iri}> }}")
        assert answer.status == 400
    assert list(server.store.nquads()) == before


def test_csv_formulas_come_back_as_they_are(server: Server) -> None:
    """The standard asks for the bare value; what opens it must not take it for a program."""
    formula = '=cmd|" /C calc"!A0'
    text = formula.replace('"', '\\"')
    answer = server.request(
        "POST",
        "/sparql",
        f'SELECT ?x {{ VALUES ?x {{ "{text}" "+1" "-1" "@x" }} }}',
        headers={"content-type": "application/sparql-query", "accept": "text/csv"},
    )
    rows = list(csv.reader(io.StringIO(answer.body.decode(), newline="")))
    assert rows == [["x"], [formula], ["+1"], ["-1"], ["@x"]]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == 'attachment; filename="result.csv"'


# Too much, too slowly -------------------------------------------------------------------------


def test_oversized_uploads(server: Server) -> None:
    for path in ("/documents", "/graphs?default", "/sparql"):
        answer = server.write("POST", path, b"x" * (BODY_BYTES + 1), "text/turtle")
        assert answer.status == 413
    # Without a length, it is counted on the way.
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/sparql-query\r\n\r\n"
        )
        try:
            for _ in range(20):
                client.sendall(b"%x\r\n" % 100_000 + b"x" * 100_000 + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            return  # hung up on, which is as good
        assert b"413" in client.recv(100)


def test_slow_clients(server: Server) -> None:
    clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    try:
        for number, client in enumerate(clients):
            part = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
            body = b"Content-Type: application/sparql-query\r\n\r\nASK" if number % 2 else b""
            client.sendall(part + body)
        assert server.is_well()
        clients[1].settimeout(60)
        assert b" 408 " in clients[1].recv(100)
    finally:
        for client in clients:
            client.close()


def test_headers_without_end(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX-A: " + b"a" * 200_000)
        assert client.recv(100).startswith(b"HTTP/1.1 431")


def test_many_headers_and_trailers_without_end(server: Server) -> None:
    start = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    for data in (
        b"GET / HTTP/1.1\r\n" + b"X-A: aaaa\r\n" * 20_000,
        start + b"3\r\nASK\r\n0\r\n" + b"X-A: aaaa\r\n" * 20_000,
        start + b"3;" + b"a" * 200_000,
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
            client.sendall(data)
            assert client.recv(100).startswith(b"HTTP/1.1 4")
    assert server.is_well()


def test_large_bodies_and_many_requests_on_one_connection(server: Server) -> None:
    body = b"query=" + b"+" * 300_000 + b"ASK{}"
    request = (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nAccept: application/sparql-results+json\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(request + body)
        assert client.recv(100).startswith(b"HTTP/1.1 422")  # too long a query, and no 431
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2000)
        seen = b""
        while seen.count(b"HTTP/1.1 200") < 2000:
            part = client.recv(2**16)
            assert part, seen[-200:]
            seen += part


# Who may write --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}",
     f"Bearer {TOKEN}x", f"Bearer {TOKEN.upper()}", TOKEN, f"Bearer {TOKEN} x", "Bearer \xff"],
)  # fmt: skip
def test_a_wrong_or_missing_token(server: Server, header: str | None) -> None:
    before = server.store.revision
    headers = (
        {} if header is None else {"authorization": header.encode("latin-1").decode("latin-1")}
    )
    headers["content-type"] = "application/sparql-update"
    assert server.request("POST", "/sparql", "DROP DEFAULT", headers=headers).status == 401
    assert server.request("DELETE", "/graphs?default", headers=headers).status == 401
    assert server.request("DELETE", "/documents/x", headers=headers).status == 401
    assert server.request("PUT", "/graphs?default", "", headers=headers).status == 401
    assert server.store.revision == before


def test_tokens_are_compared_in_constant_time(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bytes] = []

    def watched(left: bytes, right: bytes) -> bool:
        compared.append(left)
        return left == right

    monkeypatch.setattr(hmac, "compare_digest", watched)
    headers = {"authorization": "Bearer the-token-o", "content-type": "application/sparql-update"}
    assert server.request("POST", "/sparql", "", headers=headers).status == 401
    assert compared == [b"the-token-o"]


def test_pages_of_other_origins_and_other_names(server: Server) -> None:
    headers = {
        "authorization": f"Bearer {TOKEN}",
        "content-type": "application/x-www-form-urlencoded",
        "origin": "http://evil.example",
    }
    assert server.request("POST", "/sparql", "update=DROP+DEFAULT", headers=headers).status == 403
    assert server.request("GET", "/health", headers={"host": "evil.example"}).status == 421
