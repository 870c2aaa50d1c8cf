"""Rows of CSV: RFC 4180 with all texts in quotes, so that any text comes back as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.exports.columns import Value, written

# What a spreadsheet may take for the beginning of a formula (OWASP), and ids that it would take for
# numbers and round (12 digits or more, or an e between digits); behind guards already there.
_CHANGED = re.compile(
    "'*(?:[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]"
    "|(?:[0-9]{12,}|[0-9]+[eE][0-9]+)\\Z)"
)


def row(values: Iterable[Value], *, end: str = "\n") -> str:
    """One row: texts in quotes, numbers and truth values bare, nothing for None."""
    return ",".join(map(_cell, values)) + end


def _cell(value: Value) -> str:
    if not isinstance(value, str):
        return written(value)
    return '"' + value.replace('"', '""') + '"'


def guarded(value: Value) -> Value:
    """A cell that no spreadsheet takes for a formula, or for a number that it rounds: such a text
    gets an apostrophe before it. What `unguarded` takes away again is exactly that."""
    if isinstance(value, str) and _CHANGED.match(value):
        return f"'{value}"
    return value


def unguarded(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and _CHANGED.match(text) else text
