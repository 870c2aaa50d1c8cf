"""PDF files that hold text (not only pictures of it), by pypdf."""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.documents import Document
from kg.errors import DocumentError
from kg.readers.checks import Limits

if TYPE_CHECKING:
    from pypdf import PdfReader

# What pypdf was seen to raise on damaged files besides its own errors.
_DAMAGED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def read(data: bytes, *, where: str, name: str | None, limits: Limits) -> Document:
    """The document in a PDF file; DocumentError where it is locked, damaged or without text."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(f"{where}: this PDF needs a password: save it without one")
        if len(reader.pages) > limits.pages:
            raise DocumentError(
                f"{where}: more than {limits.pages:,} pages: split it, or raise ENTENTE_MAX_PAGES"
            )
        title = (reader.metadata.title or "").strip() if reader.metadata else ""
        text = "\n\n".join(_pages(reader, where=where, limits=limits))
    except (PyPdfError, *_DAMAGED) as error:
        raise DocumentError(
            f"{where}: this PDF is damaged ({_brief(error)}): save it again, or save its text"
        ) from error
    if not text.strip():
        raise DocumentError(
            f"{where}: there is no text in this PDF, perhaps only pictures: recognise the text "
            "first (OCR)"
        )
    return Document(text=text, title=title, name=name)


def _pages(reader: PdfReader, *, where: str, limits: Limits) -> Iterator[str]:
    total = 0
    for page in reader.pages:
        text = flowing(page.extract_text())
        total += len(text)
        if total > limits.text:
            raise DocumentError(
                f"{where}: the text has more than {limits.text:,} characters: split it, or raise "
                "ENTENTE_MAX_TEXT"
            )
        yield text


def flowing(text: str) -> str:
    """A page's text with its lines joined to paragraphs, and words divided at a line's end joined.

    A line that ends a sentence and is clearly shorter than its neighbours ends a paragraph, too.
    """
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text.replace("\r\n", "\n"))
    text = re.sub(r"(?<=[a-z])[-\u00ad]\n(?=[a-z])", "", text)
    lines = [line.strip() for line in text.split("\n")]
    width = max((len(line) for line in lines), default=0)
    out: list[str] = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if not line:
            continue
        ends = not after or (len(line) < 0.75 * width and line[-1] in ".!?\"”’'")
        out.append(line + ("\n\n" if ends else " "))
    return "".join(out).strip()


def _brief(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120] or type(error).__name__
