"""The table of formats, and that the documentation has them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError
from kg.exports.formats import FORMATS, by_extension, format_of

DOCS = (Path(__file__).parent.parent.parent / "docs" / "exports.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_documented(form: str) -> None:
    made, lost = DOCS.split("## What a format cannot hold")
    assert f"`{form}`" in made
    assert f"`{form}`" in lost.split("## RDF")[0]
    assert format_of(form).name == form


def test_a_name_that_is_no_format() -> None:
    with pytest.raises(InputError, match="'xls' is no format: take one of turtle, trig"):
        format_of("xls")


@pytest.mark.parametrize(("file", "form"), [
    ("a.ttl", "turtle"), ("A.NQ", "nquads"), ("a.b.gexf", "gexf"), ("a.zip", None), ("a", None),
    ("ttl", None), ("", None),
])  # fmt: skip
def test_what_a_name_shows(file: str, form: str | None) -> None:
    found = by_extension(file)
    assert (found.name if found else None) == form


def test_there_is_one_kind_of_each() -> None:
    assert len(FORMATS) == 14
    assert {each.kind for each in FORMATS.values()} == {"rdf", "network", "table"}
