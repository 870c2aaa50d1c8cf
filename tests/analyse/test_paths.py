"""Chains between two entities are those that networkx finds, in a known order."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analyse.edges import Wanted
from kg.analyse.paths import LONGEST, Paths, paths
from kg.errors import InputError, NotFoundError
from kg.statements import Literal
from tests.analyse.tables import Tables

A, B, C, D, E = (f"country/{letter}" for letter in "abcde")
MODALITIES = ("asserted", "planned", "possible", "denied")


def between(
    tables: Tables, *, longest: int = LONGEST, limit: int = 50, wanted: Wanted | None = None
) -> Paths:
    return paths(tables.db, A, B, longest=longest, limit=limit, wanted=wanted or Wanted())


def chains(found: Paths) -> list[str]:
    """The nodes between the ends of each chain, as letters."""
    return ["".join(id_[-1] for id_ in path.nodes[1:-1]) for path in found.paths]


@pytest.fixture
def tables() -> Tables:
    result = Tables()
    result.entities([A, B, C, D, E, "company/f"])
    result.says(A, "meetsWith", C, belief=0.9)
    result.says(B, "meetsWith", C, belief=0.9)
    result.says(A, "supplies", D, belief=0.95)
    result.says(D, "supplies", B, modality="possible", belief=0.99)
    result.says(C, "visits", D, belief=0.2)
    result.says(A, "awardsContractTo", "company/f")
    result.says("company/f", "subsidiaryOf", B)
    for name in (A, B):  # no way between them
        result.says(name, "holdsPosition", Literal("Minister"))
    return result


def test_shorter_then_firmer_then_more_believed(tables: Tables) -> None:
    found = between(tables)
    assert chains(found) == ["c", "f", "d", "dc", "cd"]
    assert not found.cut
    tables.says(B, "sanctions", A, modality="denied", belief=0.1)
    found = between(tables, longest=1)
    assert (chains(found), found.cut) == ([""], False)
    assert [(edge.source, edge.target) for edge in found.edges] == [(B, A)]
    assert {node.id: node.distance for node in found.nodes} == {A: 0, B: 1}


def test_of_several_statements_the_best(tables: Tables) -> None:
    better = tables.says(A, "cooperatesWith", C, belief=0.99)
    [first, *_] = between(tables).paths
    assert first.edges[0].id == better


def test_types_are_for_what_lies_between(tables: Tables) -> None:
    wanted = Wanted(types=("Company",))
    assert chains(between(tables, wanted=wanted)) == ["f"]
    tables.says(A, "sanctions", B)
    assert chains(between(tables, wanted=wanted)) == ["", "f"]


def test_a_limit_shows(tables: Tables) -> None:
    found = between(tables, limit=2)
    assert (chains(found), found.cut) == (["c", "f"], True)
    assert {node.id for node in found.nodes} == {A, B, C, "company/f"}
    assert len(found.edges) == 4


def test_none(tables: Tables) -> None:
    found = between(tables, wanted=Wanted(predicates=("operates",)))
    assert (found.paths, found.edges, found.cut) == ((), (), False)
    assert [node.id for node in found.nodes] == [A, B]


def test_ends_that_are_wrong(tables: Tables) -> None:
    with pytest.raises(InputError, match="the same entity"):
        paths(tables.db, A, A, longest=2, limit=2, wanted=Wanted())
    with pytest.raises(NotFoundError, match="country/x"):
        paths(tables.db, A, "country/x", longest=2, limit=2, wanted=Wanted())


def test_between_two_with_very_many() -> None:
    tables = Tables()
    many = [f"equipment/e{n:05}" for n in range(6_000)]
    tables.entities([A, B, C, *many])
    for id_ in many:
        tables.says(A, "procures", id_)
        tables.says(B, "procures", id_)
    tables.says(A, "meetsWith", C)
    tables.says(C, "meetsWith", B)
    tables.says(B, "visits", A, day="1990-01-01")
    found = between(tables, limit=5)
    assert found.cut
    assert chains(found)[0] == ""  # though it is the oldest of very many
    assert len(found.paths) == 5
    assert found == between(tables, limit=5)


LETTERS = [A, B, C, D, E, "country/f", "country/g", "country/h"]
EDGES = st.lists(
    st.tuples(
        st.sampled_from(LETTERS),
        st.sampled_from(LETTERS),
        st.sampled_from(["supplies", "visits"]),
        st.sampled_from(MODALITIES),
        st.sampled_from([0.1, 0.5, 0.9]),
    ),
    max_size=30,
    unique_by=lambda edge: edge[:3],
)


@settings(max_examples=60)
@given(edges=EDGES, limit=st.integers(1, 12), longest=st.integers(1, LONGEST))
def test_as_networkx_finds_them(
    edges: list[tuple[str, str, str, str, float]], limit: int, longest: int
) -> None:
    tables = Tables()
    tables.entities(LETTERS)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(LETTERS)
    for source, target, predicate, modality, belief in edges:
        tables.says(source, predicate, target, modality=modality, belief=belief)
        cost = MODALITIES.index(modality) * 10**8 + round((1 - belief) * 10**6)
        known = graph.get_edge_data(source, target, {"cost": cost})["cost"]
        graph.add_edge(source, target, cost=min(cost, known))
    every = [
        (len(nodes) - 1, sum(graph[a][b]["cost"] for a, b in nx.utils.pairwise(nodes)), (*nodes,))
        for nodes in nx.all_simple_paths(graph, A, B, cutoff=longest)
    ]
    found = between(tables, longest=longest, limit=limit)
    assert [path.order for path in found.paths] == sorted(every)[:limit]
    assert found.cut is (len(every) > limit)
    used = {edge.id for path in found.paths for edge in path.edges}
    assert {edge.id for edge in found.edges} == used
