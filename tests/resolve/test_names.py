"""Pure comparisons of names: people, and the rules of `kg.resolve.rules` on pairs of names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.knowledge import Knowledge, make
from kg.resolve.names import acronym_of, fold, key, same_person, singular, tight, words
from kg.resolve.rules import RULES, Pair
from ontology.catalogue import load

HERE = Path(__file__).parent


def _lines(name: str) -> list[list[str]]:
    rows = (HERE / name).read_text("utf-8").splitlines()
    return [row.split("\t") for row in rows if row and not row.startswith("#")]


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return make(load())


def test_the_cases_are_all_there() -> None:
    assert len(_lines("people.tsv")) == 61
    assert len(_lines("pairs.tsv")) == 35


@pytest.mark.parametrize(("short", "long", "same", "note"), _lines("people.tsv"))
def test_people(short: str, long: str, same: str, note: str, known: Knowledge) -> None:
    why = same_person(
        short,
        long,
        titles=known.titles,
        particles=known.particles,
        surnames_first=known.surnames_first,
        spellings=known.spellings,
    )
    assert (why is not None) == (same == "yes"), f"{note}: {why}"


@pytest.mark.parametrize(("type_", "short", "long", "rule", "note"), _lines("pairs.tsv"))
def test_rules(type_: str, short: str, long: str, rule: str, note: str, known: Knowledge) -> None:
    pair = Pair(short, long, known)
    answered = [r.__name__ for r in RULES[type_] if r(pair) is not None]
    assert (answered[0] if answered else "-") == rule, note


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("F-16s", "F-16"),
        ("torpedoes", "torpedo"),
        ("batteries", "battery"),
        ("patrol boats", "patrol boat"),
        ("Hürkuş", "Hürkuş"),
        ("chassis", "chassis"),
        ("class", "class"),
    ],
)
def test_singular(text: str, expected: str) -> None:
    assert singular(text) == expected


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text(one: str, other: str) -> None:
    """Comparisons never fail, and a name is itself."""
    assert fold(one) == fold(one)
    assert key(one).split() == list(words(one))
    assert tight(one) == "".join(words(one))
    acronym_of(one, other)
    if words(one):
        assert same_person(one, one) is not None
