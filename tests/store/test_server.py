"""What a SPARQL server may do wrong, and how that is told: servers of a few lines."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kg.errors import QueryLimitError, ServerError
from kg.store import open_store
from kg.store.endpoint import Endpoint, Options
from kg.store.flows import CancelledError
from kg.store.guard import check
from kg.store.remote import RemoteStore
from kg.store.remote_state import STATE, state_folder
from tests.store.test_engines import ONE
from tests.support.virtuoso import free_ports

TABLE = "application/sparql-results+json"
EMPTY = b'{"head":{"vars":["p","o"]},"results":{"bindings":[]}}'
SECRET = "s3cr&t wörd"

Said = tuple[int, Mapping[str, str], bytes]
Behaviour = Callable[[str, Mapping[str, list[str]], Mapping[str, str]], Said]


@pytest.fixture
def serve(state: Path) -> Iterator[Callable[[Behaviour], str]]:
    """Starts a server that does as it is told; the store's address on it."""
    servers = []

    def start(behaviour: Behaviour) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                form = parse_qs(self.rfile.read(size).decode())
                status, headers, body = behaviour(self.path, form, dict(self.headers))
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | dict(headers)).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"sparql+http://127.0.0.1:{server.server_address[1]}/sparql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
    assert state.is_dir()


def says(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """A server that always says the same."""
    return lambda *_: (status, {name.replace("_", "-"): v for name, v in headers.items()}, body)


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        (says(404, b"<h1>Not <b>here</b></h1>"), r"answered 404 \(Not here\): look at the path"),
        (says(405), "answered 405: look at the path"),
        (says(401), "answered 401: give a name and password .*ENTENTE_STORE_USER"),
        (says(403), "answered 403: give a name and password"),
        (says(302, Location="http://elsewhere/"), "answered 302: name the address that it redir"),
        (says(503, b"full"), r"answered 503 \(full\): look at its settings \(docs/stores.md\)"),
        (says(200, b"<html>", Content_Type="text/html; charset=x"), "no SPARQL.* with text/html:"),
        (says(200, b"[]", Content_Type=TABLE), "no SPARQL endpoint, because"),
        (says(200, b""), "no SPARQL endpoint, .* with something unnamed"),
    ],
)
def test_a_server_that_is_none(
    serve: Callable[[Behaviour], str], behaviour: Behaviour, message: str
) -> None:
    with pytest.raises(ServerError, match=message):
        open_store(serve(behaviour), options=Options(seconds=5))


def test_a_server_that_is_away(state: Path) -> None:
    port, _ = free_ports()
    location = f"sparql+http://ann:secret@127.0.0.1:{port}/sparql"
    for _ in range(2):  # the failure leaves no lock behind
        with pytest.raises(ServerError, match=r"\(Connection refused\): look") as error:
            open_store(location)
        assert f"http://127.0.0.1:{port}/sparql: " in str(error.value)
        assert "secret" not in str(error.value)
    with pytest.raises(ServerError, match=r"\(no such host\)"):
        open_store("sparql+http://no-such-host.invalid/sparql")
    assert state.is_dir()


def test_no_message_shows_credentials(serve: Callable[[Behaviour], str]) -> None:
    def echo(_: str, form: Mapping[str, list[str]], headers: Mapping[str, str]) -> Said:
        sent = headers["Authorization"]
        decoded = base64.b64decode(sent.partition(" ")[2]).decode()
        return 500, {}, f"\x1b[31mwho is {sent} ({decoded}, {SECRET}, {form})\0".encode()

    location = serve(echo).replace("//", "//ann:s3cr%26t%20w%C3%B6rd@")
    with pytest.raises(ServerError, match=r"answered 500 \(\[31mwho is") as error:
        open_store(location)
    pair = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    for secret in (SECRET, "s3cr%26t", pair, "ann:", "\x1b", "\0"):
        assert secret not in str(error.value)


def test_credentials_of_the_options(serve: Callable[[Behaviour], str]) -> None:
    seen = []

    def note(_: str, __: Mapping[str, list[str]], headers: Mapping[str, str]) -> Said:
        seen.append(headers.get("Authorization"))
        return 200, {}, EMPTY

    location = serve(note)
    for options in (
        Options(user="ann", password=SECRET),
        Options(user="ann", token="abc"),
        Options(),
    ):
        assert SECRET not in repr(options)
        open_store(location, options=options).close()
    pair = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    assert seen == [f"Basic {pair}", "Bearer abc", None]


