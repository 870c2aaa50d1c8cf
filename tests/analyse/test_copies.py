"""Copies: cut and touched-up texts are found, texts about the same matter are not."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analyse.copies import (
    LEAST_FINGERPRINTS,
    WINDOW,
    fingerprints,
    likeness,
    shingles,
)
from ontology import sources

SETTINGS = sources.load().copies
SAMPLES = Path(__file__).parent.parent.parent / "samples"
WIRE = (
    "Turkey's defence minister said on Thursday that Japan is assessing the Anka and other drones "
    "made in Turkey. He spoke to reporters in Ankara after talks with his Japanese counterpart. "
    "The two ministers also discussed the war in Ukraine, said an official who did not want to be "
    "named. Baykar, which makes the TB2, declined to comment. Japan's ministry did not answer a "
    "request for comment outside business hours. Tokyo wants to replace its ageing helicopters."
)


def alike(one: str, other: str) -> bool:
    words = SETTINGS.words
    return likeness(
        frozenset(shingles(one, words=words)), frozenset(shingles(other, words=words))
    ).is_copy(SETTINGS)


@pytest.mark.parametrize(
    ("other", "copy"),
    [
        (WIRE, True),
        (WIRE.upper().replace(" ", "\n").replace(".", " -"), True),
        (WIRE[:200], True),  # cut to its first lines
        ("(Our correspondent) " + WIRE[95:], True),
        (WIRE.replace("Thursday", "8 January").replace("Anka", "drone"), True),
        (WIRE[:80], False),  # a single line taken over: too short a part
        (WIRE + " ".join(f"word{n}" for n in range(400)), False),  # a digest that quotes it
        ("Japan is assessing the Anka.", False),
        ("", False),
    ],
)
def test_copies(other: str, copy: bool) -> None:
    assert alike(WIRE, other) is copy
    assert alike(other, WIRE) is copy


def test_short_texts_must_agree_nearly_whole() -> None:
    text = "Poland signed a contract with Hyundai Rotem for 180 K2 tanks on 1 August 2025."
    other = "Poland signed a contract with Hyundai Rotem for 820 K2 tanks on 27 July 2022."
    assert not alike(text, other)
    assert alike(text, text.upper())
    assert alike(text, f"Warsaw: {text}")
    assert alike(text, text.replace(" on 1 August 2025", ""))


def test_three_reports_of_one_meeting_are_three() -> None:
    texts = [p.read_text("utf-8").split("---", 2)[2] for p in SAMPLES.glob("turkey-japan-*.md")]
    assert len(texts) == 3
    for one, other in itertools.combinations(texts, 2):
        assert not alike(one, other)


def test_writing_without_spaces_is_compared_by_character() -> None:
    text = "日本の防衛省はトルコの無人機アンカの評価を始めたと発表した"
    assert alike(text, text[:20])
    assert not alike(text, "トルコの国防相は日本を訪問し、会談を行う予定である")


words = st.lists(st.sampled_from(["ab", "cd", "ef", "gh", "ij"]), max_size=60).map(" ".join)


@given(before=words, after=words, common=st.lists(st.text("xyz", min_size=1), min_size=12))
def test_what_stands_in_both_texts_leaves_a_fingerprint(
    before: str, after: str, common: list[str]
) -> None:
    shared = " ".join(common[: WINDOW + SETTINGS.words - 1])
    one, other = (
        fingerprints(shingles(text, words=SETTINGS.words))
        for text in (f"{before} {shared}", f"{shared} {after}")
    )
    assert one & other


@given(text=st.text(max_size=300))
def test_any_text_is_a_copy_of_itself_or_empty(text: str) -> None:
    rows = shingles(text, words=SETTINGS.words)
    assert alike(text, text) is bool(rows)
    assert fingerprints(rows) <= set(rows)


def test_copies_of_every_sample_leave_enough_fingerprints() -> None:
    paths = sorted(SAMPLES.glob("*.md"))
    assert len(paths) == 11
    for path in paths:
        text = path.read_text("utf-8").split("---", 2)[2]
        whole, half = (
            fingerprints(shingles(t, words=SETTINGS.words)) for t in (text, text[: len(text) // 2])
        )
        assert len(whole & half) >= LEAST_FINGERPRINTS * len(half)
