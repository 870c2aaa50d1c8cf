"""Quads as records again.

`extraction` gives back exactly what was added (in the order of `kg.graph.canonical`). `entities`,
`statements` and `documents` go through a whole dataset, as records without RDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, Quad, Triple

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.errors import NotFoundError, StoreError
from kg.graph.canonical import canonical
from kg.graph.terms import (
    ALT_LABEL,
    BASE,
    DCTERMS,
    ENTITIES,
    OA,
    PREF_LABEL,
    PROV,
    RDF_OBJECT,
    RDF_PREDICATE,
    RDF_STATEMENT,
    RDF_SUBJECT,
    RDF_TYPE,
    RDF_VALUE,
    RDFS_LABEL,
    SCHEMA,
    STATEMENTS,
    QuadReader,
    Term,
    document_id,
    document_node,
    ent,
    ent_name,
    entity_id,
    statement_id,
    statement_node,
)
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

# What a node says: predicate IRI to values; and all nodes of a graph by their IRI.
Said = Mapping[str, list[Term]]
Resources = Mapping[str, Said]

_TYPE = RDF_TYPE.value
_SELECTOR = f"{OA}hasSelector"


def extraction(reader: QuadReader, document_id: str) -> Extraction:
    """All that the dataset holds of a document; NotFoundError if it is not there."""
    graph = resources(reader.quads_for_pattern(None, None, None, document_node(document_id)))
    node = document_node(document_id).value
    if node not in graph:
        raise NotFoundError(f"no document {document_id}; `kg stats` lists how many there are")
    return canonical(
        Extraction(
            document=_document(graph[node]),
            sentences=tuple(_sentence(graph, n) for n in _instances(graph, "Sentence")),
            mentions=tuple(_mention(graph, n) for n in _instances(graph, "Mention")),
            entities=tuple(_entity(n) for n in _instances(graph, "EntityDescription")),
            evidence=tuple(_evidence(graph, n) for n in _instances(graph, "Evidence")),
        )
    )


def document(reader: QuadReader, document_id: str) -> Document:
    """A document without what it says; NotFoundError if it is not there."""
    node = document_node(document_id)
    said = resources(reader.quads_for_pattern(node, None, None, node))
    if node.value not in said:
        raise NotFoundError(f"no document {document_id}; `kg stats` lists how many there are")
    return _document(said[node.value])


def evidence_for(reader: QuadReader, statement: str) -> Iterator[tuple[str, Evidence]]:
    """The evidence for the statement with this id, each piece with the id of its document, in no
    order. Nothing else of the documents is read."""
    found = reader.quads_for_pattern(None, ent("evidenceFor"), statement_node(statement), None)
    for quad in found:
        id_ = document_id(quad.graph_name)
        if id_ and isinstance(quad.subject, NamedNode):
            graph = resources(_around(reader, quad))
            yield id_, _evidence(graph, (quad.subject.value, graph[quad.subject.value]))


def _around(reader: QuadReader, quad: Quad) -> Iterator[Quad]:
    """What is said of the quad's subject, and of the parts of its graph that hang on it."""
    part = f"{document_node(document_id(quad.graph_name)).value}#"
    waiting, seen = [quad.subject], {quad.subject}
    while waiting:
        for each in reader.quads_for_pattern(waiting.pop(), None, None, quad.graph_name):
            yield each
            target = each.object
            if isinstance(target, NamedNode) and target.value.startswith(part):
                if target not in seen:
                    waiting.append(target)
                seen.add(target)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRecord:
    """A statement with what its evidence amounts to.

    `documents` are the ids of the documents with evidence, sorted; `modalities` counts the pieces
    of evidence by modality.
    """

    statement: Statement
    documents: tuple[str, ...]
    modalities: Mapping[str, int]


def documents(reader: QuadReader) -> Iterator[Document]:
    """All documents, sorted by id."""
    found = reader.quads_for_pattern(None, RDF_TYPE, ent("Document"), None)
    # Graphs of clients may say of anything that it is a document.
    ids = {document_id(q.subject) for q in found if q.subject == q.graph_name} - {""}
    return (document(reader, id_) for id_ in sorted(ids))


