"""Types of unknown names by context, over hand-built trees."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, Span

from kg.extract.candidates import Candidate
from kg.extract.name_context import SURE, retyped
from ontology.catalogue import load
from ontology.names import load as load_cues

CASES = [
    [*line.split("\t"), ""][:5]
    for line in (Path(__file__).parent / "contexts.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def _doc(text: str) -> Doc:
    rows = [item.rsplit("/", 3) for item in text.split()]
    return Doc(
        spacy.blank("en").vocab,
        words=[r[0] for r in rows],
        pos=[r[1] for r in rows],
        tags=["NN" if r[1] == "NOUN" else "X" for r in rows],
        lemmas=[r[0].lower().removesuffix("s") if r[1] == "NOUN" else r[0] for r in rows],
        heads=[int(r[2]) - 1 if r[2] != "0" else k for k, r in enumerate(rows)],
        deps=[r[3] if r[2] != "0" else "ROOT" for r in rows],
        sent_starts=[k == 0 for k in range(len(rows))],
    )


def _name(place: str) -> Candidate:
    span, type_ = place.split(":")
    first, last = (int(n) for n in span.split("-"))
    return Candidate(i=first - 1, j=last, type=type_, score=0.9, source="model", reason="model")


def test_the_cases_are_all_there() -> None:
    assert len(CASES) == 17


@pytest.mark.parametrize(("text", "place", "expected", "note", "others"), CASES)
def test_types(text: str, place: str, expected: str, note: str, others: str) -> None:
    name, doc = _name(place), _doc(text)
    beside = [_name(other) for other in others.split()]
    doc.ents = [Span(doc, c.i, c.j, c.type) for c in beside]
    found = retyped(doc, [name, *beside], load_cues(), load())[0]
    assert found.type == expected, note
    if expected == name.type:
        assert found == name
    else:
        assert found.score == SURE
        assert expected in found.reason


def test_a_town_of_a_firm_and_all_its_places() -> None:
    doc = _doc(
        "Renk/PROPN/0/root of/ADP/3/case Zorkville/PROPN/1/nmod"
        " and/CCONJ/5/cc Zorkville/PROPN/1/conj"
    )
    names = [_name("1-1:Company"), _name("3-3:Company"), _name("5-5:Company")]
    assert [c.type for c in retyped(doc, names, load_cues(), load())] == [
        "Company",
        "Place",
        "Place",
    ]


def test_without_syntax_only_the_words_speak() -> None:
    doc = Doc(spacy.blank("en").vocab, words=["plants", "are", "in", "Zorkville", "."])
    (found,) = retyped(doc, [_name("4-4:Company")], load_cues(), load())
    assert found.type == "Place"
