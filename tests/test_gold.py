"""What the whole pipeline takes from the gold documents: floors, and what must never be missed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.evaluate import View, report, same_statement
from kg.json_form import as_json
from kg.pipeline import Pipeline
from kg.readers.front_matter import read

# The founding article: what a reader may never miss in it.
NEVER_MISSED: tuple[tuple[str, str, Any, str], ...] = (
    ("Japan", "evaluates", "Anka", "asserted"),
    ("Japan", "evaluates", "Bayraktar TB2", "asserted"),
    ("Japan", "evaluates", "Bayraktar TB3", "asserted"),
    ("Turkish Aerospace Industries", "develops", "Anka", "asserted"),
    ("Baykar", "manufactures", "Bayraktar TB2", "asserted"),
    ("Baykar", "manufactures", "Bayraktar TB3", "asserted"),
    ("Nakatani Gen", "visits", "Ankara", "asserted"),
    ("Nakatani Gen", "holdsPosition", "Defense Minister", "asserted"),
    ("Turkish delegation", "visits", "Tokyo", "planned"),
    ("Turkey", "hasExportValue", {"amount": 10_000_000_000, "currency": "USD"}, "asserted"),
    ("Turkey", "hasExportValue", {"amount": 7_100_000_000, "currency": "USD"}, "asserted"),
    ("Turkey", "hasExportValue", {"amount": 2_500_000_000, "currency": "USD"}, "asserted"),
    ("Turkey", "hasExportValue", {"amount": 9_800_000_000, "currency": "USD"}, "asserted"),
    ("Turkey", "hasExportValue", {"amount": 184_000_000, "currency": "USD"}, "asserted"),
    ("Turkey", "hasExportValue", {"amount": 5_600_000_000, "currency": "USD"}, "asserted"),
)
FLOORS = {
    "dev": {
        "statement_p": 0.77,
        "statement_f1": 0.62,
        "entity_f1": 0.84,
        "modality_accuracy": 0.92,
        "sentence_accuracy": 0.96,
        "qualifier_f1": 0.66,
    },
    "items": {
        "statement_p": 0.72,
        "statement_f1": 0.73,
        "entity_f1": 0.89,
        "modality_accuracy": 0.93,
        "sentence_accuracy": 0.96,
        "qualifier_f1": 0.82,
    },
}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def extract(pipeline: Pipeline, path: Path) -> dict[str, Any]:
    """The JSON form of what a gold text says."""
    document = read(path.read_text(encoding="utf-8"), where=str(path), name=path.stem)
    return as_json(pipeline.extract(document))


@pytest.fixture(scope="module")
def founding(pipeline: Pipeline, shared: Path) -> View:
    return View(extract(pipeline, shared / "gold" / "dev" / "turkey-japan.txt"))


@pytest.mark.parametrize(
    ("subject", "predicate", "object_", "modality"),
    NEVER_MISSED,
    ids=lambda x: str(x.get("amount")) if isinstance(x, dict) else str(x),
)
def test_never_missed(
    shared: Path, founding: View, subject: str, predicate: str, object_: Any, modality: str
) -> None:
    path = shared / "gold" / "dev" / "turkey-japan.json"
    gold = View(json.loads(path.read_text(encoding="utf-8")))
    wanted = {"subject": subject, "predicate": predicate, "object": object_}
    found = [s for s in founding.statements if same_statement(gold, wanted, founding, s)]
    assert modality in {s["modality"] for s in found}


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_figures_stay_above_their_floors(pipeline: Pipeline, shared: Path, name: str) -> None:
    folder = shared / "gold" / name
    figures = report(
        folder, [extract(pipeline, path) for path in sorted(folder.glob("*.txt"))]
    ).total.figures()
    low = {k: round(figures[k], 3) for k, floor in FLOORS[name].items() if figures[k] < floor}
    assert not low


def test_two_runs_agree(pipeline: Pipeline, shared: Path) -> None:
    path = shared / "gold" / "dev" / "turkey-japan.txt"
    assert extract(pipeline, path) == extract(pipeline, path)
