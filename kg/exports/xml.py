"""Elements of XML, written one by one."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from kg.exports.rdf import NOT_XML

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# A reader takes bare line ends in attributes for blanks, and a bare carriage return for a line end.
_IN_TEXT = {"\r": "&#13;"}


def text(value: str) -> str:
    """Text between tags. What XML cannot hold becomes U+FFFD."""
    return escape(NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value), _IN_TEXT)


def tag(name: str, *, close: bool = False, **attributes: str) -> str:
    """A start tag, or an empty element where `close` is true. A trailing "_" of a name falls off,
    and "__" stands for a colon."""
    said = "".join(f" {_name(key)}={attribute(value)}" for key, value in attributes.items())
    return f"<{name}{said}{'/' * close}>"


def attribute(value: str) -> str:
    """A value in quotes. What XML cannot hold becomes U+FFFD."""
    return quoteattr(NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value), _IN_TEXT)


def _name(key: str) -> str:
    return key.rstrip("_").replace("__", ":")
