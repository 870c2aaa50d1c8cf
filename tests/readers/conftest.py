"""Makers of files to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg import readers
from kg.documents import Document
from kg.errors import DocumentError


def pdf(*pages: str, extra: bytes = b"") -> bytes:
    """A PDF file with lines of text on its pages, as small as can be."""
    contents = []
    for page in pages:
        lines = "".join(f"({line}) Tj 0 -14 Td " for line in page.split("\n"))
        contents.append(f"BT /F1 12 Tf 72 720 Td {lines}ET".encode("latin-1"))
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % size
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R %s>>\n" % (size, extra)
        + b"startxref\n%d\n%%%%EOF\n" % len(out)
    )


Read = Callable[[str, bytes], list[Document | DocumentError]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a file and reads it."""

    def run(name: str, data: bytes) -> list[Document | DocumentError]:
        path = tmp_path / name
        path.write_bytes(data)
        return list(readers.read(str(path)))

    return run


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    return pdf
