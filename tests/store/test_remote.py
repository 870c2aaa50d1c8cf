"""A store on a SPARQL server: against Virtuoso what needs a real one, and against servers of a few
lines what a server may do wrong."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kg.errors import (
    ProtectedError,
    QueryError,
    QueryLimitError,
    ServerError,
    StoreError,
    StoreInUseError,
)
from kg.graph.terms import BASE
from kg.store import Store, open_store
from kg.store.deltas import write
from kg.store.endpoint import Endpoint, Options
from kg.store.guard import check
from kg.store.interface import Delta
from kg.store.process import CancelledError
from kg.store.remote import RemoteStore
from kg.store.remote_state import CHANGING, STATE, State, state_folder, updates
from kg.store.server import Server
from kg.store.update_guard import check_update
from kg.store.updates import Updates
from kg.store.worker import Limits, Pool
from tests.store.test_engines import MANY, ONE, TWO, content
from tests.support.traps import listening
from tests.support.virtuoso import GRANT, REVOKE, Virtuoso, free_ports, is_installed

ROOT = Path(__file__).parent.parent.parent
TABLE = "application/sparql-results+json"
EMPTY = b'{"head":{"vars":["p","o"]},"results":{"bindings":[]}}'
SECRET = "s3cr&t wörd"


# Addresses --------------------------------------------------------------------------------------


def test_what_an_address_says() -> None:
    found = Endpoint.parse("sparql+https://ann:p%40ss@[::1]:3030/ds/query?update=/ds/update")
    assert found.name == "https://[::1]:3030/ds/query"
    assert found.update_name == "https://[::1]:3030/ds/update"
    assert (found.user, found.password) == ("ann", "p@ss")
    assert "p@ss" not in repr(found)
    plain = Endpoint.parse("sparql+http://localhost")
    assert plain.name == plain.update_name == "http://localhost/"


@pytest.mark.parametrize(
    "address",
    [
        "sparql+http://",
        "sparql+http://u:secret@h:port/",
        "sparql+http://u:secret@h/a b",
        "sparql+http://u:secret@h/a\nb",
        "sparql+http://u:secret@h/é",
        "sparql+http://u:secret@h/#part",
        "sparql+http://u:secret@h/?query=x",
        "sparql+http://u:secret@h/?update=elsewhere",
        "sparql+http://u:secret@h/?nothing",
        "ftp://u:secret@host/",
        "http://u:secret@h/",
    ],
)
def test_wrong_addresses(address: str, state: Path) -> None:
    with pytest.raises(StoreError, match=r"sparql\+http://localhost") as error:
        open_store(address)
    assert "secret" not in str(error.value)
    assert not state.exists()


# Servers of a few lines ---------------------------------------------------------------------------

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
    assert state


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
    def picky(_: str, form: Mapping[str, list[str]], __: Mapping[str, str]) -> Said:
        data = "Evidence" in form.get("update", [""])[0]
        return (413, {}, b"") if data else (200, {}, EMPTY)

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


# Virtuoso ---------------------------------------------------------------------------------------


def test_what_was_cut_off_is_finished_at_the_next_start(remote: str, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "peer")) as peer:
        peer.add(MANY)
        whole = tuple(peer.quads_for_pattern(None, None, None))
        expected = content(peer)
    with open_store(remote) as store:
        store.apply(Delta(added=whole[:100]), revision=store.revision)
    folder = state_folder(Endpoint.parse(remote))
    (folder / "journal").write_bytes(write(Delta(added=whole)))
    with open_store(remote) as store:
        assert content(store) == expected
        assert store.revision == 2
    assert not (folder / "journal").exists()


WRITER = """
    import sys
    from kg.store import open_store
    from kg.store.endpoint import Options
    from tests.store.test_engines import MANY

    store = open_store(sys.argv[1], options=Options(quads=20))
    print("ready", flush=True)
    store.add(MANY[:8])
    print("done", flush=True)
