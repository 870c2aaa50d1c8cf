"""`kg backup` and `kg restore` from outside."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.store import open_store
from kg.store.folder import FORMAT
from kg.store.interface import Delta

if TYPE_CHECKING:
    from tests.cli.conftest import Kg

NOTES = ox.NamedNode("https://example.org/notes")


def add_notes(kg: Kg) -> None:
    """A blank node, a literal with everything in it, and an empty graph."""
    quad = ox.Quad(
        ox.BlankNode("b1"),
        ox.NamedNode("https://example.org/says"),
        ox.Literal('"\\\n\t\u2028é\x7f', language="en"),
        NOTES,
    )
    with open_store(str(kg.store)) as store:
        assert store.apply(
            Delta(added=(quad,), created=("https://example.org/empty",)), revision=store.revision
        )


def test_backup_change_restore(stocked: Kg) -> None:
    add_notes(stocked)
    before = stocked("export", "--format", "trig").stdout
    quads = stocked.nquads()
    made = stocked("backup", "one.nq.gz")
    assert (made.returncode, made.stdout) == (0, "")
    assert re.fullmatch(r"[\d,]+ quads written to one\.nq\.gz\n", made.stderr)
    (stocked.folder / "b.txt").write_text("The Akinci flies.")
    assert stocked("ingest", "b.txt").returncode == 0
    assert stocked.nquads() != quads

    assert stocked("restore", "one.nq.gz", "--store", "new").returncode == 0
    assert stocked("export", "--format", "trig", "--store", "new").stdout == before
    with open_store(str(stocked.folder / "new"), create=False) as store:
        assert store.has_graph("https://example.org/empty")
        assert b"".join(store.nquads()).decode() == quads

    refused = stocked("restore", "one.nq.gz")
    assert refused.returncode == 3
    assert "this store holds something" in refused.stderr
    assert "akinci" in stocked.nquads()
    with open_store(str(stocked.store)) as store:
        revision = store.revision
    assert stocked("restore", "one.nq.gz", "--force").returncode == 0
    assert stocked("export", "--format", "trig").stdout == before
    with open_store(str(stocked.store)) as store:
        assert store.revision > revision
    # And it can be written to.
    assert stocked("ingest", "b.txt").returncode == 0


def test_a_backup_is_the_same_bytes_and_plain_nquads(stocked: Kg) -> None:
    for name in ("one.nq.gz", "two.nq.gz"):
        assert stocked("backup", name).returncode == 0
    one = (stocked.folder / "one.nq.gz").read_bytes()
    assert one == (stocked.folder / "two.nq.gz").read_bytes()
    found = {str(quad) for quad in ox.parse(gzip.decompress(one), ox.RdfFormat.N_QUADS)}
    assert len(found) == stocked.nquads().count("\n")


def test_while_a_server_runs(stocked: Kg) -> None:
    quads = stocked.nquads()
    with stocked.start("serve", "--port", "0") as server:
        try:
            assert server.stderr is not None
            port = int(server.stderr.readline().rsplit(b":", 1)[1].split(b"/")[0])
            done = stocked("backup", "live.nq.gz")
            assert done.returncode == 0, done.stderr
            # What has just been written is in it.
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            update = f'INSERT DATA {{ GRAPH {NOTES} {{ {NOTES} {NOTES} "late" }} }}'
            headers = {"content-type": "application/sparql-update"}
            connection.request("POST", "/sparql", update, headers)
            assert connection.getresponse().status == 204
            connection.close()
            assert stocked("backup", "late.nq.gz").returncode == 0
            refused = stocked("restore", "late.nq.gz", "--force")
            assert refused.returncode == 5
            assert "in use by process" in refused.stderr
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    for name in ("live", "late"):
        assert stocked("restore", f"{name}.nq.gz", "--store", name).returncode == 0
    with open_store(str(stocked.folder / "live")) as store:
        assert b"".join(store.nquads()).decode() == quads
    with open_store(str(stocked.folder / "late")) as store:
        assert b'"late"' in b"".join(store.nquads())


def test_while_another_process_writes(stocked: Kg) -> None:
    with open_store(str(stocked.store), purpose="ingesting"):
        done = stocked("backup", "one.nq.gz")
    assert done.returncode == 5
    assert "in use by process" in done.stderr
    assert "(ingesting)" in done.stderr


def test_targets(stocked: Kg) -> None:
    (stocked.folder / "there").write_text("mine")
    done = stocked("backup", "there")
    assert (done.returncode, "add --force" in done.stderr) == (3, True)
    assert (stocked.folder / "there").read_text() == "mine"
    assert stocked("backup", "there", "--force").returncode == 0
    assert "name a file" in stocked("backup", ".").stderr
    assert "make it first" in stocked("backup", "no/such/file").stderr
    assert stocked("backup", "x", "--store", "nowhere").returncode == 5
    assert not list(stocked.folder.glob("*.new"))


def lines(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def damaged(whole: list[bytes], packed: bytes) -> dict[str, bytes]:
    """Files that are no whole backup, by what the message says."""
    head = json.loads(whole[0].split(b" ", 2)[2])
    newer = b"# entente-backup " + json.dumps(head | {"format": 99}).encode() + b"\n"
    bare = b"# entente-backup " + json.dumps({"format": 1}).encode() + b"\n"
    return {
        "1 damaged (Compressed file ended": packed[: len(packed) // 2],
        "2 damaged (": packed[:200] + bytes(b ^ 0xFF for b in packed[200:300]) + packed[300:],
        "3 its end is missing": gzip.compress(b"".join(whole[:-1])),
        "4 does not fit its checksum": gzip.compress(b"".join((*whole[:5], *whole[6:]))),
        "5 does not fit its checksum": gzip.compress(b"".join((*whole, whole[1]))),
        "6 damaged (": gzip.compress(b"".join((*whole[:5], b"no quad\n", *whole[5:]))),
        "7 this is no backup": b"PK\x03\x04 something",
        "8 this is no backup": gzip.compress(b"".join(whole[1:])),
        "9 this is no backup": b"",
        "A has format 99": gzip.compress(b"".join((newer, *whole[1:]))),
        "B not complete": gzip.compress(b"".join((bare, *whole[1:]))),
        "C cannot be read": gzip.compress(b"# entente-backup {\n"),
    }


def test_damaged_and_foreign_backups(stocked: Kg) -> None:
    assert stocked("backup", "good").returncode == 0
    good = stocked.folder / "good"
    before = stocked.nquads()
    cases = damaged(lines(good), good.read_bytes())
    assert len(cases) == 12
    for said, data in cases.items():
        (stocked.folder / "bad").write_bytes(data)
        done = stocked("restore", "bad", "--force")
        assert done.returncode == 3, said
        assert done.stderr.count("\n") == 1
        assert said[2:] in done.stderr, (said, done.stderr)
        assert stocked.nquads() == before
    assert stocked("restore", "missing", "--store", "other").returncode == 3
    assert not (stocked.folder / "other").exists()


def test_an_interrupted_restore_is_finished(stocked: Kg) -> None:
    assert stocked("backup", "one").returncode == 0
    before = stocked.nquads()
    assert stocked("restore", "one", "--store", "new").returncode == 0
    # As a process leaves it that died between the two renames.
    (stocked.folder / "new" / "data").rename(stocked.folder / "new" / "restored")
    with open_store(str(stocked.folder / "new"), create=False) as store:
        assert b"".join(store.nquads()).decode() == before


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (str(FORMAT + 1), "newer than format"),
        (str(FORMAT - 1), "older than format"),
        ("x", "is no number"),
    ],
)
def test_other_formats(stocked: Kg, found: str, said: str) -> None:
    (stocked.store / "format").write_text(found)
    for command in (("stats",), ("backup", "x"), ("serve", "--port", "0")):
        done = stocked(*command)
        assert done.returncode == 5
        assert said in done.stderr
        assert "restore" in done.stderr
