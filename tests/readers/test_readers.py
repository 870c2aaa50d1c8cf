"""Files, folders and standard input, as documents. Bad input is tested through the command line
(tests/cli/test_bad_input.py); here stands what is read, and what no case can list."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import readers
from kg.documents import Document
from kg.errors import DocumentError
from kg.readers.checks import foreign, iso_date
from kg.readers.pdf import flowing

if TYPE_CHECKING:
    from tests.readers.conftest import Read

TEXT = "\nJapan is assessing the Anka.  \n\nIt *may* buy some.\r\n"
PAGE = """<!doctype html><html lang="en"><head><title>Japan studies drones</title>
<meta property="article:published_time" content="2026-01-08T10:00:00Z">
<link rel="canonical" href="https://example.org/news/drones"></head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>Japan studies drones</h1>
<p>Japan is assessing three Turkish unmanned aircraft, among them the Anka, the Turkish defence
minister said on Thursday. “A decision is due in the autumn”, he added after talks in Ankara.</p>
<p>The ministers of both countries also spoke about maritime security and about the training of
crews, which is to begin in the spring of next year at a base in the west of the country.</p>
</article><footer>Terms of use apply.</footer><script>fetch("http://127.0.0.1:9/")</script>
<img src="http://127.0.0.1:9/x.png"></body></html>"""


def test_text_stays_as_it_is(read: Read) -> None:
    assert read("anka.txt", TEXT.encode()) == [Document(text=TEXT, name="anka")]


def test_a_byte_order_mark_is_no_text(read: Read) -> None:
    assert read("anka.txt", b"\xef\xbb\xbf" + TEXT.encode()) == [Document(text=TEXT, name="anka")]


@pytest.mark.parametrize("ending", [".md", ".txt", ".markdown"])
def test_front_matter(read: Read, ending: str) -> None:
    head = "---\ntitle: 'Japan: drones'\nDate: 2026-01-08\nsource: A wire\nauthor: X\n---\n"
    assert read(f"anka{ending}", (head + TEXT).encode()) == [
        Document(text=TEXT, title="Japan: drones", date="2026-01-08", source="A wire", name="anka")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "---\nA line between rules.\n---\nAnd the text.\n",
        "---\ntitle: never closed\n\nThe text.\n",
        "The text.\n---\ntitle: below\n---\n",
        "----\ntitle: too long a rule\n----\n",
    ],
)
def test_what_only_looks_like_front_matter_is_text(read: Read, text: str) -> None:
    assert read("a.md", text.encode()) == [Document(text=text, name="a")]


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("date: 2026-01-08T10:30:00Z", "date", "2026-01-08"),
        ("date: '2026-01-08 10:30'", "date", "2026-01-08"),
        ("title: 1984", "title", "1984"),
        ("title:", "title", ""),
        ("url: https://example.org/a", "source", "https://example.org/a"),
        ("language: en-GB", "language", "en-GB"),
    ],
)
def test_front_matter_values(read: Read, line: str, field: str, value: str) -> None:
    (found,) = read("a.md", f"---\n{line}\n---\nThe text.\n".encode())
    assert isinstance(found, Document)
    assert getattr(found, field) == value


def test_html(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    (found,) = read("page.html", PAGE.encode())
    assert isinstance(found, Document), found
    assert (found.title, found.date) == ("Japan studies drones", "2026-01-08")
    assert found.source == "https://example.org/news/drones"
    assert "among them the Anka" in found.text
    assert "Terms of use" not in found.text
    assert "Home" not in found.text
    assert read("page.html", PAGE.encode()) == [found]


def test_html_in_another_encoding(read: Read) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="windows-1252">')
    (found,) = read("page.htm", page.encode("windows-1252"))
    assert isinstance(found, Document)
    assert "“A decision is due" in found.text


def test_pdf(read: Read, make_pdf: Callable[..., bytes]) -> None:
    pages = (
        "Japan is assessing three Turkish unmanned air-\ncraft, among them the Anka, officials\n"
        "said.\nThe ministers met in Ankara on Thursday and",
        "spoke about training.",
    )
    (found,) = read("report.pdf", make_pdf(*pages))
    assert isinstance(found, Document), found
    assert "unmanned aircraft, among them the Anka, officials said.\n\nThe ministers" in found.text
    assert "spoke about training." in found.text


@pytest.mark.parametrize(
    ("pages", "says"), [(("",), "no text in this PDF"), (("x",) * 501, "more than 500 pages")]
)
def test_pdfs_without_use(
    read: Read, make_pdf: Callable[..., bytes], pages: tuple[str, ...], says: str
) -> None:
    (found,) = read("report.pdf", make_pdf(*pages))
    assert isinstance(found, DocumentError)
    assert says in str(found)


def test_a_locked_pdf(read: Read, make_pdf: Callable[..., bytes]) -> None:
    lock = (
        b"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"
        + b"00" * 32
        + b"> /U <"
        + b"11" * 32
        + b"> >> "
    )
    (found,) = read("report.pdf", make_pdf("Text.", extra=lock))
    assert isinstance(found, DocumentError)
    assert "needs a password" in str(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
# The first eight bytes stay, by which a PDF is known: else it may be anything, such as JSON.
@given(data=st.binary(max_size=200), cut=st.integers(8, 700), keep=st.booleans())
def test_no_pdf_is_too_damaged_for_a_message(
    make_pdf: Callable[..., bytes], data: bytes, cut: int, keep: bool
) -> None:
    whole = make_pdf("Japan is assessing the Anka.")
    broken = whole[:cut] + data + (whole[cut + len(data) :] if keep else b"")
    (found,) = readers.read("-", stdin=io.BytesIO(broken))
    assert isinstance(found, Document) or str(found).startswith("standard input: ")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("one\ntwo", "one two"),
        ("air-\ncraft", "aircraft"),
        ("F-\n16", "F- 16"),
        ("one\n\ntwo", "one\n\ntwo"),
        (
            "Short.\nA line that is a good deal longer",
            "Short.\n\nA line that is a good deal longer",
        ),
        ("a\x00b\x0c", "ab"),
        ("", ""),
    ],
)
def test_lines_of_a_page_are_joined(page: str, text: str) -> None:
    assert flowing(page) == text


def test_json_lines(read: Read) -> None:
    first = {"text": TEXT, "title": "T", "date": "2026-01-08", "source": "S", "id": "anka"}
    lines = [json.dumps(first), "", json.dumps({"text": "Kaan flies.", "url": "U", "x": [1]})]
    assert read("stream.jsonl", "\n".join(lines).encode()) == [
        Document(text=TEXT, title="T", date="2026-01-08", source="S", name="anka"),
        Document(text="Kaan flies.", source="U"),
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'\n {"text": "Kaan flies."}\n', "Kaan flies."),
        (b"---\ntitle: T\n---\nKaan flies.\n", "Kaan flies.\n"),
        (b"\n\nKaan flies.\n{", "\n\nKaan flies.\n{"),
    ],
)
def test_standard_input_says_by_itself_what_it_is(data: bytes, text: str) -> None:
    (found,) = readers.read("-", stdin=io.BytesIO(data))
    assert isinstance(found, Document), found
    assert found.text == text
    assert found.name is None


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"<!DOCTYPE html>", "html"),
        (b"\xef\xbb\xbf  <HTML>", "html"),
        (b' {"text"', "jsonl"),
        (b"# Heading", "text"),
        (b"", "text"),
    ],
)
def test_sniff(head: bytes, kind: str) -> None:
    assert readers.sniff(head) == kind


def test_folders(tmp_path: Path) -> None:
    for name in ("b.txt", "a.MD", "sub/c.html", "gold.json", ".hidden.txt", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = readers.files([str(tmp_path), "-", "missing.txt"])
    assert [Path(f).name for f in found] == ["a.MD", "b.txt", "c.html", "-", "missing.txt"]


@given(text=st.text())
def test_any_text_is_read_or_refused_with_its_name(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    for found in readers.read("-", stdin=io.BytesIO(data)):
        if isinstance(found, DocumentError):
            assert str(found).startswith("standard input")
        else:
            assert found.text in text.removeprefix("\ufeff")


@given(data=st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert all(
        isinstance(found, Document | DocumentError)
        for found in readers.read("-", stdin=io.BytesIO(data))
    )


@pytest.mark.parametrize(
    "text", ["2026-1-8", "2026-13-01", "2026-02-30", "0000-01-01", "", "8 May"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(DocumentError, match="write it as 2026-01-31"):
        iso_date(text, where="a.txt")


def test_short_texts_get_the_benefit_of_the_doubt() -> None:
    assert foreign("Le Rafale.") == ""
    assert foreign("東京 Tokyo, 防衛省 Ministry of Defense") == ""


def test_no_gold_document_is_taken_for_foreign(shared: Path) -> None:
    files = sorted((shared / "gold").glob("*/*.txt"))
    found = [d for f in files for d in readers.read(str(f))]
    assert len(found) == 663
    assert [str(d) for d in found if isinstance(d, DocumentError)] == []
