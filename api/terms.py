"""Text from outside as SPARQL terms: the only way in which it enters a query of ours."""

from __future__ import annotations

import re

from kg.errors import QueryError

# IRIREF of the SPARQL grammar, and a scheme, because nothing here is relative.
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^<>"{}|^`\\\x00-\x20\ud800-\udfff]*')
_ESCAPES = {
    "\\": r"\\",
    '"': r"\"",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\b": r"\b",
    "\f": r"\f",
}


def iri(text: str) -> str:
    """`<text>`; QueryError where `text` is no absolute IRI."""
    if not _IRI.fullmatch(text):
        raise QueryError(f"{text[:80]!r} is no absolute IRI.")
    return f"<{text}>"


def string(text: str) -> str:
    """`text` as a string literal; QueryError where it cannot be one (half a surrogate pair)."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise QueryError(f"{text[:80]!r} contains half of a surrogate pair: send valid UTF-8.")
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'
