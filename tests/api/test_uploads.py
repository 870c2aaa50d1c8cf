"""Many documents in one body: lines, archives and forms, also those that are made to do harm."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.jobs import MOST_ITEMS
from kg.readers.killable import ReadLimits
from kg.store import Store, open_store
from tests.api.sending import LINES, ended, extract, sent
from tests.readers.conftest import pdf

ZIP = {"content-type": "application/zip"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("uploads") / "store")) as result:
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


def packed(files: dict[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return output.getvalue()


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
