"""Statements as a network of networkx, and where to draw its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt

import networkx as nx

from ontology import vocabulary

_SEED = 7
_TURNS = 200
_ROOM = (
    0.62  # more than a square root: the middle of a large part is dense, and its names need room
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A statement between two nodes, each given by id, type and name.

    `confidence` and `belief` are None where unknown, `latest` is a day or "".
    """

    id: str
    source: tuple[str, str, str]
    target: tuple[str, str, str]
    predicate: str
    modality: str
    modalities: Mapping[str, int] = field(default_factory=dict)
    documents: int = 0
    latest: str = ""
    confidence: float | None = None
    belief: float | None = None


def network(links: Iterable[Link]) -> nx.MultiDiGraph[str]:
    """The links as a network, in the order of the ids whatever the order they come in.

    Nodes have `label` and `type`. Edges are keyed by the statement's id and have `predicate`,
    `label`, `symmetric`, `modality`, `documents`, `latest`, a count for each modality, and
    `confidence` and `belief` where they are known.
    """
    terms = vocabulary.load()
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    ordered = sorted(links, key=lambda link: link.id)
    nodes = {end[0]: end for link in ordered for end in (link.source, link.target)}
    for id_, type_, name in sorted(nodes.values()):
        graph.add_node(id_, label=name, type=type_)
    for link in ordered:
        predicate = terms.predicates[link.predicate]
        known = {"confidence": link.confidence, "belief": link.belief}
        graph.add_edge(
            link.source[0],
            link.target[0],
            key=link.id,
            predicate=predicate.name,
            label=predicate.label,
            symmetric=predicate.symmetric,
            modality=link.modality,
            documents=link.documents,
            latest=link.latest,
            **{name: link.modalities.get(name, 0) for name in terms.modalities},
            **{name: value for name, value in known.items() if value is not None},
        )
    return graph


def places(graph: nx.MultiDiGraph[str]) -> dict[str, tuple[float, float]]:
    """Where to draw the nodes, between 0 and 1 in both directions; the same graph gives the same.

    Each connected part is laid out by itself, so that parts that have nothing to do with each other
    do not fly apart; the parts then stand in rows, the largest first.
    """
    plain = nx.Graph(graph.to_undirected())
    parts = sorted(nx.connected_components(plain), key=lambda part: (-len(part), min(part)))
    boxes: list[tuple[float, dict[str, tuple[float, float]]]] = []
    for part in parts:
        side = len(part) ** _ROOM
        inside: nx.Graph[str] = (
            nx.Graph()
        )  # sorted, because sets of strings have no order that stays
        inside.add_nodes_from(sorted(part))
        inside.add_edges_from(sorted((min(a, b), max(a, b)) for a, b in plain.edges(part)))
        boxes.append((side, _one(inside)))
    return _packed(boxes)


def _one(graph: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Places of the nodes of a connected graph, between 0 and 1."""
    if len(graph) == 1:
        return dict.fromkeys(graph, (0.5, 0.5))
    found = nx.spring_layout(
        graph, seed=_SEED, iterations=_TURNS, k=1.6 / sqrt(len(graph)), method="force"
    )
    xs, ys = ([float(place[axis]) for place in found.values()] for axis in (0, 1))
    low, high = (min(xs), min(ys)), (max(xs), max(ys))
    return {
        node: (
            (float(place[0]) - low[0]) / max(high[0] - low[0], 1e-9),
            (float(place[1]) - low[1]) / max(high[1] - low[1], 1e-9),
        )
        for node, place in found.items()
    }


def _packed(
    boxes: list[tuple[float, dict[str, tuple[float, float]]]],
) -> dict[str, tuple[float, float]]:
    """Squares of given sides beside and below each other, and what lies in them."""
    if not boxes:
        return {}
    gap = 0.6
    width = max(boxes[0][0], sqrt(sum((side + gap) ** 2 for side, _ in boxes)))
    found: dict[str, tuple[float, float]] = {}
    x = y = row = 0.0
    for side, inside in boxes:
        if x and x + side > width:
            x, y, row = 0.0, y + row + gap, 0.0
        for node, (across, down) in inside.items():
            found[node] = (x + across * side, y + down * side)
        x, row = x + side + gap, max(row, side)
    right = max(place[0] for place in found.values()) or 1.0
    bottom = max(place[1] for place in found.values()) or 1.0
    return {node: (place[0] / right, place[1] / bottom) for node, place in found.items()}
