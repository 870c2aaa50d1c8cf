"""What every store does: run against the embedded one and against Virtuoso over HTTP.

Virtuoso is started once, in a temporary folder and on free ports; each test that uses it begins
and ends with a server that holds nothing of ours.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.documents import Document, Sentence
from kg.entities import Entity
from kg.errors import NotFoundError, QueryError, StoreError, StoreInUseError
from kg.graph.canonical import canonical
from kg.statements import EntityRef, Evidence, Extraction, Statement
from kg.store import Store, open_store
from kg.store.deltas import write
from kg.store.interface import Delta
from kg.store.remote import Endpoint, RemoteStore, state_folder

INI = """
[Database]
DatabaseFile = v.db
TransactionFile = v.trx
ErrorLogFile = v.log
LockFile = v.lck
xa_persistent_file = v.pxa
[TempDatabase]
DatabaseFile = vt.db
TransactionFile = vt.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 2000
MaxDirtyBuffers = 1000
[HTTPServer]
ServerPort = 127.0.0.1:{web}
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 1000000
"""
GRANT = 'GRANT SPARQL_UPDATE TO "SPARQL";\n'


def said(text: str, *names: str, confidence: float = 0.9) -> Extraction:
    """A document which says that Japan evaluates some equipment."""
    return canonical(
        Extraction(
            document=Document(text=text, date="2026-01-08", name='a "name" with \\ and é'),
            sentences=(Sentence(number=1, start=0, end=len(text)),),
            entities=(
                Entity(id="country/japan", type="Country", name="Japan", catalogue=True),
                *(Entity(id=f"equipment/{n.lower()}", type="Equipment", name=n) for n in names),
            ),
            evidence=tuple(
                Evidence(
                    statement=Statement(
                        "country/japan", "evaluates", EntityRef(f"equipment/{name.lower()}")
                    ),
                    sentence=1,
                    start=0,
                    end=len(text),
                    modality="asserted",
                    confidence=confidence,
                    extractor="test",
                )
                for name in names
            ),
        )
    )


ONE = said("Japan is assessing the Anka.", "Anka")
TWO = said("Tōkyō “looks” at\nthe Anka 🛩 and the Kaan.", "Anka", "Kaan", confidence=0.5)
MANY = [said(f"Japan is assessing drone {n}.", f"D{n}") for n in range(25)]


def content(store: Store) -> bytes:
    return b"".join(store.nquads())


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Virtuoso that anyone may write to."""
    if not (shutil.which("virtuoso-t") and shutil.which("isql-vt")):
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
    folder = tmp_path_factory.mktemp("virtuoso")
    sql, web = _free_ports()
    (folder / "v.ini").write_text(INI.format(sql=sql, web=web), encoding="ascii")
    with (folder / "out").open("wb") as out:
        server = subprocess.Popen(
            ["virtuoso-t", "+foreground", "+configfile", "v.ini"],
            cwd=folder,
            stdout=out,
            stderr=out,
        )
    try:
        end = time.monotonic() + 60
        while True:
            done = subprocess.run(
                ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba"],
                input=GRANT,
                capture_output=True,
                text=True,
                check=False,
            )
            if "Done." in done.stdout:
                break
            assert server.poll() is None, (folder / "out").read_text(errors="replace")
            assert time.monotonic() < end, "Virtuoso did not start within a minute"
            time.sleep(0.3)
        yield f"sparql+http://127.0.0.1:{web}/sparql"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _clear(location: str) -> None:
    endpoint = Endpoint.parse(location)
    with RemoteStore.open(location) as store:
        for graph in store.graphs():
            endpoint.send("update", f"DROP SILENT GRAPH <{graph}>", accept="*/*")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what belongs to this machine is kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def remote(virtuoso: str, state: Path) -> Iterator[str]:
    """The address of an empty store on Virtuoso."""
    _clear(virtuoso)
    yield virtuoso
    _clear(virtuoso)
    assert state.is_dir()


