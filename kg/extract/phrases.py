"""Phrases as they are written down: titles in the singular, white space tidied."""

from __future__ import annotations

import re

_PLURAL = re.compile(
    r"\b(\w*(?:minister|secretar|president|chief|director|ambassador|commander|chairm|member|head|"
    r"general|deput|advis|leader|king|governor|spokes|executive|officer)\w*?)(ies|s)\b",
    re.IGNORECASE,
)


def singular(title: str) -> str:
    """A title of several people as one of them has it: "defence ministers" → "defence minister"."""
    first, joiner, rest = title.partition(" of ")
    return (
        _PLURAL.sub(lambda m: m[1] + ("y" if m[2].lower() == "ies" else ""), first) + joiner + rest
    )


def tidy(text: str) -> str:
    """`text` on one line with single spaces."""
    return " ".join(text.split())
