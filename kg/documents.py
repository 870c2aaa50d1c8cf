"""Documents, sentences and mentions: what an extraction points back to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article.

    `text` is the article without its front matter; every offset in an extraction counts its
    characters (Unicode code points) from 0. `date` is an ISO 8601 calendar date or None; relative
    dates in the text are read against it. `name` is how a person would call the document, usually
    the stem of its file.
    """

    text: str
    title: str = ""
    date: str | None = None
    source: str | None = None
    language: str = "en"
    name: str | None = None

    @property
    def id(self) -> str:
        """The content hash (16 hexadecimal digits) over all that the document says."""
        parts = (self.title, self.date or "", self.source or "", self.language, self.text)
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The sentence `text[start:end]`; `number` counts the sentences of the text from 1."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A span `text[start:end]` that refers to the entity with the id `entity`.

    `kind` is "name" for a name or a term, "description" for "the company", "pronoun" for "it".
    `reason` says in words why the span was linked to the entity.
    """

    start: int
    end: int
    type: str
    sentence: int
    entity: str
    kind: str = "name"
    reason: str = ""