def test_a_slow_server(serve: Callable[[Behaviour], str]) -> None:
    over = threading.Event()

    def slow(_: str, form: Mapping[str, list[str]], __: Mapping[str, str]) -> Said:
        if "slow" in form["query"][0]:
            over.wait()
        return 200, {"Content-Type": TABLE}, EMPTY

    query = check("SELECT ?slow {}")
    gone = threading.Event()
    with open_store(serve(slow)) as store:
        assert isinstance(store, RemoteStore)
        common = {"default_graphs": (), "named_graphs": (), "most": 1000}
        with pytest.raises(QueryLimitError, match=r"no answer within 0\.2 s"):
            store.forward(query, **common, seconds=0.2, cancel=None)  # type: ignore[arg-type]
        threading.Timer(0.2, gone.set).start()
        with pytest.raises(CancelledError):
            store.forward(query, **common, seconds=600, cancel=gone)  # type: ignore[arg-type]
        assert store.select("SELECT ?p ?o {}") == []  # later ones are answered
    over.set()


@pytest.mark.parametrize("header", ["X-SPARQL-MaxRows", "X-SQL-State"])
def test_answers_that_are_cut_are_refused(serve: Callable[[Behaviour], str], header: str) -> None:
    def cut(_: str, form: Mapping[str, list[str]], __: Mapping[str, str]) -> Said:
        headers = {header: "10"} if "?all" in form["query"][0] else {}
        return 200, headers, EMPTY

    with open_store(serve(cut)) as store, pytest.raises(QueryLimitError, match="longer than"):
        store.select("SELECT ?all {}")


def test_answers_that_are_too_long(serve: Callable[[Behaviour], str]) -> None:
    location = serve(says(200, EMPTY + b" " * 5000))
    with pytest.raises(QueryLimitError, match="longer than"):
        open_store(location, options=Options(answer_bytes=1000))


def test_updates_that_are_refused_change_nothing(serve: Callable[[Behaviour], str]) -> None:
    def read_only(_: str, form: Mapping[str, list[str]], __: Mapping[str, str]) -> Said:
        return (403, {}, b"read only") if "update" in form else (200, {}, EMPTY)

    location = serve(read_only)
    with open_store(location) as store:
        for _ in range(2):
            with pytest.raises(ServerError, match=r"403 \(read only\): .* may write"):
                store.add([ONE])
        assert store.revision == 0
    open_store(location).close()  # nothing is left to be finished
    assert not (state_folder(Endpoint.parse(location)) / "journal").exists()


def test_what_cannot_be_finished_says_how_to_give_it_up(
    serve: Callable[[Behaviour], str],
) -> None:
    engine = ox.Store()

    def picky(_: str, form: Mapping[str, list[str]], __: Mapping[str, str]) -> Said:
        if "update" in form:
            if "Evidence" in form["update"][0]:
                return 413, {}, b""
            engine.update(form["update"][0])
            return 200, {}, b""
        found = engine.query(form["query"][0])
        assert isinstance(found, ox.QuerySolutions)
        return 200, {}, found.serialize(format=ox.QueryResultsFormat.JSON) or b""

    location = serve(picky)
    with open_store(location) as store:
        with pytest.raises(ServerError, match="413: lower ENTENTE_STORE_QUADS") as error:
            store.add([ONE])
        match = re.search(r"delete (\S+/journal)", str(error.value))
        assert match is not None
    with pytest.raises(ServerError, match="413"):
        open_store(location)
    Path(match[1]).unlink()
    open_store(location).close()
    assert len(engine) == 0  # nothing says any more that a change is under way


def test_one_side_speaks_tls(
    serve: Callable[[Behaviour], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.store.server._GREETING", 0.3)
    location = serve(says(200, EMPTY)).replace("http://", "https://")
    with pytest.raises(ServerError, match=r"does not answer.*whether http or https is right"):
        open_store(location)


def test_clients_learn_nothing_of_a_server_that_fails(
    serve: Callable[[Behaviour], str], caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_: str, form: Mapping[str, list[str]], __: Mapping[str, str]) -> Said:
        return (200, {}, EMPTY) if STATE in form["query"][0] else (503, {}, b"inner secrets")

    with open_store(serve(failing)) as store:
        app = create_app(store, extract=None)
        with TestClient(app, base_url="http://localhost") as client:
            assert client.get("/health").json()["revision"] == 0
            answer = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"})
            assert answer.status_code == 502
            assert answer.headers["content-type"] == "application/problem+json"
            assert "127.0.0.1" not in answer.text
            assert "inner" not in answer.text
    assert "503 (inner secrets)" in caplog.text
