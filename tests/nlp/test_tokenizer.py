"""Tokens: cases from a file, and that no character is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.tokenizer import build

NLP = spacy.blank("en")
NLP.tokenizer = build(NLP)
CASES = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (Path(__file__).parent / "tokens.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_the_file_is_read_whole() -> None:
    assert len(CASES) == 22


@pytest.mark.parametrize(("text", "tokens"), CASES)
def test_tokens(text: str, tokens: str) -> None:
    assert [t.text for t in NLP.make_doc(text)] == tokens.split()


@given(st.text())
def test_offsets_map_back(text: str) -> None:
    doc = NLP.make_doc(text)
    assert doc.text == text
    assert all(text[t.idx : t.idx + len(t)] == t.text for t in doc)


@pytest.mark.parametrize("run", ["!?", "(.", "«»", "%)"])
def test_a_long_run_of_marks_is_split_in_reasonable_time(run: str) -> None:
    # Twenty minutes where the search for suffixes has no bound.
    text = run * 5_000
    assert NLP.make_doc(text).text == text
