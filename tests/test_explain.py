"""Explanations: every claim of the steps turns up, with what became of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.documents import Document
from kg.explain import Explanation, SentenceReading, as_json, thresholds
from kg.extract.trace import ATTEMPT_CAUSES, CAUSES
from kg.pipeline import Pipeline

TEXT = (
    "Poland has bought the Bayraktar TB2. It may buy 24 Kaan fighters for $2.5 billion in 2027, "
    "Defense Minister Jan Kowalski said.\n\nPoland did not visit the TB2."
)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture(scope="module")
def explanation(pipeline: Pipeline) -> Explanation:
    return pipeline.explain(Document(text=TEXT, date="2026-01-08", name="poland"))


def test_what_is_stated_is_what_is_extracted(pipeline: Pipeline, explanation: Explanation) -> None:
    found = pipeline.extract(explanation.document)
    assert [(s.id, s.confidence) for r in explanation.sentences for s in r.statements] == [
        (e.statement.id, e.confidence) for e in found.evidence
    ]
    assert [s.number for s in explanation.sentences] == [1, 2, 3]


def test_a_sentence_shows_its_words_names_values_and_frames(explanation: Explanation) -> None:
    first, second, _ = explanation.sentences
    by_text = {w.text: w for w in first.words}
    assert [w.number for w in first.words] == list(range(1, len(first.words) + 1))
    assert (by_text["bought"].lemma, by_text["bought"].head) == ("buy", 0)
    assert by_text["Poland"].head == by_text["bought"].number
    assert {m.name for m in first.mentions} >= {"Poland", "Bayraktar TB2"}
    assert {v.kind for v in second.values} >= {"date", "money", "post"}
    assert any(f.reason.startswith("frame buy") and not f.cause for f in first.frames)
    assert all(r.needed == thresholds()[r.predicate] for r in first.model)


def test_a_type_that_does_not_fit_is_named(explanation: Explanation) -> None:
    tried = [t for t in explanation.sentences[2].tried if t.predicate == "visits"]
    assert "type" in {t.cause for t in tried}
    assert any("“Poland” (Country)" in t.why for t in tried)


REFUSED = [
    ("Baykar's TB2 and the F-16 were shown.", "possessive-maker", "between", "“the” between them"),
    (
        "Poland moved a Patriot missile battery.",
        "is-a-compound",
        "word",
        "“battery” is never meant",
    ),
    ("John Kowalski leads talks in Warsaw.", "led-by", "missing", "no “of” is named"),
]


@pytest.mark.parametrize(("text", "frame", "cause", "why"), REFUSED, ids=[r[1] for r in REFUSED])
def test_what_keeps_two_ends_apart_is_named(
    pipeline: Pipeline, text: str, frame: str, cause: str, why: str
) -> None:
    [reading] = pipeline.explain(Document(text=text)).sentences
    [found] = [t for t in reading.tried if (t.frame, t.cause) == (frame, cause)]
    assert why in found.why


SAID = [
    ("Poland bought the TB2, Jane Doe said.", "said", "Jane Doe", "Poland bought the TB2", ""),
    (
        "According to Poland, Poland bought the TB2.",
        "According",
        "Poland",
        "Poland bought",
        "an end",
    ),
    ("Poland bought the TB2, a diplomat said.", "said", "", "Poland bought the TB2", "no entity"),
]


@pytest.mark.parametrize(("text", "cue", "speaker", "words", "why"), SAID, ids=[s[0] for s in SAID])
def test_who_says_it_is_shown(
    pipeline: Pipeline, text: str, cue: str, speaker: str, words: str, why: str
) -> None:
    [reading] = pipeline.explain(Document(text=text)).sentences
    [said] = reading.said
    assert (said.cue, said.speaker) == (cue, speaker)
    assert words in said.words
    assert why in said.why
    attributed = any("attributedTo" in s.qualifiers for s in reading.statements)
    assert attributed is not bool(said.why)


def test_who_goes_on_speaking_is_shown(pipeline: Pipeline) -> None:
    text = "“We need new jets,” Jane Doe said. “Poland will buy 32 tanks next year.”"
    last = pipeline.explain(Document(text=text)).sentences[-1]
    assert [(s.kind, s.speaker) for s in last.said] == [("quotation", "Jane Doe")]


def test_the_causes_are_explained() -> None:
    page = (Path(__file__).parent.parent / "docs" / "explain.md").read_text(encoding="utf-8")
    assert [c for c in (*CAUSES, *ATTEMPT_CAUSES) if f"\n| `{c}` |" not in page] == []


def test_json_holds_everything_and_can_be_cut_to_a_sentence(explanation: Explanation) -> None:
    whole = as_json(explanation)
    assert json.loads(json.dumps(whole)) == whole
    assert whole["document"]["id"] == "poland"
    assert as_json(explanation, sentence=2)["sentences"] == [whole["sentences"][1]]


def fates(reading: SentenceReading) -> None:
    """Every reading is stated or has a cause that a rejection repeats."""
    stated = {frozenset({s.subject, s.object}) | {s.predicate} for s in reading.statements}
    rejected = {(r.cause, frozenset({r.subject, r.object}), r.predicate) for r in reading.rejected}
    for one in (*reading.frames, *reading.model):
        ends = frozenset({one.subject, one.object})
        if one.cause:
            assert one.cause in CAUSES
            assert (one.cause, ends, one.predicate) in rejected
        else:
            assert ends | {one.predicate} in stated


def test_nothing_vanishes(explanation: Explanation) -> None:
    for reading in explanation.sentences:
        fates(reading)


WORDS = ["Japan", "Baykar", "TB2", "Anka", "buys", "sells", "makes", "will", "not", "visit", "to"]
WORDS += ["and", "its", "minister", "Ankara", ".", "\n\n", "it", "the company", "Poland", "from"]


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_any_text(pipeline: Pipeline, text: str) -> None:
    for reading in pipeline.explain(Document(text=text)).sentences:
        fates(reading)
