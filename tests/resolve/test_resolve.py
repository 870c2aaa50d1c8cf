"""Whole documents with marked names, and what must hold for any text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import spacy
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.mentions import find
from kg.extract.records import Span
from kg.resolve import Resolution, resolve
from ontology.catalogue import load

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "documents.yaml").read_text("utf-8")
)
MARK = re.compile(r"\[([^|\]]+)\|(\w+)\]")


def _marked(text: str) -> tuple[str, list[Span]]:
    """The text without its marks, and the marked spans."""
    plain, spans, last = "", [], 0
    for match in MARK.finditer(text):
        plain += text[last : match.start()]
        spans.append(
            Span(start=len(plain), end=len(plain) + len(match[1]), type=match[2], reason="marked")
        )
        plain += match[1]
        last = match.end()
    return plain + text[last:], spans


def _shown(text: str, found: Resolution) -> list[str]:
    lines = []
    for entity in found.entities:
        forms = {text[m.start : m.end] for m in found.mentions if m.entity == entity.id}
        lines.append(f"{entity.type}: {entity.name} = {', '.join(sorted(forms))}")
    return lines


def test_the_cases_are_all_there() -> None:
    assert len(CASES) == 22


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["note"]))
def test_document(case: dict[str, Any]) -> None:
    text, spans = _marked(case["text"])
    found = resolve(spacy.blank("en")(text), spans, catalogue=load())
    assert _shown(text, found) == case["entities"]
    assert all(m.reason for m in found.mentions)
    assert all(e.reason for e in found.entities)


def test_the_catalogue_links_and_mints() -> None:
    text, spans = _marked("[Baykar|Company] sued [Zork Dynamics|Company].")
    entities = resolve(spacy.blank("en")(text), spans, catalogue=load()).entities
    assert [(e.id, e.catalogue) for e in entities] == [
        ("company/baykar", True),
        ("company/zork-dynamics", False),
    ]


PEOPLE = """id,type,name,aliases,source
person/hoshino-gen,Person,Hoshino Gen,,https://example.org/people
person/recep-tayyip-erdogan,Person,Recep Tayyip Erdoğan,,https://example.org/people
person/lee-jae-myung,Person,Lee Jae-myung,,https://example.org/people
person/kim-min-seok,Person,Kim Min-seok,,https://example.org/people
person/min-seok-kim,Person,Min-seok Kim,,https://example.org/people
"""


@pytest.mark.parametrize(
    ("name", "entity", "known"),
    [
        ("Gen Hoshino", "person/hoshino-gen", True),
        ("Erdogan, Recep Tayyip", "person/recep-tayyip-erdogan", True),
        ("Jae Myung Lee", "person/lee-jae-myung", True),
        ("Jaemyung Lee", "person/lee-jae-myung", True),
        ("Kim Minseok", "person/kim-minseok", False),  # of two nobody knows which
        ("Tayyip Recep Erdogan", "person/tayyip-recep-erdogan", False),
        ("Hoshino", "person/hoshino", False),
    ],
)
def test_people_of_the_catalogue_in_both_orders(
    tmp_path: Path, name: str, entity: str, known: bool
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    text, spans = _marked(f"[{name}|Person] came.")
    found = resolve(spacy.blank("en")(text), spans, catalogue=load(file)).entities
    assert [(e.id, e.catalogue) for e in found] == [(entity, known)]


PIECES = st.sampled_from(
    [
        "Ankara",
        "Turkish",
        "Navy",
        "the",
        "Ministry of Defence",
        "F-16s",
        "(TAI)",
        "Kim",
        "'s",
        "its",
        "Baykar",
        "said",
        ".",
        ",",
        "\n\n",
        "General",
        "U.S.",
        "class",
        "-",
        "Türkiye",
        "“",
        "drones",
    ]
)


@settings(max_examples=60)
@given(st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map(" ".join)))
def test_any_text(text: str) -> None:
    """Mentions lie in the text at token boundaries and point to entities; two runs agree."""
    doc = spacy.blank("en")(text)
    spans = find(doc, catalogue=load())
    ends = [s.end for s in spans]
    assert all(later.start >= end for later, end in zip(spans[1:], ends, strict=False))
    found = resolve(doc, spans, catalogue=load())
    ids = {e.id for e in found.entities}
    for mention in found.mentions:
        assert doc.char_span(mention.start, mention.end) is not None
        assert mention.entity in ids
        assert mention.sentence >= 1
    assert [e.id for e in found.entities] == sorted(ids)
    assert ids == {m.entity for m in found.mentions}
    assert resolve(doc, spans, catalogue=load()) == found
