"""Qualifiers by syntax and distance, on hand-built trees (`cases.txt`); no model is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.extract import values
from kg.extract.attach import Attaching
from kg.extract.records import Claim, Span
from kg.statements import Amount, DateValue, EntityRef, Literal, Number, Object, QualifierValue
from ontology import attachment
from ontology.attachment import Attachment, Decision
from tests.support import conllu

HERE = Path(__file__).parent


CASES = conllu.read(HERE / "cases.txt")
CLAIMS = [(case, line) for case in CASES for line in case.marks["claim"]]


def _attaching(case: Any, doc: Doc, table: Attachment | None = None) -> Attaching:
    titles = [
        Span(start=s.start_char, end=s.end_char, type="Title") for s, _ in case.spans(doc, "title")
    ]
    found = values.find(case.text, article_date="2026-01-08")
    homes = dict(line.split() for line in case.marks.get("home", []))
    return Attaching(doc, found, case.mentions(doc), titles=titles, homes=homes, table=table)


def _claim(case: Any, doc: Doc, line: str) -> Claim:
    """The claim of a `claim` line; an object that is no mention is a range of words."""
    subject, predicate, named, *_ = line.split()
    places = {m.entity: (m.start, m.end) for m in case.mentions(doc)}
    target: Object = EntityRef(named)
    if named in places:
        place = places[named]
    else:
        first, last = (int(n) for n in named.split("-"))
        span = doc[first - 1 : last]
        place = span.start_char, span.end_char
        target = Literal(span.text)
    return Claim(
        subject=subject,
        predicate=predicate,
        object=target,
        sentence=1,
        subject_span=places[subject],
        object_span=place,
    )


def _text(value: QualifierValue) -> str:
    match value:
        case EntityRef(id=ref):
            return ref
        case DateValue(text=text):
            return text.replace(" ", "_")
        case Amount(amount=amount):
            return f"{amount:g}"
        case Number(value=number):
            return f"{number:g}"
        case Literal(text=text):
            return text


def test_the_cases_are_collected() -> None:
    assert len(CLAIMS) == 15


@pytest.mark.parametrize(
    ("case", "line"), CLAIMS, ids=[f"{c.name}, {n}" for n, (c, _) in enumerate(CLAIMS)]
)
def test_qualifiers(case: Any, line: str) -> None:
    doc = case.doc()
    found = _attaching(case, doc).qualify(_claim(case, doc, line))
    said = {f"{role}={_text(c.value)}" for role, cs in found.items() for c in cs}
    assert said == set(line.split()[3:])
    assert all(c.role in c.reason for cs in found.values() for c in cs)


def test_an_office_of_the_state_that_the_text_speaks_of() -> None:
    text = "NORWAY will buy frigates. Norway needs them, Defence Minister Jane Doe said."
    words = [
        "NORWAY",
        "will",
        "buy",
        "frigates",
        ".",
        "Norway",
        "needs",
        "them",
        ",",
        "Defence",
        "Minister",
        "Jane",
        "Doe",
        "said",
        ".",
    ]
    heads = [2, 2, 2, 2, 2, 6, 13, 6, 6, 10, 12, 12, 13, 13, 13]
    deps = ["nsubj", "aux", "ROOT", "obj", "punct", "nsubj", "ccomp", "obj", "punct"]
    deps += ["compound", "nmod:desc", "compound", "nsubj", "ROOT", "punct"]
    heads[6], heads[12] = 13, 13
    pos = "PROPN AUX VERB NOUN PUNCT PROPN VERB PRON PUNCT PROPN PROPN PROPN PROPN VERB PUNCT"
    spaces = [w not in ("frigates", "them", "said") for w in words]
    lemmas = [w.lower() if w in ("Defence", "Minister") else w for w in words]
    doc = Doc(
        conllu.VOCAB,
        words=words,
        spaces=[*spaces[:-1], False],
        heads=heads,
        deps=deps,
        pos=pos.split(),
        lemmas=lemmas,
        sent_starts=None,
    )
    assert doc.text == text
    case = type(CASES[0])("two sentences", text=text)
    case.marks = {
        "mention": ["1-1 Country norway", "12-13 Person jane-doe"],
        "title": ["10-11"],
    }
    attaching = _attaching(case, doc)
    claim = Claim(
        subject="jane-doe",
        predicate="holdsPosition",
        object=Literal("Defence Minister"),
        sentence=2,
        subject_span=(doc[11].idx, doc[12].idx + 3),
        object_span=(doc[9].idx, doc[10].idx + len("Minister")),
    )
    assert [c.value for c in attaching.qualify(claim)["of"]] == [EntityRef("norway")]


# -- merging ---------------------------------------------------------------------------------------


def _table(score: float, decision: Decision) -> Attachment:
    """A table by which every candidate has about the score."""
    built = attachment.load()
    start = {0.0: -20.0, 0.5: 0.0, 1.0: 20.0}[score]
    return Attachment(
        takes=built.takes,
        fillers=built.fillers,
        beyond=built.beyond,
        several=built.several,
        decisions=dict.fromkeys(built.decisions, decision),
        weights={role: {"": start} for role in built.weights},
    )


FIRST = CASES[0]
MODEL = {"quantity": (Number(7),)}


def _merged(score: float, decision: Decision, **said: Mapping[str, Any]) -> Mapping[str, Any]:
    doc = FIRST.doc()
    attaching = _attaching(FIRST, doc, _table(score, decision))
    claim = _claim(FIRST, doc, FIRST.marks["claim"][0])
    return attaching.merge(claim, frame=said.get("frame", {}), model=said.get("model", {}))


def test_a_candidate_counts_where_nothing_else_is_said() -> None:
    decision = Decision(add=0.4, over=0.9, keep=0.1, frames=True)
    assert _merged(0.5, decision)["quantity"] == (Number(32),)
    assert _merged(0.0, decision) == {}


def test_the_model_stands_against_an_unsure_candidate() -> None:
    decision = Decision(add=0.4, over=0.9, keep=0.1, frames=True)
    assert _merged(0.5, decision, model=MODEL)["quantity"] == (Number(7),)


def test_a_sure_candidate_outweighs_the_model() -> None:
    decision = Decision(add=0.4, over=0.9, keep=0.1, frames=True)
    assert _merged(1.0, decision, model=MODEL)["quantity"] == (Number(32),)


def test_what_the_syntax_makes_unlikely_is_dropped() -> None:
    decision = Decision(add=0.4, over=0.9, keep=0.1, frames=True)
    said = {"quantity": (Number(32, "32"),)}
    assert _merged(0.0, decision, model=said) == {}


def test_a_frame_counts_only_where_the_table_says_so() -> None:
    never = Decision(add=2.0, over=2.0, keep=0.0, frames=False)
    assert _merged(0.5, never, frame=MODEL) == {}
    always = Decision(add=2.0, over=2.0, keep=0.0, frames=True)
    assert _merged(0.5, always, frame=MODEL) == MODEL


@given(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1), st.floats(0, 1))
def test_one_value_only_in_roles_that_take_one(score: float, add: float, over: float) -> None:
    decision = Decision(add=add, over=over, keep=0.0, frames=True)
    found = _merged(score, decision, model=MODEL)
    several = attachment.load().several
    assert all(len(vs) == 1 for role, vs in found.items() if role not in several)


def test_a_claim_without_a_place_has_no_qualifiers() -> None:
    doc = FIRST.doc()
    claim = Claim(subject="poland", predicate="procures", object=EntityRef("f-35"), sentence=9)
    assert _attaching(FIRST, doc).qualify(claim) == {}
