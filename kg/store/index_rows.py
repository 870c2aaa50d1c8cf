"""From the quads of a dataset to rows of the index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.entities import Entity
from kg.graph.read import Resources, Said, resources, shared_entity
from kg.graph.terms import (
    DCTERMS,
    ENTITIES,
    RDF_TYPE,
    SCHEMA,
    QuadReader,
    document_node,
    ent,
    ent_name,
    entity_id,
    entity_node,
    statement_id,
)
from ontology import sources, vocabulary
from ontology.normal import normal_name

_TEXT = f"{SCHEMA}text"
_MOST_ALIASES = 200  # names of one entity that can be searched by


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRow:
    """A date that a piece of evidence gives."""

    qualifier: str
    edtf: str
    text: str
    basis: str
    precision: str
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A piece of evidence with its statement. `object` is "" where that is `text` or a sum."""

    statement: str
    subject: str
    predicate: str
    object: str
    text: str
    amount: float | None
    currency: str
    modality: str
    confidence: float
    dates: tuple[DatedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRows:
    """A document with its evidence, in no order that matters."""

    id: str
    text: str
    title: str
    day: str
    source: str | None
    publisher: str
    language: str
    evidence: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """One name of an entity: as it is shown, its key, and the key without spaces."""

    shown: str
    key: str
    joined: str


def publisher(source: str | None) -> str:
    """Who a source is, as `ontology.sources` has it; "" where there is none."""
    return sources.load().publisher(source)


def text(reader: QuadReader, id_: str) -> str:
    """The text of a document; "" where it is not there."""
    node = document_node(id_)
    found = resources(reader.quads_for_pattern(node, NamedNode(_TEXT), None, node))
    return _first(found.get(node.value, {}), _TEXT) or ""


def names(entity: Entity) -> Iterator[NameRow]:
    """The names of an entity, its preferred one first; of several with one key only the first."""
    seen = {""}
    for shown in (entity.name, *entity.aliases[:_MOST_ALIASES]):
        key = normal_name(shown)
        if key not in seen:
            seen.add(key)
            joined = key.replace(" ", "")
            yield NameRow(shown=shown, key=key, joined=joined if joined != key else "")


def entity(reader: QuadReader, id_: str) -> Entity | None:
    """An entity as the shared graph has it; None where it is not there."""
    node = entity_node(id_)
    said = resources(reader.quads_for_pattern(node, None, None, ENTITIES)).get(node.value)
    return None if said is None else shared_entity(id_, said)


def entities(reader: QuadReader) -> Iterator[Entity]:
    """All entities of the shared graph."""
    for iri, said in resources(reader.quads_for_pattern(None, None, None, ENTITIES)).items():
        yield shared_entity(entity_id(NamedNode(iri)), said)


def document(reader: QuadReader, id_: str) -> DocumentRows | None:
    """A document and its evidence; None where it is not there."""
    node = document_node(id_)
    graph = resources(reader.quads_for_pattern(None, None, None, node))
    said = graph.get(node.value)
    if said is None or ent("Document") not in said.get(RDF_TYPE.value, ()):
        return None
    source = _first(said, f"{DCTERMS}source")
    evidence = ent("Evidence")
    return DocumentRows(
        id=id_,
        text=_first(said, _TEXT) or "",
        title=_first(said, f"{SCHEMA}headline") or "",
        day=_first(said, f"{SCHEMA}datePublished") or "",
        source=source,
        publisher=publisher(source),
        language=_first(said, f"{SCHEMA}inLanguage") or "",
        evidence=tuple(
            _evidence(graph, piece)
            for _, piece in sorted(graph.items())
            if evidence in piece.get(RDF_TYPE.value, ())
        ),
    )


def _iris(*names: str) -> tuple[str, ...]:
    return tuple(ent(name).value for name in names)


_FOR, _SUBJECT, _PREDICATE, _OBJECT, _MODALITY, _CONFIDENCE = _iris(
    "evidenceFor", "subject", "predicate", "object", "modality", "confidence"
)
_AMOUNT, _CURRENCY = _iris("amount", "currency")
_EDTF, _EARLIEST, _LATEST, _BASIS, _PRECISION, _WRITTEN = _iris(
    "edtf", "earliest", "latest", "basis", "precision", "asWritten"
)


def _evidence(graph: Resources, said: Said) -> EvidenceRow:
    target = said[_OBJECT][0]
    sum_ = {} if isinstance(target, Literal) else graph.get(target.value, {})
    amount = _first(sum_, _AMOUNT)
    return EvidenceRow(
        statement=statement_id(said[_FOR][0]),
        subject=entity_id(said[_SUBJECT][0]),
        predicate=ent_name(said[_PREDICATE][0]),
        object=entity_id(target),
        text=target.value if isinstance(target, Literal) else "",
        amount=None if amount is None else float(amount),
        currency=_first(sum_, _CURRENCY) or "",
        modality=ent_name(said[_MODALITY][0]),
        confidence=float(said[_CONFIDENCE][0].value),
        dates=tuple(_dates(graph, said)),
    )


def _dates(graph: Resources, said: Said) -> Iterator[DatedRow]:
    """The dates among the qualifiers that say at least one day."""
    for qualifier, term in vocabulary.load().qualifiers.items():
        if "Date" not in term.range:
            continue
        for value in said.get(ent(qualifier).value, ()):
            date = graph.get(value.value, {})
            edtf = _first(date, _EDTF)
            days = [day for day in (_first(date, _EARLIEST), _first(date, _LATEST)) if day]
            if edtf and days:
                yield DatedRow(
                    qualifier=qualifier,
                    edtf=edtf,
                    text=_first(date, _WRITTEN) or "",
                    basis=_first(date, _BASIS) or "",
                    precision=_first(date, _PRECISION) or "",
                    first=days[0],
                    last=days[-1],
                )


def _first(said: Said, predicate: str) -> str | None:
    found = said.get(predicate)
    return found[0].value if found else None
