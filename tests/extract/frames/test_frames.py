"""Frames read claims off hand-built trees (`cases.txt`); no model is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg.errors import CatalogueError
from kg.extract import frames
from kg.extract.modality import bend
from kg.extract.records import Claim
from kg.statements import EntityRef, Literal, Number, QualifierValue
from ontology import frames as frame_data
from ontology import vocabulary
from tests.support import conllu

HERE = Path(__file__).parent


CASES = conllu.read(HERE / "cases.txt")


def _text(value: QualifierValue) -> str:
    match value:
        case EntityRef(id=ref):
            return ref
        case Literal(text=text):
            return f"'{text}'"
        case Number(value=number):
            return f"{number:g}"
    raise AssertionError(value)


def _line(claim: Claim) -> str:
    parts = [claim.subject, claim.predicate, _text(claim.object), claim.modality]
    parts += [f"{k}={','.join(map(_text, v))}" for k, v in sorted(claim.qualifiers.items())]
    return " ".join(parts)


def test_all_cases_are_collected() -> None:
    assert len(CASES) == 33


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_claims(case: Any) -> None:
    doc = case.doc()
    found = frames.find(doc, case.mentions(doc), case.values(doc), case.titles(doc))
    assert sorted(map(_line, found)) == sorted(case.marks.get("claim", []))
    for claim in found:
        assert claim.reason.startswith("frame ")
        assert claim.extractor.startswith("frames ")
        assert 0 < claim.confidence <= 1


def test_every_predicate_has_a_frame() -> None:
    predicates = {frame.predicate for frame in frame_data.load().frames}
    assert predicates == set(vocabulary.load().predicates)


def test_frames_name_known_types_and_qualifiers() -> None:
    known = vocabulary.load()
    for frame in frame_data.load().frames:
        assert frame.subject_types | frame.object_types <= set(known.types), frame.id
        assert set(frame.qualifiers) <= set(known.qualifiers), frame.id


@pytest.mark.parametrize(
    ("inner", "effect", "outer"),
    [
        ("asserted", "planned", "planned"),
        ("planned", "possible", "possible"),
        ("possible", "planned", "possible"),
        ("planned", "denied", "denied"),
        ("denied", "denied", "possible"),
        ("denied", "planned", "denied"),
    ],
)
def test_bend(inner: str, effect: str, outer: str) -> None:
    assert bend(inner, effect) == outer


FRAME = """\
frames:
  - id: snap-up
    predicate: procures
    example: Poland gobbled F-35 jets.
    confidence: 0.9
    trigger: {verb: [gobble]}
    subject: [subj]
    object: [obj]
"""


def test_a_users_file_adds_a_way_to_say_something(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(FRAME, "utf-8")
    case = CASES[0]
    words = case.words
    case = type(case)(case.name, case.text, [list(w) for w in words], case.marks)
    case.words[1][5] = "gobble"
    doc = case.doc()
    assert not [c for c in frames.find(doc, case.mentions(doc)) if c.predicate == "procures"]
    found = frames.find(doc, case.mentions(doc), frames=frame_data.load(file))
    assert [c.object for c in found if c.predicate == "procures"] == [EntityRef("f-35")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("trigger: {verb: [gobble]}", "trigger: {}", "line 6"),
        ("subject: [subj]", "subject: [subj>]", "line 7.*no step of a path"),
        ("object: [obj]", "object: ['obj=@nothing']", "line 8.*no list `nothing`"),
        ("id: snap-up", "id: buy", "line 2.*taken"),
        ("frames:", "frames: [", "not YAML"),
        ("confidence: 0.9", "confidence: 9", "line 5"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(FRAME.replace(old, new, 1), "utf-8")
    with pytest.raises(CatalogueError, match=rf"wrong\.yaml.*{message}"):
        frame_data.load(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        frame_data.load(tmp_path / "none.yaml")
