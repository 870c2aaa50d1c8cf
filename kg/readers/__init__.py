"""Files, folders and standard input, as documents.

A file's ending says what is in it; where it says nothing, as on standard input, the beginning of
the content does. What cannot be read comes back as an error with one message that names the file
and the mend, so that one bad file among many stops nobody.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO

from kg.documents import Document
from kg.errors import DocumentError
from kg.readers import front_matter, html, json_lines, pdf
from kg.readers.checks import Limits, checked, decode

ENDINGS = {
    ".txt": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
STDIN = "-"
_DEFAULT = Limits()


def files(locations: Sequence[str]) -> list[str]:
    """The files to read: those named, and in folders those with an ending that is known.

    Hidden files and folders are left aside. Sorted within each folder, so that the order is always
    the same. A name that does not exist, or a folder without such files, stays in the list, and
    `read` says so.
    """
    found: list[str] = []
    for location in locations:
        if location != STDIN and _is_folder(location):
            found += list(_inside(Path(location))) or [location]
        else:
            found.append(location)
    return found


def _is_folder(location: str) -> bool:
    try:
        return Path(location).is_dir()
    except OSError:  # a name that is too long, a folder that is closed to us: `read` says so
        return False


def _inside(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in ENDINGS:
                yield str(Path(parent) / name)


def read(
    location: str, *, limits: Limits = _DEFAULT, stdin: IO[bytes] | None = None
) -> Iterator[Document | DocumentError]:
    """The documents in one file, or on standard input for `-`, and what went wrong."""
    where = "standard input" if location == STDIN else location
    try:
        if location == STDIN:
            stream = stdin or sys.stdin.buffer
            yield from _documents(stream, "", where=where, name=None, limits=limits)
            return
        path = Path(location)
        if path.is_dir():
            raise DocumentError(
                f"{where}: no file in this folder has an ending that is known: {', '.join(ENDINGS)}"
            )
        with path.open("rb") as stream:
            kind = ENDINGS.get(path.suffix.lower(), "")
            yield from _documents(stream, kind, where=where, name=path.stem, limits=limits)
    except OSError as error:
        yield DocumentError(f"{where}: it cannot be read: {error.strerror or error}")
    except ValueError as error:  # a name with a NUL in it
        yield DocumentError(f"{where!r}: it cannot be read: {error}")
    except DocumentError as error:
        yield error


def read_bytes(
    data: bytes, kind: str, *, where: str, name: str | None = None, limits: Limits = _DEFAULT
) -> Iterator[Document | DocumentError]:
    """The documents in the content of a file, and what went wrong. `kind` is one of `ENDINGS`,
    "line" for one line of JSON Lines, or "" to find out; `where` is what messages call it."""
    if kind == "line":
        yield json_lines.outcome(data, where=where, limits=limits)
        return
    try:
        yield from _documents(io.BytesIO(data), kind, where=where, name=name, limits=limits)
    except DocumentError as error:
        yield error


def _documents(
    stream: IO[bytes], kind: str, *, where: str, name: str | None, limits: Limits
) -> Iterator[Document | DocumentError]:
    head = b""
    if not kind:
        head = _first_lines(stream, limits.file)
        kind = sniff(head)
    if kind == "jsonl":
        found = chain(
            json_lines.lines(io.BytesIO(head), limits=limits),
            json_lines.lines(stream, limits=limits),
        )
        yield from json_lines.read(found, where=where, limits=limits)
        return
    data = head + stream.read(limits.file + 1 - len(head))
    yield checked(
        _document(data, kind, where=where, name=name, limits=limits), where=where, limits=limits
    )


def _first_lines(stream: IO[bytes], limit: int) -> bytes:
    """The beginning up to the end of the first line that is not blank."""
    head = b""
    while len(head) <= limit and (line := stream.readline(limit + 1 - len(head))):
        head += line
        if line.strip():
            break
    return head


def sniff(head: bytes) -> str:
    """What the beginning of a file looks like: "pdf", "html", "jsonl" or "text"."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith(b"%pdf-"):
        return "pdf"
    if start.startswith((b"<!doctype html", b"<html", b"<?xml")):
        return "html"
    return "jsonl" if start.startswith(b"{") else "text"


def _document(data: bytes, kind: str, *, where: str, name: str | None, limits: Limits) -> Document:
    if len(data) > limits.file:
        raise DocumentError(
            f"{where}: larger than {limits.file:,} bytes: split it, or raise ENTENTE_MAX_FILE"
        )
    if kind == "pdf":
        return pdf.read(data, where=where, name=name, limits=limits)
    if kind == "html":
        return html.read(data, where=where, name=name)
    return front_matter.read(decode(data, where=where), where=where, name=name)


__all__ = ["ENDINGS", "STDIN", "Limits", "checked", "files", "read", "read_bytes", "sniff"]
