"""Documents sent as they are: text, Markdown, HTML, PDF; and what cannot be read."""

from __future__ import annotations

import gzip
import io
import json
import logging
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from kg.readers.killable import ReadLimits
from kg.store import Store, open_store
from tests.api.conftest import MakeApp, extract
from tests.readers.conftest import pdf

TEXT = "Japan tests the Anka, officials said on Thursday."
PAGE = f"""<html><head><title>Tokyo and the Anka</title>
<meta property="article:published_time" content="2026-01-08"></head><body><nav>Home</nav>
<article><h1>Tokyo and the Anka</h1><p>{TEXT} It flies since 2010 and is <b>light</b>.</p>
<p>Nobody else has it so far, and it is not known who will.</p></article></body></html>"""
GERMAN = (
    "Japan prüft die Drohne, und niemand weiß, wann die Regierung darüber entscheiden wird. " * 5
)


def compressed(data: bytes, *, times: int = 1) -> bytes:
    """A PDF file whose one page has `data` as its content, packed so many times."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    filters = " ".join(["/FlateDecode"] * times)
    packed = b"<< /Filter [%s] /Length %d >>\nstream\n" % (filters.encode(), len(data)) + data
    whole = pdf("x")
    start = whole.index(b"5 0 obj\n") + 8
    end = whole.index(b"\nendstream", start)
    return whole[:start] + packed + whole[end:]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("documents") / "store")) as result:
        yield result


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[TestClient]:
    """One server for all, so that processes are started once."""
    app = create_app(
        store,
        extract=extract,
        body_bytes=20_000,
        file_bytes=3_000_000,
        reading=ReadLimits(seconds=10, memory_bytes=700 * 2**20),
    )
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as result:
        yield result


@pytest.mark.parametrize(
    ("media_type", "body", "title", "date"),
    [
        ("text/plain", TEXT.encode(), "", None),
        ("text/plain; charset=utf-8", TEXT.encode(), "", None),
        ("text/markdown", f"---\ntitle: Drones\ndate: 2026-01-08\n---\n{TEXT}".encode(),
         "Drones", "2026-01-08"),
        ("text/html", PAGE.encode(), "Tokyo and the Anka", "2026-01-08"),
        ("application/xhtml+xml", PAGE.encode(), "Tokyo and the Anka", "2026-01-08"),
        ("application/pdf", pdf(TEXT), "", None),
        ("application/json", json.dumps({"text": TEXT, "title": "J"}).encode(), "J", None),
    ],
)  # fmt: skip
def test_what_is_read(
    client: TestClient, media_type: str, body: bytes, title: str, date: str | None
) -> None:
    headers = {"content-type": media_type}
    tried = client.post("/documents?dry_run=true", content=body, headers=headers)
    assert (tried.status_code, tried.json()["stored"]) == (200, False)
    answer = client.post("/documents", content=body, headers=headers)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert TEXT in found["text"]
    assert "Home" not in found["text"]
    assert (found["title"], found["date"]) == (title, date)
    assert client.get(answer.headers["location"]).json()["text"] == found["text"]
    again = client.post("/documents", content=body, headers=headers)
    assert (again.status_code, again.json()["known"]) == (200, True)
    assert client.delete(answer.headers["location"]).status_code == 204


def test_parameters_go_before_what_the_document_says(client: TestClient) -> None:
    told = {"title": "Mine", "date": "2026-02-02", "source": "https://example.org/a"}
    for media_type, body in (
        ("text/markdown", f"---\ntitle: Drones\nsource: them\n---\n{TEXT} M".encode()),
        ("text/html", PAGE.encode()),
        ("application/json", json.dumps({"text": TEXT, "title": "J"}).encode()),
    ):
        headers = {"content-type": media_type}
        found = client.post("/documents", params=told, content=body, headers=headers).json()
        assert {name: found[name] for name in told} == told
    wrong = client.post(
        "/documents?date=soon", content=b"x", headers={"content-type": "text/plain"}
    )
    assert wrong.json()["errors"][0]["location"] == "query.date"


@pytest.mark.parametrize(
    ("media_type", "words"),
    [
        ("image/png", "application/pdf"),
        ("", "nothing"),
        ("application/zip", "/jobs"),
        ("application/x-ndjson", "/jobs"),
        ("multipart/form-data; boundary=x", "/jobs"),
        ("application/x-www-form-urlencoded", "text/plain"),
        ("text/plain; charset=utf-16", "UTF-8"),
    ],
)
def test_other_types(client: TestClient, media_type: str, words: str) -> None:
    answer = client.post("/documents", content=b"x", headers={"content-type": media_type})
    assert answer.status_code == 415
    assert words in answer.json()["detail"]


def zipped() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("a.txt", TEXT)
    return output.getvalue()


WRONG: dict[str, tuple[str, bytes, str]] = {
    "empty": ("text/plain", b"", "no text"),
    "blank": ("text/plain", b" \n", "no text"),
    "binary": ("text/plain", b"Japan\x00", "binary"),
    "latin-1": ("text/plain", "Türkiye".encode("latin-1"), "byte 2 is not UTF-8"),
    "a picture": ("text/plain", b"\x89PNG\r\n", "a picture"),
    "gzip": ("text/plain", gzip.compress(TEXT.encode()), "gzip"),
    "a zip archive": ("text/html", zipped(), "a zip archive"),
    "a PDF file": ("text/plain", pdf(TEXT), "application/pdf"),
    "German": ("text/plain", GERMAN.encode(), "not English"),
    "German JSON": ("application/json", json.dumps({"text": GERMAN}).encode(), "not English"),
    "front matter": ("text/markdown", b"---\ndate: soon\n---\nx", "2026-01-31"),
    "no article": ("text/html", b"<html><body></body></html>", "no article"),
    "no PDF": ("application/pdf", TEXT.encode(), "damaged"),
    "half a PDF": ("application/pdf", pdf(TEXT)[:300], "the body"),
    "a PDF without text": ("application/pdf", pdf(""), "no text in this PDF"),
    "deep tags": ("text/html", b"<div>" * 300_000, "the body"),
    "many tags": ("text/html", b"<p>x" * 600_000, "more than 500,000 tags"),
    "zeros": ("application/pdf", compressed(b"0" * 300_000_000), "the body"),
    "packed thrice": ("application/pdf", compressed(b"(x) Tj " * 30_000_000, times=3), "the body"),
    "operators": ("application/pdf", compressed(b"q 1 0 0 1 0 0 cm " * 4_000_000), "the body"),
    "aliases": ("text/markdown",
        b"---\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (c, c, *[c - 1] * 9)
                   for c in range(98, 108))
        + b"title: *k\n---\nx", "title must be a text"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(WRONG))
def test_what_cannot_be_read(client: TestClient, store: Store, name: str) -> None:
    media_type, body, words = WRONG[name]
    revision = store.revision
    answer = client.post("/documents", content=body, headers={"content-type": media_type})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert words in answer.json()["detail"]
    assert len(answer.text) < 1000
    assert store.revision == revision
    # And the next one is read.
    fine = client.post("/documents", content=TEXT, headers={"content-type": "text/plain"})
    assert fine.status_code in (200, 201)


def test_packed_bodies_are_refused(client: TestClient) -> None:
    for coding in ("gzip", "br", "deflate"):
        answer = client.post(
            "/documents",
            content=gzip.compress(b"0" * 10**6),
            headers={"content-type": "text/plain", "content-encoding": coding},
        )
        assert answer.status_code == 415


def test_documents_may_be_larger_than_other_bodies(client: TestClient) -> None:
    headers = {"content-type": "text/plain"}
    text = (TEXT + "\n") * 500  # more than 20,000 bytes
    assert client.post("/documents", content=text, headers=headers).status_code == 201
    assert client.post("/documents", content=b"x" * 3_000_001, headers=headers).status_code == 413
    query = {"query": "#" * 20_001}
    assert client.post("/sparql", data=query).status_code == 413


def test_writers_only_and_before_anything_is_read(make_app: MakeApp) -> None:
    with TestClient(make_app(token="secret"), base_url="http://localhost") as client:
        for path, media_type in (("/documents", "image/png"), ("/jobs", "text/plain")):
            answer = client.post(path, content=b"x", headers={"content-type": media_type})
            assert answer.status_code == 401  # and not 415
        headers = {"authorization": "Bearer secret", "content-type": "text/plain"}
        assert client.post("/documents", content=TEXT, headers=headers).status_code in (200, 201)


def test_without_a_pipeline(make_app: MakeApp) -> None:
    with TestClient(make_app(extract=None), base_url="http://localhost") as client:
        headers = {"content-type": "text/plain"}
        assert client.post("/documents", content=TEXT, headers=headers).status_code == 501
        headers = {"content-type": "application/x-ndjson"}
        assert client.post("/jobs", content=b"{}", headers=headers).status_code == 501


def test_the_log_says_who(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="entente.audit"):
        headers = {"content-type": "text/plain", "x-request-id": "mine"}
        answer = client.post("/documents", content=f"{TEXT} Log.", headers=headers)
    [line] = [json.loads(record.message) for record in caplog.records]
    assert (line["id"], line["writer"]) == ("mine", "anybody on this machine")
    assert line["location"] == answer.headers["location"]