@pytest.fixture(params=["embedded", "virtuoso"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store is."""
    if request.param == "embedded":
        return str(tmp_path / "kg-store")
    found: str = request.getfixturevalue("remote")
    return found


def test_adding_replacing_and_retracting(location: str, tmp_path: Path) -> None:
    better = replace(ONE, evidence=(replace(ONE.evidence[0], confidence=0.25),))
    with open_store(location) as store, open_store(str(tmp_path / "peer")) as peer:
        assert store.add([ONE, TWO]) == peer.add([ONE, TWO]) == 2
        assert content(store) == content(peer)
        assert store.graphs() == peer.graphs()
        assert all(store.has_graph(graph) for graph in store.graphs())
        assert store.extraction(TWO.document.id) == TWO
        before = store.revision
        assert store.add([ONE]) == 0
        assert store.revision == before
        assert store.add([better]) == peer.add([better]) == 1
        assert store.revision > before
        assert content(store) == content(peer)
        store.retract(TWO.document.id)
        peer.retract(TWO.document.id)
        assert content(store) == content(peer)
        store.retract(ONE.document.id)
        assert content(store) == b""
        assert store.graphs() == []


def test_what_is_added_is_there_when_opened_again(location: str) -> None:
    with open_store(location) as store:
        assert store.add(MANY) == len(MANY)  # more than one request over HTTP
        before, revision = content(store), store.revision
    with open_store(location, create=False) as store:
        assert content(store) == before
        assert store.revision == revision
        assert store.extraction(MANY[7].document.id) == MANY[7]


@pytest.mark.parametrize("document", ["0123456789abcdef", "no id", "> } #"])
def test_unknown_documents(location: str, document: str) -> None:
    with open_store(location) as store:
        with pytest.raises(NotFoundError, match="no such document"):
            store.retract(document)
        with pytest.raises(NotFoundError):
            store.extraction(document)


def test_queries(location: str) -> None:
    with open_store(location) as store:
        store.add([ONE])
        labels = (
            "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT DISTINCT ?l ?none "
            "{ <https://w3id.org/entente/entity/equipment/anka> skos:prefLabel ?l }"
        )
        assert store.select(labels) == [{"l": "Anka", "none": None}]
        answer = json.loads(store.query(labels, media_type="application/sparql-results+json"))
        assert [row["l"]["value"] for row in answer["results"]["bindings"]] == ["Anka"]
        with pytest.raises(QueryError):
            store.select("SELECT { nonsense")


def test_changes_and_snapshots(location: str, tmp_path: Path) -> None:
    node = ox.NamedNode("https://w3id.org/entente/graph/test")
    quad = ox.Quad(node, node, ox.Literal("it's"), node)
    with open_store(location) as store:
        assert not store.apply(Delta(added=(quad,)), revision=store.revision + 1)
        assert store.apply(Delta(added=(quad,)), revision=store.revision)
        assert list(store.quads_for_pattern(None, node, None)) == [quad]
        store.snapshot(tmp_path / "copy")
        assert list(ox.Store.read_only(str(tmp_path / "copy"))) == [quad]
        assert store.apply(Delta(removed=(quad,)), revision=store.revision)
        assert content(store) == b""


def test_a_second_process_is_told(location: str) -> None:
    with open_store(location, purpose="ingesting"), pytest.raises(StoreInUseError, match="ingest"):
        open_store(location)


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
    assert not (folder / "journal").exists()


def test_graphs_of_others_are_neither_read_nor_written(remote: str) -> None:
    node = ox.NamedNode("http://example.org/")
    with open_store(remote) as store:
        assert content(store) == b""  # Virtuoso comes with graphs of its own
        with pytest.raises(StoreError, match="only graphs under"):
            store.apply(Delta(added=(ox.Quad(node, node, node, node),)), revision=store.revision)
        assert store.revision == 0


def test_a_server_that_is_away_is_named_without_the_password(state: Path) -> None:
    port, _ = _free_ports()
    with pytest.raises(StoreError, match=f"http://127.0.0.1:{port}/sparql: the server") as error:
        open_store(f"sparql+http://ann:se%40cret@127.0.0.1:{port}/sparql")
    assert "cret" not in str(error.value)
    assert "ann" not in str(error.value)
    assert state.is_dir()


@pytest.mark.parametrize(
    "address",
    [
        "sparql+http://",
        "sparql+http://u:secret@h:port/",
        "ftp://u:secret@host/",
        "http://u:secret@h/",
    ],
)
def test_wrong_addresses(address: str) -> None:
    with pytest.raises(StoreError, match="sparql\\+http://localhost") as error:
        open_store(address)
    assert "secret" not in str(error.value)


def test_credentials_and_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_STORE_USER", "ann")
    monkeypatch.setenv("ENTENTE_STORE_PASSWORD", "secret")
    found = Endpoint.parse("sparql+https://[::1]:3030/ds/query?update=/ds/update")
    assert found.name == "https://[::1]:3030/ds/query"
    assert found.update_path == "/ds/update"
    assert found.authorization == "Basic YW5uOnNlY3JldA=="
