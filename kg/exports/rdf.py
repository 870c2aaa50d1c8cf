"""RDF formats: the quads of a dataset or an excerpt, the same bytes for the same content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from xml.etree import ElementTree

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from kg.entities import Entity
from kg.errors import InputError
from kg.exports import jsonld
from kg.exports.excerpt import Check, Excerpt
from kg.exports.formats import Format
from kg.graph import read
from kg.graph.layout import document_quads, entity_quads, statement_quads
from kg.graph.serialise import serialise
from kg.graph.terms import (
    RDF,
    RDF_OBJECT,
    RDF_PREDICATE,
    RDF_STATEMENT,
    RDF_SUBJECT,
    RDF_TYPE,
    STATEMENTS,
    QuadReader,
)
from kg.statements import EntityRef, Extraction

REIFIES = NamedNode(f"{RDF}reifies")
_PARTS = (RDF_SUBJECT, RDF_PREDICATE, RDF_OBJECT)
# XML 1.0 has no place for these, not even escaped.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def excerpt_quads(reader: QuadReader, found: Excerpt, *, check: Check) -> Iterator[Quad]:
    """The quads of an excerpt: what the dataset would hold had only its evidence ever come.

    Documents keep their texts, and of their sentences, mentions and descriptions those that the
    evidence needs.
    """
    named: dict[str, Entity] = {}
    for id_ in found.documents:
        check()
        part = _part(read.extraction(reader, id_), found)
        for entity in part.entities:
            named.setdefault(entity.id, found.known[entity.id])
        yield from document_quads(part)
    for fact in found.facts:
        asserted = bool(fact.modalities.get("asserted"))
        yield from statement_quads(fact.statement, asserted=asserted)
    for entity in named.values():
        yield from entity_quads(entity)


def _part(extraction: Extraction, found: Excerpt) -> Extraction:
    """What of an extraction belongs to the excerpt."""
    evidence = tuple(
        piece.evidence
        for fact in found.facts
        for piece in fact.pieces
        if piece.document.id == extraction.document.id
    )
    numbers = {each.sentence for each in evidence}
    wanted = {each.statement.subject for each in evidence}
    for each in evidence:
        values = (value for of in each.qualifiers.values() for value in of)
        wanted |= {v.id for v in (each.statement.object, *values) if isinstance(v, EntityRef)}
    return replace(
        extraction,
        sentences=tuple(s for s in extraction.sentences if s.number in numbers),
        mentions=tuple(
            m for m in extraction.mentions if m.sentence in numbers and m.entity in wanted
        ),
        entities=tuple(e for e in extraction.entities if e.id in wanted),
        evidence=evidence,
    )


def write(quads: Iterable[Quad], form: Format) -> bytes:
    """The quads in an RDF format; InputError where it cannot hold one of them."""
    found = list(quads)
    if form.terms:
        found = with_triple_terms(found)
    match form.writes:
        case "jsonld":
            _check_version(found, form)
            return jsonld.write(found)
        case "rdfxml":
            _check_version(found, form)
            return _xml(found, form) + b"\n"
        case "nquads" | "ntriples":
            return _lines(found, form)
        case _:
            return serialise(found, format=form.writes)


def with_triple_terms(quads: Iterable[Quad]) -> list[Quad]:
    """The quads with statements as reifiers of triple terms (RDF 1.2), in place of the three
    properties and the class that RDF 1.1 gives them."""
    found = list(quads)
    parts: dict[str, dict[NamedNode, list[Quad]]] = {}
    for quad in found:
        if quad.graph_name == STATEMENTS and isinstance(quad.subject, NamedNode):
            of_node = parts.setdefault(quad.subject.value, {})
            of_node.setdefault(quad.predicate, []).append(quad)
    gone: set[Quad] = set()
    reified = []
    for said in parts.values():
        if any(len(said.get(part, ())) != 1 for part in _PARTS):
            continue
        subject, predicate, target = (said[part][0].object for part in _PARTS)
        if not isinstance(predicate, NamedNode) or isinstance(subject, Literal | Triple):
            continue
        node = said[RDF_SUBJECT][0].subject
        gone |= {said[part][0] for part in _PARTS}
        gone |= {quad for quad in said.get(RDF_TYPE, ()) if quad.object == RDF_STATEMENT}
        reified.append(Quad(node, REIFIES, Triple(subject, predicate, target), STATEMENTS))
    return [quad for quad in found if quad not in gone] + reified


def _check_version(quads: Sequence[Quad], form: Format) -> None:
    """InputError where there is something of RDF 1.2, which the format does not know."""
    for quad in quads:
        target = quad.object
        if isinstance(target, Triple) or (isinstance(target, Literal) and target.direction):
            raise InputError(
                f"{form.name}: {str(quad.subject)[:120]} says something of RDF 1.2, which this "
                "format cannot hold: take turtle, trig or nquads"
            )


def _lines(quads: Sequence[Quad], form: Format) -> bytes:
    dataset = form.writes == "nquads"
    kind = RdfFormat.N_QUADS if dataset else RdfFormat.N_TRIPLES
    text = serialize(quads if dataset else [quad.triple for quad in quads], format=kind) or b""
    return b"".join(sorted(set(text.splitlines(keepends=True))))


def _xml(quads: Sequence[Quad], form: Format) -> bytes:
    for iri in sorted(_element_names(quads)):
        if not _has_name(iri):
            raise InputError(
                f"{form.name}: {iri[:120]} does not end in a name that XML can write: take turtle "
                "or ntriples"
            )
    text = serialise([_clean(quad) for quad in quads], format=form.writes)
    # A reader of XML takes a bare carriage return for a line feed.
    return text.replace(b"\r", b"&#xD;")


def _element_names(quads: Iterable[Quad]) -> set[str]:
    """The properties and classes, of which the writer makes elements."""
    names: set[str] = set()
    for quad in quads:
        if quad.predicate != RDF_TYPE:
            names.add(quad.predicate.value)
        elif isinstance(quad.object, NamedNode):
            names.add(quad.object.value)
    return names


def _has_name(iri: str) -> bool:
    """Whether the writer makes an element of the property that says what it should."""
    node = NamedNode("urn:x")
    text = serialize([Triple(node, NamedNode(iri), node)], format=RdfFormat.RDF_XML) or b""
    try:
        tags = [element.tag for element in ElementTree.fromstring(text).iter()]
    except ElementTree.ParseError:
        return False
    return any(re.sub(r"[{}]", "", tag) == iri and not tag.endswith("}") for tag in tags)


def _clean(quad: Quad) -> Quad:
    """The quad without characters that XML cannot hold."""
    target = quad.object
    if not isinstance(target, Literal) or NOT_XML.search(target.value) is None:
        return quad
    value = NOT_XML.sub("\N{REPLACEMENT CHARACTER}", target.value)
    kept: Mapping[str, str | NamedNode] = (
        {"language": target.language} if target.language else {"datatype": target.datatype}
    )
    cleaned = Literal(value, **kept)  # type: ignore[arg-type]
    return Quad(quad.subject, quad.predicate, cleaned, quad.graph_name)
