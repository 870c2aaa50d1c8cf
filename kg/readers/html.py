"""Web pages: trafilatura finds the article among everything else on the page.

Nothing is fetched. What is handed over is a string of limited length: given bytes, trafilatura
would inflate compressed ones without a limit.
"""

from __future__ import annotations

import codecs
import logging
import re
from dataclasses import dataclass

from kg.documents import Document
from kg.errors import DocumentError
from kg.readers.checks import decode

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.I)
# One fixed end of the range of dates: trafilatura's own is today, which changes.
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-12-31"}
_MAX_DEPTH = 2_000  # of tags that are open at the same time; pages have 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Article:
    text: str
    title: str
    date: str | None
    source: str | None


def read(data: bytes, *, where: str, name: str | None) -> Document:
    """The article on the page; DocumentError where there is none."""
    article = _article(_decode(data, where=where), where=where)
    return Document(
        text=article.text,
        title=article.title,
        date=article.date,
        source=article.source,
        name=name,
    )


def _decode(data: bytes, *, where: str) -> str:
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    try:
        codec = codecs.lookup(name)
        if codec.name == "utf-8" or not codec._is_text_encoding:
            return decode(data, where=where)
        text = codec.decode(data, "strict")[0]
    except (LookupError, UnicodeDecodeError, UnicodeError):
        return decode(data, where=where)
    if "\x00" in text:
        raise DocumentError(f"{where}: this is a binary file and no web page: save it as HTML")
    return text


def _article(page: str, *, where: str) -> _Article:
    import trafilatura

    _silence()
    if page.count("<") > 500_000:
        raise DocumentError(f"{where}: more than 500,000 tags: save only the article")
    found = trafilatura.bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        date_extraction_params=dict(_DATES),
    )
    text = getattr(found, "text", None)
    if not text:
        raise DocumentError(
            f"{where}: no article was found on this page: save its text and read that"
        )
    return _Article(
        text=text,
        title=getattr(found, "title", None) or "",
        date=getattr(found, "date", None),
        source=getattr(found, "url", None) or getattr(found, "sitename", None),
    )


def _silence() -> None:
    """Keep the libraries' remarks about broken pages off standard error."""
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
