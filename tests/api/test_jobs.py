"""Jobs: how far they are, how they are stopped, and how they end."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.jobs import MOST_ITEMS, MOST_JOBS, Job, Jobs, Pending, Work
from kg.documents import Document
from kg.errors import BusyError, DocumentError, InputError, NotFoundError, StoreError
from kg.statements import Extraction
from kg.store import Store, open_store
from tests.api.sending import LINES, ended, extract, sent


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("jobs") / "store")) as result:
        yield result


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(store, extract=extract), base_url="http://localhost") as result:
        yield result


class Gate:
    """A pipeline that waits at each document until it may go on."""

    def __init__(self) -> None:
        self.open = threading.Semaphore(0)
        self.reached = threading.Semaphore(0)

    def __call__(self, document: Document) -> Extraction:
        self.reached.release()
        assert self.open.acquire(timeout=60)
        return extract(document)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def slow(store: Store, gate: Gate) -> Iterator[TestClient]:
    with TestClient(create_app(store, extract=gate), base_url="http://localhost") as result:
        yield result
        gate.open.release(1000)


def lines(*names: str) -> bytes:
    return "\n".join(json.dumps({"text": f"Japan and the {name}."}) for name in names).encode()


def test_others_are_answered_meanwhile_and_a_stop_keeps_what_is_stored(
    slow: TestClient, gate: Gate, store: Store
) -> None:
    before = store.revision
    path = slow.post("/jobs", content=lines("A", "B", "C"), headers=LINES).headers["location"]
    assert gate.reached.acquire(timeout=60)
    for asked in ("/health", "/documents", "/statements", path):
        assert slow.get(asked).status_code == 200
    assert [item["state"] for item in slow.get(path).json()["items"]] == [
        "running", "waiting", "waiting",
    ]  # fmt: skip
    assert slow.delete(path).status_code == 200
    gate.open.release()
    job = ended(slow, path)
    assert job["state"] == "stopped"
    assert [item["state"] for item in job["items"]] == ["done", "stopped", "stopped"]
    assert store.revision == before + 1
    assert slow.delete(path).json() == job  # which changes nothing
    assert not list(store.scratch.glob("upload-*"))


def test_only_so_many_at_once(slow: TestClient, gate: Gate) -> None:
    paths = [
        slow.post("/jobs", content=lines(f"N{n}"), headers=LINES).headers["location"]
        for n in range(MOST_JOBS)
    ]
    assert gate.reached.acquire(timeout=60)
    answer = slow.post("/jobs", content=lines("x"), headers=LINES)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert [slow.get(path).json()["state"] for path in paths[1:]] == ["waiting"] * (MOST_JOBS - 1)
    assert slow.delete(paths[2]).json()["state"] == "stopped"
    gate.open.release(MOST_JOBS)
    assert [ended(slow, path)["state"] for path in paths] == ["done", "done", "stopped", "done"]


def test_what_came_for_nothing_is_not_kept(
    slow: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other jobs may take the last room while a body comes in."""
    monkeypatch.setattr(Jobs, "check_room", lambda _: None)
    monkeypatch.setattr("api.jobs.MOST_JOBS", 0)
    answer = slow.post("/jobs", content=lines("x"), headers=LINES)
    assert answer.status_code == 503
    assert not list(store.scratch.glob("upload-*"))


def test_the_server_stops_in_the_middle(store: Store, gate: Gate) -> None:
    before = threading.active_count()
    with TestClient(create_app(store, extract=gate), base_url="http://localhost") as client:
        body = lines("stop one", "stop two")
        path = client.post("/jobs", content=body, headers=LINES).headers["location"]
        assert gate.reached.acquire(timeout=60)
        threading.Timer(0.2, gate.open.release).start()
        assert client.get(path).json()["state"] == "running"
    assert threading.active_count() <= before + 1  # the timer may not be gone yet
    assert not list(store.scratch.glob("upload-*"))


def test_the_log_says_whose_job_changed_what(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="entente.audit"):
        job = sent(client, lines("logged"), LINES | {"x-request-id": "mine"})
    found = [json.loads(record.message) for record in caplog.records]
    [line] = [each for each in found if "documents" in each]
    assert (line["id"], line["job"]) == ("mine", job["id"])
    assert line["writer"] == "anybody on this machine"
    assert line["documents"] == [job["items"][0]["document"]]
    assert line["revision"] > 0


