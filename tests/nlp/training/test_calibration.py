"""Learning how sure a statement is: on statements whose truth is drawn by a known rule."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.confidence import Calibration, Signals
from kg.nlp.training.calibration import (
    Bin,
    Judged,
    bins,
    cross_validated,
    expected_error,
    fit,
    log_loss,
    noise,
)

TRUE = Calibration(
    {"bias": -0.5, "model": 0.5, "no_model": -1.0, "frame": 0.3, "no_frame": 0.0}
    | {"not_named": -0.5, "outside": -1.0}
)


def drawn(count: int) -> list[Judged]:
    """Statements of 50 documents that are right as often as `TRUE` says."""
    dice = random.Random(5)
    rows = []
    for i in range(count):
        signals = Signals(
            probability=dice.choice([None, 0.3, 0.6, 0.8, 0.95]),
            precision=dice.choice([None, 0.5, 0.75, 0.95]),
            named=dice.random() < 0.8,
            inside=dice.random() < 0.8,
        )
        gold = i if dice.random() < TRUE.confidence(signals) else None
        rows.append(Judged(i % 50, signals, 0.9, gold))
    return rows


def test_the_rule_is_found_again() -> None:
    rows = drawn(6000)
    learned = fit(rows)
    for row in rows[:100]:
        assert learned.confidence(row.signals) == pytest.approx(
            TRUE.confidence(row.signals), abs=0.06
        )
    assert fit(rows) == learned


def test_repeats_teach_nothing() -> None:
    rows = drawn(200)
    doubled = rows + [replace(r, repeat=True, gold=None) for r in rows]
    assert fit(doubled) == fit(rows)


def test_what_is_learned_is_better_than_what_was_there() -> None:
    rows = drawn(1500)
    right = [r.right for r in rows]
    raw, learned = [r.raw for r in rows], cross_validated(rows)
    assert expected_error(bins(learned, right)) < 0.06 < expected_error(bins(raw, right))
    assert log_loss(learned, right) < log_loss(raw, right)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_bins_hold_everything_once(pairs: list[tuple[float, bool]]) -> None:
    found = bins([c for c, _ in pairs], [r for _, r in pairs])
    assert sum(b.size for b in found) == len(pairs)
    assert max(b.size for b in found) - min(b.size for b in found) <= 1
    assert [b.confidence for b in found] == sorted(b.confidence for b in found)
    assert 0 <= expected_error(found) <= 1


def test_figures_by_hand() -> None:
    found = [Bin(10, 0.5, 0.7), Bin(30, 0.9, 0.9)]
    assert expected_error(found) == pytest.approx(0.05)
    assert 0.04 < noise(found) < 0.1
    assert (expected_error([]), noise([])) == (0, 0)
