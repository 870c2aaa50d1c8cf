"""Death during writes, a full disk, a second writer, stale snapshots: nothing is left half done."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from kg.errors import StoreInUseError
from kg.store import open_store

ROOT = Path(__file__).parent.parent.parent
KILLS = 15
# Each round replaces five documents and a graph with blank nodes; all of a round say its number.
WRITER = """
import sys
import pyoxigraph as ox
from kg.store import open_store
from kg.store.interface import Delta
from tests.support.articles import EVALUATES, ANKA, JAPAN, extraction

GRAPH, SAYS = ox.NamedNode("a:notes"), ox.NamedNode("a:round")
store = open_store(sys.argv[1])
number = int(sys.argv[2])
print("ready", flush=True)
while True:
    number += 1
    old = list(store.quads_for_pattern(None, None, None, GRAPH))
    new = [ox.Quad(ox.BlankNode(), SAYS, ox.Literal(number), GRAPH) for _ in range(20)]
    assert store.apply(Delta(removed=tuple(old), added=tuple(new)), revision=store.revision)
    store.add([
        extraction(f"Japan tests the Anka, part {part}.", (JAPAN, ANKA),
                   (EVALUATES, "asserted", {}), title=f"{number}", source=f"https://e.org/{part}")
        for part in range(5)
    ])
    store.flush()
    print(number, flush=True)
"""


def run(code: str, *arguments: str) -> subprocess.Popen[str]:
    """A process that runs `code`."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def rounds(folder: str) -> tuple[list[int], int]:
    """The rounds that the notes are of, and how many documents each round has that is there."""
    with open_store(folder) as store:
        notes = [int(row["n"] or 0) for row in store.select("SELECT ?n { ?x <a:round> ?n }")]
        titles = store.select(
            "SELECT ?t (COUNT(DISTINCT ?d) AS ?n) "
            "{ GRAPH ?d { ?d <https://schema.org/headline> ?t } } GROUP BY ?t"
        )
        assert {row["n"] for row in titles} <= {"5"}
        return notes, max((int(row["t"] or 0) for row in titles), default=0)


def test_kill_minus_nine_fifteen_times(tmp_path: Path) -> None:
    folder = str(tmp_path / "store")
    choice = random.Random(4)
    last, before = 0, 0
    for _ in range(KILLS):
        writer = run(WRITER, folder, str(last))
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        said = [int(writer.stdout.readline()) for _ in range(choice.randint(0, 2))]
        time.sleep(choice.uniform(0, 0.1))  # somewhere in the next round
        writer.kill()
        said += [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()
        notes, documents = rounds(folder)
        assert len(notes) in (0, 20)
        assert len(set(notes)) <= 1
        # What was reported as done is there; what comes after it is there whole or not at all.
        done = max(said, default=before)
        assert documents in (done, last + len(said) + 1)
        assert not notes or notes[0] in (documents, last, last + len(said) + 1)
        before, last = documents, max(documents, *notes, last)
    assert last >= KILLS // 2


FULL = """
import resource, signal, sys
from kg.errors import StoreError
from kg.store import open_store
from tests.support.articles import EVALUATES, ANKA, JAPAN, extraction

store = open_store(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
number = 0
try:
    while number < 10_000:
        text = f"Japan tests the Anka, number {number}. " + "x" * 20_000
        store.add([extraction(text, (JAPAN, ANKA), (EVALUATES, "asserted", {}))])
        store.flush()
        number += 1
except StoreError as error:
    assert "disk is full" in str(error), error
    print(number, flush=True)
    import os
    os._exit(0)
"""


def test_a_full_disk(tmp_path: Path) -> None:
    folder = str(tmp_path / "store")
    writer = run(FULL, folder)
    said, _ = writer.communicate(timeout=120)
    assert writer.returncode == 0
    assert int(said) < 10_000
    with open_store(folder) as store:
        rows = store.select(
            "SELECT ?d { GRAPH ?d { ?d a <https://w3id.org/entente/ontology#Document> } }"
        )
        assert len(rows) in (int(said), int(said) + 1)
        for row in rows:
            assert store.extraction((row["d"] or "").rpartition("/")[2]).evidence


def test_a_second_writer(tmp_path: Path) -> None:
    folder = str(tmp_path / "store")
    with open_store(folder, purpose="serving at http://127.0.0.1:1"):
        with pytest.raises(StoreInUseError, match=r"in use by process \d+ \(serving at http"):
            open_store(folder)
        code = f"from kg.store import open_store; open_store({folder!r})"
        assert (
            subprocess.run(
                [sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL
            ).returncode
            == 1
        )


def test_stale_snapshots_are_swept_away(tmp_path: Path) -> None:
    folder = str(tmp_path / "store")
    with open_store(folder) as store:
        scratch = store.scratch
    for name in ("generation-1-1", "update-1-1"):
        (scratch / name).mkdir(parents=True)
        (scratch / name / "old.sst").write_text("old")
    with open_store(folder):
        assert list(scratch.iterdir()) == []
