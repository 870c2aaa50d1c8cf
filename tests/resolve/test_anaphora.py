"""Pronouns and descriptions over hand-built trees (no model)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import spacy
import yaml
from spacy.tokens import Doc

from kg.resolve import counterparts, descriptions, pronouns
from kg.resolve.antecedents import referents
from kg.resolve.knowledge import make
from kg.resolve.records import Group, Name, sentence_numbers
from ontology.catalogue import load

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "anaphora.yaml").read_text("utf-8")
)
TAGS = {"countries": "NNS", "jets": "NNS", "sides": "NNS", "said": "VBD"}
LEMMAS = {
    "countries": "country",
    "sides": "side",
    "its": "its",
    "opened": "open",
    "sold": "sell",
}


def _doc(sentences: list[str]) -> Doc:
    words: list[str] = []
    rows: list[tuple[str, int, str, bool]] = []
    for sentence in sentences:
        base = len(words)
        for k, item in enumerate(sentence.split()):
            form, pos, head, dep = item.split("/")
            words.append(form)
            place = base + int(head) - 1 if head != "0" else base + k
            rows.append((pos, place, "ROOT" if head == "0" else dep, k == 0))
    return Doc(
        spacy.blank("en").vocab,
        words=words,
        pos=[r[0] for r in rows],
        tags=[TAGS.get(w, "X") for w in words],
        lemmas=[LEMMAS.get(w, w.lower()) for w in words],
        heads=[r[1] for r in rows],
        deps=[r[2] for r in rows],
        sent_starts=[r[3] for r in rows],
    )


def test_the_cases_are_all_there() -> None:
    assert len(CASES) == 37


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["note"]))
def test_links(case: dict[str, Any]) -> None:
    doc = _doc(case["sentences"])
    numbers = sentence_numbers(doc)
    catalogue = load()
    groups = []
    for line in case["names"]:
        place, type_, entity = line.split()
        first, last = (int(n) for n in place.split("-"))
        span = doc[first - 1 : last]
        name = Name(
            start=span.start_char,
            end=span.end_char,
            i=span.start,
            j=span.end,
            text=span.text,
            type=type_,
            score=1.0,
            sentence=numbers[span.start],
        )
        row = catalogue.rows.get(entity)
        groups.append(
            Group(key=entity, type=type_, names=[name], id=entity, rows=(row,) if row else ())
        )
    known = make(catalogue)
    places = [[int(n) for n in place.split("-")] for place in case.get("titles", [])]
    doc.spans["titles"] = [doc[first - 1 : last] for first, last in places]
    earlier = referents(doc, groups)
    he = list(pronouns.resolve(doc, earlier, numbers, known))
    found = [
        *he,
        *descriptions.resolve(doc, earlier, numbers, known),
        *counterparts.resolve(doc, earlier, numbers, known, pronouns=pronouns.persons(he))[0],
    ]
    shown = sorted(f"{doc.text[m.start : m.end]} = {m.entity}" for m in found)
    assert shown == case["links"]
    assert all(m.reason and m.kind in ("pronoun", "description") for m in found)
