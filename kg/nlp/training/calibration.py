"""Learns how sure a statement is, on held-out gold documents.

    python -m kg.nlp.training.calibration --shared ../shared [--write]

Reads the documents that did not train the relation model, asks of every statement that would be
printed whether the gold document has it, and fits a logistic regression over the signals of
`kg.extract.confidence`. Optional gold statements count as right, repeats of a statement count for
nothing. The figures are those of cross-validation over documents: each is judged by weights that
were learned without it. What is written was learned on all of them.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.documents import Mention, Sentence
from kg.evaluate import View, compare, same_statement
from kg.extract import claims as settling
from kg.extract.claims import Policy
from kg.extract.confidence import FEATURES, FILE, Calibration, Signals, features
from kg.extract.records import Claim
from kg.json_form import as_json
from kg.nlp.training.thresholds import Read, read
from kg.statements import Statement

FOLDS = 10
PENALTY = 1.0  # of the squared weights, the bias free
PREDICATE_PENALTY = 5.0  # most predicates have few examples
BINS = 10
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """One statement that would be printed: its document, signals, raw confidence, and truth.

    `gold` is the number of the gold statement that it says (None: it is wrong), `required` whether
    missing that one would count, `repeat` whether another statement says it already.
    """

    document: int
    signals: Signals
    raw: float
    gold: int | None
    required: bool = True
    repeat: bool = False

    @property
    def right(self) -> bool:
        """Whether the gold document has it."""
        return self.gold is not None


def judged(reads: Sequence[Read]) -> list[Judged]:
    """The statements that the documents give as they stand."""
    out: list[Judged] = []
    for number, one in enumerate(reads):
        kept = settling.settle(one.model, one.frames, policy=Policy())
        sentences = [s for s in one.sentences if isinstance(s, Sentence)]
        found = settling.extraction(
            one.document,
            sentences=sentences,
            mentions=one.resolution.mentions,
            entities=one.resolution.entities,
            claims=kept,
        )
        known = signals_by_place(kept, sentences, one.resolution.mentions)
        printed = as_json(found)
        view = View(printed)
        tally = compare(one.gold, view)
        hits = {id(f): g for g, f in tally.hits}
        for evidence, statement in zip(found.evidence, printed["statements"], strict=True):
            repeat = any(statement is r for r in tally.repeats)
            said = next(
                (
                    i
                    for i, g in enumerate(one.gold.statements)
                    if g is hits.get(id(statement))
                    or (repeat and same_statement(one.gold, g, view, statement))
                ),
                None,
            )
            optional = said is not None and bool(one.gold.statements[said].get("optional"))
            out.append(
                Judged(
                    document=number,
                    signals=known[evidence.statement.id, evidence.sentence],
                    raw=evidence.confidence,
                    gold=said,
                    required=not optional,
                    repeat=repeat,
                )
            )
    return out


def signals_by_place(
    kept: Sequence[Claim], sentences: Sequence[Sentence], mentions: Sequence[Mention]
) -> dict[tuple[str, int], Signals]:
    """The signals of settled claims, by statement and sentence."""
    by_number = {s.number: s for s in sentences}
    kinds = {(m.start, m.end): m.kind for m in mentions}
    return {
        (Statement(c.subject, c.predicate, c.object).id, c.sentence): settling.signals(
            c, by_number[c.sentence], kinds
        )
        for c in kept
    }


def fit(rows: Sequence[Judged]) -> Calibration:
    """The weights that make the truth of the rows likeliest, drawn towards nothing.

    Repeats are passed over.
    """
    rows = [r for r in rows if not r.repeat]
    predicates = sorted({r.signals.predicate for r in rows})
    x = np.array([_row(r.signals, predicates) for r in rows])
    y = np.array([float(r.right) for r in rows])
    pull = [PENALTY * float(name != "bias") for name in FEATURES]
    ridge = np.diag([p + 1e-6 for p in (*pull, *[PREDICATE_PENALTY] * len(predicates))])
    weights = np.zeros(x.shape[1])
    for _ in range(50):  # Newton's method; the penalty keeps it from running away
        chance = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (chance - y) + ridge @ weights
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + ridge
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    found = [round(float(w), 4) for w in weights]
    own = found[len(FEATURES) :]
    return Calibration(
        dict(zip(FEATURES, found[: len(FEATURES)], strict=True)),
        dict(zip(predicates, own, strict=True)),
    )


def _row(signals: Signals, predicates: Sequence[str]) -> list[float]:
    values = features(signals)
    own = [float(signals.predicate == p) for p in predicates]
    return [*(values[name] for name in FEATURES), *own]


def cross_validated(rows: Sequence[Judged], *, folds: int = FOLDS) -> list[float]:
    """For each row the confidence by weights that were learned on the documents of other folds."""
    out = [0.0] * len(rows)
    for fold in range(folds):
        rest = [r for r in rows if r.document % folds != fold]
        learned = fit(rest)
        for i, row in enumerate(rows):
            if row.document % folds == fold:
                out[i] = learned.confidence(row.signals)
    return out


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements of nearly the same confidence: how many, the mean, and the share that is right."""

    size: int
    confidence: float
    right: float


def bins(confidences: Sequence[float], right: Sequence[bool], *, count: int = BINS) -> list[Bin]:
    """The statements by confidence, in bins of the same size."""
    ranked = sorted(zip(confidences, right, strict=True))
    parts = [
        ranked[len(ranked) * k // count : len(ranked) * (k + 1) // count] for k in range(count)
    ]
    return [
        Bin(len(part), sum(c for c, _ in part) / len(part), sum(r for _, r in part) / len(part))
        for part in parts
        if part
    ]


def expected_error(found: Sequence[Bin]) -> float:
    """The expected calibration error: how far confidence and share lie apart, on average."""
    total = sum(b.size for b in found)
    return sum(b.size * abs(b.confidence - b.right) for b in found) / total if total else 0.0


def noise(found: Sequence[Bin]) -> float:
    """The error that bins of this size show on average where every confidence is just right."""
    spread = [math.sqrt(2 / math.pi * b.confidence * (1 - b.confidence) / b.size) for b in found]
    total = sum(b.size for b in found)
    return sum(b.size * s for b, s in zip(found, spread, strict=True)) / total if total else 0.0


def log_loss(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The mean of minus the logarithm of the chance that was given to what is true."""
    chance = np.clip(np.array(confidences), 1e-4, 1 - 1e-4)
    truth = np.array(right)
    return float(-np.log(np.where(truth, chance, 1 - chance)).mean())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures before and after, and write the weights with --write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    rows = [r for r in judged(read(options.shared)) if not r.repeat]
    right = [r.right for r in rows]
    learned = fit(rows)
    print(f"{len(rows)} statements, {sum(right) / len(rows):.3f} of them right")
    for label, confidences in (
        ("raw", [r.raw for r in rows]),
        ("calibrated, cross-validated", cross_validated(rows)),
        ("calibrated, on what it was learned on", [learned.confidence(r.signals) for r in rows]),
    ):
        found = bins(confidences, right)
        print(
            f"{label:40} ECE {expected_error(found):.3f} (chance alone {noise(found):.3f})  "
            f"log loss {log_loss(confidences, right):.3f}"
        )
    for name, weight in (*learned.weights.items(), *learned.predicates.items()):
        print(f"  {name:20}{weight:8.3f}")
    if options.write:
        form = {
            "documents": len({r.document for r in rows}),
            "statements": len(rows),
            "weights": learned.weights,
            "predicates": learned.predicates,
        }
        text = json.dumps(form, indent=1)
        FILE.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