"""


def test_kill_minus_nine_in_the_midst_of_a_batch(remote: str, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "peer")) as peer:
        peer.add(MANY[:8])
        expected = content(peer)
    cut = 0
    for pause in (0.03, 0.06, 0.09, 0.12, 0.15):
        writer = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER), remote],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(pause)
        writer.kill()
        writer.wait()
        writer.stdout.close()
        cut += (state_folder(Endpoint.parse(remote)) / "journal").exists()
        with open_store(remote) as store:
            assert content(store) in (b"", expected)
            with store.index.reading() as tables:
                documents = tables.execute("SELECT COUNT(*) FROM document").fetchone()[0]
            assert documents == len(store.graphs()[2:]) or documents == 0
            for document in MANY[:documents]:
                store.retract(document.document.id)
            assert content(store) == b""
    assert cut  # at least one of them died with a change under way


def go_on(store: Store) -> None:
    """Change the store for as long as it can be."""
    for _ in range(50):
        store.add(MANY)
        for each in MANY:
            store.retract(each.document.id)


def test_a_server_killed_in_the_midst_of_a_batch(tmp_path: Path, state: Path) -> None:
    if not is_installed():
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
    (tmp_path / "server").mkdir()
    server = Virtuoso(tmp_path / "server")
    with open_store(str(tmp_path / "peer")) as peer:
        peer.add(MANY)
        expected = content(peer)
    try:
        server.start()
        with open_store(server.location, options=Options(quads=20)) as store:
            threading.Timer(0.4, server.kill).start()
            with pytest.raises(ServerError, match="does not answer"):
                go_on(store)
            with pytest.raises(ServerError, match="does not answer"):
                store.select("SELECT ?s { ?s ?p ?o }")
        with pytest.raises(ServerError, match="does not answer"):
            open_store(server.location)
        server.start()
        with open_store(server.location) as store:
            store.add(MANY)
            assert content(store) == expected
            assert store.index.revision == store.revision
    finally:
        server.stop()
    assert state.is_dir()


def test_another_machine_is_noticed(
    remote: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(remote) as store:
        store.add([ONE])
        assert store.index.revision == 1
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other"))
        with open_store(remote) as other:
            assert other.revision == 1
            other.add([TWO])
        with store.index.reading() as tables:  # the revision was read less than a second ago
            assert tables.execute("SELECT COUNT(*) FROM document").fetchone()[0] == 1
        end = time.monotonic() + 10
        while store.revision != 2:
            assert time.monotonic() < end
            time.sleep(0.05)
        with store.index.reading() as tables:
            assert tables.execute("SELECT COUNT(*) FROM document").fetchone()[0] == 2
        store.retract(ONE.document.id)
        assert store.revision == 3


def test_nobody_writes_into_the_change_of_another_machine(remote: str) -> None:
    server = Server(Endpoint.parse(remote), Options())
    with open_store(remote) as store:
        store.add([ONE])
        server.ask("update", State(token="1 abcdefab", changing="far 12").update(), accept="*/*")
        with pytest.raises(StoreInUseError, match=f"a change was begun on far .* <{STATE}>"):
            store.add([TWO])
        assert store.extraction(ONE.document.id) == ONE  # reading goes on
        server.ask("update", f"DROP SILENT GRAPH <{STATE}>", accept="*/*")
        assert store.add([TWO]) == 1
    server.close()


def test_a_server_that_was_emptied_is_noticed(remote: str) -> None:
    with open_store(remote) as store:
        store.add([ONE])
        assert store.index.revision == 1
        server = Server(Endpoint.parse(remote), Options())
        for graph in (*store.graphs(), STATE):
            server.ask("update", f"DROP SILENT GRAPH <{graph}>", accept="*/*")
        server.close()
    with open_store(remote) as store:
        store.add([TWO])
        assert store.revision == 1  # the same number as before, and the index is another
        with store.index.reading() as tables:
            found = [row[0] for row in tables.execute("SELECT id FROM document")]
        assert found == [TWO.document.id]


def test_graphs_of_others_are_neither_read_nor_written(remote: str) -> None:
    node = ox.NamedNode("http://example.org/")
    state = ox.NamedNode(STATE)
    with open_store(remote) as store:
        assert content(store) == b""  # Virtuoso comes with graphs of its own
        for graph in (node, state):
            with pytest.raises(StoreError, match="only graphs under"):
                store.apply(
                    Delta(added=(ox.Quad(node, node, node, graph),)), revision=store.revision
                )
        assert store.revision == 0
        store.add([ONE])
        assert STATE not in store.graphs()
        assert not list(store.quads_for_pattern(None, ox.NamedNode(CHANGING), None, None))


def test_clients_have_no_graphs_on_a_server(remote: str) -> None:
    insert = check_update("INSERT DATA { GRAPH <http://example.org/> { <a:s> <a:p> 1 } }")
    with open_store(remote) as store, Pool(store) as pool:
        updates_ = Updates(store, pool)
        with pytest.raises(ProtectedError, match="this store is a server"):
            updates_.run(insert)
        with pytest.raises(ProtectedError, match="this store is a server"):
            updates_.drop("http://example.org/")


def test_long_texts_go_through(remote: str) -> None:
    from tests.store.test_engines import said

    long = said("Japan is assessing the Anka. " + "“é” \\ \n" * 20_000, "Anka")
    with open_store(remote) as store:
        store.add([long])
        assert store.extraction(long.document.id) == long


def test_an_account_that_may_not_write(remote: str, virtuoso: Virtuoso) -> None:
    assert virtuoso.sql(REVOKE)
    try:
        with open_store(remote) as store:
            with pytest.raises(ServerError, match=r"No permission.*let the account write"):
                store.add([ONE])
            assert content(store) == b""
    finally:
        assert virtuoso.sql(GRANT)
    with open_store(remote) as store:
        assert content(store) == b""
        assert store.add([ONE]) == 1


def test_digest(virtuoso: Virtuoso, state: Path) -> None:
    """Virtuoso's protected address takes HTTP Digest only."""
    location = f"{virtuoso.location}-auth"
    with open_store(location, options=Options(user="dba", password="dba")) as store:
        assert store.add([ONE]) == 1
        store.retract(ONE.document.id)
    with pytest.raises(ServerError, match=r"answered 401.*STORE_USER"):
        open_store(location, options=Options(user="dba", password="wrong"))
    with pytest.raises(ServerError, match="answered 401"):
        open_store(location)
    assert state.is_dir()