def entities(reader: QuadReader) -> Iterator[Entity]:
    """All entities as the shared graph has them, sorted by id."""
    graph = resources(reader.quads_for_pattern(None, None, None, ENTITIES))
    for iri in sorted(graph):
        yield shared_entity(iri.removeprefix(f"{BASE}entity/"), graph[iri])


def statements(reader: QuadReader) -> Iterator[StatementRecord]:
    """All statements with counts over their evidence, sorted by id."""
    graph = resources(reader.quads_for_pattern(None, None, None, STATEMENTS))
    found = reader.quads_for_pattern(None, RDF_TYPE, RDF_STATEMENT, STATEMENTS)
    for id_ in sorted(statement_id(q.subject) for q in found):
        node = statement_node(id_)
        said = graph[node.value]
        in_documents: set[str] = set()
        modalities: dict[str, int] = {}
        for quad in reader.quads_for_pattern(None, ent("evidenceFor"), node, None):
            id_of = document_id(quad.graph_name)
            if not id_of:
                continue  # a client's graph
            in_documents.add(id_of)
            for modal in reader.quads_for_pattern(
                quad.subject, ent("modality"), None, quad.graph_name
            ):
                name = ent_name(modal.object)
                modalities[name] = modalities.get(name, 0) + 1
        yield StatementRecord(
            statement=Statement(
                entity_id(_one(said, RDF_SUBJECT.value)),
                ent_name(_one(said, RDF_PREDICATE.value)),
                _object(graph, _one(said, RDF_OBJECT.value)),
            ),
            documents=tuple(sorted(in_documents)),
            modalities=dict(sorted(modalities.items())),
        )


# For kg.graph.update ---------------------------------------------------------------------------


def evidence_statements(quads: Iterable[Quad]) -> dict[str, tuple[Statement, bool]]:
    """The statements that the evidence among the quads of document graphs is for, by their ids,
    each with whether any of the evidence is asserted."""
    graph = resources(quads)
    found: dict[str, tuple[Statement, bool]] = {}
    for _, said in _instances(graph, "Evidence"):
        statement = _statement(graph, said)
        asserted = ent_name(_one(said, ent("modality").value)) == "asserted"
        known = found.get(statement.id)
        found[statement.id] = (statement, asserted or (known is not None and known[1]))
    return found


def described_entities(quads: Iterable[Quad]) -> Iterator[Entity]:
    """The entities that the descriptions among the quads of document graphs are about."""
    return (_entity(node) for node in _instances(resources(quads), "EntityDescription"))


def shared_entity(id_: str, said: Said) -> Entity:
    """The entity with the id, from what its node in the shared graph says."""
    return Entity(
        id=id_,
        type=ent_name(_one(said, _TYPE)),
        name=_one(said, PREF_LABEL.value).value,
        aliases=tuple(sorted(_strings(said, ALT_LABEL.value))),
        catalogue=_is_true(said, "inCatalogue"),
    )


def resources(quads: Iterable[Quad]) -> Resources:
    """What each named node among the quads says."""
    found: dict[str, dict[str, list[Term]]] = {}
    for quad in quads:
        if isinstance(quad.subject, Triple) or isinstance(quad.object, Triple):
            continue  # never ours
        said = found.setdefault(quad.subject.value, {})
        said.setdefault(quad.predicate.value, []).append(quad.object)
    return found


# Nodes to records ------------------------------------------------------------------------------


def _instances(graph: Resources, class_name: str) -> Iterator[tuple[str, Said]]:
    """The nodes of a class of ours, each with its IRI."""
    wanted = ent(class_name)
    return ((iri, said) for iri, said in graph.items() if wanted in said.get(_TYPE, ()))


def _document(said: Said) -> Document:
    return Document(
        text=_one(said, f"{SCHEMA}text").value,
        title=_string(said, f"{SCHEMA}headline") or "",
        date=_string(said, f"{SCHEMA}datePublished"),
        source=_string(said, f"{DCTERMS}source"),
        language=_one(said, f"{SCHEMA}inLanguage").value,
        name=_string(said, f"{SCHEMA}name"),
    )


def _sentence(graph: Resources, node: tuple[str, Said]) -> Sentence:
    _, said = node
    start, end = _span(graph, said)
    return Sentence(number=int(_one(said, ent("number").value).value), start=start, end=end)


