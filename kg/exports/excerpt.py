"""What is to be exported: everything, or a part of it, as records.

A part is what the store would hold had only the evidence that fits ever come. So a statement that
is asserted in one document and denied in another is only denied in an export of denials.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from kg.analyse.values import amount_id, amount_name, title_id
from kg.documents import Document
from kg.entities import Entity
from kg.errors import InputError, NotFoundError
from kg.exports.known import Known
from kg.graph import read
from kg.graph.canonical import canonical
from kg.graph.terms import (
    RDF_OBJECT,
    RDF_SUBJECT,
    RDF_TYPE,
    STATEMENTS,
    QuadReader,
    document_id,
    ent,
    entity_node,
    statement_id,
)
from kg.statements import Amount, EntityRef, Evidence, Extraction, Literal, Statement
from ontology import sources, vocabulary

DEPTHS = (1, 2)
Check = Callable[[], None]
# By statement, and then by modality.
Beliefs = Mapping[str, Mapping[str, float]]


def _go_on() -> None:
    """Never stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which evidence is wanted. What is None or empty does not matter.

    `entity` with `depth` are the statements at most so many steps away from an entity; titles and
    sums lead nowhere. `types` are those of the subject or the object, the entity itself left aside.
    `modalities`, `since` and `until` (days of documents, both included), `source` (a publisher by
    host or name) and `confidence` (the least) must hold of one piece of evidence; `belief` is the
    least belief in a statement, in the firmest modality of that evidence.
    """

    entity: str | None = None
    depth: int = 1
    predicates: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    source: str | None = None
    confidence: float | None = None
    belief: float | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection(depth=self.depth)

    def check(self) -> None:
        """InputError where the ontology does not know a name, or the depth is none."""
        terms = vocabulary.load()
        for what, names, known in (
            ("predicate", self.predicates, terms.predicates),
            ("modality", self.modalities, terms.modalities),
            ("type", self.types, terms.types),
        ):
            for name in names:
                if name not in known:
                    raise InputError(f"{name[:40]!r} is no {what}: take one of {', '.join(known)}")
        if self.depth not in DEPTHS:
            raise InputError(f"depth {self.depth}: take 1 or 2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of evidence with its document."""

    document: Document
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A statement with the evidence that fits, in the order of documents and of their texts.

    `belief` is None where it is not known.
    """

    id: str
    statement: Statement
    pieces: tuple[Piece, ...]
    belief: float | None = None

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents of the evidence, by their ids."""
        found = {piece.document.id: piece.document for piece in self.pieces}
        return tuple(found[id_] for id_ in sorted(found))

    @property
    def modalities(self) -> Mapping[str, int]:
        """How many pieces there are of each modality of the ontology, the firmest first."""
        names = vocabulary.load().modalities
        return {
            name: sum(piece.evidence.modality == name for piece in self.pieces) for name in names
        }

    @property
    def modality(self) -> str:
        """The firmest modality."""
        return next((name for name, count in self.modalities.items() if count), "")

    @property
    def confidence(self) -> float:
        """How sure the surest piece is."""
        return max((piece.evidence.confidence for piece in self.pieces), default=0.0)

    @property
    def days(self) -> tuple[str, ...]:
        """The days of the documents that have one, sorted."""
        return tuple(sorted({day_of(document) for document in self.documents} - {""}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Entities by their ids and facts, all sorted by id.

    `entities` are those that the facts join, or all. `known` are all entities of the dataset, which
    qualifiers may refer to. `has_belief` tells whether beliefs are known; `entity`
    is the one around which it is, or "".
    """

    entities: Mapping[str, Entity]
    facts: tuple[Fact, ...]
    known: Mapping[str, Entity] = field(default_factory=dict, compare=False)
    documents: Mapping[str, Document] = field(default_factory=dict)
    entity: str = ""
    has_belief: bool = False

    def name(self, entity: str) -> str:
        """The name of an entity."""
        found = self.known.get(entity)
        return found.name if found is not None else entity


def excerpt(
    reader: QuadReader,
    selection: Selection,
    *,
    beliefs: Beliefs | None = None,
    check: Check = _go_on,
) -> Excerpt:
    """The part of the dataset that is wanted.

    `beliefs` are those in statements, where they are known. `check` is called again and again, and
    what it raises ends the work. NotFoundError for an entity that is not there, InputError for a
    selection by belief where none is known.
    """
    selection.check()
    if selection.belief is not None and beliefs is None:
        raise InputError("belief: it is not known in this store: leave it out")
    known = Known(reader)
    if selection.entity is not None and selection.entity not in known:
        raise NotFoundError(f"{selection.entity}: no such entity in the store")
    work = _Work(reader, selection, known, {} if beliefs is None else beliefs, check)
    found = work.around() if selection.entity is not None else work.all()
    facts = tuple(found[id_] for id_ in sorted(found))
    if selection.is_everything:
        ends = {*known}
    else:
        ends = {end for fact in facts for end in _ends(fact.statement)}
        ends |= {selection.entity} if selection.entity is not None else set()
    documents = {d.id: d for fact in facts for d in fact.documents}
    if selection.is_everything:
        documents = work.documents
    return Excerpt(
        entities={id_: known[id_] for id_ in sorted(ends) if id_ in known},
        facts=facts,
        known=known,
        entity=selection.entity or "",
        has_belief=beliefs is not None,
        documents={id_: documents[id_] for id_ in sorted(documents)},
    )


def day_of(document: Document) -> str:
    """The document's day as YYYY-MM-DD; "" where it has none, or something else for it."""
    day = document.date or ""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII):
        return ""
    try:
        date.fromisoformat(day)
    except ValueError:
        return ""
    return day


def _ends(statement: Statement) -> Iterator[str]:
    """The entities that a statement joins."""
    yield statement.subject
    if isinstance(statement.object, EntityRef):
        yield statement.object.id


class _Work:
    """Finds facts in a dataset."""

    def __init__(
        self,
        reader: QuadReader,
        selection: Selection,
        entities: Mapping[str, Entity],
        beliefs: Beliefs,
        check: Check,
    ) -> None:
        self._reader = reader
        self._wanted = selection
        self._entities = entities
        self._beliefs = beliefs
        self._check = check
        self.documents: dict[str, Document] = {}

    def all(self) -> dict[str, Fact]:
        """All facts that fit, by their ids."""
        found = self._reader.quads_for_pattern(None, RDF_TYPE, ent("Document"), None)
        # Graphs of clients may say of anything that it is a document.
        ids = {document_id(quad.subject) for quad in found if quad.subject == quad.graph_name}
        by_statement: dict[str, list[Piece]] = {}
        for id_ in sorted(ids - {""}):
            self._check()
            extraction = read.extraction(self._reader, id_)
            self.documents[id_] = extraction.document
            for piece in self._pieces(extraction):
                by_statement.setdefault(piece.evidence.statement.id, []).append(piece)
        return self._facts(by_statement)

    def around(self) -> dict[str, Fact]:
        """The facts that fit at most so many steps away from the entity, by their ids."""
        assert self._wanted.entity is not None
        found: dict[str, Fact] = {}
        reached, edge = {self._wanted.entity}, {self._wanted.entity}
        for _ in range(self._wanted.depth):
            near = {id_ for entity in sorted(edge) for id_ in self._touching(entity)} - set(found)
            found |= self._facts({id_: self._evidence_for(id_) for id_ in sorted(near)})
            ends = {end for fact in found.values() for end in _ends(fact.statement)}
            edge, reached = ends - reached, reached | ends
        return found

    def _touching(self, entity: str) -> Iterator[str]:
        """The statements that have the entity at either end."""
        self._check()
        for end in (RDF_SUBJECT, RDF_OBJECT):
            for quad in self._reader.quads_for_pattern(None, end, entity_node(entity), STATEMENTS):
                if id_ := statement_id(quad.subject):
                    yield id_

    def _evidence_for(self, statement: str) -> list[Piece]:
        """The evidence for a statement that fits."""
        self._check()
        by_document: dict[str, list[Evidence]] = {}
        for id_, evidence in read.evidence_for(self._reader, statement):
            by_document.setdefault(id_, []).append(evidence)
        pieces: list[Piece] = []
        for id_ in sorted(by_document):
            if id_ not in self.documents:
                self.documents[id_] = read.document(self._reader, id_)
            document = self.documents[id_]
            sorted_ = canonical(Extraction(document=document, evidence=tuple(by_document[id_])))
            pieces += self._pieces(sorted_)
        return pieces

    def _pieces(self, extraction: Extraction) -> list[Piece]:
        """The evidence that fits."""
        document = extraction.document
        if not self._fits_document(document):
            return []
        return [Piece(document=document, evidence=e) for e in extraction.evidence if self._fits(e)]

    def _facts(self, pieces: Mapping[str, Iterable[Piece]]) -> dict[str, Fact]:
        found = {}
        for id_, each in pieces.items():
            of_one = tuple(each)
            if not of_one:
                continue
            fact = Fact(id=id_, statement=of_one[0].evidence.statement, pieces=of_one)
            belief = self._beliefs.get(id_, {}).get(fact.modality)
            if self._is_believed(belief):
                found[id_] = replace(fact, belief=belief)
        return found

    def _is_believed(self, belief: float | None) -> bool:
        least = self._wanted.belief
        return least is None or (belief is not None and belief >= least)

    def _fits_document(self, document: Document) -> bool:
        wanted, day, publisher = self._wanted, day_of(document), sources.load().publisher
        return (
            (wanted.since is None or day >= wanted.since)
            and (wanted.until is None or "" < day <= wanted.until)
            and (wanted.source is None or publisher(document.source) == publisher(wanted.source))
        )

    def _fits(self, evidence: Evidence) -> bool:
        wanted, statement = self._wanted, evidence.statement
        return (
            (not wanted.predicates or statement.predicate in wanted.predicates)
            and (not wanted.modalities or evidence.modality in wanted.modalities)
            and (wanted.confidence is None or evidence.confidence >= wanted.confidence)
            and (not wanted.types or not self._types(statement).isdisjoint(wanted.types))
        )

    def _types(self, statement: Statement) -> set[str]:
        ends = set(_ends(statement)) - {self._wanted.entity}
        return {self._entities[end].type for end in ends if end in self._entities}


def object_key(statement: Statement) -> tuple[str, str, str]:
    """Id, label and kind ("entity", "text" or "amount") of the node for the object."""
    match statement.object:
        case EntityRef(id=ref):
            return ref, ref, "entity"
        case Literal(text=text):
            return title_id(text), text, "text"
        case Amount(amount=amount, currency=currency):
            return amount_id(amount, currency), amount_name(amount, currency), "amount"
