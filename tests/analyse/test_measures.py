"""Measures of networks: on small networks whose answers can be worked out by hand, and on any
network against what networkx and the definitions say."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analyse.measures import Broker, Change, brokers, centrality, change, communities, plain
from kg.analyse.network import Link, network, places


def joined(*pairs: str, types: dict[str, str] | None = None) -> nx.MultiDiGraph[str]:
    """A network of pairs of letters, such as "ab": a statement of each, from a to b."""
    kinds = types or {}
    return network(
        Link(
            id=f"{number:02}",
            source=(pair[0], kinds.get(pair[0], "Country"), pair[0].upper()),
            target=(pair[1], kinds.get(pair[1], "Country"), pair[1].upper()),
            predicate="cooperatesWith",
            modality="asserted",
        )
        for number, pair in enumerate(pairs)
    )


# Two triangles, and one way between them over c and d.
TWO_GROUPS = ("ab", "bc", "ca", "cd", "de", "ef", "fd")
EDGES = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")).map("".join), max_size=20
)


def test_a_link_becomes_an_edge_with_what_is_known() -> None:
    link = Link(
        id="s1",
        source=("country/japan", "Country", "Japan"),
        target=("equipment/anka", "Equipment", "Anka"),
        predicate="evaluates",
        modality="planned",
        modalities={"planned": 2},
        documents=2,
        latest="2026-01-09",
        belief=0.5,
    )
    graph = network([link])
    assert {node: graph.nodes[node] for node in graph} == {
        "country/japan": {"label": "Japan", "type": "Country"},
        "equipment/anka": {"label": "Anka", "type": "Equipment"},
    }
    assert graph.edges["country/japan", "equipment/anka", "s1"] == {
        "predicate": "evaluates",
        "label": "evaluates",
        "symmetric": False,
        "modality": "planned",
        "documents": 2,
        "latest": "2026-01-09",
        "asserted": 0,
        "planned": 2,
        "possible": 0,
        "denied": 0,
        "belief": 0.5,
    }  # and no confidence, which is not known


def test_the_order_of_the_links_does_not_matter() -> None:
    graph = joined(*TWO_GROUPS)
    links = [
        Link(
            id=key,
            source=(a, "Country", a.upper()),
            target=(b, "Country", b.upper()),
            predicate="cooperatesWith",
            modality="asserted",
        )
        for a, b, key in graph.edges(keys=True)
    ]
    one, other = network(links), network(reversed(links))
    assert list(one.edges(keys=True)) == list(other.edges(keys=True))
    assert list(one.nodes) == list(other.nodes)
    assert places(one) == places(other)


def test_plain_counts_statements_both_ways_and_leaves_out_what_is_no_actor() -> None:
    graph = plain(joined("ab", "ba", "ab", "aa", "at", "bt", types={"t": "Topic"}))
    assert list(graph.nodes) == ["a", "b"]
    assert list(graph.edges(data="weight")) == [("a", "b", 3)]
    assert list(plain(joined("at", types={"t": "Topic"}), without=())) == ["a", "t"]


def test_centrality_of_a_chain() -> None:
    """a - b - c: the one way from a to c leads over b; a is one step from b and two from c."""
    found = {each.id: each for each in centrality(plain(joined("ab", "bc", "bc")))}
    assert list(found) == ["b", "a", "c"]
    assert [each.betweenness for each in found.values()] == [1, 0, 0]
    assert [each.closeness for each in found.values()] == [1, 0.6667, 0.6667]
    assert [each.degree for each in found.values()] == [2, 1, 1]
    assert [each.statements for each in found.values()] == [3, 1, 2]
    assert (found["b"].label, found["b"].type) == ("B", "Country")


def test_communities_are_the_two_triangles() -> None:
    assert communities(plain(joined(*TWO_GROUPS))) == [("a", "b", "c"), ("d", "e", "f")]


def test_brokers_of_two_triangles() -> None:
    """c joins a and b, who know each other, with d, whom they do not: two pairs of its own group
    with another. The same holds for d; the others bring nobody together."""
    found = {each.id: each for each in brokers(plain(joined(*TWO_GROUPS)))}
    assert list(found)[:2] == ["c", "d"]
    for node, gatekeeper in {"a": 0, "b": 0, "c": 2, "d": 2, "e": 0, "f": 0}.items():
        roles = found[node]
        assert (roles.coordinator, roles.itinerant, roles.gatekeeper, roles.liaison) == (
            0,
            0,
            gatekeeper,
            0,
        )
    assert found["c"].constraint < found["a"].constraint


def test_a_broker_of_a_star_is_not_constrained() -> None:
    """Burt's constraint of the middle of a star of three is 3 x (1/3)^2; who has one contact is no
    broker."""
    assert brokers(plain(joined("ma", "mb", "mc"))) == [
        Broker(
            id="m",
            label="M",
            constraint=0.3333,
            coordinator=3,
            itinerant=0,
            gatekeeper=0,
            liaison=0,
        )
    ]


def test_a_liaison_joins_groups_that_are_not_its_own() -> None:
    cliques = [a + b for group in ("abcd", "efgh", "ijkl") for a, b in combinations(group, 2)]
    found = {each.id: each for each in brokers(plain(joined(*cliques, "ma", "me", "mi")))}
    middle = found["m"]
    own = next(g for g in communities(plain(joined(*cliques, "ma", "me", "mi"))) if "m" in g)
    others = {"a", "e", "i"} - set(own)
    pairs = list(combinations(sorted("aei"), 2))
    assert middle.liaison == sum(1 for x, y in pairs if x in others and y in others)
    assert middle.gatekeeper == sum(1 for x, y in pairs if (x in others) != (y in others))
    assert middle.liaison + middle.gatekeeper == 3


def test_change_says_what_is_new_only() -> None:
    before, after = plain(joined("ab", "bc")), plain(joined("ba", "ad", "dc"))
    assert change(before, after) == Change(nodes=("d",), pairs=(("a", "d"), ("c", "d")))
    assert change(after, before) == Change(nodes=(), pairs=(("b", "c"),))
    assert change(after, after) == Change(nodes=(), pairs=())


def test_an_empty_network() -> None:
    graph = plain(joined())
    assert (centrality(graph), communities(graph), brokers(graph)) == ([], [], [])
    assert places(joined()) == {}


@given(EDGES)
def test_any_network_keeps_what_the_definitions_say(pairs: list[str]) -> None:
    graph = plain(joined(*pairs))
    apart = {tuple(sorted(pair)) for pair in pairs if pair[0] != pair[1]}
    assert {tuple(sorted(edge)) for edge in graph.edges} == apart
    assert sum(graph.edges[edge]["weight"] for edge in graph.edges) == sum(
        pair[0] != pair[1] for pair in pairs
    )
    between = nx.betweenness_centrality(graph)
    found = centrality(graph)
    assert sorted(each.id for each in found) == sorted(graph)
    for each in found:
        assert each.betweenness == pytest.approx(between[each.id], abs=1e-4)
        assert each.degree == len(graph[each.id])
    groups = communities(graph)
    assert sorted(node for group in groups for node in group) == sorted(graph)
    for group in groups:  # no group reaches beyond a connected part
        assert nx.is_connected(graph.subgraph(group))
    for broker in brokers(graph):
        contacts = sorted(graph[broker.id])
        unknown = sum(not graph.has_edge(a, b) for a, b in combinations(contacts, 2))
        roles = (broker.coordinator, broker.itinerant, broker.gatekeeper, broker.liaison)
        assert len(contacts) > 1
        assert sum(roles) == unknown


@given(EDGES)
def test_any_network_can_be_drawn(pairs: list[str]) -> None:
    graph = joined(*pairs)
    found = places(graph)
    assert set(found) == set(graph)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in found.values())
    assert len(set(found.values())) == len(found)  # no node hides another
