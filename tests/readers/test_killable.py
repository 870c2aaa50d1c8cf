"""Reading what takes too long, grows too large or reaches out costs a process, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.documents import Document
from kg.errors import BusyError, DocumentError, StoreError
from kg.readers.killable import Readers, ReadLimits
from tests.readers.conftest import pdf

TEXT = b"Japan tests the Anka."


@pytest.fixture
def make() -> Iterator[list[Readers]]:
    made: list[Readers] = []
    yield made
    for each in made:
        each.close()


def readers(made: list[Readers], limits: ReadLimits) -> Readers:
    made.append(Readers(limits))
    return made[-1]


def only(found: list[Document | DocumentError]) -> Document | DocumentError:
    [each] = found
    return each


def test_one_process_reads_many(make: list[Readers]) -> None:
    found = readers(make, ReadLimits())
    ids: set[int] = set()
    for kind in ("text", "", "text"):
        document = only(found.read(TEXT, kind=kind, where="it", name="n"))
        assert document == Document(text=TEXT.decode(), name="n")
        ids.update(process.id for process in found._idle)
    assert len(ids) == 1


def test_what_takes_too_long(make: list[Readers]) -> None:
    found = readers(make, ReadLimits(seconds=2.5))
    slow = pdf(*["\n".join(["many words on a line"] * 3000)] * 60)
    error = only(found.read(slow, kind="pdf", where="slow.pdf"))
    assert str(error) == "slow.pdf: reading it took longer than 2.5 s: send its text"
    assert not found._idle
    found.limits = ReadLimits()  # on a busy machine a new process alone takes seconds to start
    assert isinstance(only(found.read(TEXT, kind="text", where="it")), Document)


def test_what_needs_too_much_memory(make: list[Readers]) -> None:
    found = readers(make, ReadLimits(memory_bytes=330 * 2**20))
    page = b"<html><body><article><p>" + b"<b>Japan</b> tests. " * 200_000
    error = only(found.read(page, kind="html", where="page"))
    assert isinstance(error, DocumentError)
    assert str(error).startswith("page: ")
    assert isinstance(only(found.read(TEXT, kind="text", where="it")), Document)


def test_too_many_at_once(make: list[Readers]) -> None:
    found = readers(make, ReadLimits(processes=1, patience=0.05))
    assert found._slots.acquire()
    with pytest.raises(BusyError):
        found.read(TEXT, kind="text", where="it")
    found._slots.release()
    assert isinstance(only(found.read(TEXT, kind="text", where="it")), Document)


def test_it_has_no_secrets_and_no_network(
    make: list[Readers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTENTE_TOKEN", "secret")
    found = readers(make, ReadLimits())
    found.read(TEXT, kind="text", where="it")
    [process] = found._idle
    about = Path(f"/proc/{process.id}")
    if about.exists():  # Linux
        assert b"secret" not in (about / "environ").read_bytes()
        assert "Seccomp:\t2" in (about / "status").read_text(encoding="ascii")


def test_after_the_end(make: list[Readers]) -> None:
    found = readers(make, ReadLimits())
    found.close()
    with pytest.raises(StoreError, match="stopping"):
        found.read(TEXT, kind="text", where="it")