def _mention(graph: Resources, node: tuple[str, Said]) -> Mention:
    _, said = node
    start, end = _span(graph, said)
    return Mention(
        start=start,
        end=end,
        type=ent_name(_one(said, ent("entityType").value)),
        sentence=_sentence_number(graph, said),
        entity=entity_id(_one(said, ent("refersTo").value)),
        kind=_one(said, ent("mentionKind").value).value,
        reason=_string(said, ent("reason").value) or "",
    )


def _entity(node: tuple[str, Said]) -> Entity:
    _, said = node
    return Entity(
        id=entity_id(_one(said, ent("describes").value)),
        type=ent_name(_one(said, ent("entityType").value)),
        name=_one(said, PREF_LABEL.value).value,
        aliases=tuple(sorted(_strings(said, ALT_LABEL.value))),
        catalogue=_is_true(said, "inCatalogue"),
        reason=_string(said, ent("reason").value) or "",
    )


def _evidence(graph: Resources, node: tuple[str, Said]) -> Evidence:
    _, said = node
    start, end = _span(graph, said)
    extractor = said.get(f"{PROV}wasAttributedTo")
    return Evidence(
        statement=_statement(graph, said),
        sentence=_sentence_number(graph, said),
        start=start,
        end=end,
        modality=ent_name(_one(said, ent("modality").value)),
        qualifiers={
            name: tuple(_value(graph, v) for v in said[ent(name).value])
            for name in vocabulary.load().qualifiers
            if ent(name).value in said
        },
        confidence=float(_one(said, ent("confidence").value).value),
        quoted=_is_true(said, "quoted") if ent("quoted").value in said else None,
        extractor=_one(graph[extractor[0].value], RDFS_LABEL.value).value if extractor else "",
        reason=_string(said, ent("reason").value) or "",
    )


def _statement(graph: Resources, said: Said) -> Statement:
    return Statement(
        entity_id(_one(said, ent("subject").value)),
        ent_name(_one(said, ent("predicate").value)),
        _object(graph, _one(said, ent("object").value)),
    )


def _object(graph: Resources, node: Term) -> Object:
    value = _value(graph, node)
    if isinstance(value, Number | DateValue):
        raise StoreError(f"{node} is the object of a statement, but no entity, title or amount")
    return value


def _value(graph: Resources, node: Term) -> QualifierValue:
    if isinstance(node, RdfLiteral):
        return Literal(node.value)
    if ref := entity_id(node):
        return EntityRef(ref)
    said = graph.get(node.value, {})
    text = _string(said, ent("asWritten").value) or ""
    match ent_name(_one(said, _TYPE)):
        case "Amount":
            amount = float(_one(said, ent("amount").value).value)
            return Amount(amount, _one(said, ent("currency").value).value, text)
        case "Number":
            return Number(float(_one(said, RDF_VALUE.value).value), text)
        case "Date":
            return DateValue(
                text,
                _string(said, ent("edtf").value),
                _one(said, ent("basis").value).value,
                _string(said, ent("precision").value) or "",
            )
        case other:
            raise StoreError(f"{node} is of type {other or 'unknown'}, which is no value")


def _span(graph: Resources, said: Said) -> tuple[int, int]:
    for selector in said.get(_SELECTOR, ()):
        place = graph.get(selector.value, {})
        if f"{OA}start" in place:
            start, end = _one(place, f"{OA}start"), _one(place, f"{OA}end")
            return int(start.value), int(end.value)
    raise StoreError("a part of a document has no offsets; rebuild the store from its documents")


def _sentence_number(graph: Resources, said: Said) -> int:
    sentence = graph[_one(said, ent("inSentence").value).value]
    return int(_one(sentence, ent("number").value).value)


def _one(said: Said, predicate: str) -> Term:
    found = said.get(predicate, ())
    if len(found) != 1:
        short = re.split(r"[#/]", predicate)[-1]
        problem = f"{len(found)} values of {short} where one belongs"
        raise StoreError(f"{problem}; `kg validate` says where, or rebuild the store")
    return found[0]


def _strings(said: Said, predicate: str) -> Iterator[str]:
    return (node.value for node in said.get(predicate, ()))


def _string(said: Said, predicate: str) -> str | None:
    return _one(said, predicate).value if predicate in said else None


def _is_true(said: Said, name: str) -> bool:
    return _one(said, ent(name).value).value == "true"
