"""Extractions in one order, so that the same content gives the same graph."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from kg.documents import Mention
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
    Qualifiers,
    QualifierValue,
)


def canonical(extraction: Extraction) -> Extraction:
    """The extraction sorted, and without repetitions, empty qualifiers and aliases that only
    repeat the name. What the graph holds of an extraction is exactly this."""
    return replace(
        extraction,
        sentences=tuple(sorted(set(extraction.sentences), key=lambda s: s.number)),
        mentions=tuple(sorted(set(extraction.mentions), key=_mention_key)),
        entities=tuple(sorted({_entity(e) for e in extraction.entities}, key=lambda e: e.id)),
        evidence=tuple(
            item
            for _, item in sorted(
                {_evidence_key(e): _evidence(e) for e in extraction.evidence}.items()
            )
        ),
    )


def object_key(value: Object | QualifierValue) -> tuple[str, ...]:
    """All that the value says, as strings that sort and hash."""
    match value:
        case EntityRef(id=ref):
            return ("entity", ref)
        case Literal(text=text):
            return ("literal", text)
        case Amount():
            return ("amount", value.currency, repr(float(value.amount)), value.text)
        case Number():
            return ("number", repr(float(value.value)), value.text)
        case DateValue():
            return ("date", value.edtf or "", value.text, value.basis, value.precision)


def evidence_hash(evidence: Evidence) -> str:
    """16 hexadecimal digits over all that the evidence says."""
    return sha256(repr(_evidence_key(evidence)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def mention_hash(mention: Mention) -> str:
    """8 hexadecimal digits over what the mention says besides its offsets."""
    said = repr(_mention_key(mention)[2:])
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _mention_key(mention: Mention) -> tuple[int, int, int, str, str, str, str]:
    return (
        mention.start,
        mention.end,
        mention.sentence,
        mention.entity,
        mention.type,
        mention.kind,
        mention.reason,
    )


def _entity(entity: Entity) -> Entity:
    return replace(entity, aliases=tuple(sorted(set(entity.aliases) - {entity.name})))


def _evidence(evidence: Evidence) -> Evidence:
    return replace(evidence, qualifiers=_qualifiers(evidence.qualifiers))


def _qualifiers(qualifiers: Qualifiers) -> Qualifiers:
    """By name; the values of each without repetitions, in the order of what they say."""
    return {
        name: tuple({object_key(v): v for v in sorted(values, key=object_key)}.values())
        for name, values in sorted(qualifiers.items())
        if values
    }


def _evidence_key(evidence: Evidence) -> tuple[int | str | tuple[object, ...], ...]:
    """All that the evidence says; the place in the text first."""
    statement = evidence.statement
    qualifiers = _qualifiers(evidence.qualifiers)
    return (
        evidence.sentence,
        evidence.start,
        evidence.end,
        statement.subject,
        statement.predicate,
        object_key(statement.object),
        evidence.modality,
        tuple((name, tuple(map(object_key, values))) for name, values in qualifiers.items()),
        repr(float(evidence.confidence)),
        str(evidence.quoted),
        evidence.extractor,
        evidence.reason,
    )
