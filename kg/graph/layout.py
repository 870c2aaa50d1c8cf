"""An extraction as quads.

Everything that one document says stands in the graph named by the document: its text, sentences,
mentions, descriptions of entities, and evidence. `statement_quads` and `entity_quads` make what
follows from the evidence and the descriptions of all documents and stands in the shared graphs;
`kg.graph.update` decides when it does. No node is blank, so that equal content gives equal quads.

Numbers are written in the form that pyoxigraph keeps, so that quads compare equal before and
after they went through a store; what the article wrote stands beside them as a string.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, Quad

from kg.documents import Document, Mention
from kg.entities import Entity
from kg.errors import DocumentError, InputError
from kg.graph.canonical import canonical, evidence_hash, mention_hash
from kg.graph.edtf import days
from kg.graph.terms import (
    ALT_LABEL,
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
    XSD,
    Term,
    amount_node,
    document_node,
    ent,
    entity_node,
    part_node,
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

_DATE = NamedNode(f"{XSD}date")
_DECIMAL = NamedNode(f"{XSD}decimal")
_EDTF = NamedNode("http://id.loc.gov/datatypes/edtf")
_ENTITY_ID = re.compile(r"[a-z]+(-[a-z]+)*/[A-Za-z0-9._~-]+")

# Compared to 10^20: beyond, and after 18 decimals, pyoxigraph keeps no decimals.
_DECIMAL_LIMIT = Decimal(10) ** 20
_DECIMAL_PLACES = 18


def document_quads(extraction: Extraction) -> list[Quad]:
    """The document's graph, sorted.

    Raises InputError (a DocumentError for the text) if the extraction contradicts itself or the
    vocabulary: an unknown type, predicate, modality or qualifier, an entity or a sentence that it
    does not list, offsets outside the text, a number that is none.
    """
    return sorted(set(_DocumentGraph(canonical(extraction)).quads()), key=str)


def statement_quads(statement: Statement, *, asserted: bool) -> list[Quad]:
    """The statement's node in the shared graph, and the plain triple if it is asserted.

    An amount is written to two decimals, as the statement's id has it.
    """
    node = statement_node(statement.id)
    subject, predicate = entity_node(statement.subject), ent(statement.predicate)
    target: Term
    quads = []
    match statement.object:
        case EntityRef(id=ref):
            target = entity_node(ref)
        case Literal(text=text):
            target = _text(text)
        case Amount(amount=amount, currency=currency):
            target = amount_node(statement)
            rounded = float(f"{amount:.2f}")
            quads = [
                Quad(target, RDF_TYPE, ent("Amount"), STATEMENTS),
                Quad(target, ent("amount"), number_literal(rounded), STATEMENTS),
                Quad(target, ent("currency"), _text(currency), STATEMENTS),
            ]
    quads += [
        Quad(node, RDF_TYPE, RDF_STATEMENT, STATEMENTS),
        Quad(node, RDF_SUBJECT, subject, STATEMENTS),
        Quad(node, RDF_PREDICATE, predicate, STATEMENTS),
        Quad(node, RDF_OBJECT, target, STATEMENTS),
    ]
    if asserted:
        quads.append(Quad(subject, predicate, target, STATEMENTS))
    return quads


def entity_quads(entity: Entity) -> list[Quad]:
    """The entity's node in the shared graph."""
    node = entity_node(entity.id)
    return [
        Quad(node, RDF_TYPE, ent(entity.type), ENTITIES),
        Quad(node, PREF_LABEL, _text(entity.name), ENTITIES),
        Quad(node, ent("inCatalogue"), RdfLiteral(entity.catalogue), ENTITIES),
        *(
            Quad(node, ALT_LABEL, _text(alias), ENTITIES)
            for alias in sorted(set(entity.aliases) - {entity.name})
        ),
    ]


def number_literal(value: float) -> RdfLiteral:
    """The number as an xsd:decimal, or as an xsd:double where a decimal would lose digits."""
    if not math.isfinite(value):
        raise InputError(f"{value} is no number that a graph can hold; leave the value out")
    exact = Decimal(repr(float(value)))
    if exact == 0:
        return RdfLiteral("0", datatype=_DECIMAL)
    exact = exact.normalize()
    exponent = exact.as_tuple().exponent
    if abs(exact) < _DECIMAL_LIMIT and isinstance(exponent, int) and -exponent <= _DECIMAL_PLACES:
        return RdfLiteral(f"{exact:f}", datatype=_DECIMAL)
    return RdfLiteral(float(value))


