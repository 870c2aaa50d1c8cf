"""Text and Markdown, with or without a front-matter block.

The block stands at the very beginning between two lines `---` and is YAML: `title`, `date`,
`source` (or `url`), `language`. Other keys are left aside. The text below stays as it is.
"""

from __future__ import annotations

import datetime
import re

import yaml

from kg.documents import Document
from kg.errors import DocumentError
from kg.readers.checks import iso_date

_BLOCK = re.compile(r"---[ \t]*\r?\n(.{0,20000}?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


def read(text: str, *, where: str, name: str | None) -> Document:
    """The document in `text`; DocumentError where the front matter is wrong."""
    match = _BLOCK.match(text)
    fields = _fields(match[1], where=where) if match else None
    if match is None or fields is None:
        return Document(text=text, name=name)
    return document(fields, text=text[match.end() :], where=where, name=name)


def document(fields: dict[str, object], *, text: str, where: str, name: str | None) -> Document:
    """A document from named fields; DocumentError where one is of the wrong kind."""
    date = _string(fields, "date", where=where)
    return Document(
        text=text,
        title=_string(fields, "title", where=where) or "",
        date=iso_date(date, where=where) if date else None,
        source=_string(fields, "source", where=where) or _string(fields, "url", where=where),
        language=_string(fields, "language", where=where) or "en",
        name=name,
    )


def _fields(block: str, *, where: str) -> dict[str, object] | None:
    """The block's keys and values, or None where it is no YAML mapping but part of the text."""
    try:
        found = yaml.safe_load(block)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise DocumentError(
            f"{where}: line {line} of the front matter is not YAML ({error.problem}): put a value "
            "that has a colon or quotes in it between quotes"
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentError(
            f"{where}: the front matter is not YAML ({_first_line(error)}): mend it, or take it out"
        ) from error
    if not isinstance(found, dict):
        return None
    return {str(key).lower(): value for key, value in found.items()}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["unreadable"])[0]


def _string(fields: dict[str, object], key: str, *, where: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if isinstance(value, datetime.date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).strip() or None
    raise DocumentError(f"{where}: {key} must be a text: write {key}: and one value in quotes")
