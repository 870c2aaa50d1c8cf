"""What every document must be before it is let in: text, English, neither empty nor too long."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.documents import Document
from kg.errors import DocumentError

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_MAGIC = (
    (b"%PDF-", "a PDF file", "give it the ending .pdf, or the type application/pdf"),
    (b"PK\x03\x04", "a zip archive or an office document", "save it as text, HTML or PDF"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save it as text, HTML or PDF"),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first"),
    (b"\x89PNG", "a picture", "recognise its text first"),
    (b"\xff\xd8\xff", "a picture", "recognise its text first"),
    (b"\xff\xfe", "UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16", "save it as UTF-8"),
)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TELLING = 200  # letters of Latin script from which on a language is told with confidence
_TELLING_OTHER = 20  # letters of another script
_SURE = 0.95  # below this probability the text gets the benefit of the doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read: characters of a document's text, bytes of a file, pages of a PDF."""

    text: int = 2_000_000
    file: int = 20_000_000
    pages: int = 500


def decode(data: bytes, *, where: str) -> str:
    """`data` as UTF-8 text (a byte order mark is dropped); DocumentError where it is not text."""
    for magic, what, mend in _MAGIC:
        if data.startswith(magic):
            raise DocumentError(f"{where}: this is {what} and not UTF-8 text: {mend}")
    if b"\x00" in data:
        raise DocumentError(f"{where}: this is a binary file and not text: save it as UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{where}: byte {error.start + 1} is not UTF-8: save the file as UTF-8, for example "
            "with iconv -f windows-1252 -t utf-8"
        ) from error


def iso_date(value: str, *, where: str) -> str:
    """The calendar date in an ISO 8601 date or time; DocumentError where there is none."""
    match = _DATE.fullmatch(value.strip())
    if match:
        year, month, day = (int(group) for group in match.groups())
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if year and 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1] - (month == 2 and not leap):
            return f"{year:04}-{month:02}-{day:02}"
    raise DocumentError(f"{where}: the date {value[:40]!r} is none: write it as 2026-01-31")


def checked(document: Document, *, where: str, limits: Limits) -> Document:
    """The document itself; DocumentError, which names `where`, where it cannot be used."""
    text = document.text
    if not text.strip():
        raise DocumentError(f"{where}: there is no text in it: give the article's text")
    if len(text) > limits.text:
        raise DocumentError(
            f"{where}: the text has more than {limits.text:,} characters: split it, or raise "
            "ENTENTE_MAX_TEXT"
        )
    _check_characters(document, where)
    if document.language.lower().split("-")[0] != "en":
        raise DocumentError(
            f"{where}: the language is {document.language[:20]!r}, and only English is read: "
            "translate the text first"
        )
    language = foreign(text)
    if language:
        raise DocumentError(
            f"{where}: the text is not English (it looks like {language!r}), and only English is "
            "read: translate it first"
        )
    return document


def _check_characters(document: Document, where: str) -> None:
    for part in (document.text, document.title, document.source or "", document.name or ""):
        if "\x00" in part:
            raise DocumentError(f"{where}: this is binary and not text: save it as UTF-8 text")
        lone = re.search("[\ud800-\udfff]", part)
        if lone:
            raise DocumentError(
                f"{where}: there is half of a surrogate pair (U+{ord(lone[0]):04X}) in it: write "
                "the whole character"
            )
    controls = len(re.findall(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]", document.text))
    if controls > 2 + len(document.text) // 200:
        raise DocumentError(
            f"{where}: too many of its characters cannot be shown: save it as UTF-8 text"
        )


def foreign(text: str) -> str:
    """The language of a text that is certainly not English; empty where it is, or may be.

    Latin script is judged by py3langid once the text is long enough; where most letters are of
    another script, few are enough.
    """
    sample = text[:20_000]
    letters = [c for c in sample if c.isalpha()]
    latin = sum(c < "\u0250" or "LATIN" in unicodedata.name(c, "") for c in letters)
    other = len(letters) - latin
    if len(letters) < _TELLING and not (other > latin and other >= _TELLING_OTHER):
        return ""
    language, probability = _identifier().classify(sample)
    if language != "en" and (probability > _SURE or other > latin):
        return str(language)
    return ""


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
