"""What a text says, before anything of it is stored."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from kg.client import tables
from kg.client.filters import day
from kg.documents import Document, Mention
from kg.entities import Entity
from kg.errors import InputError, SetupError
from kg.json_form import plain
from kg.statements import Evidence, Extraction
from ontology import vocabulary

if TYPE_CHECKING:
    import pandas
    from spacy.tokens import Doc

_COLUMNS = ("subject", "predicate", "object", "modality", "qualifiers", "confidence", "sentence")
_LIGHT = 0.75  # how far the colour of a type is mixed with white behind text


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with all that was read from it.

    `extraction` holds the records; the properties below are the same within easy reach.
    """

    extraction: Extraction
    language: Doc | None = field(default=None, repr=False)

    @property
    def document(self) -> Document:
        """The text with its title, date and source."""
        return self.extraction.document

    @property
    def statements(self) -> tuple[Evidence, ...]:
        """What the sentences say: one piece of evidence each time that one says something."""
        return self.extraction.evidence

    @property
    def entities(self) -> tuple[Entity, ...]:
        """What the names in the text refer to."""
        return self.extraction.entities

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The stretches of the text that refer to entities."""
        return self.extraction.mentions

    @property
    def doc(self) -> Doc:
        """The spaCy Doc: words, tags, trees, names, sentences.

        SetupError where a server read the text: it sends no Doc.
        """
        if self.language is None:
            raise SetupError("a server read this text and sends no Doc: read it with kg.open(None)")
        return self.language

    def to_pandas(self) -> pandas.DataFrame:
        """The statements as a data frame, one row each time that a sentence says something."""
        return tables.frame(self._rows(), columns=_COLUMNS)

    def __len__(self) -> int:
        return len(self.statements)

    def _rows(self) -> Iterator[tuple[object, ...]]:
        names = {entity.id: entity.name for entity in self.entities}
        text = self.document.text
        for piece in self.statements:
            yield (
                names.get(piece.statement.subject, piece.statement.subject),
                piece.statement.predicate,
                plain(piece.statement.object, names).strip("“”"),
                piece.modality,
                "; ".join(
                    f"{name}: {', '.join(plain(value, names) for value in values)}"
                    for name, values in sorted(piece.qualifiers.items())
                ),
                round(piece.confidence, 2),
                " ".join(text[piece.start : piece.end].split()),
            )

    def _repr_html_(self) -> str:
        about = " · ".join(filter(None, (self.document.title, self.document.date)))
        table = tables.html(_COLUMNS, list(self._rows()))
        return f"<p><b>{escape(about)}</b></p><p>{self._marked()}</p>{table}"

    def _marked(self) -> str:
        """The text with its mentions marked in the colours of their types."""
        types = vocabulary.load().types
        names = {entity.id: entity.name for entity in self.entities}
        text, parts, done = self.document.text, [], 0
        for mention in sorted(self.mentions, key=lambda m: (m.start, -m.end)):
            if mention.start < done:
                continue
            colour = _lighter(types[mention.type].colour) if mention.type in types else "#eeeeee"
            title = f"{names.get(mention.entity, mention.entity)} ({mention.type})"
            parts.append(escape(text[done : mention.start]))
            parts.append(
                f'<mark style="background:{colour};color:#111" title="{escape(title)}">'
                f"{escape(text[mention.start : mention.end])}</mark>"
            )
            done = mention.end
        parts.append(escape(text[done:]))
        return "".join(parts).replace("\n\n", "</p><p>")


def _lighter(colour: str) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * _LIGHT):02x}" for part in parts)


def document_of(
    text: object, *, title: str, date: str | datetime.date | None, source: str | None
) -> Document:
    """A text as a document that can be read; DocumentError where it cannot, InputError for what is
    no text, and for a date that is no day."""
    from kg.readers import Limits, checked

    if not isinstance(text, Document):
        if isinstance(text, Path):
            raise InputError(f"{text}: a text is wanted, and no path: add() reads files")
        if not isinstance(text, str):
            raise InputError(f"{text!r:.40} is no text: give a str, a pathlib.Path or a Document")
        if _is_path(text):
            raise InputError(f"{text}: this names a file or folder: give it as pathlib.Path(…)")
        text = Document(text=text, title=title, date=day("date", date), source=source)
    elif text.date:
        day("date", text.date)  # which is none, as its error says, or stays as it is
    return checked(text, where="the text", limits=Limits())


def _is_path(text: str) -> bool:
    """Whether a text is rather the name of a file, which is there or is of a kind that is read."""
    from kg.readers import ENDINGS

    if not text.strip() or "\n" in text or len(text) > 300:
        return False
    if not re.search(r"\s", text) and Path(text).suffix.lower() in ENDINGS:
        return True
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False
