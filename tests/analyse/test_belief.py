"""Belief: the arithmetic by hand, and what must hold of any evidence."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analyse.belief import Belief, Piece, beliefs
from ontology.sources import Copies, Sources

SOURCES = Sources(
    named=0.05,
    unnamed=0.1,
    copies=Copies(words=5, shared=0.4, length=0.25, short=30, shared_short=0.8),
    own={"Rumour": 0.5},
)


def piece(
    document: str,
    publisher: str,
    confidence: float = 0.9,
    *,
    original: str = "",
    modality: str = "asserted",
    day: str = "2026-01-08",
) -> Piece:
    return Piece(
        document=document,
        publisher=publisher,
        day=day,
        original=original or document,
        modality=modality,
        confidence=confidence,
    )


def one(*pieces: Piece) -> Belief:
    [found] = beliefs(pieces, sources=SOURCES)
    return found


ONE = 1 - (0.05 + 0.95 * 0.1)


@pytest.mark.parametrize(
    ("pieces", "value"),
    [
        # One sentence.
        ((piece("a", "Daily"),), ONE),
        # Three sentences of one text: the surest.
        ((piece("a", "Daily"), piece("a", "Daily", 0.4), piece("a", "Daily", 0.8)), ONE),
        # Two texts of one publisher: its systematic error stays.
        ((piece("a", "Daily"), piece("b", "Daily")), 1 - (0.05 + 0.95 * 0.01)),
        # Two publishers.
        ((piece("a", "Daily"), piece("b", "Wire")), 1 - (0.05 + 0.95 * 0.1) ** 2),
        # Ten papers that print one text: one.
        (tuple(piece(f"c{n}", f"Paper {n}", original="c0") for n in range(10)), ONE),
        # A copy of what a third printed first, and a text of one's own.
        (
            (
                piece("a", "Wire", original="a"),
                piece("b", "Daily", original="a", day="2026-01-09"),
                piece("c", "Daily", 0.8),
            ),
            1 - (0.05 + 0.95 * 0.1) * (0.05 + 0.95 * 0.2),
        ),
        # Texts of unknown origin may all be from one hand.
        ((piece("a", ""), piece("b", "")), 1 - (0.1 + 0.9 * 0.01)),
        # A publisher with a figure of its own.
        ((piece("a", "Rumour", 1.0),), 0.5),
        ((piece("a", "Daily", 0.0),), 0.0),
    ],
)
def test_by_hand(pieces: tuple[Piece, ...], value: float) -> None:
    found = one(*pieces)
    assert found.value == pytest.approx(value, abs=1e-4)
    assert reckoned(found.formula) == pytest.approx(found.value, abs=1e-3)


def reckoned(formula: str) -> float:
    """What a formula gives when its left side is worked out anew."""
    left = formula.rpartition(" = ")[0].replace("−", "-").replace("×", "*")
    assert re.fullmatch(r"[-+*().\d ]+", left)
    return float(eval(left))


def test_the_arithmetic_can_be_read() -> None:
    found = one(
        piece("a", "Wire", original="a"),
        piece("b", "Daily", original="a", day="2026-01-09"),
        piece("c", "", 0.8),
    )
    assert found.formula == "1 − (0.05 + 0.95 × 0.1) × (0.1 + 0.9 × 0.2) = 0.9594"
    assert found.sentence == (
        "asserted 0.96: 2 texts by 2 independent sources (Wire, of unknown origin), "
        "not counting 1 copy"
    )
    wire, unknown = found.sources
    assert wire.publisher == "Wire"
    assert wire.error == pytest.approx(0.145)
    assert [(text.document, text.copies) for text in wire.texts] == [("a", ("b",))]
    assert unknown.publisher == ""


def test_each_modality_is_reckoned_by_itself() -> None:
    pieces = [
        piece("a", "Daily", 0.5),
        piece("b", "Wire", modality="denied"),
        piece("c", "Herald", modality="planned"),
        piece("d", "Times", modality="planned"),
    ]
    found = beliefs(pieces, sources=SOURCES)
    assert [each.modality for each in found] == ["asserted", "planned", "denied"]
    alone = beliefs(pieces[:1], sources=SOURCES)
    assert found[0] == alone[0]  # neither plans nor denials touch it
    assert found[1].value == pytest.approx(1 - 0.145**2, abs=1e-4)


def test_a_long_formula_is_cut_and_the_value_is_not() -> None:
    found = one(*(piece(f"d{n:02}", f"Paper {n:02}", 0.1) for n in range(30)))
    assert "(10 more)" in found.formula
    assert found.sentence.count("Paper") == 20
    assert len(found.sources) == 30
    assert found.value == pytest.approx(1 - (0.05 + 0.95 * 0.9) ** 30, abs=1e-4)


PUBLISHERS = {"a": "Daily", "b": "Wire", "c": "", "d": "Daily", "e": "Rumour", "f": ""}
pieces_ = st.lists(
    st.tuples(st.sampled_from(sorted(PUBLISHERS)), st.floats(0, 1)), min_size=1, max_size=8
).map(lambda found: [piece(name, PUBLISHERS[name], sure) for name, sure in found])


@given(pieces=pieces_, data=st.data())
def test_more_evidence_never_takes_belief_away(pieces: list[Piece], data: st.DataObject) -> None:
    found = one(*pieces)
    assert 0 <= found.value < 1
    assert one(*data.draw(st.permutations(pieces))) == found
    assert reckoned(found.formula) == pytest.approx(found.value, abs=1e-3)
    fewer = pieces[: data.draw(st.integers(1, len(pieces)))]
    assert one(*fewer).value <= found.value + 1e-9


@given(pieces=pieces_, originals=st.permutations(sorted(PUBLISHERS)))
def test_a_copy_never_counts_for_more_than_a_text_of_its_own(
    pieces: list[Piece], originals: list[str]
) -> None:
    # Two documents turn out to be copies of a third, at the same publisher.
    first, *others = originals[:3]
    same = [replace(each, publisher="Daily") for each in pieces]
    copied = [
        replace(each, original=first if each.document in (first, *others) else each.document)
        for each in same
    ]
    assert one(*copied).value <= one(*same).value + 1e-9


@given(count=st.integers(1, 6), confidence=st.floats(0, 1))
def test_it_lies_within_a_hair_of_the_published_formula(count: int, confidence: float) -> None:
    """INDRA adds the errors, which differs by no more than one times the other."""
    found = one(*(piece(f"d{n}", "Daily", confidence) for n in range(count)))
    random = (1 - confidence) ** count
    published = 1 - min(0.05 + random, 1)
    assert -1e-4 <= found.value - published <= 0.05 * random + 1e-4
