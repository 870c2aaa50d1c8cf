"""Many documents at once: what is sent, how far it is, how it is stopped, and archives that are
made to do harm."""

from __future__ import annotations

import io
import json
import logging
import struct
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.jobs import MOST_ITEMS, MOST_JOBS, Jobs, Pending, Work
from kg.documents import Document
from kg.errors import BusyError, DocumentError, InputError, NotFoundError, StoreError
from kg.readers.killable import ReadLimits
from kg.statements import Extraction
from kg.store import Store, open_store
from tests.api.conftest import extract as extract_unnamed
from tests.readers.conftest import pdf

LINES = {"content-type": "application/x-ndjson"}
ZIP = {"content-type": "application/zip"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("jobs") / "store")) as result:
        yield result


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[TestClient]:
    app = create_app(
        store,
        extract=extract,
        upload_bytes=5_000_000,
        reading=ReadLimits(seconds=10, memory_bytes=700 * 2**20, members=300),
    )
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as result:
        yield result


def extract(document: Document) -> Extraction:
    """What the pipeline of these tests finds in a document, which may have a name."""
    return replace(extract_unnamed(replace(document, name=None)), document=document)


def packed(files: dict[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return output.getvalue()


def ended(client: TestClient, path: str) -> Any:
    """The job, when it is through."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        job = client.get(path).json()
        assert len(job["items"]) == job["total"]
        if job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.02)
    raise AssertionError(job)


def sent(client: TestClient, body: bytes, headers: dict[str, str]) -> Any:
    """The job that comes of a body, when it is through."""
    answer = client.post("/jobs", content=body, headers=headers)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/jobs/{answer.json()['id']}"
    return ended(client, answer.headers["location"])


def states(job: Any) -> dict[str, str]:
    return {item["name"]: item["state"] for item in job["items"]}


def test_lines(client: TestClient) -> None:
    texts = [f"Japan tests the Anka {n} times." for n in range(20)]
    lines = [json.dumps({"text": text, "title": "T"}) for text in texts]
    body = "\n".join([*lines[:2], "", "{oops", *lines[2:], lines[0], '{"text": " "}'])
    job = sent(client, body.encode(), LINES)
    assert (job["state"], job["total"], job["done"], job["failed"]) == ("done", 23, 21, 2)
    broken = job["items"][2]
    assert (broken["name"], broken["document"]) == ("line 3", None)
    assert broken["error"].startswith("line 3: this is not JSON")
    assert "no text" in job["items"][-1]["error"]
    for item in job["items"][:2]:
        found = client.get(f"/documents/{item['document']}").json()
        assert found["statements"] == item["statements"] == 1
    again = sent(client, body.encode(), LINES)
    assert [item["known"] for item in again["items"] if item["state"] == "done"] == [True] * 21


FILES = {
    "news/tokyo.txt": b"---\ntitle: Tokyo\n---\nJapan tests the Anka in a zip.",
    "../../etc/../anka.md": b"Japan tests the Anka by night.",
    "page.html": b"<html><head><title>P</title></head><body><article><p>Japan tests the Anka on a "
    b"page, which is long enough to be taken for an article.</p></article></body></html>",
    "file.PDF": pdf("Japan tests the Anka on paper."),
    "many.jsonl": b'{"text": "Japan tests the Anka once."}\n{"text": 1}\n{"text": "Japan, Anka."}',
    "photo.png": b"\x89PNG\r\n",
    "inner.zip": packed({"a.txt": b"Japan"}),
    "inner.tar.gz": b"\x1f\x8b\x08\x00",
    "empty.txt": b"",
    "zeros.txt": b"0" * 2_000_000,
}
NAMES = {
    **dict.fromkeys(["news/tokyo.txt", "../../etc/../anka.md", "page.html", "file.PDF"], "done"),
    "many.jsonl": "done",
    "many.jsonl (2)": "failed",
    "many.jsonl (3)": "done",
    **dict.fromkeys(["photo.png", "inner.zip", "inner.tar.gz", "empty.txt", "zeros.txt"], "failed"),
}


def test_an_archive(client: TestClient) -> None:
    hidden = {".hidden.txt": b"x", "__MACOSX/a.txt": b"x", "folder/": b""}
    job = sent(client, packed(FILES | hidden), ZIP)
    assert states(job) == NAMES
    errors = {item["name"]: item["error"] for item in job["items"]}
    assert "a picture" in errors["photo.png"]
    assert "a zip archive" in errors["inner.zip"]
    assert "gzip" in errors["inner.tar.gz"]
    assert "times its size" in errors["zeros.txt"]
    assert "line 2" in errors["many.jsonl (2)"]


def test_the_files_of_a_form(client: TestClient) -> None:
    files = [("file", (name, data)) for name, data in FILES.items() if name != "zeros.txt"]
    typed = [
        ("file", ("note", b"Japan tests the Anka without an ending.", "text/plain")),
        ("file", ("x", b'{"text": "Japan tests the Anka in lines."}', "application/x-ndjson")),
    ]
    answer = client.post("/jobs", files=[*files, *typed])
    assert answer.status_code == 202, answer.text
    job = ended(client, answer.headers["location"])
    expected = {name: state for name, state in NAMES.items() if name != "zeros.txt"}
    assert states(job) == expected | {"note": "done", "x": "done"}


# Archives and bodies that are made to do harm --------------------------------------------------


def many_members() -> bytes:
    return packed({f"{n}.txt": b"" for n in range(301)}, how=zipfile.ZIP_STORED)


def overlapping() -> bytes:
    """One packed member, to which 100 entries of the directory point."""
    data = bytearray(packed({"a.txt": b"Japan " * 200_000}))
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry, tail = bytes(data[start:end]), bytearray(data[end:])
    struct.pack_into("<HH", tail, 8, 100, 100)
    struct.pack_into("<I", tail, 12, len(entry) * 100)
    return bytes(data[:start]) + entry * 100 + bytes(tail)


def lying(size: int) -> bytes:
    """A member that says that it is small, and is not."""
    data = bytearray(packed({"a.txt": b"0" * 40_000_000}))
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, local + 22, size)
    struct.pack_into("<I", data, central + 24, size)
    return bytes(data)


def locked() -> bytes:
    data = bytearray(packed({"a.txt": b"Japan"}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + place] |= 1
    return bytes(data)


REFUSED = {
    "many members": (many_members(), ZIP, "more than 300 files"),
    "too much in it": (
        packed({f"{n}.txt": b"Japan tests." * 1_600_000 for n in range(12)}), ZIP,
        "unpacks to more than 200,000,000 bytes",
    ),
    "one member many times": (overlapping(), ZIP, "overlap"),
    "no archive": (b"Japan", ZIP, "no whole zip archive"),
    "half an archive": (packed(FILES)[:-40], ZIP, "no whole zip archive"),
    "an empty archive": (packed({}), ZIP, "no document in it"),
    "nothing": (b"", LINES, "no document in it"),
    "blank lines": (b"\n \n", LINES, "no document in it"),
    "many lines": (b"{}\n" * (MOST_ITEMS + 1), LINES, "2,001 documents are more than 2,000"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_refused_as_a_whole(client: TestClient, store: Store, name: str) -> None:
    body, headers, words = REFUSED[name]
    answer = client.post("/jobs", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert words in answer.json()["detail"]
    assert not list(store.scratch.glob("upload-*"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (lying(1000), "damaged"),
        (locked(), "password"),
        (packed({"a.txt": b"Japan"}, how=zipfile.ZIP_LZMA), "deflate"),
        (packed({"a.txt": b"Japan"}, how=zipfile.ZIP_STORED).replace(b"Japan", b"Japon"), "CRC"),
    ],
    ids=["lying", "locked", "lzma", "wrong checksum"],
)
def test_members_that_are_refused(client: TestClient, body: bytes, words: str) -> None:
    job = sent(client, body, ZIP)
    assert job["done"] == 0
    assert words in job["items"][-1]["error"]


def test_lines_are_bounded(client: TestClient) -> None:
    long = json.dumps({"text": "Japan " * 400_000}).encode()
    job = sent(client, b'{"text": "Japan."}\n' + long + b'\n{"text": "Anka."}', LINES)
    assert [item["state"] for item in job["items"]] == ["done", "failed", "done"]
    assert "2,000,000 characters" in job["items"][1]["error"]


@pytest.mark.parametrize(
    ("headers", "body", "status", "words"),
    [
        ({"content-type": "text/plain"}, b"Japan", 415, "/documents"),
        ({"content-type": "application/gzip"}, b"\x1f\x8b", 415, "application/zip"),
        ({"content-type": "multipart/form-data"}, b"x", 400, "boundary"),
        ({"content-type": "multipart/form-data; boundary=b"}, b"", 400, "no end"),
        (
            {"content-type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nJap',
            400,
            "no end",
        ),
        (
            {"content-type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nx\r\n--b--\r\n',
            400,
            "'note' is no file",
        ),
        (LINES, b"x" * 5_000_001, 413, "5,000,000"),
    ],
)
def test_wrong_requests(
    client: TestClient, headers: dict[str, str], body: bytes, status: int, words: str
) -> None:
    answer = client.post("/jobs", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert words in answer.json()["detail"]


def test_jobs_that_are_not_there(client: TestClient) -> None:
    for id_ in ("0", "..%2f..", quote("\0"), "x" * 64):
        assert client.get(f"/jobs/{id_}").status_code == 404
        assert client.delete(f"/jobs/{id_}").status_code == 404


# How far it is, and how it ends ------------------------------------------------------------------


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


def test_the_server_stops_in_the_middle(store: Store, gate: Gate) -> None:
    with TestClient(create_app(store, extract=gate), base_url="http://localhost") as client:
        body = lines("stop one", "stop two")
        path = client.post("/jobs", content=body, headers=LINES).headers["location"]
        assert gate.reached.acquire(timeout=60)
        threading.Timer(0.2, gate.open.release).start()
        assert client.get(path).json()["state"] == "running"
    assert threading.active_count() < 20
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


# Without a server --------------------------------------------------------------------------------


class Desk:
    """Jobs over a store that is none."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.now = 0.0
        self.jobs = Jobs(
            known=lambda _: False,
            extract=self.extract,
            add=self.add,
            clock=lambda: self.now,
        )

    def extract(self, document: Document) -> Extraction:
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

    def run(self, *texts: str) -> Any:
        """A job with these texts, when it is through."""
        pending = [Pending(name=text, read=partial(self.document, text)) for text in texts]
        job = self.jobs.submit(Work(pending=pending, close=lambda: None), origin={})
        while job.state in ("waiting", "running"):
            time.sleep(0.01)
            job = self.jobs.get(job.id)
        return job


def test_documents_are_stored_in_batches() -> None:
    desk = Desk()
    job = desk.run(*(f"text {n}" for n in range(40)))
    assert (job.state, job.count("done")) == ("done", 40)
    assert sum(desk.batches) == 40
    assert len(desk.batches) < 8


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
    pending = [Pending(name="many", read=lambda: many), Pending(name="more", read=lambda: many[:1])]
    job = desk.jobs.submit(Work(pending=pending, close=lambda: None), origin={})
    while job.state in ("waiting", "running"):
        time.sleep(0.01)
        job = desk.jobs.get(job.id)
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

    work = Work(pending=[Pending(name="a", read=read)], close=lambda: None)
    job = desk.jobs.submit(work, origin={})
    while job.state in ("waiting", "running"):
        time.sleep(0.01)
        job = desk.jobs.get(job.id)
    assert [item.error for item in job.items] == ["nothing in it"]
    assert len(tries) == 3


def test_after_the_end_nothing_is_taken() -> None:
    desk = Desk()
    desk.jobs.close()
    with pytest.raises(BusyError, match="stopping"):
        desk.run("a")
