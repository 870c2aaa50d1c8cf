"""An excerpt as nodes and edges, which the network formats write in their own ways.

A node is an entity, or a title or a sum that is the object of a statement. An edge is a statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kg.entities import Entity
from kg.exports.excerpt import Excerpt, Fact, day_of, object_key
from kg.graph.terms import BASE
from kg.statements import DateValue
from ontology import sources, vocabulary

_VALUE_COLOUR, _VALUE_SHAPE = "#999999", "circle"
_VALUE_TYPES = {"text": "Title", "amount": "Amount"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """`kind` is "entity", "text" or "amount"; `type` a class of the ontology, "Title" or "Amount".

    `statements` counts the edges at it. `days` are those of its edges, None where one of these
    comes from a document without a day, or there are no edges.
    """

    id: str
    kind: str
    type: str
    name: str
    iri: str = ""
    aliases: tuple[str, ...] = ()
    catalogue: bool = False
    colour: str = _VALUE_COLOUR
    shape: str = _VALUE_SHAPE
    statements: int = 0
    days: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A statement. `days` are the days of its documents, None where one has no day; `dates` are
    what the sentences date it to, in EDTF."""

    id: str
    source: str
    target: str
    predicate: str
    label: str
    symmetric: bool
    modality: str
    modalities: Mapping[str, int]
    evidence: int
    documents: tuple[str, ...]
    publishers: tuple[str, ...]
    confidence: float
    belief: float | None
    days: tuple[str, ...] | None
    first: str
    latest: str
    dates: tuple[str, ...]

    @property
    def iri(self) -> str:
        """The IRI of the statement."""
        return f"{BASE}statement/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Nodes and edges by their ids. `has_belief` tells whether beliefs are known."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    has_belief: bool


def network(found: Excerpt) -> Network:
    """The network of an excerpt."""
    nodes = {id_: node_of(entity) for id_, entity in found.entities.items()}
    edges = []
    touching: dict[str, list[Edge]] = {}
    for fact in found.facts:
        target, label, kind = object_key(fact.statement)
        if target not in nodes:
            type_name = _VALUE_TYPES.get(kind, "")
            nodes[target] = Node(id=target, kind=kind, type=type_name, name=label)
        edge = _edge(fact, target)
        edges.append(edge)
        for end in {edge.source, edge.target}:
            touching.setdefault(end, []).append(edge)
    return Network(
        nodes=tuple(_placed(nodes[id_], touching.get(id_, [])) for id_ in sorted(nodes)),
        edges=tuple(edges),
        has_belief=found.has_belief,
    )


def node_of(entity: Entity) -> Node:
    """The node for an entity, without what its edges amount to."""
    type_ = vocabulary.load().types.get(entity.type)
    return Node(
        id=entity.id,
        kind="entity",
        type=entity.type,
        name=entity.name,
        iri=f"{BASE}entity/{entity.id}",
        aliases=entity.aliases,
        catalogue=entity.catalogue,
        colour=type_.colour if type_ else _VALUE_COLOUR,
        shape=type_.shape if type_ else _VALUE_SHAPE,
    )


def _placed(node: Node, edges: list[Edge]) -> Node:
    """The node with what its edges amount to."""
    days: tuple[str, ...] | None = None
    if edges and all(edge.days is not None for edge in edges):
        days = tuple(sorted({day for edge in edges for day in edge.days or ()}))
    return replace(node, statements=len(edges), days=days)


def _edge(fact: Fact, target: str) -> Edge:
    statement, documents = fact.statement, fact.documents
    predicate = vocabulary.load().predicates[statement.predicate]
    days = fact.days
    dates = {
        value.edtf
        for piece in fact.pieces
        for values in piece.evidence.qualifiers.values()
        for value in values
        if isinstance(value, DateValue) and value.edtf
    }
    return Edge(
        id=fact.id,
        source=statement.subject,
        target=target,
        predicate=predicate.name,
        label=predicate.label,
        symmetric=predicate.symmetric,
        modality=fact.modality,
        modalities=fact.modalities,
        evidence=len(fact.pieces),
        documents=tuple(d.id for d in documents),
        publishers=tuple(sorted({sources.load().publisher(d.source) for d in documents} - {""})),
        confidence=fact.confidence,
        belief=fact.belief,
        days=days if all(day_of(d) for d in documents) else None,
        first=days[0] if days else "",
        latest=days[-1] if days else "",
        dates=tuple(sorted(dates)),
    )
