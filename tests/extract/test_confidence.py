"""Confidence as the share of such statements that is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SetupError
from kg.extract import confidence
from kg.extract.confidence import FEATURES, Calibration, Signals, features

WEIGHTS = dict.fromkeys(FEATURES, 0.5)
CHANCES = st.none() | st.floats(0, 1)


@given(CHANCES, CHANCES, st.booleans(), st.booleans())
def test_a_confidence_is_a_chance(
    probability: float | None, precision: float | None, named: bool, inside: bool
) -> None:
    signals = Signals(probability=probability, precision=precision, named=named, inside=inside)
    assert 0 < confidence.load().confidence(signals) < 1
    assert tuple(features(signals)) == FEATURES


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_a_surer_source_never_makes_a_statement_less_sure(one: float, other: float) -> None:
    low, high = sorted((one, other))
    shipped = confidence.load()
    assert shipped.confidence(Signals(probability=low, precision=None)) <= shipped.confidence(
        Signals(probability=high, precision=None)
    )
    assert shipped.confidence(Signals(probability=None, precision=low)) <= shipped.confidence(
        Signals(probability=None, precision=high)
    )


def test_both_sources_are_surer_than_one() -> None:
    shipped = confidence.load()
    both = shipped.confidence(Signals(probability=0.9, precision=0.9))
    assert both > shipped.confidence(Signals(probability=0.9, precision=None))
    assert both > shipped.confidence(Signals(probability=None, precision=0.9))


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps({"weights": WEIGHTS, "predicates": {"visits": 1}}))
    assert confidence.read(path) == Calibration(WEIGHTS, {"visits": 1})


def test_weights_by_hand() -> None:
    weights = dict.fromkeys(FEATURES, 0.0) | {"model": 1.0}
    calibration = Calibration(weights)
    assert calibration.confidence(Signals(probability=0.75, precision=None)) == 0.75
    assert calibration.confidence(Signals(probability=None, precision=0.9)) == 0.5
    easy = Calibration(weights, {"locatedIn": 100.0})
    assert easy.confidence(Signals(probability=0.75, precision=None, predicate="locatedIn")) == 1.0
    assert easy.confidence(Signals(probability=0.75, precision=None, predicate="visits")) == 0.75
    far = Calibration(dict.fromkeys(FEATURES, 1e6))
    assert far.confidence(Signals(probability=0.9, precision=0.9)) == 1.0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no calibration"),
        ("{", "no calibration"),
        ("[]", "no calibration"),
        ("{}", "no calibration"),
        (json.dumps({"weights": {"bias": 1}, "predicates": {}}), "weights for bias, frame"),
        (json.dumps({"weights": 3, "predicates": {}}), "weights for bias, frame"),
        (json.dumps({"weights": WEIGHTS}), "no calibration"),
        (json.dumps({"weights": WEIGHTS, "predicates": {"visits": "x"}}), "and for predicates"),
        (json.dumps({"weights": WEIGHTS, "predicates": {"visits": 1e999}}), "and for predicates"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "calibration.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SetupError, match=says):
        confidence.read(path)
