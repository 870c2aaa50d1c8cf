"""Paragraphs, windows and word shapes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.subwords import MAX_SUBWORDS, pack, shape
from kg.nlp.text import paragraphs

WRAPPED = "The ministry said on Monday that it would order the second batch of frigates\nin May."
CASES = [
    ("", []),
    ("  \n \n", []),
    ("One.\n\nTwo.", ["One.", "Two."]),
    (WRAPPED, [WRAPPED]),
    ("A headline\nThe text below it.", ["A headline", "The text below it."]),
    ("It will buy:\n- jets\n- ships", ["It will buy:", "- jets", "- ships"]),
    ("One.\n \t\n\nTwo.", ["One.", "Two."]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_paragraphs(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in paragraphs(text)] == expected


@given(st.text(alphabet=st.sampled_from("ab .\n\r\t\u2029")))
def test_paragraphs_hold_every_word_once(text: str) -> None:
    spans = paragraphs(text)
    assert all(a < b for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@given(st.lists(st.integers(1, 12), max_size=400))
def test_windows_cover_every_word_and_keep_the_limit(sizes: list[int]) -> None:
    ranges = pack(sizes)
    assert [i for a, b in ranges for i in range(a, b)] == list(range(len(sizes)))
    assert all(sum(sizes[a:b]) <= MAX_SUBWORDS for a, b in ranges)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("the", 0),
        ("Japan", 1),
        ("NATO", 2),
        ("A", 3),
        ("BrahMos", 4),
        ("F-16V", 5),
        ("2025", 6),
        ("—", 7),
    ],
)
def test_shapes(word: str, expected: int) -> None:
    assert shape(word) == expected
