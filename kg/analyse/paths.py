"""How two entities are connected: the shortest chains of statements, the best of them first."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.analyse.edges import (
    Edge,
    Node,
    Wanted,
    check_entity,
    edges_between,
    edges_of,
    nodes_of,
    unique,
)
from kg.analyse.values import is_entity
from kg.errors import InputError

MOST_PATHS = 50
LONGEST = 4
# Of the two entities, and of each of those next to them, of which only so many are gone on from.
_FIRST_LOOK, _LOOK = 5_000, 300
_MOST_NEXT, _MOST_OF_ONE = 500, 100
_MOST_GONE_ON_FROM = 80

# The best edge to each node next to one.
_Near = Mapping[str, Edge]
# By node in the middle: the ways to it from one end, as cost, node between, and both edges.
_Ways = dict[str, list[tuple[int, str, Edge, Edge]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A chain: `nodes` from one entity to the other, and the edge between each two of them."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]

    @property
    def order(self) -> tuple[int, int, tuple[str, ...]]:
        """Shorter chains come first, then those of firmer and more believed statements."""
        return len(self.edges), sum(_cost(edge) for edge in self.edges), self.nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Chains, the nodes and edges that they are made of; `cut` is true where there may be more."""

    paths: tuple[Path, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    cut: bool


def paths(
    db: sqlite3.Connection, start: str, end: str, *, longest: int, limit: int, wanted: Wanted
) -> Paths:
    """At most `limit` chains of at most `longest` statements (up to `LONGEST`) between two
    entities, walked in either direction; no entity stands in one twice.

    Of several statements between the same two entities a chain has the best. NotFoundError where
    an entity is unknown, InputError where both are the same.
    """
    if start == end:
        raise InputError("Both ends are the same entity: name two.")
    for id_ in (start, end):
        check_entity(db, id_)
    search = _Search(db, wanted, start=start, end=end)
    found: list[Path] = []
    cut = False
    for length in range(1, longest + 1):
        # One too many, so that it shows whether there are more.
        room = limit + 1 - len(found)
        found += heapq.nsmallest(room, search.of_length(length, room), key=lambda path: path.order)
        if len(found) > limit:
            cut = True
            break
    found = found[:limit]
    ids = dict.fromkeys([start, end])
    for path in found:
        ids.update(dict.fromkeys(path.nodes))
    return Paths(
        paths=tuple(found),
        nodes=nodes_of(db, _distances(ids, found)),
        edges=tuple(unique(edge for path in found for edge in path.edges)),
        cut=cut or search.cut,
    )


def _distances(ids: Iterable[str], found: Iterable[Path]) -> dict[str, int]:
    """How far along each node stands, at the nearest; the end of no chain has 0."""
    distances: dict[str, int] = {}
    for path in found:
        for place, node in enumerate(path.nodes):
            distances[node] = min(place, distances.get(node, place))
    return {id_: distances.get(id_, 0) for id_ in ids}


def _cost(edge: Edge) -> int:
    """What an edge adds to the cost of a chain: above all that it is not firm."""
    return edge.rank * 10**8 + round((1 - edge.belief) * 10**6)


class _Search:
    """Walks from both ends; what was read of a node is kept. `cut` is true where not all was."""

    def __init__(self, db: sqlite3.Connection, wanted: Wanted, *, start: str, end: str) -> None:
        self._db = db
        self._wanted = wanted
        self._start, self._end = start, end
        self._seen: dict[str, _Near] = {}
        self.cut = False

    def of_length(self, length: int, most: int) -> Iterator[Path]:
        """The chains of one length, all or at least the `most` best of those looked at."""
        if length == 1:
            direct = edges_between(self._db, self._start, self._end, self._wanted)
            return iter([self._path((), direct[:1])] if direct else [])
        if length == 2:
            return self._two()
        return self._three() if length == 3 else self._four(most)

    def _path(self, middle: tuple[str, ...], edges: Iterable[Edge]) -> Path:
        return Path(nodes=(self._start, *middle, self._end), edges=tuple(edges))

    def _two(self) -> Iterator[Path]:
        first, last = self._ends()
        for node in first.keys() & last.keys():
            yield self._path((node,), (first[node], last[node]))

    def _three(self) -> Iterator[Path]:
        """Gone on from the end that has fewer nodes next to it."""
        first, last = self._ends()
        forward = len(first) <= len(last)
        from_, to = (first, last) if forward else (last, first)
        for one in self._some(from_):
            for other, edge in self._near(one).items():
                if other in to and other != one:
                    edges = (from_[one], edge, to[other])
                    yield (
                        self._path((one, other), edges)
                        if forward
                        else self._path((other, one), reversed(edges))
                    )

    def _four(self, most: int) -> Iterator[Path]:
        """The two steps from one end and the two from the other meet in the middle."""
        ways: list[_Ways] = []
        for side in self._ends():
            to_middle: _Ways = {}
            for one in self._some(side):
                for middle, edge in self._near(one).items():
                    if middle not in (self._start, self._end, one):
                        way = (_cost(side[one]) + _cost(edge), one, side[one], edge)
                        to_middle.setdefault(middle, []).append(way)
            ways.append(to_middle)
        best: list[Path] = []
        for middle in sorted(ways[0].keys() & ways[1].keys()):
            best += heapq.nsmallest(
                1, self._through(middle, *ways, most=1), key=lambda path: path.order
            )
        # The best chains lead through no other middles than those with the best chains.
        for path in heapq.nsmallest(most, best, key=lambda path: path.order):
            yield from self._through(path.nodes[2], *ways, most=most)

    def _through(self, middle: str, first: _Ways, last: _Ways, *, most: int) -> Iterator[Path]:
        """The chains through one middle, all or at least the `most` best.

        Only the best few ways of either side can be in them, and one more, because the two sides
        may not use the same node.
        """
        befores = heapq.nsmallest(most + 1, first[middle], key=lambda way: way[:2])
        afters = heapq.nsmallest(most + 1, last[middle], key=lambda way: way[:2])
        for place, (_, one, edge, edge2) in enumerate(befores):
            # What comes later is beaten by more than `most` chains of better ways.
            for _, other, edge4, edge3 in afters[: 2 * (most + 1) // (place + 1) + 1]:
                if one != other:
                    yield self._path((one, middle, other), (edge, edge2, edge3, edge4))

    def _ends(self) -> tuple[_Near, _Near]:
        """What is next to either end, without the other one."""
        sides = []
        for node, other in ((self._start, self._end), (self._end, self._start)):
            near = self._near(node, looked_at=_FIRST_LOOK, most=_MOST_NEXT)
            sides.append({n: edge for n, edge in near.items() if n != other and is_entity(n)})
        return sides[0], sides[1]

    def _some(self, near: _Near) -> list[str]:
        """The nodes that are gone on from, those with the best edges."""
        self.cut = self.cut or len(near) > _MOST_GONE_ON_FROM
        return list(near)[:_MOST_GONE_ON_FROM]

    def _near(self, node: str, *, looked_at: int = _LOOK, most: int = _MOST_OF_ONE) -> _Near:
        """The entities next to one, with the best edge to each, the best first."""
        if node not in self._seen:
            found = edges_of(self._db, node, self._wanted, looked_at=looked_at, most=most)
            self.cut = self.cut or found.cut
            near: dict[str, Edge] = {}
            for edge in found.edges:
                other = edge.other(node)
                if other != node and is_entity(other):
                    near.setdefault(other, edge)
            self._seen[node] = near
        return self._seen[node]
