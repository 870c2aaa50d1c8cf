"""What the HTTP interface sends, as records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg.client.filters import Wanted
from kg.client.records import Node, StatementSummary, object_node
from kg.documents import Document, Mention
from kg.entities import Entity
from kg.exports.excerpt import Selection
from kg.exports.formats import Format
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
    Statement,
)
from ontology import vocabulary

_SPEAKER = "attributedTo"


def parameters(wanted: Wanted) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Filters as parameters of `GET /statements`."""
    filter_ = wanted.filter
    yield "predicate", filter_.predicates
    yield "modality", filter_.modalities
    for name in ("entity", "subject", "object", "type", "document", "since", "until", "source"):
        value = getattr(filter_, name)
        if value is not None:
            yield name, (value,)
    for name in ("confidence", "belief"):
        least = getattr(filter_, name)
        if least is not None:
            yield name, (repr(float(least)),)


def export_parameters(form: Format, wanted: Selection) -> Iterator[tuple[str, str]]:
    """What is wanted of an export as parameters of `GET /export`."""
    yield "format", form.name
    if wanted.entity is not None:
        yield from (("entity", wanted.entity), ("depth", str(wanted.depth)))
    several = {
        "predicate": wanted.predicates,
        "modality": wanted.modalities,
        "type": wanted.types,
    }
    for name, values in several.items():
        yield from ((name, value) for value in values)
    for name in ("since", "until", "source", "confidence", "belief"):
        value = getattr(wanted, name)
        if value is not None:
            yield name, str(value)


def summary(item: Mapping[str, Any]) -> StatementSummary:
    """An item of `GET /statements`."""
    counts: dict[str, int] = item["modalities"]
    order = tuple(vocabulary.load().modalities)
    target = item["object"]
    return StatementSummary(
        id=item["id"],
        subject=_node(item["subject"]),
        predicate=item["predicate"],
        object=object_node(
            id_=target.get("id", ""),
            type_=target.get("type", ""),
            name=target.get("name", ""),
            text=target.get("text", ""),
            amount=target.get("amount"),
            currency=target.get("currency", ""),
        ),
        modality=next((name for name in order if counts.get(name)), ""),
        modalities=counts,
        documents=item["documents"],
        latest=item["latest"],
        confidence=item.get("confidence"),
        belief=item.get("belief"),
    )


def _node(item: Mapping[str, Any]) -> Node:
    return Node(id=item["id"], type=item["type"], name=item["name"])


def extraction(item: Mapping[str, Any]) -> Extraction:
    """The answer to `POST /documents`."""
    return Extraction(
        document=Document(
            text=item["text"],
            title=item["title"],
            date=item["date"],
            source=item["source"],
            language=item["language"],
        ),
        mentions=tuple(
            Mention(
                start=each["start"],
                end=each["end"],
                type=each["type"],
                sentence=each["sentence"],
                entity=each["entity"],
                kind=each["kind"],
                reason=each["reason"],
            )
            for each in item["mentions"]
        ),
        entities=tuple(
            Entity(
                id=each["id"],
                type=each["type"],
                name=each["name"],
                aliases=tuple(each["aliases"]),
                catalogue=each["catalogue"],
            )
            for each in item["entities"]
        ),
        evidence=tuple(
            _evidence(statement, piece)
            for statement in item["supports"]
            for piece in statement["evidence"]
        ),
    )


def _evidence(item: Mapping[str, Any], piece: Mapping[str, Any]) -> Evidence:
    qualifiers = dict(piece["qualifiers"])
    if piece["speaker"]:
        qualifiers[_SPEAKER] = piece["speaker"]
    return Evidence(
        statement=Statement(item["subject"]["id"], item["predicate"], _object(item["object"])),
        sentence=piece["sentence"],
        start=piece["start"],
        end=piece["end"],
        modality=piece["modality"],
        qualifiers={
            name: tuple(_value(each) for each in values)
            for name, values in sorted(qualifiers.items())
        },
        confidence=piece["confidence"],
        quoted=piece["quoted"],
        extractor=piece["extractor"],
        reason=piece["reason"],
    )


def _object(value: Mapping[str, Any]) -> Object:
    found = _value(value)
    assert isinstance(found, EntityRef | Literal | Amount)
    return found


def _value(value: Mapping[str, Any]) -> QualifierValue:
    match value["kind"]:
        case "entity":
            return EntityRef(value["id"])
        case "amount":
            return Amount(value["amount"], value["currency"], value["text"])
        case "number":
            return Number(value["value"], value["text"])
        case "date":
            return DateValue(value["text"], value["edtf"], value["basis"], value["precision"])
    return Literal(value["text"])
