"""A store on Virtuoso: changes that are cut off, other machines, accounts."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ProtectedError, ServerError, StoreError, StoreInUseError
from kg.graph.terms import BASE
from kg.store import Store, open_store
from kg.store.endpoint import Endpoint, Options
from kg.store.interface import Delta
from kg.store.remote_reader import RemoteReader
from kg.store.remote_state import (
    CHANGING,
    STATE,
    Change,
    State,
    read_text,
    said,
    state_folder,
    updates,
)
from kg.store.server import Server
from kg.store.update_guard import check_update
from kg.store.updates import Updates
from kg.store.worker import Pool
from tests.store.test_engines import MANY, ONE, TWO, content
from tests.support.virtuoso import GRANT, REVOKE, Virtuoso, is_installed

ROOT = Path(__file__).parent.parent.parent


def send(location: str, update: str) -> None:
    """Have the server carry out an update."""
    with closing(Server(Endpoint.parse(location), Options())) as server:
        server.ask("update", update, accept="*/*")


def state_of(location: str) -> State:
    """What the server says of the dataset."""
    with closing(Server(Endpoint.parse(location), Options())) as server:
        return RemoteReader(server).state()


def test_what_was_cut_off_is_finished_at_the_next_start(remote: str, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "peer")) as peer:
        peer.add(MANY)
        whole = tuple(peer.quads_for_pattern(None, None, None))
        expected = content(peer)
    with open_store(remote) as store:
        store.apply(Delta(added=whole[:100]), revision=store.revision)
    journal = state_folder(Endpoint.parse(remote)) / "journal"
    before = state_of(remote).token
    change = Change(delta=Delta(added=whole), flag="here 1", before=before, after="2 abcdefab")
    journal.write_bytes(change.write())
    send(remote, f"INSERT DATA {said(CHANGING, change.flag)}")
    for _ in range(2):  # the second time, all was done but for taking the journal out
        with open_store(remote) as store:
            assert content(store) == expected
            assert store.revision == 2
        assert not journal.exists()
        assert not state_of(remote).flags
        journal.write_bytes(change.write())


def test_what_was_given_up_is_not_finished(remote: str, tmp_path: Path) -> None:
    """The state was dropped on the server, and others have written meanwhile."""
    with open_store(str(tmp_path / "peer")) as peer:
        peer.add([ONE])
        whole = tuple(peer.quads_for_pattern(None, None, None))
    journal = state_folder(Endpoint.parse(remote)) / "journal"
    with open_store(remote) as store:
        store.add([TWO])
        before = content(store)
    change = Change(delta=Delta(added=whole), flag="here 1", before="", after="1 abcdefab")
    journal.write_bytes(change.write())
    with open_store(remote) as store:
        assert content(store) == before
        assert store.revision == 1
    assert not journal.exists()


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"removed": 0}\n', b"\xff\n", b"{}\n{}\n"])
def test_a_journal_that_is_none(remote: str, text: bytes) -> None:
    open_store(remote).close()
    journal = state_folder(Endpoint.parse(remote)) / "journal"
    journal.write_bytes(text)
    with pytest.raises(StoreError, match=r"journal: this journal is damaged.*delete the file"):
        open_store(remote)
    assert journal.read_bytes() == text
    journal.unlink()
    open_store(remote).close()


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
    folder = state_folder(Endpoint.parse(remote))
    left: list[tuple[bool, bool, bool]] = []
    moments = [
        ("", 0.0),
        *(("flag", pause) for pause in (0.0, 0.01, 0.02, 0.04)),
        *(("journal", pause) for pause in (0.0, 0.03, 0.06, 0.09)),
    ]
    # At least one dies at looking what to do, and one with a change under way. On a busy machine
    # either may be over before it is seen, so that it takes more of them.
    wanted = {(True, False, False), (True, True, True)}
    for sign, pause in moments * 4:
        if len(left) >= len(moments) and wanted <= set(left):
            break
        flag = read_text(folder / "flag")
        writer = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER), remote],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        end = time.monotonic() + 60
        while writer.poll() is None and (
            (sign == "flag" and read_text(folder / "flag") == flag)
            or (sign == "journal" and not (folder / "journal").exists())
        ):
            assert time.monotonic() < end
        time.sleep(pause)
        writer.kill()
        writer.wait()
        writer.stdout.close()
        state = state_of(remote)
        left.append((bool(state.claims), bool(state.changing), (folder / "journal").exists()))
        with open_store(remote) as store:
            assert content(store) in (b"", expected)
            with store.index.reading() as tables:
                documents = tables.execute("SELECT COUNT(*) FROM document").fetchone()[0]
            assert documents == len(store.graphs()[2:]) or documents == 0
            for document in MANY[:documents]:
                store.retract(document.document.id)
            assert content(store) == b""
    assert not state_of(remote).flags
    assert wanted <= set(left)


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


def test_nobody_writes_into_the_change_of_another_machine(
    remote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.store.remote_turn._PATIENCE", 0.5)
    monkeypatch.setattr("kg.store.remote_turn._DEAD", 0.1)
    with open_store(remote) as store:
        store.add([ONE])
        send(remote, f"INSERT DATA {said(CHANGING, 'far 12')}")
        with pytest.raises(StoreInUseError, match=f"store in use by far, .* <{STATE}>"):
            store.add([TWO])
        assert state_of(remote).flags == {"far 12"}  # nobody takes it down
        assert store.extraction(ONE.document.id) == ONE  # reading goes on
        send(remote, f"DROP SILENT GRAPH <{STATE}>")
        assert store.add([TWO]) == 1


def test_a_server_that_was_emptied_is_noticed(remote: str) -> None:
    with open_store(remote) as store:
        store.add([ONE])
        assert store.index.revision == 1
        for graph in (*store.graphs(), STATE):
            send(remote, f"DROP SILENT GRAPH <{graph}>")
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


def test_changes_are_cut_by_number_and_length() -> None:
    node = ox.NamedNode(f"{BASE}graph/test")
    quads = [ox.Quad(node, node, ox.Literal(str(n)), node) for n in range(10)]
    huge = ox.Quad(node, node, ox.Literal("x" * 400_000), node)

    def sizes(delta: Delta, quads: int) -> list[int]:
        return [text.count("graph/test> <") for text in updates(delta, "", quads=quads)]

    assert sizes(Delta(added=tuple(quads)), 500) == [10]
    assert sizes(Delta(added=tuple(quads)), 4) == [4, 4, 2]
    assert sizes(Delta(removed=tuple(quads[:3]), added=tuple(quads[3:])), 10) == [10]
    assert sizes(Delta(removed=tuple(quads[:3]), added=tuple(quads)), 10) == [3, 10]
    assert sizes(Delta(added=(*quads[:2], huge, *quads[2:4])), 500) == [2, 1, 2]
