"""Killing the process in the midst of an ingest leaves whole documents only."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from kg.documents import Document
from kg.graph import read
from kg.readers import read as read_file
from kg.store import open_store

if TYPE_CHECKING:
    from tests.cli.conftest import Kg

FILES = 160


@pytest.mark.parametrize("revisions", [1, 6, 17])
def test_kill(kg: Kg, revisions: int) -> None:
    folder = kg.folder / "texts"
    folder.mkdir()
    for number in range(FILES):
        names = " ".join(f"Drone{(number * 7 + i) % 50}" for i in range(9))
        (folder / f"{number}.txt").write_text(f"Text{number} is about {names}.\n" * 8)

    with kg.start("ingest", "texts", ENTENTE_BATCH="5") as process:
        revision = kg.store / "revision"
        end = time.monotonic() + 100
        while not (revision.exists() and int(revision.read_text() or 0) >= revisions):
            assert time.monotonic() < end, "nothing was written"
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL

    with open_store(str(kg.store), create=False) as store:
        known = [document.name for document in read.documents(store)]
        left = b"".join(store.nquads())
    assert 5 * (revisions - 1) <= len(known) < FILES
    texts = [d for n in known for d in read_file(str(folder / f"{n}.txt"))]
    assert all(isinstance(d, Document) for d in texts)

    # Exactly what these documents give in a fresh store, shared graphs included.
    done = kg("ingest", *(f"texts/{name}.txt" for name in known), "--store", "fresh")
    if known:
        assert done.returncode == 0, done.stderr
        with open_store(str(kg.folder / "fresh")) as store:
            assert b"".join(store.nquads()) == left
    # And the rest can follow.
    assert kg("ingest", "texts").returncode == 0
    with open_store(str(kg.store)) as store:
        assert len(list(read.documents(store))) == FILES
