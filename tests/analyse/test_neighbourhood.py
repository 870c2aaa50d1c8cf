"""What is around an entity: bounded, and the best first."""

from __future__ import annotations

from typing import Any

import pytest

from kg.analyse.edges import Wanted
from kg.analyse.neighbourhood import Network, neighbourhood
from kg.errors import NotFoundError
from kg.statements import Amount, Literal
from tests.analyse.tables import Tables

A, B, C, D = "country/a", "country/b", "company/c", "equipment/d"


def around(tables: Tables, *, depth: int = 1, limit: int = 100, **wanted: Any) -> Network:
    return neighbourhood(
        tables.db,
        A,
        depth=depth,
        limit=limit,
        wanted=Wanted(**wanted),
    )


def names(network: Network) -> list[str]:
    return [node.id for node in network.nodes]


@pytest.fixture
def tables() -> Tables:
    """A chain from A to D by B and C, and what A has besides."""
    result = Tables()
    result.entities([A, B, C, D])
    result.says(A, "meetsWith", B, modality="planned", belief=0.9)
    result.says(B, "supplies", A, belief=0.3, day="2026-02-01", publisher="two.example")
    result.says(B, "awardsContractTo", C, belief=0.8)
    result.says(C, "manufactures", D, belief=0.7)
    result.says(A, "hasDefenceBudget", Amount(2.5e9, "EUR"), belief=0.2)
    result.says(A, "holdsPosition", Literal("Minister of <Defence>"), modality="denied")
    return result


def test_the_statements_of_an_entity(tables: Tables) -> None:
    found = around(tables)
    assert [(node.kind, node.type, node.name, node.distance) for node in found.nodes] == [
        ("entity", "Country", "A", 0),
        ("entity", "Country", "B", 1),
        ("amount", "Amount", "2,500,000,000 EUR", 1),
        ("text", "Title", "Minister of <Defence>", 1),
    ]
    # Firm before believed.
    assert [edge.predicate for edge in found.edges] == [
        "supplies", "hasDefenceBudget", "meetsWith", "holdsPosition",
    ]  # fmt: skip
    assert (found.edges[0].source, found.edges[0].target) == (B, A)
    assert [node.statements for node in found.nodes] == [4, 3, 1, 1]
    assert not found.cut


def test_two_steps(tables: Tables) -> None:
    found = around(tables, depth=2)
    assert {node.id: node.distance for node in found.nodes}[C] == 2
    assert D not in names(found)
    assert "awardsContractTo" in [edge.predicate for edge in found.edges]
    assert not found.cut  # what lies beyond the second step is not asked for


@pytest.mark.parametrize(
    ("wanted", "predicates"),
    [
        ({"predicates": ("supplies", "visits")}, ["supplies"]),
        ({"modalities": ("planned", "denied")}, ["meetsWith", "holdsPosition"]),
        ({"since": "2026-02-01"}, ["supplies"]),
        ({"until": "2026-01-31", "modalities": ("asserted",)}, ["hasDefenceBudget"]),
        ({"source": "two.example"}, ["supplies"]),
        ({"source": "two.example", "modalities": ("planned",)}, []),
        ({"belief": 0.4}, ["meetsWith", "holdsPosition"]),
        ({"confidence": 0.9}, ["meetsWith"]),
        ({"types": ("Country",)}, ["supplies", "meetsWith"]),
        ({"types": ("Company",)}, []),
    ],
)
def test_filters(tables: Tables, wanted: dict[str, Any], predicates: list[str]) -> None:
    assert [edge.predicate for edge in around(tables, **wanted).edges] == predicates


def test_unknown(tables: Tables) -> None:
    with pytest.raises(NotFoundError, match="country/atlantis"):
        neighbourhood(tables.db, "country/atlantis", depth=1, limit=10, wanted=Wanted())


def test_a_limit_keeps_the_best(tables: Tables) -> None:
    found = around(tables, limit=2)
    assert (names(found), found.cut) == ([A, B], True)
    assert [edge.predicate for edge in found.edges] == ["supplies", "meetsWith"]


def test_a_statement_about_itself(tables: Tables) -> None:
    tables.says(A, "cooperatesWith", A)
    found = around(tables, depth=2)
    assert [(e.source, e.target) for e in found.edges if e.predicate == "cooperatesWith"] == [
        (A, A)
    ]


def test_one_with_very_many_does_not_take_the_room() -> None:
    tables = Tables()
    many = [f"equipment/e{n:05}" for n in range(12_000)]
    tables.entities([A, B, C, "company/small", "equipment/only", *many])
    tables.says(A, "meetsWith", B, belief=0.9)
    tables.says(A, "meetsWith", C, belief=0.8)
    tables.says(C, "manufactures", "equipment/only", belief=0.1)
    for number, id_ in enumerate(many):
        tables.says(B, "procures", id_, belief=0.5 + number / 1e5)
    found = around(tables, depth=2, limit=10)
    assert (len(found.nodes), found.cut) == (10, True)
    assert {"equipment/only", B, C} <= set(names(found))
    found = neighbourhood(tables.db, B, depth=1, limit=500, wanted=Wanted())
    assert (len(found.nodes), len(found.edges), found.cut) == (500, 499, True)
    assert found == neighbourhood(tables.db, B, depth=1, limit=500, wanted=Wanted())


def test_room_that_the_second_step_leaves_goes_to_the_first() -> None:
    tables = Tables()
    near = [f"company/c{n}" for n in range(8)]
    tables.entities([A, *near])
    for id_ in near:
        tables.says(A, "awardsContractTo", id_)
    found = around(tables, depth=2, limit=9)
    assert (len(found.nodes), found.cut) == (9, False)
