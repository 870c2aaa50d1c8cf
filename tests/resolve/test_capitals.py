"""A capital that stands for its state, and one that is a place: tokens only, no model."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from kg.resolve.capitals import stands_for_state
from kg.resolve.records import Name
from ontology.names import load

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "capitals.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_the_cases_are_all_there() -> None:
    assert len(CASES) == 24


@pytest.mark.parametrize(("expected", "marked", "note"), CASES)
def test_capital(expected: str, marked: str, note: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    doc = spacy.blank("en")(marked.replace("[", "").replace("]", ""))
    span = doc.char_span(start, end)
    assert span is not None
    name = Name(
        start=start,
        end=end,
        i=span.start,
        j=span.end,
        text=span.text,
        type="Place",
        score=1.0,
        sentence=1,
    )
    score, why = stands_for_state(doc, name, cues=load())
    assert ("Country" if score > 0 else "Place") == expected, f"{note}: {score} {why}"
    assert why
