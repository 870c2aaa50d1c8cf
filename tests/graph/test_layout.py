"""What an extraction may not say, and how numbers are written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.errors import DocumentError, InputError
from kg.graph.layout import document_quads, number_literal
from kg.statements import EntityRef, Evidence, Extraction, Literal, Number, Statement

NORWAY = Entity(id="country/norway", type="Country", name="Norway")
MENTION = Mention(start=0, end=6, type="Country", sentence=1, entity="country/norway")
EVIDENCE = Evidence(
    statement=Statement("country/norway", "meetsWith", EntityRef("country/norway")),
    sentence=1,
    start=0,
    end=6,
    modality="asserted",
)
GOOD = Extraction(
    document=Document(text="Norway", name="note"),
    sentences=(Sentence(number=1, start=0, end=6),),
    entities=(NORWAY,),
    mentions=(MENTION,),
    evidence=(EVIDENCE,),
)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (replace(GOOD, entities=()), "'country/norway' is not among the entities"),
        (replace(GOOD, sentences=()), "sentence 1 is not among the sentences"),
        (replace(GOOD, entities=(NORWAY, replace(NORWAY, name="Oslo"))), "listed twice"),
        (replace(GOOD, entities=(replace(NORWAY, type="State"),)), "'State' is no entity type"),
        (replace(GOOD, entities=(NORWAY, replace(NORWAY, id="a b"))), "'a b' is no entity id"),
        (
            replace(GOOD, sentences=(*GOOD.sentences, Sentence(number=1, start=0, end=1))),
            "two sentences have the same number",
        ),
        (replace(GOOD, mentions=(replace(MENTION, end=7),)), "0 to 7 lies outside the text"),
        (replace(GOOD, mentions=(replace(MENTION, start=-1),)), "-1 to 6 lies outside"),
        (replace(GOOD, evidence=(replace(EVIDENCE, modality="sure"),)), "'sure' is no modality"),
        (
            replace(GOOD, evidence=(replace(EVIDENCE, qualifiers={"why": (Literal("x"),)}),)),
            "'why' is no qualifier",
        ),
        (
            replace(
                GOOD,
                evidence=(replace(EVIDENCE, statement=Statement("a/b", "likes", Literal(""))),),
            ),
            "'likes' is no predicate",
        ),
        (
            replace(
                GOOD,
                evidence=(replace(EVIDENCE, qualifiers={"change": (Number(float("inf")),)}),),
            ),
            "inf is no number",
        ),
    ],
)
def test_an_extraction_that_contradicts_itself(wrong: Extraction, message: str) -> None:
    with pytest.raises(InputError, match=message):
        document_quads(wrong)


@pytest.mark.parametrize(
    ("text", "message"),
    [("Norway\ud800", "character 6 .* is half a surrogate pair"), ("Nor\0way", "3 .* is NUL")],
)
def test_text_that_rdf_cannot_hold(text: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        document_quads(Extraction(document=Document(text=text)))


def test_a_good_one() -> None:
    assert document_quads(GOOD) == document_quads(replace(GOOD, mentions=(MENTION, MENTION)))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6).map(float))
def test_numbers_keep_their_value_and_their_form(value: float) -> None:
    literal = number_literal(value)
    assert float(literal.value) == value
    node = NamedNode("http://example.org/")
    store = Store()
    store.add(Quad(node, node, literal, node))
    assert next(iter(store)).object == literal
