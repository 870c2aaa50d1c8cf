"""A table with one row a piece of evidence, for spreadsheets and data frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.exports.columns import BETWEEN, Value
from kg.exports.csv_text import guarded, row
from kg.exports.excerpt import Excerpt, Fact, Piece
from kg.statements import Amount, DateValue, EntityRef, Literal, Number, QualifierValue
from ontology import sources, vocabulary

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it, Excel does not read UTF-8
_FIRST: Sequence[str] = (
    *("statement", "subject", "subject_type", "predicate", "object", "object_type"),
    *("modality", "confidence", "belief", "sentence", "quoted"),
)
_LAST: Sequence[str] = (
    *("document_title", "document_date", "document_source", "document_publisher"),
    *("sentence_number", "start", "end", "extractor", "reason"),
    *("subject_id", "object_id", "amount", "currency", "document_id"),
)


def spreadsheet(found: Excerpt) -> Iterator[str]:
    """The rows, the facts by their ids and their evidence by document and place.

    Qualifiers have columns of their own, several values with " | " between. No cell is taken for a
    formula (`kg.exports.csv_text.guarded`).
    """
    qualifiers = list(vocabulary.load().qualifiers)
    columns = (*_FIRST, *qualifiers, *_LAST)
    yield _MARK + ",".join(columns) + "\r\n"
    for fact in found.facts:
        for piece in fact.pieces:
            said = _row(fact, piece, found)
            for name in qualifiers:
                values = piece.evidence.qualifiers.get(name, ())
                said[name] = BETWEEN.join(_shown(v, found) for v in values) or None
            yield row((guarded(said[name]) for name in columns), end="\r\n")


def _row(fact: Fact, piece: Piece, found: Excerpt) -> dict[str, Value]:
    statement, evidence, document = fact.statement, piece.evidence, piece.document
    target = statement.object
    return {
        "statement": fact.id,
        "subject": found.name(statement.subject),
        "subject_type": _type(statement.subject, found),
        "predicate": statement.predicate,
        "object": _shown(target, found),
        "object_type": _type(target.id, found) if isinstance(target, EntityRef) else None,
        "modality": evidence.modality,
        "confidence": evidence.confidence,
        "belief": fact.belief,
        "sentence": document.text[evidence.start : evidence.end],
        "quoted": evidence.quoted,
        "document_title": document.title or None,
        "document_date": document.date,
        "document_source": document.source,
        "document_publisher": sources.load().publisher(document.source) or None,
        "sentence_number": evidence.sentence,
        "start": evidence.start,
        "end": evidence.end,
        "extractor": evidence.extractor or None,
        "reason": evidence.reason or None,
        "subject_id": statement.subject,
        "object_id": target.id if isinstance(target, EntityRef) else None,
        "amount": target.amount if isinstance(target, Amount) else None,
        "currency": target.currency if isinstance(target, Amount) else None,
        "document_id": document.id,
    }


def _type(entity: str, found: Excerpt) -> str | None:
    known = found.known.get(entity)
    return known.type if known is not None else None


def _shown(value: QualifierValue, found: Excerpt) -> str:
    """A value as a person would write it."""
    match value:
        case EntityRef(id=ref):
            return found.name(ref)
        case Literal(text=text):
            return text
        case Amount(amount=amount, currency=currency):
            return f"{_number(amount)} {currency}"
        case Number(value=number):
            return _number(number)
        case DateValue(text=text, edtf=edtf):
            return f"{text} ({edtf})" if edtf and edtf != text else text


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
