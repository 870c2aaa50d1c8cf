"""From records to what the routes answer with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from api import models, opened
from api.reading import FoundDocument, FoundEntity, OpenedStatement
from kg.analyse.belief import Belief
from kg.analyse.values import amount_name
from kg.documents import Document
from kg.entities import Entity
from kg.graph.terms import BASE
from kg.statements import (
    Amount,
    DateValue,
    EntityRef,
    Evidence,
    Extraction,
    Literal,
    Number,
    QualifierValue,
    Statement,
)
from kg.store.filters import Row
from ontology import vocabulary

Names = Mapping[str, Entity]
_SPEAKER = "attributedTo"


def entity(
    record: Entity, *, score: float | None = None, statements: int | None = None
) -> models.Entity:
    """An entity with its names."""
    return models.Entity(
        id=record.id,
        type=record.type,
        name=record.name,
        iri=f"{BASE}entity/{record.id}",
        aliases=list(record.aliases),
        catalogue=record.catalogue,
        score=score,
        statements=statements,
    )


def found_entity(found: FoundEntity, *, score: float | None = None) -> models.Entity:
    """An entity of the store."""
    return entity(found.entity, score=score, statements=found.statements)


def link(id_: str, names: Names) -> models.EntityLink:
    """An entity by its id."""
    record = names.get(id_)
    return models.EntityLink(
        id=id_,
        type=record.type if record else "",
        name=record.name if record else id_,
    )


def value(record: QualifierValue, names: Names) -> models.Value:
    """The object of a statement, or a qualifier's value."""
    match record:
        case EntityRef(id=id_):
            return models.EntityObject(**link(id_, names).model_dump())
        case Literal(text=text):
            return models.TextObject(text=text)
        case Amount(amount=amount, currency=currency, text=text):
            return models.AmountObject(amount=amount, currency=currency, text=text)
        case Number(value=number, text=text):
            return models.NumberObject(value=number, text=text)
        case DateValue():
            return models.DateObject(
                text=record.text,
                edtf=record.edtf,
                basis=record.basis,
                precision=record.precision,
            )


def document_link(record: Document) -> models.DocumentLink:
    """What one needs to cite a document."""
    return models.DocumentLink(
        id=record.id, title=record.title, date=record.date, source=record.source
    )


def document(record: FoundDocument) -> models.Document:
    """A document in a list."""
    return models.Document(
        id=record.id,
        title=record.title,
        date=record.date,
        source=record.source,
        iri=f"{BASE}document/{record.id}",
        language=record.language,
        statements=record.statements,
    )


def evidence(record: Evidence, source: Document, names: Names) -> models.Evidence:
    """One sentence with what was read from it."""
    qualifiers = {
        name: [value(each, names) for each in values]
        for name, values in sorted(record.qualifiers.items())
    }
    return models.Evidence(
        document=document_link(source),
        sentence=record.sentence,
        text=source.text[record.start : record.end],
        start=record.start,
        end=record.end,
        modality=record.modality,
        speaker=qualifiers.pop(_SPEAKER, []),
        qualifiers=qualifiers,
        confidence=record.confidence,
        quoted=record.quoted,
        extractor=record.extractor,
        reason=record.reason,
    )


def statement(record: Statement, names: Names) -> models.Statement:
    """A triple."""
    return models.Statement(
        id=record.id,
        iri=f"{BASE}statement/{record.id}",
        subject=link(record.subject, names),
        predicate=record.predicate,
        object=value(record.object, names),
    )


def summary(found: Row, names: Names) -> models.StatementSummary:
    """A statement, and how well it is supported."""
    target: QualifierValue = EntityRef(found.object)
    if found.amount is not None:
        target = Amount(found.amount, found.currency)
    elif not found.object:
        target = Literal(found.text)
    return models.StatementSummary(
        id=found.id,
        iri=f"{BASE}statement/{found.id}",
        subject=link(found.subject, names),
        predicate=found.predicate,
        object=value(target, names),
        modality=found.modality,
        modalities=dict(found.modalities),
        belief=found.belief,
        beliefs=dict(found.beliefs),
        confidence=found.confidence,
        documents=found.documents,
        latest=found.latest or None,
    )


