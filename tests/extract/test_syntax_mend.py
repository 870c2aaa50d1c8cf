"""Slips of a parser are mended, and nothing else is touched."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.extract.syntax_mend import mended

VOCAB = spacy.blank("en").vocab
_DEPS = ("nsubj", "obj", "obl", "case", "xcomp", "advcl", "acl:relcl", "compound", "det", "conj")
_POS = ("NOUN", "PROPN", "VERB", "ADP", "DET", "NUM", "PRON")


def _doc(rows: list[tuple[str, str, int, str]]) -> Doc:
    """Words with class, head (from 1, 0 for the root) and label."""
    return Doc(
        VOCAB,
        words=[r[0] for r in rows],
        pos=[r[1] for r in rows],
        tags=["VBD" if r[1] == "VERB" else "NN" for r in rows],
        heads=[r[2] - 1 if r[2] else i for i, r in enumerate(rows)],
        deps=[r[3] for r in rows],
        lemmas=[r[0].lower() for r in rows],
    )


def _arcs(doc: Doc) -> list[tuple[str, str, str]]:
    return [(t.text, t.dep_, t.head.text) for t in doc]


def test_a_right_tree_stays() -> None:
    doc = _doc(
        [
            ("Poland", "PROPN", 2, "nsubj"),
            ("bought", "VERB", 0, "root"),
            ("tanks", "NOUN", 2, "obj"),
            ("from", "ADP", 5, "case"),
            ("Korea", "PROPN", 2, "obl"),
        ]
    )
    assert mended(doc) is doc


def test_a_subject_with_a_preposition_becomes_a_modifier() -> None:
    doc = _doc(
        [
            ("Poland", "PROPN", 2, "nsubj"),
            ("halted", "VERB", 0, "root"),
            ("purchases", "NOUN", 2, "obj"),
            ("of", "ADP", 5, "case"),
            ("tanks", "NOUN", 2, "nsubj"),
        ]
    )
    assert ("tanks", "nmod", "purchases") in _arcs(mended(doc))


def test_a_second_subject_after_the_verb_is_its_object() -> None:
    doc = _doc(
        [
            ("Poland", "PROPN", 2, "nsubj"),
            ("buys", "VERB", 0, "root"),
            ("tanks", "NOUN", 2, "nsubj"),
        ]
    )
    assert ("tanks", "obj", "buys") in _arcs(mended(doc))


def test_an_object_goes_to_the_verb_beside_it() -> None:
    doc = _doc(
        [
            ("Poland", "PROPN", 2, "nsubj"),
            ("wants", "VERB", 0, "root"),
            ("buy", "VERB", 2, "xcomp"),
            ("tanks", "NOUN", 2, "obj"),
        ]
    )
    assert ("tanks", "obj", "buy") in _arcs(mended(doc))


def test_a_name_torn_apart_is_joined() -> None:
    doc = _doc(
        [
            ("Donald", "PROPN", 3, "nsubj"),
            ("Trump", "PROPN", 3, "nsubj"),
            ("left", "VERB", 0, "root"),
        ]
    )
    assert _arcs(mended(doc))[0] == ("Donald", "compound", "Trump")


def test_a_relative_pronoun_beside_a_subject_is_the_object() -> None:
    doc = _doc(
        [
            ("jets", "NOUN", 0, "root"),
            ("that", "PRON", 4, "nsubj"),
            ("Boeing", "PROPN", 4, "nsubj"),
            ("builds", "VERB", 1, "acl:relcl"),
        ]
    )
    assert ("that", "obj", "builds") in _arcs(mended(doc))


@st.composite
def _trees(draw: st.DrawFn) -> Doc:
    """Any tree over a few words, right or wrong."""
    size = draw(st.integers(1, 9))
    order = draw(st.permutations(range(size)))
    heads = [0] * size
    for place, node in enumerate(order):
        heads[node] = node if place == 0 else order[draw(st.integers(0, place - 1))]
    rows = []
    for i in range(size):
        dep = "root" if heads[i] == i else draw(st.sampled_from(_DEPS))
        word = draw(st.sampled_from(("of", "that", "to", "tank", "has", ",")))
        rows.append((word, draw(st.sampled_from(_POS)), heads[i] + 1 if heads[i] != i else 0, dep))
    return _doc(rows)


@given(_trees())
def test_any_tree_stays_a_tree_over_the_same_words(doc: Doc) -> None:
    result = mended(doc)
    assert [t.text_with_ws for t in result] == [t.text_with_ws for t in doc]
    assert [(s.start, s.end) for s in result.sents] == [(s.start, s.end) for s in doc.sents]
    for token in result:
        assert token.dep_
        list(token.ancestors)
    assert mended(doc) is result


def test_a_phrase_goes_to_the_noun_before_it() -> None:
    doc = _doc(
        [
            ("visit", "NOUN", 0, "root"),
            ("from", "ADP", 3, "case"),
            ("Kim", "PROPN", 1, "nmod"),
            ("to", "ADP", 5, "case"),
            ("Seoul", "PROPN", 8, "nmod"),
            (",", "PUNCT", 9, "punct"),
            ("where", "ADV", 9, "advmod"),
            ("talks", "NOUN", 9, "nsubj"),
            ("followed", "VERB", 1, "acl:relcl"),
        ]
    )
    assert ("Seoul", "nmod", "visit") in _arcs(mended(doc))


def test_a_participle_right_behind_its_verb_completes_it() -> None:
    words = ["Greece", "ruled", "out", "buying", "tanks"]
    doc = Doc(
        VOCAB,
        words=words,
        pos=["PROPN", "VERB", "ADP", "VERB", "NOUN"],
        tags=["NNP", "VBD", "RP", "VBG", "NNS"],
        heads=[1, 1, 1, 1, 3],
        deps=["nsubj", "root", "compound:prt", "advcl", "obj"],
        lemmas=words,
    )
    assert ("buying", "xcomp", "ruled") in _arcs(mended(doc))


@pytest.mark.parametrize(
    ("word", "pos", "tag", "mended_to"),
    [
        ("helicopters", "SYM", "NNS", "NOUN"),
        ("jets", "PUNCT", "NNS", "NOUN"),
        ("frigates", "NUM", "NNS", "NOUN"),
        ("gave", "SYM", "VBD", "VERB"),
        ("Minister", "SYM", "HYPH", "PROPN"),
        ("United", "VERB", "NNP", "PROPN"),
        ("nothing", "PRON", "NN", "PRON"),  # both are right
        ("12", "NUM", "CD", "NUM"),
        ("-", "PUNCT", "HYPH", "PUNCT"),
        ("%", "SYM", "NN", "SYM"),
    ],
)
def test_a_class_that_the_tag_excludes(word: str, pos: str, tag: str, mended_to: str) -> None:
    doc = Doc(
        VOCAB,
        words=["Poland", word],
        pos=["PROPN", pos],
        tags=["NNP", tag],
        heads=[0, 0],
        deps=["root", "dep"],
        lemmas=["Poland", word],
    )
    assert mended(doc)[1].pos_ == mended_to
