"""Each missed and each wrong statement gets the cause that it has; documents are built by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.errors import MISSED, WRONG, Case, Causes, band, main, tables
from kg.documents import Mention
from kg.evaluate import View
from kg.extract.records import Claim
from kg.extract.trace import Dropped
from kg.statements import Amount, EntityRef

TEXT = "Japan may buy the Anka. Ankara sells it. Baykar waits."
GOLD = [
    {"name": "Japan", "type": "Country", "aliases": []},
    {"name": "Turkey", "type": "Country", "aliases": ["Ankara"]},
    {"name": "Anka", "type": "Equipment", "aliases": []},
    {"name": "Baykar", "type": "Company", "aliases": []},
    {"name": "Kaan", "type": "Equipment", "aliases": []},
]
FOUND = [
    {"id": "country/japan", "name": "Japan", "type": "Country", "aliases": []},
    {"id": "equipment/anka", "name": "Anka", "type": "Equipment", "aliases": []},
    {"id": "person/baykar", "name": "Baykar", "type": "Person", "aliases": []},
    {"id": "place/ankara", "name": "Ankara", "type": "Place", "aliases": []},
]


def mention(text: str, sentence: int, entity: str, type_: str) -> Mention:
    start = TEXT.index(text)
    return Mention(start=start, end=start + len(text), type=type_, sentence=sentence, entity=entity)


MENTIONS = (
    mention("Japan", 1, "country/japan", "Country"),
    mention("Anka", 1, "equipment/anka", "Equipment"),
    mention("Ankara", 2, "place/ankara", "Place"),
    mention("Baykar", 3, "person/baykar", "Person"),
)


def said(subject: str, predicate: str, target: object, sentence: int = 1) -> dict[str, Any]:
    return {
        "subject": subject,
        "predicate": predicate,
        "object": target,
        "modality": "asserted",
        "sentence": sentence,
        "extractor": "model 1",
    }


def claim(confidence: float) -> Claim:
    return Claim(
        subject="country/japan", predicate="procures", object=EntityRef("equipment/anka"),
        sentence=1, confidence=confidence, extractor="model 1",
    )  # fmt: skip


def case(
    gold: list[dict[str, Any]],
    found: list[dict[str, Any]],
    *,
    entities: list[dict[str, Any]] = FOUND,
    claims: tuple[Claim, ...] = (),
    dropped: tuple[Dropped, ...] = (),
) -> Case:
    return Case(
        gold=View({"entities": GOLD, "statements": gold}),
        found=View({"entities": entities, "statements": found}),
        printed=entities,
        mentions=MENTIONS,
        text=TEXT,
        posts=["Defense Minister"],
        sums=[Amount(5.0, "USD")],
        claims=claims,
        dropped=dropped,
    )


BUYS = said("Japan", "procures", "Anka")
MERGED = [{"id": "country/japan", "name": "Japan", "type": "Country", "aliases": ["Turkey"]}]


def only(counter: Any) -> str:
    [(cause, number)] = [(k, v) for k, v in counter.items() if v]
    assert number == 1
    return str(cause)


@pytest.mark.parametrize(
    ("gold", "found", "more", "cause"),
    [
        (said("Japan", "procures", "Kaan"), [], {}, "not found"),
        (said("Japan", "hasDefenceBudget", {"amount": 7, "currency": "USD"}), [], {}, "not found"),
        (said("Japan", "holdsPosition", "Admiral"), [], {}, "not found"),
        (said("Turkey", "supplies", "Japan", 2), [], {}, "type"),
        (said("Baykar", "subsidiaryOf", "Japan", 3), [], {}, "type"),
        (said("Japan", "cooperatesWith", "Turkey"), [], {"entities": MERGED}, "merged"),
        (BUYS, [said("equipment/anka", "procures", "country/japan")], {}, "reversed"),
        (BUYS, [said("country/japan", "evaluates", "equipment/anka")], {}, "predicate"),
        (BUYS, [], {"dropped": (Dropped(claim(0.9), "reversed", "why"),)}, "dropped"),
        (BUYS, [], {"claims": (claim(0.5),)}, "model"),
        (said("Japan", "hasDefenceBudget", {"amount": 5, "currency": "USD"}, 2), [], {}, "across"),
    ],
)
def test_missed(
    gold: dict[str, Any], found: list[dict[str, Any]], more: dict[str, Any], cause: str
) -> None:
    causes = Causes()
    causes.add("a", case([gold], found, **more))
    assert only(causes.missed) == cause
    assert cause in MISSED
    assert causes.listed[0][:2] == ("a", f"missed: {cause}")


def test_a_name_that_means_another_here_is_linked_elsewhere() -> None:
    other = {"id": "equipment/anka-3", "name": "Anka", "type": "Equipment", "aliases": []}
    entities: list[dict[str, Any]] = [e for e in FOUND if e["id"] != "equipment/anka"] + [other]
    causes = Causes()
    causes.add("a", case([BUYS], [], entities=entities))
    assert only(causes.missed) == "linked elsewhere"


@pytest.mark.parametrize(
    ("gold", "found", "cause"),
    [
        (BUYS, said("equipment/anka", "procures", "country/japan"), "reversed"),
        (BUYS, said("country/japan", "evaluates", "equipment/anka"), "predicate"),
        (BUYS, said("country/japan", "procures", "person/baykar"), "object"),
        (BUYS, said("person/baykar", "procures", "equipment/anka"), "subject"),
        (BUYS, said("person/baykar", "visits", "country/japan"), "not said"),
        (BUYS, said("person/baykar", "visits", "place/ankara"), "entity"),
    ],
)
def test_wrong(gold: dict[str, Any], found: dict[str, Any], cause: str) -> None:
    fewer = [e for e in GOLD if e["name"] != "Turkey"]
    built = case([gold], [found])
    built = Case(
        **{k: getattr(built, k) for k in Case.__slots__}
        | {"gold": View({"entities": fewer, "statements": [gold]})}
    )
    causes = Causes()
    causes.add("a", built)
    assert only(causes.wrong) == cause
    assert cause in WRONG
    assert causes.sources[cause, "model"] == 1


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0.0, "under 0.05"),
        (0.05, "0.05 to 0.2"),
        (0.39, "0.2 to 0.4"),
        (0.6, "from 0.6"),
        (1.0, "from 0.6"),
    ],
)
def test_bands(value: float, name: str) -> None:
    assert band(value) == name


def test_the_band_of_a_missed_statement() -> None:
    causes = Causes()
    causes.add("a", case([BUYS], [], claims=(claim(0.5), claim(0.1))))
    assert dict(causes.bands) == {("model", "0.4 to 0.6"): 1}


def test_predicates_taken_for_others_and_tables() -> None:
    causes = Causes()
    causes.add("a", case([BUYS], [said("country/japan", "evaluates", "equipment/anka")]))
    assert dict(causes.confusion) == {("procures", "evaluates"): 1}
    for headings, rows in tables(causes).values():
        assert all(len(row) == len(headings) for row in rows)


def test_a_folder_from_outside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("Poland has bought the Bayraktar TB2.")
    entities = [
        {"name": "Poland", "type": "Country", "aliases": []},
        {"name": "Bayraktar TB2", "type": "Equipment", "aliases": []},
    ]
    statements = [
        said("Poland", "procures", "Bayraktar TB2"),
        said("Poland", "tests", "Bayraktar TB2"),
    ]
    (tmp_path / "a.json").write_text(json.dumps({"entities": entities, "statements": statements}))
    assert main([str(tmp_path), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["figures"]["statement_r"] == 0.5
    assert sum(row["number"] for row in found["missed statements"]) == 1
    assert main([str(tmp_path), "--list", "all"]) == 0
    assert "a: missed: model: Poland tests Bayraktar TB2" in capsys.readouterr().out
