"""What keeps two ends apart, on bare words (`gates.tsv`); tokens count from 1."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from spacy.tokens import Doc

from kg.documents import Mention
from kg.extract.frames_gates import Gates, inner_only, listed
from ontology import frames
from tests.support.conllu import VOCAB

with (Path(__file__).parent / "gates.tsv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
_TAGS = {"ministers": "NNS", "eight": "CD", "more": "RBR"}


def _doc(words: list[str]) -> Doc:
    pos = ["NUM" if w == "eight" else "NOUN" for w in words]
    return Doc(VOCAB, words=words, pos=pos, tags=[_TAGS.get(w, "NN") for w in words])


def _mention(start: int, end: int, entity: str, type_: str = "Country") -> Mention:
    return Mention(start=start, end=end, type=type_, sentence=1, entity=entity)


def test_the_cases_are_collected() -> None:
    assert len(CASES) == 10


@pytest.mark.parametrize("case", CASES, ids=[f"{c['words']}, {c['second']}" for c in CASES])
def test_gates(case: dict[str, str]) -> None:
    doc = _doc(case["words"].split())
    spans = []
    for where in (case["first"], case["second"]):
        first, last = where.split("-")
        span = doc[int(first) - 1 : int(last)]
        spans.append((span.start_char, span.end_char))
    frame = replace(
        frames.load().frames[0], predicate=case["predicate"], beside=case["beside"] or ""
    )
    named = [t for t in doc if t.text in ("Doe", "Roe")]
    people = [_mention(t.idx, t.idx + len(t), t.text, "Person") for t in named]
    gates = Gates(doc, people, [doc[0:1]] if case["predicate"] == "holdsPosition" else [])
    assert gates.between(frame, spans[1], spans[0]) == (case["between"] or "")


def test_a_force_gives_way_to_the_state_in_its_name() -> None:
    force, state, other = _mention(0, 13, "force"), _mention(0, 4, "us"), _mention(20, 25, "kr")
    kept = inner_only([(force, 1), (state, 0), (other, 3)])
    assert [m.entity for m, _ in kept] == ["us", "kr"]


@pytest.mark.parametrize(
    ("text", "heads", "deps", "places", "expected"),
    [
        (
            "sold to Asia , the East and Africa",
            [0, 2, 0, 5, 5, 2, 7, 2],
            "ROOT case obl punct det conj cc conj",
            (2, 5),
            "and",
        ),
        # where a place lies has no article as a rule: "Ganja, Azerbaijan and Baku"
        (
            "sold to Ganja , Azerbaijan and Baku",
            [0, 2, 0, 4, 2, 6, 2],
            "ROOT case obl punct conj cc conj",
            (2, 4),
            "",
        ),
        (
            "sold to Ganja in the East",
            [0, 2, 0, 5, 5, 2],
            "ROOT case obl case det nmod",
            (2, 5),
            "",
        ),
    ],
)
def test_places_listed_side_by_side(
    text: str, heads: list[int], deps: str, places: tuple[int, int], expected: str
) -> None:
    doc = Doc(VOCAB, words=text.split(), heads=heads, deps=deps.split())
    spans = [(doc[i].idx, doc[i].idx + len(doc[i])) for i in places]
    assert listed(doc, spans) == expected
