"""Documents with all that a format may lose, and what each export of them has to say.

It is reckoned from the records that went in, and never from what the exporters read.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pyoxigraph import Store

from kg.documents import Document, Mention, Sentence
from kg.statements import Amount, DateValue, EntityRef, Evidence, Extraction, Number, Statement
from kg.statements import Literal as Title
from ontology import vocabulary
from tests.exports.conftest import ANKA, DOCUMENTS, JAPAN, NORWAY, SAAB, written

Row = dict[str, Any]

TESTS = Statement("country/japan", "tests", EntityRef("equipment/anka"))
OPERATES = Statement("country/japan", "operates", EntityRef("equipment/anka"))
MEETS = Statement("country/norway", "meetsWith", EntityRef("country/japan"))
_TEXT = "Norway met Japan twice. Japan tests the Anka and never operates it, said Saab."
_NAMES = {JAPAN: (11,), NORWAY: (0,), ANKA: (40,), SAAB: (73,)}
# Two sentences, three kinds of edges between the same two nodes, and each value another.
SECOND = Extraction(
    document=Document(
        text=_TEXT, title="Ümläute & <tags>", date="2025-12-31", source="https://example.com/x"
    ),
    sentences=(Sentence(number=1, start=0, end=23), Sentence(number=2, start=24, end=len(_TEXT))),
    mentions=tuple(
        Mention(
            start=at,
            end=at + len(entity.name),
            type=entity.type,
            sentence=1 if at < 24 else 2,
            entity=entity.id,
        )
        for entity, places in _NAMES.items()
        for at in places
    ),
    entities=tuple(sorted(_NAMES, key=lambda entity: entity.id)),
    evidence=(
        Evidence(
            statement=MEETS,
            sentence=1,
            start=0,
            end=23,
            modality="asserted",
            qualifiers={"quantity": (Number(2, "twice"),)},
            confidence=0.75,
            extractor="frames 7",
            reason="met",
        ),
        Evidence(
            statement=OPERATES,
            sentence=2,
            start=24,
            end=len(_TEXT),
            modality="denied",
            confidence=0.625,
            quoted=False,
            extractor="model 3",
        ),
        Evidence(
            statement=TESTS,
            sentence=2,
            start=24,
            end=len(_TEXT),
            modality="planned",
            qualifiers={
                "attributedTo": (EntityRef("company/saab"),),
                "date": (
                    DateValue("since May", "2023-05/..", "article", "interval"),
                    DateValue("in 2024", "2024", "stated", "year"),
                ),
            },
            confidence=0.5,
            quoted=True,
            extractor="model 3",
            reason="tests",
        ),
    ),
)
ALL = (*DOCUMENTS, SECOND)
MODALITIES = ("asserted", "planned", "possible", "denied")


def pieces() -> Iterator[tuple[Document, Evidence]]:
    for extraction in ALL:
        for piece in extraction.evidence:
            yield extraction.document, piece


def ends(statement: Statement) -> tuple[str, str]:
    """The id of the subject, and the object as a person would read it."""
    match statement.object:
        case EntityRef(id=ref):
            return statement.subject, ref
        case Title(text=text):
            return statement.subject, text
        case Amount(amount=amount, currency=currency):
            return statement.subject, f"{amount:,.0f} {currency}"


def expected_edges() -> dict[str, Row]:
    """What each statement is, by its id."""
    found = {}
    for statement in {piece.statement for _, piece in pieces()}:
        said = [(d, p) for d, p in pieces() if p.statement == statement]
        counts = Counter(piece.modality for _, piece in said)
        days = sorted({document.date for document, _ in said if document.date})
        dated = all(document.date for document, _ in said)
        found[statement.id] = {
            "ends": ends(statement),
            "predicate": statement.predicate,
            "label": vocabulary.load().predicates[statement.predicate].label,
            "symmetric": statement.predicate == "meetsWith",
            "iri": f"https://w3id.org/entente/statement/{statement.id}",
            "modality": next(name for name in MODALITIES if counts[name]),
            **{name: counts[name] for name in MODALITIES},
            "evidence": len(said),
            "documents": sorted({document.id for document, _ in said}),
            "publishers": sorted({publisher(document) for document, _ in said} - {""}),
            "confidence": max(piece.confidence for _, piece in said),
            "belief": 0.5,
            "weight": len({document.id for document, _ in said}),
            "first": days[0] if days else "",
            "latest": days[-1] if days else "",
            "dates": sorted(
                {
                    value.edtf
                    for _, piece in said
                    for values in piece.qualifiers.values()
                    for value in values
                    if isinstance(value, DateValue) and value.edtf
                }
            ),
            "days": days if dated else [],
        }
    return found


def publisher(document: Document) -> str:
    known = {None: "", "https://www.example.org/1": "example.org"}
    known["https://example.com/x"] = "example.com"
    return known.get(document.source, document.source or "")


def expected_pieces() -> list[Row]:
    """What each piece of evidence is, in no order."""
    return [
        {
            "statement": piece.statement.id,
            "subject": piece.statement.subject,
            "object": ends(piece.statement)[1],
            "predicate": piece.statement.predicate,
            "modality": piece.modality,
            "confidence": piece.confidence,
            "sentence": document.text[piece.start : piece.end],
            "number": piece.sentence,
            "offsets": (piece.start, piece.end),
            "quoted": "" if piece.quoted is None else str(piece.quoted).lower(),
            "extractor": piece.extractor,
            "reason": piece.reason,
            "document": document.id,
            "title": document.title,
            "date": document.date or "",
            "source": document.source or "",
            "publisher": publisher(document),
        }
        for document, piece in pieces()
    ]


def tables(store: Store, form: str) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(written(store, form))) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def split(text: str, between: str) -> list[str]:
    return text.split(between) if text else []