def test_jobs_that_are_not_there(client: TestClient) -> None:
    for id_ in ("0", "..%2f..", quote("\0"), "x" * 64):
        assert client.get(f"/jobs/{id_}").status_code == 404
        assert client.delete(f"/jobs/{id_}").status_code == 404


# Without a server --------------------------------------------------------------------------------


class Desk:
    """Jobs over a store that is none."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.now = 0.0
        self.takes = 0.0  # seconds for each document
        self.jobs = Jobs(
            known=lambda _: False,
            extract=self.extract,
            add=self.add,
            clock=lambda: self.now,
        )

    def extract(self, document: Document) -> Extraction:
        self.now += self.takes
        if "crash" in document.text:
            raise ZeroDivisionError
        return extract(document)

    def add(self, extractions: Sequence[Extraction]) -> int:
        for each in extractions:
            if "refused" in each.document.text:
                raise InputError("not this one")
            if "full" in each.document.text:
                raise StoreError("the disk is full")
        self.batches.append(len(extractions))
        return len(self.batches)

    def document(self, text: str) -> list[Document | DocumentError]:
        return [Document(text=text)]

    def run(self, *texts: str) -> Job:
        """A job with these texts, when it is through."""
        return self.work(*(Pending(name=text, read=partial(self.document, text)) for text in texts))

    def work(self, *pending: Pending) -> Job:
        """A job with this to read, when it is through."""
        job = self.jobs.submit(Work(pending=pending, close=lambda: None), origin={})
        while job.state in ("waiting", "running"):
            time.sleep(0.01)
            job = self.jobs.get(job.id)
        return job


def test_documents_are_stored_in_batches() -> None:
    desk = Desk()
    job = desk.run(*(f"text {n}" for n in range(40)))
    assert (job.state, job.count("done")) == ("done", 40)
    assert desk.batches == [16, 16, 8]


def test_a_batch_waits_for_two_seconds_at_most() -> None:
    desk = Desk()
    desk.takes = 0.9
    desk.run(*(f"text {n}" for n in range(10)))
    assert desk.batches == [4, 4, 2]


def test_one_that_cannot_be_stored_stops_no_others() -> None:
    job = Desk().run("a", "refused", "b")
    assert [item.state for item in job.items] == ["done", "failed", "done"]
    assert job.items[1].error == "not this one"


def test_a_full_disk_ends_a_job() -> None:
    desk = Desk()
    job = desk.run("a", "full", "b")
    assert (job.state, job.error) == ("failed", "the disk is full")
    assert desk.run("c").state == "done"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_of_ours_ends_one_job() -> None:
    desk = Desk()
    job = desk.run("a", "crash", "b")
    assert job.state == "failed"
    assert "mistake" in (job.error or "")
    assert desk.run("c").state == "done"


def test_jobs_are_forgotten() -> None:
    desk = Desk()
    first = desk.run("a")
    desk.now = 3000
    second = desk.run("b")
    desk.now = 4000
    with pytest.raises(NotFoundError, match="after an hour"):
        desk.jobs.get(first.id)
    assert desk.jobs.get(second.id).state == "done"


def test_a_file_with_very_many_documents() -> None:
    desk = Desk()
    many: list[Any] = [Document(text=f"text {n}") for n in range(MOST_ITEMS + 5)]
    job = desk.work(
        Pending(name="many", read=lambda: many), Pending(name="more", read=lambda: many[:1])
    )
    assert len(job.items) <= MOST_ITEMS + 1
    assert job.items[-1].name == "more"
    assert "send the rest anew" in (job.items[-2].error or "")
    assert job.count("failed") == 1


def test_a_busy_reader_is_waited_for() -> None:
    desk = Desk()
    tries: list[int] = []

    def read() -> list[Any]:
        tries.append(1)
        if len(tries) < 3:
            raise BusyError("later")
        return [DocumentError("nothing in it")]

    job = desk.work(Pending(name="a", read=read))
    assert [item.error for item in job.items] == ["nothing in it"]
    assert len(tries) == 3


def test_after_the_end_nothing_is_taken() -> None:
    desk = Desk()
    desk.jobs.close()
    with pytest.raises(BusyError, match="stopping"):
        desk.run("a")
