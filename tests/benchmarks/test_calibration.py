"""The figures and plots of the page on confidence."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.calibration import (
    MARKS,
    Level,
    advice,
    between,
    curves,
    levels,
    reliability,
    report,
)
from kg.extract.confidence import Signals
from kg.nlp.training.calibration import Bin, Judged

DOCS = Path(__file__).parent.parent.parent / "docs"
SIGNALS = Signals(probability=0.9, precision=None)
ROWS = [
    Judged(0, SIGNALS, 0.9, 0),
    Judged(0, SIGNALS, 0.9, 0, repeat=True),
    Judged(0, SIGNALS, 0.9, 1, required=False),
    Judged(0, SIGNALS, 0.9, None),
    Judged(1, SIGNALS, 0.9, 0),
]
CONFIDENCES = [0.5, 0.8, 0.9, 0.6, 0.9]


def test_levels_by_hand() -> None:
    by_least = {v.least: v for v in levels(ROWS, CONFIDENCES, 4)}
    everything = by_least[0.0]
    assert (everything.stated, everything.precision, everything.recall) == (5, 2 / 3, 0.5)
    assert everything.f1 == pytest.approx(4 / 7)
    # The repeat still says what the less sure statement said.
    assert (by_least[0.7].stated, by_least[0.7].precision, by_least[0.7].recall) == (3, 1, 0.5)
    assert (by_least[0.95].stated, by_least[0.95].precision, by_least[0.95].f1) == (0, 0, 0)


def test_advice_is_read_off_the_levels() -> None:
    curve = [Level(0.0, 100, 0.8, 0.5), Level(0.5, 96, 0.82, 0.495), Level(0.7, 60, 0.92, 0.35)]
    assert advice(curve) == [
        "Up to 0.50 F1 stays within 0.005 of that of all statements (4 of 100 are left out).",
        "From 0.70 on nine in ten are right, and recall is 0.35 in place of 0.50.",
    ]
    assert advice(curve[:1]) == [
        "Up to 0.00 F1 stays within 0.005 of that of all statements (0 of 100 are left out)."
    ]


def test_the_page_keeps_what_stands_around_the_marks() -> None:
    page = f"before\n{MARKS[0]}\nold\n{MARKS[1]}\nafter\n"
    assert between(page, "new") == f"before\n{MARKS[0]}\nnew\n{MARKS[1]}\nafter\n"
    with pytest.raises(ValueError, match="not found"):
        between("no marks", "new")


def test_tables_and_plots_are_well_formed() -> None:
    curve = levels(ROWS, CONFIDENCES, 4)
    text = report(2, [0.9] * 4, [0.5, 0.9, 0.6, 0.9], [True, True, False, True], curve)
    assert "2 held-out documents, 4 statements, 75% of them right" in text
    assert text.count("\n| 0.") == len(curve)
    found = [Bin(2, 0.5, 0.4), Bin(2, 0.9, 1.0)]
    for drawn in (reliability(found, found), curves(curve)):
        assert ET.fromstring(drawn).tag.endswith("svg")
        assert drawn == drawn.strip() + "\n"


@pytest.mark.parametrize("name", ["confidence-reliability.svg", "confidence-curve.svg"])
def test_the_plots_of_the_page_are_there(name: str) -> None:
    assert name in (DOCS / "confidence.md").read_text(encoding="utf-8")
    assert ET.fromstring((DOCS / name).read_text(encoding="utf-8")).tag.endswith("svg")
