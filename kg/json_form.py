"""An extraction as JSON: what `kg extract` prints, `kg evaluate` compares and other programs read.

One object a document::

    {"document":   {"id": "turkey-japan", "hash": "…", "title": "…", "date": "2026-01-08", …},
     "entities":   [{"id": "equipment/anka", "name": "Anka", "type": "Equipment", "aliases": […]}],
     "statements": [{"id": "…", "subject": "country/japan", "predicate": "evaluates",
                     "object": "equipment/anka", "modality": "asserted",
                     "qualifiers": {"date": {"text": "Monday"}}, "sentence": 3,
                     "evidence": "the sentence", "confidence": 0.9, …}],
     "mentions":   [{"start": 0, "end": 5, "entity": "country/japan", …}]}

An object is an entity's id, `{"literal": "Defense Minister"}` or `{"amount": 1e10, "currency":
"USD"}`. A qualifier is a value or, where there are several, a list (`topic` always): an entity's
id, a string, a number, an amount or a date with its text and, if known, its EDTF form under `iso`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.documents import Document, Mention
from kg.entities import Entity
from kg.statements import (
    Amount,
    DateValue,
    EntityRef,
    Evidence,
    Extraction,
    Literal,
    Number,
    Object,
    QualifierValue,
)

_LISTS = frozenset({"topic"})


def as_json(extraction: Extraction) -> dict[str, Any]:
    """The object for one document, of what `json.dumps` takes."""
    document = extraction.document
    return {
        "document": _document(document),
        "entities": [_entity(entity) for entity in extraction.entities],
        "statements": [_statement(evidence, document.text) for evidence in extraction.evidence],
        "mentions": [_mention(mention) for mention in extraction.mentions],
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.name or document.id,
        "hash": document.id,
        "title": document.title,
        "date": document.date,
        "source": document.source,
        "language": document.language,
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "name": entity.name,
        "type": entity.type,
        "aliases": list(entity.aliases),
        "catalogue": entity.catalogue,
        "reason": entity.reason,
    }


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "start": mention.start,
        "end": mention.end,
        "entity": mention.entity,
        "type": mention.type,
        "kind": mention.kind,
        "sentence": mention.sentence,
        "reason": mention.reason,
    }


def _statement(evidence: Evidence, text: str) -> dict[str, Any]:
    statement = evidence.statement
    return {
        "id": statement.id,
        "subject": statement.subject,
        "predicate": statement.predicate,
        "object": _object(statement.object),
        "modality": evidence.modality,
        "qualifiers": {
            name: _qualifier(name, values) for name, values in sorted(evidence.qualifiers.items())
        },
        "sentence": evidence.sentence,
        "evidence": text[evidence.start : evidence.end],
        "confidence": round(evidence.confidence, 4),
        "quoted": evidence.quoted,
        "extractor": evidence.extractor,
        "reason": evidence.reason,
    }


def _object(value: Object) -> object:
    return {"literal": value.text} if isinstance(value, Literal) else _value(value)


def _qualifier(name: str, values: tuple[QualifierValue, ...]) -> object:
    shown = [_period(v) if name == "period" else _value(v) for v in values]
    return shown[0] if len(shown) == 1 and name not in _LISTS else shown


def _period(value: QualifierValue) -> object:
    """A period is the year or interval itself, where it is known."""
    if isinstance(value, DateValue):
        return value.edtf or value.text
    return _value(value)


def _value(value: QualifierValue) -> object:
    match value:
        case EntityRef(id=ref):
            return ref
        case Literal(text=text):
            return text
        case Amount(amount=amount, currency=currency):
            return {"amount": _number(amount), "currency": currency}
        case Number(value=number):
            return _number(number)
        case DateValue(text=text, edtf=edtf):
            return {"text": text, "iso": edtf} if edtf else {"text": text}


def _number(value: float) -> float | int:
    """Whole numbers without a decimal point."""
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def plain(value: Object | QualifierValue, names: Mapping[str, str]) -> str:
    """A value as a person would write it; `names` gives the names of entities by their ids."""
    match value:
        case EntityRef(id=ref):
            return names.get(ref, ref)
        case Amount(amount=amount, currency=currency):
            return f"{_number(amount):,} {currency}"
        case Number(value=number):
            return f"{_number(number):,}"
        case DateValue(text=text, edtf=edtf):
            return f"{text} ({edtf})" if edtf and edtf != text else text
        case Literal(text=text):
            return f"“{text}”"
