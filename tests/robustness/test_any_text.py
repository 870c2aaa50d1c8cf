"""The whole pipeline on any text: no exception, no offset outside, the same again and elsewhere.

Long texts are of one kind each, as a scraper or an attacker would send them. What must not change
anything is a paragraph that names nobody, before or after.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.documents import Document
from kg.explain import Explanation
from kg.pipeline import Pipeline
from kg.statements import Extraction

LONG = 50_000
SHORT = 2_000  # for what is many words, and takes its time
# Left-to-right and right-to-left letters, marks that combine, emoji, joiners, controls, NUL.
ODD = (
    "aZ9 .,\n\r\t\0\x0b\x85\u00ad\u0301\u200b\u200d\u202e\u2028\u2029\ufeff\ufffdتיя日🇯👩🏽“—$€%-("
)
NAMES = ("Japan", "Poland", "Baykar", "Bayraktar TB2", "Anka", "NATO", "Yasar Guler", "Ankara")
WORDS: tuple[str, ...] = (
    *NAMES,
    "will",
    "not",
    "buy",
    "sells",
    "24",
    "$2.5bn",
    "in March",
    "the company",
    "it",
)
WORDS += ("Minister", "said", ",", ".", "and", "with", "“", "”", "\n\n", "(", ")", "'s")
PLAIN = "The weather was fine on all three days."
SENTENCES = (
    "Poland has bought 24 Bayraktar TB2 drones.",
    "Japan may buy the Anka.",
    "Baykar is based in Istanbul.",
    "Spain did not sell the frigate to Chile.",
    "Defense Minister Yasar Guler visited Tokyo on January 5, 2026.",
    "Turkey's defense exports reached $10 billion in 2025.",
    "Norway and Germany signed an agreement.",
)

LONG_TEXTS = {
    "one word": "a" * LONG,
    "digits": "1234567890" * (LONG // 10),
    "dots": "." * LONG,
    "hyphens": "-" * LONG,
    "spaces": " " * LONG,
    "line ends": "\n" * LONG,
    "carriage returns": "\r\n" * (LONG // 2),
    "NUL": "\0" * LONG,
    "one letter with marks": "J" + "\u0301" * LONG,
    "letters with marks": "e\u0301\u0302" * (LONG // 3),
    "no spaces": "日本はアンカを評価している。" * (LONG // 14),
    "zero width": "Japan\u200bbuys\u200b" * (LONG // 11),
    "one address": "https://example.org/" + "a/b?c=d&" * (LONG // 8),
    "punctuation": ".,;!?" * (SHORT // 10),
    "brackets": "(" * (SHORT // 10),
    "quotes": "“" * (SHORT // 10),
    "right to left": "تركيا تشتري طائرات من اليابان. " * (SHORT // 32),
    "emoji": "👩‍👩‍👧‍👦🇯🇵" * (SHORT // 20),
    "names": "Japan " * (SHORT // 6),
    "names and NUL": "Japan\0buys\0the\0Anka." * (SHORT // 21),
    "a list": "Japan, " * (SHORT // 7),
    "sums": "$5 billion " * (SHORT // 11),
    "dates": "in March 2025 " * (SHORT // 14),
    "models": "F-16 " * (SHORT // 5),
    "titles": "Minister " * (SHORT // 9),
    "one sentence": "Baykar sells the TB2 to Poland and " * (SHORT // 35),
    "capitals": "POLAND BUYS THE TB2. " * (SHORT // 21),
    "pronouns": "It said it will buy it. " * (SHORT // 24),
    "odd line ends": "Poland\u2028bought\u2029the\x85Anka\x0b." * (SHORT // 24),
}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def read(pipeline: Pipeline, text: str) -> Extraction:
    """What the text says; its offsets are checked."""
    found = pipeline.extract(Document(text=text, date="2026-01-08"))
    size = len(text)
    ids = {e.id for e in found.entities}
    places = {s.number: (s.start, s.end) for s in found.sentences}
    assert list(places) == list(range(1, len(places) + 1))
    ends = [0]
    for start, end in places.values():
        assert ends[-1] <= start < end <= size
        ends.append(end)
    for mention in found.mentions:
        assert 0 <= mention.start < mention.end <= size
        assert mention.entity in ids
        assert mention.sentence in places
    for evidence in found.evidence:
        assert (evidence.start, evidence.end) == places[evidence.sentence]
        assert evidence.statement.subject in ids
        assert 0 < evidence.confidence < 1
    return found


@pytest.mark.parametrize("kind", sorted(LONG_TEXTS))
def test_long_texts_of_one_kind(pipeline: Pipeline, kind: str) -> None:
    read(pipeline, LONG_TEXTS[kind])


CALM = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@CALM
@given(
    st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=300),
        st.text(st.sampled_from(ODD), max_size=300),
        st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
        st.lists(st.sampled_from((*WORDS, *ODD)), max_size=60).map("".join),
    )
)
def test_any_text(pipeline: Pipeline, text: str) -> None:
    first = read(pipeline, text)
    assert read(pipeline, text) == first


@CALM
@given(st.lists(st.sampled_from((*WORDS, *ODD)), max_size=40).map(" ".join))
def test_any_text_can_be_explained(pipeline: Pipeline, text: str) -> None:
    found: Explanation = pipeline.explain(Document(text=text, date="2026-01-08"))
    for sentence in found.sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        numbers = {w.number for w in sentence.words} | {0}
        for word in sentence.words:
            assert text[word.start : word.end] == word.text
            assert word.head in numbers


def moved(
    found: Extraction, *, sentences: int, characters: int
) -> dict[tuple[str, int], tuple[object, ...]]:
    """The evidence as if the text began so much earlier, by statement and sentence."""
    return {
        (e.statement.id, e.sentence - sentences): (
            e.modality,
            dict(e.qualifiers),
            e.start - characters,
            e.end - characters,
            e.extractor,
        )
        for e in found.evidence
    }


def sure(found: Extraction) -> list[float]:
    """The confidences, in the order of the evidence."""
    return [e.confidence for e in found.evidence]


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4, unique=True))
def test_a_paragraph_that_names_nobody_changes_nothing(
    pipeline: Pipeline, chosen: list[str]
) -> None:
    text = " ".join(chosen)
    original = read(pipeline, text)
    alone = moved(original, sentences=0, characters=0)
    after = read(pipeline, f"{text}\n\n{PLAIN}")
    before = read(pipeline, f"{PLAIN}\n\n{text}")
    assert moved(after, sentences=0, characters=0) == alone
    assert moved(before, sentences=1, characters=len(PLAIN) + 2) == alone
    # The relation model judges some sentences in one run, and sums are rounded.
    assert sure(after) == pytest.approx(sure(original), abs=0.001)
    assert sure(before) == pytest.approx(sure(original), abs=0.001)


def test_the_odd_characters_are_of_many_kinds() -> None:
    assert len({unicodedata.category(c) for c in ODD}) >= 14
