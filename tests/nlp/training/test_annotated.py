"""Our own training texts: the format, its errors with their lines, and the texts that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import CatalogueError
from kg.nlp.training import annotated
from kg.nlp.training.gold import GoldDocument

HEAD = """---
title: Sofia signs for Strykers
date: 2023-12-14
---
Country: Bulgaria | Sofia
Equipment: Stryker | Strykers
Person: Todor Tagarev
---
"""
TEXT = """Bulgaria signed on Thursday for 183 Strykers.
> Bulgaria | procures | Stryker | planned | quantity=183 | date=on Thursday @ 2023-12-14

Todor Tagarev is its minister.
> Todor Tagarev | holdsPosition | minister | of=Bulgaria | optional
"""


def parse(tmp_path: Path, text: str, head: str = HEAD) -> GoldDocument:
    path = tmp_path / "one.txt"
    path.write_text(head + text, encoding="utf-8")
    return annotated.parse(path)


def test_a_text(tmp_path: Path) -> None:
    document = parse(tmp_path, TEXT)
    assert document.text == (
        "Bulgaria signed on Thursday for 183 Strykers.\n\nTodor Tagarev is its minister.\n"
    )
    assert document.raw["statements"] == [
        {
            "subject": "Bulgaria",
            "predicate": "procures",
            "object": "Stryker",
            "modality": "planned",
            "qualifiers": {
                "quantity": 183.0,
                "date": {"text": "on Thursday", "iso": "2023-12-14"},
            },
            "sentence": 1,
            "optional": False,
        },
        {
            "subject": "Todor Tagarev",
            "predicate": "holdsPosition",
            "object": "minister",
            "modality": "asserted",
            "qualifiers": {"of": "Bulgaria"},
            "sentence": 2,
            "optional": True,
        },
    ]
    assert [document.text[m.start : m.end] for m in document.mentions][:2] == [
        "Bulgaria",
        "Strykers",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A.\n> Bulgaria | procures\n", "one.txt:10: write '> subject | predicate | object'"),
        ("A.\n> Bulgaria | buys | Stryker\n", "one.txt:10: unknown predicate 'buys'"),
        ("A.\n> Serbia | procures | Stryker\n", "one.txt:10: 'Serbia' is no entity of this file"),
        (
            "A.\n> Stryker | procures | Bulgaria\n",
            "one.txt:10: Equipment procures Country does not fit the ontology",
        ),
        (
            "A.\n> Bulgaria | procures | Gripen\n",
            "one.txt:10: 'Gripen' is no entity of this file, and procures takes no text",
        ),
        ("A.\n> Bulgaria | procures | Stryker | maybe\n", "one.txt:10: 'maybe' is neither"),
        (
            "A.\n> Bulgaria | procures | Stryker | quantity=many\n",
            "one.txt:10: quantity=many: write a number",
        ),
        (
            "A.\n> Bulgaria | procures | Stryker | value=9m\n",
            "one.txt:10: value=9m: write it as 9200000 EUR",
        ),
        (
            "A.\n> Bulgaria | procures | Stryker | date=then @ 12/2023\n",
            "one.txt:10: '12/2023' is no EDTF date",
        ),
        (
            "A.\n> Bulgaria | procures | Stryker\n> Bulgaria | procures | Stryker\n",
            "one.txt:11: says the same as line 10",
        ),
        ("Strykers.\n", "one.txt:1: no form of 'Bulgaria' stands in the text"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse(tmp_path, text)
    assert message in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.txt: .*name a text file in UTF-8"):
        annotated.parse(tmp_path / "none.txt")
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Télécom".encode("latin-1"))
    with pytest.raises(CatalogueError, match=r"latin\.txt: .*name a text file in UTF-8"):
        annotated.parse(latin)


def test_bad_front_matter(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse(tmp_path, TEXT, HEAD.replace("2023-12-14", "Thursday").replace("title", "head"))
    assert "one.txt:2: unknown field 'head'" in str(caught.value)
    assert "date 'Thursday': write YYYY-MM-DD" in str(caught.value)


def test_every_text_that_ships_is_well_formed() -> None:
    documents = annotated.read()
    assert len(documents) == len(list(annotated.DOCUMENTS.glob("*.txt"))) > 200
    statements = [s for d in documents for s in d.raw["statements"]]
    assert len(statements) > 6_000
    assert {s["modality"] for s in statements} == {"asserted", "planned", "possible", "denied"}
