"""The trained pipeline from outside: what a `Doc` holds, on text of any kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.matcher import DependencyMatcher, Matcher
from spacy.tokens import Doc

from kg.nlp.component import VECTORS

TEXT = "Japan is assessing the Anka. Baykar makes the TB2 and TB3, which Kuwait ordered in 2023."


@pytest.fixture(scope="module")
def doc(nlp: Language) -> Doc:
    return nlp(TEXT)


def test_sentences(doc: Doc) -> None:
    assert [s.text for s in doc.sents] == [TEXT[:28], TEXT[29:]]


def test_syntax(doc: Doc) -> None:
    found = {(t.text, t.dep_, t.head.text) for t in doc}
    assert ("Japan", "nsubj", "assessing") in found
    assert ("Anka", "obj", "assessing") in found
    assert ("TB2", "obj", "makes") in found
    assert ("TB3", "conj", "TB2") in found


def test_tags_and_lemmas(doc: Doc) -> None:
    words = {t.text: (t.pos_, t.tag_, t.lemma_) for t in doc}
    assert words["assessing"] == ("VERB", "VBG", "assess")
    assert words["makes"] == ("VERB", "VBZ", "make")
    assert words["Japan"] == ("PROPN", "NNP", "Japan")
    assert str(doc[1].morph).startswith("Mood=Ind")


def test_no_word_is_a_gerund_unless_it_ends_so(nlp: Language) -> None:
    text = "Hasan Abubakar, who has led the Nigerian Air Force since June 2023, has priorities."
    led = next(t for t in nlp(text) if t.text == "led")
    assert (led.tag_ != "VBG", led.lemma_) == (True, "lead")


def test_names(doc: Doc) -> None:
    found = {e.text: e.label_ for e in doc.ents}
    assert found["Japan"] == "Country"
    assert found["Baykar"] == "Company"
    assert found["TB2"] == "Equipment"


def test_matchers_work_on_it(nlp: Language, doc: Doc) -> None:
    matcher = Matcher(nlp.vocab)
    matcher.add("buy", [[{"LEMMA": "order", "POS": "VERB"}]])
    assert len(matcher(doc)) == 1
    tree = DependencyMatcher(nlp.vocab)
    tree.add(
        "assess",
        [
            [
                {"RIGHT_ID": "verb", "RIGHT_ATTRS": {"LEMMA": "assess"}},
                {
                    "LEFT_ID": "verb",
                    "REL_OP": ">",
                    "RIGHT_ID": "who",
                    "RIGHT_ATTRS": {"DEP": "nsubj"},
                },
            ]
        ],
    )
    assert len(tree(doc)) == 1


def test_a_paragraph_changes_nothing_about_another(nlp: Language, doc: Doc) -> None:
    more = nlp(TEXT + "\n\nThe weather in Lisbon was fine on all three days of the fair.")
    for a, b in zip(doc, more, strict=False):
        assert (a.text, a.dep_, a.head.i, a.tag_) == (b.text, b.dep_, b.head.i, b.tag_)
    assert np.array_equal(doc.user_data[VECTORS], more.user_data[VECTORS][: len(doc)])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_any_text_gives_trees_inside_sentences(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    for sentence in doc.sents:
        roots = [t for t in sentence if t.head.i == t.i]
        assert len(roots) == 1
        assert all(sentence.start <= t.head.i < sentence.end for t in sentence)


def test_a_long_line_is_no_problem(nlp: Language) -> None:
    doc = nlp("jet " * 3000)
    assert len(doc) == 3000