def in_words(record: models.Statement) -> str:
    """A statement as one line of text."""
    term = vocabulary.load().predicates.get(record.predicate)
    label = term.label if term is not None else record.predicate
    match record.object:
        case models.EntityObject(name=name):
            what = name
        case models.AmountObject(amount=amount, currency=currency):
            what = amount_name(amount, currency)
        case other:
            what = other.text
    return f"{record.subject.name} {label} {what}"


def arithmetic(found: Belief, documents: Mapping[str, Document]) -> opened.BeliefArithmetic:
    """How a belief was reckoned; `documents` are those of the evidence, by their ids."""

    def document_(id_: str, copy_of: str | None) -> opened.BeliefDocument:
        known = documents.get(id_)
        shown = document_link(known).model_dump() if known else _UNKNOWN | {"id": id_}
        return opened.BeliefDocument(**shown, copy_of=copy_of)

    return opened.BeliefArithmetic(
        modality=found.modality,
        value=found.value,
        formula=found.formula,
        sentence=found.sentence,
        groups=[
            opened.BeliefGroup(
                publisher=source.publisher,
                systematic=source.systematic,
                factor=round(source.error, 6),
                texts=[
                    opened.BeliefText(
                        confidence=text.confidence,
                        documents=[
                            document_(text.document, None),
                            *(document_(copy, text.document) for copy in text.copies),
                        ],
                    )
                    for text in source.texts
                ],
            )
            for source in found.sources
        ],
    )


_UNKNOWN = {"title": "", "date": None, "source": None}  # taken away in the meantime


def evidence_of(
    extractions: Iterable[Extraction], statement: str
) -> list[tuple[Document, Evidence]]:
    """The evidence for a statement, that of the newest document first."""
    pieces = [
        (extraction.document, piece)
        for extraction in extractions
        for piece in extraction.evidence
        if piece.statement.id == statement
    ]
    pieces.sort(key=lambda pair: (pair[0].id, pair[1].start))
    pieces.sort(key=lambda pair: pair[0].date or "", reverse=True)
    return pieces


def entities_in(pieces: Iterable[tuple[Document, Evidence]]) -> set[str]:
    """The ids of the entities that evidence names beside its statement."""
    return {
        each.id
        for _, piece in pieces
        for values in piece.qualifiers.values()
        for each in values
        if isinstance(each, EntityRef)
    }


def detail(
    found: OpenedStatement, pieces: Iterable[tuple[Document, Evidence]], names: Names
) -> opened.StatementDetail:
    """A statement with all of its evidence and the belief in it."""
    pieces = list(pieces)
    documents = {source.id: source for source, _ in pieces}
    firmest, *others = (arithmetic(each, documents) for each in found.beliefs)
    return opened.StatementDetail(
        **summary(found.row, names).model_dump(),
        belief_arithmetic=firmest,
        other_beliefs=others,
        evidence=[evidence(piece, source, names) for source, piece in pieces],
    )


def _supports(extraction: Extraction, names: Names) -> list[models.DocumentStatement]:
    """The statements of a document in the order of its text."""
    grouped: dict[str, list[Evidence]] = {}
    for piece in sorted(extraction.evidence, key=lambda piece: (piece.start, piece.statement.id)):
        grouped.setdefault(piece.statement.id, []).append(piece)
    return [
        models.DocumentStatement(
            **statement(pieces[0].statement, names).model_dump(),
            evidence=[evidence(piece, extraction.document, names) for piece in pieces],
        )
        for pieces in grouped.values()
    ]


def document_detail(extraction: Extraction) -> models.DocumentDetail:
    """A document and all that it says."""
    record = extraction.document
    names = {entity.id: entity for entity in extraction.entities}
    supports = _supports(extraction, names)
    return models.DocumentDetail(
        **document_link(record).model_dump(),
        iri=f"{BASE}document/{record.id}",
        language=record.language,
        statements=len(supports),
        text=record.text,
        mentions=[
            models.Mention(
                start=mention.start,
                end=mention.end,
                text=record.text[mention.start : mention.end],
                sentence=mention.sentence,
                entity=mention.entity,
                type=mention.type,
                kind=mention.kind,
                reason=mention.reason,
            )
            for mention in extraction.mentions
        ],
        entities=[entity(each) for each in extraction.entities],
        supports=supports,
    )
