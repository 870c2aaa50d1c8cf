"""What must change in a dataset when documents come or go.

The shared graphs follow from the document graphs by rules that do not depend on the order in
which documents came:

- a statement has its node as long as any evidence is there for it, and its plain triple as long
  as any of that evidence is asserted;
- an entity is there as long as any document describes it. Its type and preferred label are the
  least, by `_rank`, of those that documents give, a link to the catalogue before all others;
  every other name is an alternative label.

The least of a set and the union of sets need only the old result and what is new, so that adding
a document costs the same however large the dataset is; only removing one looks at what other
documents say of the same statements and entities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Quad

from kg.entities import Entity
from kg.graph.layout import document_quads, entity_quads, statement_quads
from kg.graph.read import (
    described_entities,
    evidence_statements,
    resources,
    shared_entity,
)
from kg.graph.terms import (
    ENTITIES,
    QuadReader,
    document_id,
    document_node,
    ent,
    entity_node,
    statement_node,
)
from kg.statements import Extraction, Statement


@dataclass(frozen=True, slots=True)
class Changes:
    """Quads to remove and to add, sorted and disjoint, and the ids of the documents whose graphs
    change, sorted. All three are empty where there is nothing to do."""

    removed: tuple[Quad, ...]
    added: tuple[Quad, ...]
    documents: tuple[str, ...]


def changes(
    reader: QuadReader, *, add: Sequence[Extraction] = (), remove: Sequence[str] = ()
) -> Changes:
    """What to do to the dataset behind `reader` to remove and then to add documents.

    A document that is there already is replaced; of two in `add` with the same id the last one
    counts; an id in `remove` that is not there is no error. Raises InputError where an extraction
    contradicts itself (see `kg.graph.layout`).
    """
    new = {e.document.id: document_quads(e) for e in add}
    old = {
        id_: sorted(reader.quads_for_pattern(None, None, None, document_node(id_)), key=str)
        for id_ in sorted({*new, *remove})
    }
    touched = [id_ for id_ in old if old[id_] != new.get(id_, [])]
    gone = [q for id_ in touched for q in old[id_]]
    come = [q for id_ in touched for q in new.get(id_, [])]
    removed = set(gone).difference(come)
    added = set(come).difference(gone)
    for before, after in (
        _statement_changes(reader, gone=gone, come=come, without=frozenset(touched)),
        _entity_changes(reader, gone=gone, come=come, without=frozenset(touched)),
    ):
        removed |= before - after
        added |= after - before
    return Changes(
        removed=tuple(sorted(removed, key=str)),
        added=tuple(sorted(added, key=str)),
        documents=tuple(touched),
    )


# Statements ------------------------------------------------------------------------------------


def _statement_changes(
    reader: QuadReader, *, gone: Iterable[Quad], come: Iterable[Quad], without: frozenset[str]
) -> tuple[set[Quad], set[Quad]]:
    """The quads of the touched statements as they are and as they shall be."""
    before, after = evidence_statements(gone), evidence_statements(come)
    is_there: set[Quad] = set()
    shall_be: set[Quad] = set()
    for id_ in sorted({*before, *after}):
        statement = (after.get(id_) or before[id_])[0]
        possible = statement_quads(statement, asserted=True)
        there = {q for q in possible if _holds(reader, q)}
        is_there |= there
        asserted = id_ in after and after[id_][1]
        if id_ in before:
            supported, elsewhere = _support(reader, statement, without=without)
            supported, asserted = supported or id_ in after, asserted or elsewhere
        else:
            supported, asserted = True, asserted or len(there) == len(possible)
        if supported:
            shall_be.update(statement_quads(statement, asserted=asserted))
    return is_there, shall_be


def _support(
    reader: QuadReader, statement: Statement, *, without: frozenset[str]
) -> tuple[bool, bool]:
    """Whether other documents have evidence for the statement, and whether some is asserted."""
    supported = False
    node = statement_node(statement.id)
    for quad in reader.quads_for_pattern(None, ent("evidenceFor"), node, None):
        if document_id(quad.graph_name) in without:
            continue
        supported = True
        asserted = Quad(quad.subject, ent("modality"), ent("asserted"), quad.graph_name)
        if _holds(reader, asserted):
            return True, True
    return supported, False


def _holds(reader: QuadReader, quad: Quad) -> bool:
    found = reader.quads_for_pattern(quad.subject, quad.predicate, quad.object, quad.graph_name)
    return any(True for _ in found)


# Entities --------------------------------------------------------------------------------------


def _entity_changes(
    reader: QuadReader, *, gone: Iterable[Quad], come: Iterable[Quad], without: frozenset[str]
) -> tuple[set[Quad], set[Quad]]:
    """The quads of the touched entities as they are and as they shall be."""
    before, after = _by_id(described_entities(gone)), _by_id(described_entities(come))
    is_there: set[Quad] = set()
    shall_be: set[Quad] = set()
    for id_ in sorted({*before, *after}):
        there = list(reader.quads_for_pattern(entity_node(id_), None, None, ENTITIES))
        is_there.update(there)
        known = (
            _elsewhere(reader, id_, without=without)
            if id_ in before
            else [shared_entity(id_, resources(there)[entity_node(id_).value])]
            if there
            else []
        )
        described = [*known, *after.get(id_, ())]
        if described:
            shall_be.update(entity_quads(joined(described)))
    return is_there, shall_be


def joined(described: Sequence[Entity]) -> Entity:
    """One entity from what documents say of it, in whatever order they say it."""
    first = min(described, key=lambda e: _rank(e.type, e))
    name = min(described, key=lambda e: _rank(e.name, e)).name
    names = {n for e in described for n in (e.name, *e.aliases)}
    return Entity(
        id=first.id,
        type=first.type,
        name=name,
        aliases=tuple(sorted(names - {name})),
        catalogue=first.catalogue,
    )


def _rank(text: str, entity: Entity) -> tuple[bool, bool, str]:
    """The catalogue first; a name in capitals only or in small letters only after others."""
    return (not entity.catalogue, text.isupper() or text.islower(), text)


def _elsewhere(reader: QuadReader, id_: str, *, without: frozenset[str]) -> Iterator[Entity]:
    """What documents other than those in `without` say of an entity."""
    for quad in reader.quads_for_pattern(None, ent("describes"), entity_node(id_), None):
        if document_id(quad.graph_name) not in without:
            node = quad.subject
            yield from described_entities(
                reader.quads_for_pattern(node, None, None, quad.graph_name)
            )


def _by_id(entities: Iterable[Entity]) -> Mapping[str, list[Entity]]:
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        found.setdefault(entity.id, []).append(entity)
    return found