# Queries from outside -----------------------------------------------------------------------------


def test_dialects_that_reach_the_network_are_refused(remote: str) -> None:
    with (
        open_store(remote) as store,
        Pool(store, limits=Limits(seconds=3)) as pool,
        listening() as trap,
    ):
        url = f'"{trap.url}"'
        for text in (
            f"SELECT (bif:http_get({url}) AS ?x) {{}}",
            f"SELECT (<bif:http_get>({url}) AS ?x) {{}}",
            f"SELECT (<BIF:http_get>({url}) AS ?x) {{}}",
            f"SELECT (<\\u0062if:http_get>({url}) AS ?x) {{}}",
            f"PREFIX x: <bif:> SELECT (x:http_get({url}) AS ?x) {{}}",
            f"PREFIX x: <b> SELECT (x:if\\:http_get({url}) AS ?x) {{}}",
            f"BASE <bif:> SELECT (<http_get>({url}) AS ?x) {{}}",
            f'define get:soft "soft" SELECT * FROM <{trap.url}> {{ ?s ?p ?o }}',
            "SELECT (<java:java.lang.System.exit>(0) AS ?x) {}",
            "SELECT (sql:user_set_password('dba', 'x') AS ?x) {}",
            "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        ):
            with pytest.raises(QueryError):
                pool.run(check(text), media_type="text/csv")
        assert pool.run(check('SELECT ("bif:x <bif:y>" AS ?x) {} # <bif:z>'), media_type="text/csv")
        assert not trap.was_hit()


def test_serving_from_a_server(remote: str) -> None:
    with open_store(remote) as store:
        store.add([ONE, TWO])
        with TestClient(create_app(store, extract=None), base_url="http://localhost") as client:
            assert client.get("/ready").status_code == 200
            assert client.get("/entities/country/japan").json()["name"] == "Japan"
            found = client.get("/statements", params={"predicate": "evaluates"}).json()["items"]
            assert sorted(item["object"]["name"] for item in found) == ["Anka", "Kaan"]
            assert client.get(f"/documents/{ONE.document.id}").json()["text"] == ONE.document.text
            query = "SELECT (COUNT(*) AS ?n) { ?d a <https://w3id.org/entente/ontology#Document> }"
            table = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
            assert table.text == "n\r\n2\r\n"
            assert table.headers["Entente-Revision"] == "1"
            update = client.post("/sparql", data={"update": "DROP GRAPH <a:b>"})
            assert update.status_code == 403
            assert client.delete(f"/documents/{ONE.document.id}").status_code == 204
            assert client.get("/health").json()["revision"] == 2


def test_limits_of_queries_from_outside(remote: str) -> None:
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
    with open_store(remote) as store, Pool(store, limits=Limits(answer_bytes=2000)) as pool:
        store.add(MANY[:3])
        with pytest.raises(QueryLimitError, match=r"within 0\.5 s"):
            pool.run(check(cross), media_type="text/csv", seconds=0.5)
        with pytest.raises(QueryLimitError, match="longer than"):
            pool.run(check("SELECT * { ?s ?p ?o }"), media_type="text/csv")
        assert pool.run(check("ASK {}"), media_type=TABLE)


def test_changes_are_cut_by_number_and_length() -> None:
    node = ox.NamedNode(f"{BASE}graph/test")
    quads = [ox.Quad(node, node, ox.Literal(str(n)), node) for n in range(10)]
    huge = ox.Quad(node, node, ox.Literal("x" * 400_000), node)

    def sizes(delta: Delta, quads: int) -> list[int]:
        return [text.count("graph/test> <") // 1 for text in updates(delta, State(), quads=quads)]

    assert sizes(Delta(added=tuple(quads)), 500) == [10]
    assert sizes(Delta(added=tuple(quads)), 4) == [4, 4, 2]
    assert sizes(Delta(removed=tuple(quads[:3]), added=tuple(quads[3:])), 10) == [10]
    assert sizes(Delta(removed=tuple(quads[:3]), added=tuple(quads)), 10) == [3, 10]
    assert sizes(Delta(added=(*quads[:2], huge, *quads[2:4])), 500) == [2, 1, 2]
