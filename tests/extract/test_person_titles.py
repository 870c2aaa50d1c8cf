"""Titles before the names of persons, and titles that are first names; tokens and names only."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, Span

from kg.extract.mentions import find
from ontology.catalogue import Catalogue, load

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "person_titles.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def _doc(text: str, people: list[str]) -> Doc:
    """A text with names of persons as the language model would give them, in their order."""
    doc = spacy.blank("en")(text)
    ents, k = list[Span](), 0
    for name in people:
        start = text.index(name, k)
        k = start + len(name)
        span = doc.char_span(start, k, label="Person")
        assert span is not None
        ents.append(span)
    doc.ents = ents
    return doc


def _people(doc: Doc, catalogue: Catalogue) -> str:
    found = find(doc, catalogue=catalogue)
    return "; ".join(doc.text[s.start : s.end] for s in found if s.type == "Person")


def test_the_cases_are_all_there() -> None:
    assert len(CASES) == 25


@pytest.mark.parametrize(("text", "people", "expected", "note"), CASES)
def test_names_behind_titles(text: str, people: str, expected: str, note: str) -> None:
    doc = _doc(text, [] if people == "-" else people.split("; "))
    assert _people(doc, load()) == expected, note


def test_the_catalogue_knows_the_first_name(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "id,type,name,source\nperson/hoshino-gen,Person,Hoshino Gen,https://example.org/people\n",
        "utf-8",
    )
    text = "The army chief met Gen Hoshino. Gen Milley, the army chief, left."
    doc = _doc(text, ["Gen Hoshino", "Gen Milley"])
    assert _people(doc, load(file)) == "Gen Hoshino; Milley"
    doc = _doc("The commander Gen Hoshino left.", ["Gen Hoshino"])
    assert _people(doc, load()) == "Hoshino"
    assert _people(doc, load(file)) == "Gen Hoshino"
