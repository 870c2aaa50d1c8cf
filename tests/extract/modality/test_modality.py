"""The modality of pairs on hand-checked trees (`trees.txt`), and how it is weighed; no model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg.extract import modality
from kg.extract.modality import Judgement
from ontology import frames as frame_data
from ontology import vocabulary
from tests.support import conllu

HERE = Path(__file__).parent


CASES = conllu.read(HERE / "trees.txt")


def test_all_cases_are_collected() -> None:
    assert len(CASES) == 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_of_pair(case: Any) -> None:
    doc = case.doc()
    (line,) = case.marks["pair"]
    *places, predicate, wanted = line.split()
    ends = []
    for place in places:
        first, last = map(int, place.split("-"))
        span = doc[first - 1 : last]
        ends.append((span.start_char, span.end_char))
    judged = modality.of_pair(doc, ends[0], ends[1], predicate)
    assert str(judged and judged.modality) == wanted
    if judged is not None and wanted != "asserted":
        assert judged.cues, "a judgement names the words that made it"
        assert set(judged.cues) <= {t.text for t in doc}


def test_a_pair_outside_the_text_is_not_judged() -> None:
    doc = CASES[0].doc()
    assert modality.of_pair(doc, (0, 6), (900, 910), "procures") is None
    assert modality.of_pair(doc, (0, 6), (19, 23), "no such predicate") is None


@pytest.mark.parametrize(
    ("judged", "model", "wanted"),
    [
        (None, "planned", "planned"),
        (Judgement("denied", ("not",)), "asserted", "denied"),
        (Judgement("denied", ("not",)), "planned", "denied"),
        (Judgement("planned", ("will",)), "asserted", "planned"),
        (Judgement("possible", ("may",)), "planned", "possible"),
        (Judgement("asserted"), "denied", "asserted"),
        (Judgement("asserted"), "planned", "planned"),
        (Judgement("planned", ("Colombo",), clear=False), "asserted", "asserted"),
    ],
)
def test_weigh(judged: Judgement | None, model: str, wanted: str) -> None:
    assert modality.weigh(judged, model=model) == wanted


def test_the_words_name_known_predicates() -> None:
    words = frame_data.load().modality
    known = set(vocabulary.load().predicates)
    assert words.timeless <= known
    assert set(words.neutral) <= known


def test_every_effect_is_a_modality() -> None:
    words = frame_data.load().modality
    tables = (words.verbs, words.nouns, words.adjectives, words.modifiers, words.auxiliaries)
    for table in tables:
        assert table
        assert set(table.values()) <= {"asserted", *frame_data.MODALITIES}
