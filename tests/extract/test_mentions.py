"""Names found by the catalogue and the patterns: tokens only, no model."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Span as Ent

from kg.extract.candidates import Candidate
from kg.extract.mentions import find
from kg.extract.name_conflicts import judge, settle
from ontology.catalogue import load

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "mentions.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_the_cases_are_all_there() -> None:
    assert len(CASES) == 28


@pytest.mark.parametrize(("text", "expected", "note"), CASES)
def test_names(text: str, expected: str, note: str) -> None:
    found = find(spacy.blank("en")(text), catalogue=load())
    shown = "; ".join(f"{text[s.start : s.end]}|{s.type}" for s in found)
    assert (shown or "-") == expected, note
    assert all(s.reason and 0 < s.score <= 1 for s in found)


@pytest.mark.parametrize(
    ("words", "ents", "expected"),
    [
        ("Noble Partner began", [(0, 1, "Exercise"), (1, 2, "Exercise")], "Noble Partner|Exercise"),
        ("the Zork of", [(0, 3, "Company")], "Zork|Company"),
        ("President Zork Blim", [(0, 3, "Person")], "Zork Blim|Person"),
        ("he left", [(0, 1, "Person")], "-"),
        ("3 left", [(0, 1, "Equipment")], "-"),
        ("Nordic allies", [(0, 1, "Country")], "-"),
        ("for Zork Blim", [(1, 2, "Exercise"), (2, 3, "Company")], "Zork Blim|Company"),
        (
            "maker Zork Blim",
            [(1, 2, "Company"), (2, 3, "Equipment")],
            "Zork|Company; Blim|Equipment",
        ),
        ("by Blim Turkey", [(1, 2, "Person"), (2, 3, "Country")], "Blim|Person; Turkey|Country"),
        ("met To Lam", [(1, 3, "Person")], "To Lam|Person"),
        ("the Spike LR2 type", [(1, 4, "Equipment")], "Spike LR2|Equipment"),
        ("met Moon Jae-in", [(1, 5, "Person")], "Moon Jae-in|Person"),
        ("a 4x4 truck", [(1, 2, "Equipment")], "-"),
        ("World War II ended", [(2, 3, "Exercise")], "-"),
        ("a foreign air force", [(1, 4, "ArmedForce")], "-"),
        ("the ministry said", [(1, 2, "GovernmentBody")], "ministry|GovernmentBody"),
        ("met Kim Jong-un", [(1, 3, "Person")], "Kim Jong-un|Person"),
        ("met Jae-myung Lee", [(3, 5, "Person")], "Jae-myung Lee|Person"),
        ("the Trump-backed plan", [(1, 2, "Person")], "Trump|Person"),
        (
            "Orbán Viktor met Donald Tusk",
            [(0, 5, "Person")],
            "Orbán Viktor|Person; Donald Tusk|Person",
        ),
        ("met Ursula von der Leyen", [(1, 5, "Person")], "Ursula von der Leyen|Person"),
        ("met King Salman", [(1, 2, "Person"), (2, 3, "Country")], "King Salman|Person"),
        ("met Nakatani Gen", [(1, 2, "Person"), (2, 3, "Equipment")], "Nakatani Gen|Person"),
        ("Saddam Z9 flew", [(0, 1, "Person"), (1, 2, "Equipment")], "Saddam Z9|Equipment"),
        (
            "In Zorkville Blim builds",
            [(1, 2, "Place"), (2, 3, "Company")],
            "Zorkville|Place; Blim|Company",
        ),
        ("QEAF F-15QA jets", [(0, 2, "Equipment")], "QEAF|ArmedForce; F-15QA|Equipment"),
        ("RAF F-35Bs flew", [(0, 2, "Company")], "RAF|ArmedForce; F-35Bs|Equipment"),
        (
            "a medium-altitude long-endurance zork drone",
            [(6, 9, "EquipmentCategory")],
            "medium-altitude long-endurance zork drone|EquipmentCategory",
        ),
        ("eight ageing MiG-29s flew", [(1, 3, "Equipment")], "MiG-29s|Equipment"),
        ("its ageing jets", [(1, 2, "EquipmentCategory")], "-"),
        ("RAF Fairford opened", [(0, 2, "Place")], "RAF Fairford|Place"),
    ],
)
def test_the_models_names_are_mended(
    words: str, ents: list[tuple[int, int, str]], expected: str
) -> None:
    doc = spacy.blank("en")(words)
    doc.ents = [Ent(doc, i, j, label) for i, j, label in ents]
    found = find(doc, catalogue=load())
    shown = "; ".join(f"{words[s.start : s.end]}|{s.type}" for s in found if "model" in s.reason)
    assert (shown or "-") == expected


@pytest.mark.parametrize(
    ("words", "ents", "expected"),
    [
        ("Russian forces met Guler", [(3, 4, "Person")], "Russian|Country; Guler|Person"),
        ("Russian forces attacked", [(0, 2, "ArmedForce")], "Russian forces|ArmedForce"),
        ("Russian forces attacked", [(0, 1, "ArmedForce")], "Russian forces|ArmedForce"),
        (
            "Russian ground forces met Guler",
            [(4, 5, "Person")],
            "Russian ground forces|ArmedForce; Guler|Person",
        ),
        ("the Gulf tour of Guler", [(4, 5, "Person")], "Guler|Person"),
        ("in the Gulf", [(2, 3, "Place")], "Gulf|Place"),
    ],
)
def test_what_only_the_language_model_may_name(
    words: str, ents: list[tuple[int, int, str]], expected: str
) -> None:
    doc = spacy.blank("en")(words)
    doc.ents = [Ent(doc, i, j, label) for i, j, label in ents]
    found = find(doc, catalogue=load())
    shown = "; ".join(f"{words[s.start : s.end]}|{s.type}" for s in found)
    assert shown == expected


def _candidate(i: int, j: int, type_: str, *, source: str = "model") -> Candidate:
    return Candidate(i=i, j=j, type=type_, score=0.9, source=source, reason=source)


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        (_candidate(0, 3, "ArmedForce"), _candidate(1, 2, "Country"), "ArmedForce"),
        (_candidate(0, 2, "Equipment"), _candidate(0, 1, "Company"), "Company"),
        (_candidate(0, 2, "Equipment"), _candidate(0, 1, "Country"), "Country"),
        (_candidate(0, 2, "Person"), _candidate(0, 1, "Country"), "Person"),
        (_candidate(0, 1, "Place"), _candidate(0, 1, "Company", source="catalogue"), "Company"),
    ],
)
def test_rules_of_conflict(one: Candidate, other: Candidate, winner: str) -> None:
    verdict = judge(one, other)
    assert verdict.winner.type == winner
    assert verdict.reason
    assert judge(other, one).winner == verdict.winner
    kept = settle([one, other])
    assert settle([other, one]) == kept
