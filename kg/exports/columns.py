"""The attributes of nodes and edges, which GraphML, GEXF and the CSV tables have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kg.exports.network import Edge, Network, Node
from ontology import vocabulary

Item = TypeVar("Item", Node, Edge)
Value = str | int | float | bool | None
BETWEEN = " | "  # values of a list in one cell


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """An attribute: `type` is "string", "integer", "double" or "boolean"; None is no value."""

    name: str
    type: str
    value: Callable[[Item], Value]


NODE_COLUMNS: Sequence[Column[Node]] = (
    Column("kind", "string", lambda node: node.kind),
    Column("type", "string", lambda node: node.type),
    Column("iri", "string", lambda node: node.iri or None),
    Column("aliases", "string", lambda node: BETWEEN.join(node.aliases) or None),
    Column("catalogue", "boolean", lambda node: node.catalogue if node.iri else None),
    Column("statements", "integer", lambda node: node.statements),
)
_EDGE_COLUMNS: Sequence[Column[Edge]] = (
    Column("predicate", "string", lambda edge: edge.predicate),
    Column("iri", "string", lambda edge: edge.iri),
    Column("symmetric", "boolean", lambda edge: edge.symmetric),
    Column("modality", "string", lambda edge: edge.modality),
    Column("evidence", "integer", lambda edge: edge.evidence),
    Column("documents", "string", lambda edge: " ".join(edge.documents)),
    Column("publishers", "string", lambda edge: BETWEEN.join(edge.publishers) or None),
    Column("confidence", "double", lambda edge: edge.confidence),
    Column("first", "string", lambda edge: edge.first or None),
    Column("latest", "string", lambda edge: edge.latest or None),
    Column("dates", "string", lambda edge: " ".join(edge.dates) or None),
)


def edge_columns(found: Network) -> list[Column[Edge]]:
    """The attributes of edges, with a count for each modality, and the belief where it is known."""
    columns = list(_EDGE_COLUMNS)
    if found.has_belief:
        columns.append(Column("belief", "double", lambda edge: edge.belief))
    columns += [
        Column(name, "integer", lambda edge, name=name: edge.modalities[name])  # type: ignore[misc]
        for name in vocabulary.load().modalities
    ]
    return columns


def written(value: Value) -> str:
    """A value as XML and the tables write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)
