"""JSON Lines: one object a line, with `text` and, if known, `title`, `date`, `source`, `language`
and `id` (what a person would call the document)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from kg.documents import Document
from kg.errors import DocumentError
from kg.readers import front_matter
from kg.readers.checks import Limits, checked, decode


def lines(stream: IO[bytes], *, limits: Limits) -> Iterator[bytes | None]:
    """The lines of a stream; None for one that is too long, of which the rest is skipped."""
    while line := stream.readline(limits.file + 1):
        if len(line) <= limits.file:
            yield line
            continue
        yield None
        while line and not line.endswith(b"\n"):
            line = stream.readline(limits.file)


def read(
    found: Iterator[bytes | None], *, where: str, limits: Limits
) -> Iterator[Document | DocumentError]:
    """The document on each line, or why there is none."""
    for number, line in enumerate(found, start=1):
        place = f"{where} line {number}"
        if line is None:
            yield DocumentError(
                f"{place}: longer than {limits.file:,} bytes: split it, or raise ENTENTE_MAX_FILE"
            )
        elif line.strip():
            yield outcome(line, where=place, limits=limits)


def outcome(line: bytes, *, where: str, limits: Limits) -> Document | DocumentError:
    """The document on one line, or why there is none."""
    try:
        return checked(_document(line, where=where), where=where, limits=limits)
    except DocumentError as error:
        return error


def _document(line: bytes, *, where: str) -> Document:
    text = decode(line, where=where)
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        problem = getattr(error, "msg", "too deeply nested")
        raise DocumentError(
            f"{where}: this is not JSON ({problem}): write one object on each line"
        ) from error
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise DocumentError(
            f'{where}: no object with a text: write {{"text": "…", "title": "…", '
            '"date": "2026-01-31", "source": "…"}'
        )
    name = fields.get("id")
    if name is not None and not isinstance(name, str | int):
        raise DocumentError(f"{where}: id must be a text or a number")
    return front_matter.document(
        {key: fields.get(key) for key in ("title", "date", "source", "url", "language")},
        text=fields["text"],
        where=where,
        name=None if name is None else str(name),
    )
