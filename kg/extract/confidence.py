"""How likely a statement is to be right, from what the sources say about it.

The relation model's probability, a frame's precision, and both together are not yet the share of
such statements that is right: the model is too sure, and the two often err together. A logistic
regression over a few signals, learned on documents that trained neither, turns them into that
share (`kg.nlp.training.calibration`); `calibration.json` beside the model holds its weights.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kg.errors import SetupError

FILE = Path(__file__).parent.parent / "nlp" / "model" / "calibration.json"
_NEAR = 0.02  # no chance is nearer to 0 or 1 than this, before its log-odds are taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known of a claim: the model's `probability` and the frame's `precision` (None where
    that source does not say it), whether both ends are `named` and stand `inside` its sentence,
    and its `predicate`, since some are harder than others.
    """

    probability: float | None
    precision: float | None
    named: bool = True
    inside: bool = True
    predicate: str = ""


def features(signals: Signals) -> dict[str, float]:
    """The signals as the numbers that are weighed, by name."""
    model, frame = signals.probability, signals.precision
    return {
        "bias": 1.0,
        "model": 0.0 if model is None else _odds(model),
        "no_model": float(model is None),
        "frame": 0.0 if frame is None else _odds(frame),
        "no_frame": float(frame is None),
        "not_named": float(not signals.named),
        "outside": float(not signals.inside),
    }


FEATURES = tuple(features(Signals(probability=None, precision=None)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights by feature, and what each predicate adds to them; nothing for one that is unknown."""

    weights: Mapping[str, float]
    predicates: Mapping[str, float] = field(default_factory=dict)

    def confidence(self, signals: Signals) -> float:
        """The share of claims with such signals that is right, to 4 digits."""
        score = sum(self.weights[name] * value for name, value in features(signals).items())
        score += self.predicates.get(signals.predicate, 0.0)
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, score)))), 4)


def read(path: Path) -> Calibration:
    """The calibration in a file; SetupError where it is not there or has other features."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        weights, predicates = content["weights"], content["predicates"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(f"{path}: no calibration: {error}: install the package again") from error
    if not (_numbers(weights) and _numbers(predicates) and sorted(weights) == sorted(FEATURES)):
        raise SetupError(
            f"{path}: weights for {', '.join(sorted(FEATURES))} are needed, and for predicates: "
            "run kg.nlp.training.calibration --write"
        )
    return Calibration({name: float(weights[name]) for name in FEATURES}, predicates)


def _numbers(table: object) -> bool:
    return isinstance(table, dict) and all(
        isinstance(v, int | float) and math.isfinite(v) for v in table.values()
    )


@cache
def load() -> Calibration:
    """The calibration that comes with the model."""
    return read(FILE)


def _odds(chance: float) -> float:
    kept = min(max(chance, _NEAR), 1 - _NEAR)
    return math.log(kept / (1 - kept))
