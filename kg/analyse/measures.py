"""Who stands where in a network: centrality, communities, brokers, and what has changed.

All of them look at the plain network of `plain`: nodes are joined or not, and an edge is the
stronger the more statements it stands for. Everything is sorted, and ties are broken by ids: the
same network gives the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

import networkx as nx

_SEED = 7
_NO_ACTORS = frozenset({"Title", "Amount", "EquipmentCategory", "Topic"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Centrality:
    """A node: how many it is next to, how many statements join it to them, the share of shortest
    ways that lead over it, how near it is to those that it can reach (both from 0 to 1)."""

    id: str
    label: str
    type: str
    degree: int
    statements: int
    betweenness: float
    closeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """A node between others who are not joined themselves.

    `constraint` is Burt's: low where contacts do not know each other. The others count the pairs
    that only come together over it, by Gould and Fernandez: `coordinator` joins two of its own
    community, `itinerant` two of another, `gatekeeper` one of its own with one of another,
    `liaison` two of different others.
    """

    id: str
    label: str
    constraint: float
    coordinator: int
    itinerant: int
    gatekeeper: int
    liaison: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one network has that another had not: nodes, and pairs that were not joined."""

    nodes: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def plain(network: nx.MultiDiGraph[str], *, without: Collection[str] = _NO_ACTORS) -> nx.Graph[str]:
    """The network without directions and parallel edges; `weight` counts the statements.

    Nodes of the types `without` are left out (titles, sums, kinds of materiel and topics join what
    has nothing to do with each other), and so are loops.
    """
    graph: nx.Graph[str] = nx.Graph()
    kept = {node: data for node, data in network.nodes(data=True) if data["type"] not in without}
    graph.add_nodes_from((node, dict(kept[node])) for node in sorted(kept))
    pairs = Counter(
        (min(a, b), max(a, b)) for a, b in network.edges() if a != b and a in kept and b in kept
    )
    graph.add_weighted_edges_from((a, b, count) for (a, b), count in sorted(pairs.items()))
    return graph


def centrality(graph: nx.Graph[str]) -> list[Centrality]:
    """All nodes, those with the most ways over them first."""
    between = nx.betweenness_centrality(graph)
    close = nx.closeness_centrality(graph)
    found = [
        Centrality(
            id=node,
            label=data["label"],
            type=data["type"],
            degree=graph.degree(node),
            statements=int(graph.degree(node, weight="weight")),
            betweenness=round(between[node], 4),
            closeness=round(close[node], 4),
        )
        for node, data in graph.nodes(data=True)
    ]
    return sorted(found, key=lambda each: (-each.betweenness, -each.degree, each.id))


def communities(graph: nx.Graph[str]) -> list[tuple[str, ...]]:
    """Groups joined more among themselves than with others (Louvain), the largest first."""
    found = nx.community.louvain_communities(graph, weight="weight", seed=_SEED)
    return sorted((tuple(sorted(group)) for group in found), key=lambda g: (-len(g), g))


def brokers(graph: nx.Graph[str]) -> list[Broker]:
    """All nodes with at least two contacts, those first over whom the most pairs come together."""
    group = {node: n for n, nodes in enumerate(communities(graph)) for node in nodes}
    constraint = nx.constraint(graph, nodes=[n for n in graph if graph.degree(n) > 1])
    found: list[Broker] = []
    for node in constraint:
        roles: Counter[str] = Counter()
        for a, b in combinations(sorted(graph[node]), 2):
            if not graph.has_edge(a, b):
                roles[_role(group[a], group[node], group[b])] += 1
        found.append(
            Broker(
                id=node,
                label=graph.nodes[node]["label"],
                constraint=round(float(constraint[node]), 4),
                coordinator=roles["coordinator"],
                itinerant=roles["itinerant"],
                gatekeeper=roles["gatekeeper"],
                liaison=roles["liaison"],
            )
        )
    return sorted(found, key=lambda b: (-_pairs(b), b.constraint, b.id))


def change(before: nx.Graph[str], after: nx.Graph[str]) -> Change:
    """What `after` has and `before` has not."""
    pairs = ((min(a, b), max(a, b)) for a, b in after.edges() if not before.has_edge(a, b))
    return Change(nodes=tuple(sorted(set(after) - set(before))), pairs=tuple(sorted(pairs)))


def _role(one: int, own: int, other: int) -> str:
    if one == other:
        return "coordinator" if one == own else "itinerant"
    return "gatekeeper" if own in (one, other) else "liaison"


def _pairs(broker: Broker) -> int:
    return broker.coordinator + broker.itinerant + broker.gatekeeper + broker.liaison