class _DocumentGraph:
    """Makes the quads of one canonical extraction."""

    def __init__(self, extraction: Extraction) -> None:
        self.extraction = extraction
        self.document = extraction.document
        self.id = extraction.document.id
        self.graph = document_node(self.id)
        self.sentences = {s.number for s in extraction.sentences}
        self.entities = {e.id for e in extraction.entities}
        self.vocabulary = vocabulary.load()
        if len(self.sentences) < len(extraction.sentences):
            raise self._error("two sentences have the same number", "number them from 1")
        if len(self.entities) < len(extraction.entities):
            raise self._error("an entity is listed twice", "join the two")

    def quads(self) -> Iterator[Quad]:
        yield from self._document(self.document)
        for sentence in self.extraction.sentences:
            node = self._sentence(sentence.number)
            yield self._quad(node, RDF_TYPE, ent("Sentence"))
            yield self._quad(node, ent("number"), RdfLiteral(sentence.number))
            yield from self._segment(node, sentence.start, sentence.end)
        for entity in self.extraction.entities:
            yield from self._entity(entity)
        for mention in self.extraction.mentions:
            yield from self._mention(mention)
        for evidence in self.extraction.evidence:
            yield from self._evidence(evidence)

    def _document(self, document: Document) -> Iterator[Quad]:
        node = self.graph
        yield self._quad(node, RDF_TYPE, ent("Document"))
        yield self._quad(node, NamedNode(f"{SCHEMA}text"), _text(document.text))
        yield self._quad(node, NamedNode(f"{SCHEMA}inLanguage"), _text(document.language))
        if document.title:
            yield self._quad(node, NamedNode(f"{SCHEMA}headline"), _text(document.title))
        if document.date is not None:
            literal = _day(document.date) if _is_day(document.date) else _text(document.date)
            yield self._quad(node, NamedNode(f"{SCHEMA}datePublished"), literal)
        if document.source is not None:
            yield self._quad(node, NamedNode(f"{DCTERMS}source"), _text(document.source))
        if document.name is not None:
            yield self._quad(node, NamedNode(f"{SCHEMA}name"), _text(document.name))

    def _entity(self, entity: Entity) -> Iterator[Quad]:
        if not _ENTITY_ID.fullmatch(entity.id):
            raise self._error(f"{entity.id!r} is no entity id", "write it as type/name")
        node = part_node(self.id, f"entity-{entity.id}")
        yield self._quad(self.graph, NamedNode(f"{SCHEMA}mentions"), entity_node(entity.id))
        yield self._quad(node, RDF_TYPE, ent("EntityDescription"))
        yield self._quad(node, ent("describes"), entity_node(entity.id))
        yield self._quad(node, ent("entityType"), self._type(entity.type))
        yield self._quad(node, PREF_LABEL, _text(entity.name))
        for alias in entity.aliases:
            yield self._quad(node, ALT_LABEL, _text(alias))
        yield self._quad(node, ent("inCatalogue"), RdfLiteral(entity.catalogue))
        yield from self._reason(node, entity.reason)

    def _mention(self, mention: Mention) -> Iterator[Quad]:
        part = f"mention-{mention.start}-{mention.end}-{mention_hash(mention)}"
        node = part_node(self.id, part)
        yield self._quad(node, RDF_TYPE, ent("Mention"))
        yield from self._segment(node, mention.start, mention.end)
        yield self._quad(node, ent("inSentence"), self._sentence(mention.sentence))
        yield self._quad(node, ent("refersTo"), self._entity_node(mention.entity))
        yield self._quad(node, ent("entityType"), self._type(mention.type))
        yield self._quad(node, ent("mentionKind"), _text(mention.kind))
        yield from self._reason(node, mention.reason)

    def _evidence(self, evidence: Evidence) -> Iterator[Quad]:
        statement = evidence.statement
        if statement.predicate not in self.vocabulary.predicates:
            raise self._error(f"{statement.predicate!r} is no predicate", "use one of the ontology")
        if evidence.modality not in self.vocabulary.modalities:
            raise self._error(f"{evidence.modality!r} is no modality", "use one of the ontology")
        key = f"evidence-{evidence_hash(evidence)}"
        node = part_node(self.id, key)
        quote = part_node(self.id, f"quote={evidence.start},{evidence.end}")
        yield self._quad(node, RDF_TYPE, ent("Evidence"))
        yield from self._segment(node, evidence.start, evidence.end)
        yield self._quad(node, NamedNode(f"{OA}hasSelector"), quote)
        yield self._quad(quote, RDF_TYPE, NamedNode(f"{OA}TextQuoteSelector"))
        exact = self.document.text[evidence.start : evidence.end]
        yield self._quad(quote, NamedNode(f"{OA}exact"), _text(exact))
        yield self._quad(node, NamedNode(f"{PROV}wasQuotedFrom"), self.graph)
        yield self._quad(node, ent("inSentence"), self._sentence(evidence.sentence))
        yield self._quad(node, ent("evidenceFor"), statement_node(statement.id))
        yield self._quad(node, ent("subject"), self._entity_node(statement.subject))
        yield self._quad(node, ent("predicate"), ent(statement.predicate))
        yield from self._value(node, "object", statement.object, part=f"{key}-object")
        yield self._quad(node, ent("modality"), ent(evidence.modality))
        yield self._quad(node, ent("confidence"), number_literal(evidence.confidence))
        if evidence.quoted is not None:
            yield self._quad(node, ent("quoted"), RdfLiteral(evidence.quoted))
        if evidence.extractor:
            agent = part_node(self.id, f"extractor-{_percent(evidence.extractor)}")
            yield self._quad(node, NamedNode(f"{PROV}wasAttributedTo"), agent)
            yield self._quad(agent, RDF_TYPE, NamedNode(f"{PROV}SoftwareAgent"))
            yield self._quad(agent, RDFS_LABEL, _text(evidence.extractor))
        yield from self._reason(node, evidence.reason)
        for name, values in evidence.qualifiers.items():
            if name not in self.vocabulary.qualifiers:
                raise self._error(f"{name!r} is no qualifier", "use one of the ontology")
            for number, value in enumerate(values, start=1):
                yield from self._value(node, name, value, part=f"{key}-{name}-{number}")

    def _value(
        self, node: NamedNode, name: str, value: Object | QualifierValue, *, part: str
    ) -> Iterator[Quad]:
        """The property with the value; what has more than one side gets the node `part`."""
        inner = part_node(self.id, part)
        match value:
            case EntityRef(id=ref):
                yield self._quad(node, ent(name), self._entity_node(ref))
                return
            case Literal(text=text):
                yield self._quad(node, ent(name), _text(text))
                return
            case Amount():
                yield self._quad(inner, RDF_TYPE, ent("Amount"))
                yield self._quad(inner, ent("amount"), number_literal(value.amount))
                yield self._quad(inner, ent("currency"), _text(value.currency))
            case Number():
                yield self._quad(inner, RDF_TYPE, ent("Number"))
                yield self._quad(inner, RDF_VALUE, number_literal(value.value))
            case DateValue():
                yield self._quad(inner, RDF_TYPE, ent("Date"))
                yield self._quad(inner, ent("basis"), _text(value.basis))
                if value.precision:
                    yield self._quad(inner, ent("precision"), _text(value.precision))
                if value.edtf is not None:
                    edtf = RdfLiteral(value.edtf, datatype=_EDTF)
                    yield self._quad(inner, ent("edtf"), edtf)
                    first, last = days(value.edtf)
                    if first:
                        yield self._quad(inner, ent("earliest"), _day(first))
                    if last:
                        yield self._quad(inner, ent("latest"), _day(last))
        yield self._quad(node, ent(name), inner)
        if value.text:
            yield self._quad(inner, ent("asWritten"), _text(value.text))

    def _segment(self, node: NamedNode, start: int, end: int) -> Iterator[Quad]:
        """Where in the document's text the node stands."""
        if not 0 <= start <= end <= len(self.document.text):
            problem = f"{start} to {end} lies outside the text ({len(self.document.text)} long)"
            raise self._error(problem, "count characters of the text from 0")
        selector = part_node(self.id, f"char={start},{end}")
        yield self._quad(node, NamedNode(f"{OA}hasSource"), self.graph)
        yield self._quad(node, NamedNode(f"{OA}hasSelector"), selector)
        yield self._quad(selector, RDF_TYPE, NamedNode(f"{OA}TextPositionSelector"))
        for name, offset in (("start", start), ("end", end)):
            # pyoxigraph turns xsd:nonNegativeInteger into xsd:integer, so that is what we write.
            yield self._quad(selector, NamedNode(OA + name), RdfLiteral(offset))

    def _reason(self, node: NamedNode, reason: str) -> Iterator[Quad]:
        if reason:
            yield self._quad(node, ent("reason"), _text(reason))

    def _type(self, name: str) -> NamedNode:
        if name not in self.vocabulary.types:
            raise self._error(f"{name!r} is no entity type", "use one of the ontology")
        return ent(name)

    def _entity_node(self, entity_id: str) -> NamedNode:
        if entity_id not in self.entities:
            raise self._error(f"{entity_id!r} is not among the entities", "list it there")
        return entity_node(entity_id)

    def _sentence(self, number: int) -> NamedNode:
        if number not in self.sentences:
            raise self._error(f"sentence {number} is not among the sentences", "list it there")
        return part_node(self.id, f"sentence-{number}")

    def _quad(self, subject: NamedNode, predicate: NamedNode, value: Term) -> Quad:
        return Quad(subject, predicate, value, self.graph)

    def _error(self, problem: str, mend: str) -> InputError:
        name = self.document.name or self.document.title or self.id
        return InputError(f"extraction of {name}: {problem}; {mend}")


def _text(text: str) -> RdfLiteral:
    """The text as a literal. NUL is no character of RDF's strings, and C parsers stop at it."""
    place = text.find("\0")
    if place >= 0:
        problem = f"character {place} of {text[:40]!r} is NUL"
        raise DocumentError(f"{problem}; remove it, or give a text and no binary file")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        problem = f"character {error.start} of {text[:40]!r} is half a surrogate pair"
        raise DocumentError(f"{problem}; save the text as UTF-8") from error
    return RdfLiteral(text)


def _day(iso: str) -> RdfLiteral:
    return RdfLiteral(iso, datatype=_DATE)


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _percent(text: str) -> str:
    """The text for the fragment of an IRI; two texts stay two."""
    return "".join(
        c
        if c.isascii() and (c.isalnum() or c in "-._~")
        else f"%{c.encode('utf-8', 'replace').hex()}"
        for c in text
    )
