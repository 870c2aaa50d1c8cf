"""Who says what: sentences of `cases.tsv`, read by the language pipeline."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

import kg.nlp
from kg.extract.speakers import Speeches, quotations
from kg.extract.syntax import Syntax
from ontology import frames
from tests.support.conllu import VOCAB

with (Path(__file__).parent / "cases.tsv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_cases_are_collected() -> None:
    assert len(CASES) == 18


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:60] for c in CASES])
def test_speakers(case: dict[str, str]) -> None:
    doc = kg.nlp.load()(case["text"])
    speeches = Speeches(doc, syntax=Syntax(doc), words=frames.load().speakers)
    word = next(t for t in doc if t.text == case["word"])
    speech = speeches.of(word)
    found = [doc[i].text for i in speech.speakers] if speech else [""]
    names = {t.text for i in (speech.speakers if speech else ()) for t in doc[i].subtree} or {""}
    assert case["speaker"] in {*found, *names}
    assert speeches.quoted(word.i) is (case["quoted"] == "yes")
    if speech is not None:
        assert speech.quoted is (case["quoted"] == "yes")
        assert speech.cue in case["text"]


@given(st.lists(st.sampled_from(["“", "”", '"', "«", "»", "\n\n", "said", ".", "We"]), max_size=40))
def test_quotations_never_overlap_or_cross_a_paragraph(words: list[str]) -> None:
    doc = Doc(VOCAB, words=words)
    last = 0
    for start, end in quotations(doc):
        assert last <= start < end <= len(doc)
        assert not any("\n" in t.text for t in doc[start:end])
        last = end
