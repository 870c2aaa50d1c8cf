"""What an entity is connected with: the statements around it as a small network."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kg.analyse.edges import (
    Edge,
    Node,
    Wanted,
    check_entity,
    edges_of,
    nodes_of,
    unique,
)
from kg.analyse.values import is_entity

MOST_NODES = 500
MOST_EDGES = 2_000
# Of the entity itself, and of each of those around it, of which only so many are gone on from.
_FIRST_LOOK, _LOOK = 10_000, 500
_MOST_OF_ONE = 100
_MOST_GONE_ON_FROM = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Nodes in the order in which they were reached, edges the best first; `cut` is true where
    there may be more."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    cut: bool


def neighbourhood(
    db: sqlite3.Connection, entity: str, *, depth: int, limit: int, wanted: Wanted
) -> Network:
    """The network around `entity` with at most `limit` nodes, itself included.

    With a `depth` of 1 its edges are the statements of the entity, with 2 also those of the
    entities next to it; then half of the nodes are kept for the second step, and each entity next
    to it adds its best edges in turn, so that one with very many does not take all the room.
    NotFoundError where the entity is unknown.
    """
    check_entity(db, entity)
    around = edges_of(db, entity, wanted, looked_at=_FIRST_LOOK, most=MOST_EDGES)
    cut, edges = around.cut, list(around.edges)
    distances = {entity: 0}
    room = limit if depth == 1 else max(2, (limit + 1) // 2)
    left_out = _reach(distances, _far(around.edges, entity), 1, room=room)
    if depth == 2:
        near = [node for node, distance in distances.items() if distance == 1 and is_entity(node)]
        cut = cut or len(near) > _MOST_GONE_ON_FROM
        lists: list[Sequence[tuple[str, Edge]]] = []
        for node in near[:_MOST_GONE_ON_FROM]:
            found = edges_of(db, node, wanted, looked_at=_LOOK, most=_MOST_OF_ONE)
            cut = cut or found.cut
            lists.append([(node, edge) for edge in found.edges])
            edges += found.edges
        _reach(distances, (edge.other(node) for node, edge in _in_turn(lists)), 2, room=limit)
        left_out = _reach(distances, left_out, 1, room=limit)
        ends = {end for edge in edges for end in (edge.source, edge.target)}
        left_out = left_out or sorted(ends - distances.keys())
    kept = [e for e in unique(edges) if e.source in distances and e.target in distances]
    return Network(
        nodes=nodes_of(db, distances),
        edges=tuple(kept[:MOST_EDGES]),
        cut=cut or bool(left_out) or len(kept) > MOST_EDGES,
    )


def _far(edges: Iterable[Edge], node: str) -> Iterator[str]:
    return (edge.other(node) for edge in edges)


def _reach(
    distances: dict[str, int], nodes: Iterable[str], distance: int, *, room: int
) -> list[str]:
    """Add nodes until there are `room`; those that were left out."""
    left_out: dict[str, None] = {}
    for node in nodes:
        if node in distances:
            continue
        if len(distances) < room:
            distances[node] = distance
        else:
            left_out[node] = None
    return list(left_out)


def _in_turn(lists: Iterable[Sequence[tuple[str, Edge]]]) -> Iterator[tuple[str, Edge]]:
    """The first of each list, then the second of each, and so on."""
    for row in zip_longest(*lists):
        yield from (each for each in row if each is not None)
