"""The choice of thresholds: what the scores ask for, drawn to the common one, above the floors."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.component import MODEL
from kg.nlp.training.thresholds import (
    CAREFUL,
    FLOOR,
    best_thresholds,
    differences,
)
from ontology import vocabulary


def scored(right: int, wrong: int, *, cut: float) -> list[tuple[float, bool]]:
    """Right ones just above `cut`, wrong ones just below it."""
    return [(cut + 0.01, True)] * right + [(cut - 0.01, False)] * wrong


def test_many_examples_choose_for_themselves_and_few_follow_the_common_threshold() -> None:
    found = best_thresholds(
        {"visits": scored(400, 400, cut=0.85), "tests": scored(1, 9, cut=0.85)}, 0.65
    )
    assert found["visits"] == pytest.approx(0.85, abs=0.01)
    assert found["tests"] == pytest.approx(0.67, abs=0.01)


SCORES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40)


@given(SCORES, st.floats(0, 1), st.sampled_from(["visits", "basedIn", *sorted(CAREFUL)]))
def test_nothing_falls_below_its_floor(
    pairs: list[tuple[float, bool]], common: float, predicate: str
) -> None:
    least = CAREFUL.get(predicate, FLOOR)
    assert best_thresholds({predicate: pairs}, common)[predicate] >= least


def test_what_is_taken_too_readily_needs_more() -> None:
    low = scored(50, 0, cut=0.2)
    found = best_thresholds({"operates": low, "visits": low}, 0.3)
    assert found == {"operates": CAREFUL["operates"], "visits": FLOOR}
    assert vocabulary.load().predicates.keys() >= CAREFUL.keys()


def test_what_ships_keeps_to_the_floors() -> None:
    shipped = json.loads((MODEL / "relations.json").read_text(encoding="utf-8"))["thresholds"]
    assert set(shipped) == set(vocabulary.load().predicates)
    for predicate, value in shipped.items():
        assert value >= CAREFUL.get(predicate, FLOOR), predicate


def test_what_would_change_is_told() -> None:
    assert differences({"visits": 0.6}, {"visits": 0.6}) == ["what is chosen is what ships"]
    assert differences({"visits": 0.6}, {"visits": 0.7, "tests": 0.6}) == [
        "tests: None ships, 0.6 is chosen",
        "visits: 0.6 ships, 0.7 is chosen",
    ]
