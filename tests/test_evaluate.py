"""The comparison with gold documents: what counts as right, missed, wrong or said once more."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from kg.evaluate import MODALITIES, View, compare, report
from kg.json_form import as_json
from kg.pipeline import Pipeline
from kg.readers.front_matter import read

ENTITIES = [
    {"name": "Japan", "type": "Country", "aliases": ["Tokyo"]},
    {"name": "Turkey", "type": "Country", "aliases": []},
    {"name": "Anka", "type": "Equipment", "aliases": []},
    {"name": "Kaan", "type": "Equipment", "aliases": []},
]


def said(subject: str, predicate: str, target: object, **more: Any) -> dict[str, Any]:
    base = {"modality": "asserted", "sentence": 1, "qualifiers": {}}
    return {"subject": subject, "predicate": predicate, "object": target, **base, **more}


def view(*statements: dict[str, Any]) -> View:
    return View({"entities": ENTITIES, "statements": list(statements)})


EVALUATES = said("Japan", "evaluates", "Anka")
MEETS = said("Japan", "meetsWith", "Turkey")


@pytest.mark.parametrize(
    ("gold", "found", "counts"),
    [
        ([EVALUATES], [EVALUATES], (1, 0, 0, 0)),
        ([EVALUATES], [], (0, 1, 0, 0)),
        ([], [EVALUATES], (0, 0, 1, 0)),
        ([EVALUATES], [EVALUATES, said("Japan", "evaluates", "Anka", sentence=2)], (1, 0, 0, 1)),
        ([MEETS], [said("Turkey", "meetsWith", "Japan")], (1, 0, 0, 0)),
        ([EVALUATES], [said("Anka", "evaluates", "Japan")], (0, 1, 1, 0)),
        ([{**EVALUATES, "optional": True}], [], (0, 0, 0, 0)),
        ([{**EVALUATES, "optional": True}], [EVALUATES], (1, 0, 0, 0)),
        ([EVALUATES], [said("Japan", "evaluates", "Kaan")], (0, 1, 1, 0)),
    ],
)
def test_each_statement_is_one_of_four(
    gold: list[dict[str, Any]], found: list[dict[str, Any]], counts: tuple[int, ...]
) -> None:
    tally = compare(view(*gold), view(*found))
    lists: tuple[list[Any], ...] = (tally.hits, tally.missed, tally.wrong, tally.repeats)
    assert tuple(map(len, lists)) == counts


def test_qualifiers_are_counted_by_role() -> None:
    gold = said("Japan", "evaluates", "Anka", qualifiers={"quantity": 24, "topic": ["air defense"]})
    found = said("Japan", "evaluates", "Anka", qualifiers={"quantity": 23, "location": "Ankara"})
    tally = compare(view(gold), view(found))
    roles = {k: v for k, v in tally.counts.items() if k.startswith("role:") and v}
    assert roles == {
        "role:quantity:missed": 1,
        "role:quantity:wrong": 1,
        "role:topic:missed": 1,
        "role:location:wrong": 1,
    }
    assert tally.prf("role:quantity") == (0, 0, 0)
    assert sum(tally.counts[f"qualifier:{k}"] for k in ("found", "wrong", "missed")) == 4


def test_the_figures_are_those_of_the_scorer_beside_the_gold_documents(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    folder = shared / "gold" / "items"
    pipeline = Pipeline()
    found = [
        as_json(pipeline.extract(read(p.read_text("utf-8"), where=str(p), name=p.stem)))
        for p in sorted(folder.glob("*.txt"))
    ]
    ours = report(folder, found).total
    counts: dict[str, float] = {}
    for one in found:
        raw = json.loads((folder / f"{one['document']['id']}.json").read_text("utf-8"))
        for key, value in score.score(score.Doc(raw), score.Doc(one))[0].items():
            counts[key] = counts.get(key, 0) + value
    theirs = score.figures(counts)
    shown = ours.figures()
    common = sorted(shown.keys() & theirs.keys())
    assert len(common) >= 10
    assert {k: round(shown[k], 6) for k in common} == {k: round(theirs[k], 6) for k in common}
    assert (
        sum(ours.confusion[g, f] for g in MODALITIES for f in MODALITIES) == ours.counts["matched"]
    )
