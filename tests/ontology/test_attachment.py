"""The tables that weigh candidates for qualifiers: what comes with the project, and wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import CatalogueError
from ontology import attachment
from ontology.attachment import TABLE, WEIGHTS

WRONG_TABLES = [
    ("  supplies: [equipment", "  supplise: [equipment", "unknown key `supplise`"),
    ("  value: [money]", "  value: [monny]", "`monny` is neither a type nor a kind of value"),
    ("beyond: [of]", "beyond: [off]", "the role `off` is missing under `decisions`"),
    ("  visits: [date]", "  visits: [when]", "the role `when` is missing under `fillers`"),
    ("  date: {add: 0.5", "  date: {add: much", "`add` is a score such as 0.4"),
    ("  date: {add: 0.5, ", "  date: {", "a decision has exactly the keys"),
    ("frames: false", "frames: perhaps", "`frames` is true or false"),
]
WRONG_WEIGHTS = [
    ("role,fact,weight", "role,weight", "line 1: the columns are role, fact, weight"),
    ("date,,", "when,,", "expected a known role, a fact and a weight"),
    ("date,,", "date,none,", "date has no row with an empty fact"),
    ("date,,-", "date,,x", "is no number"),
]


def test_what_comes_with_the_project() -> None:
    table = attachment.load()
    assert set(table.fillers) == set(table.decisions) == set(table.weights)
    assert table.beyond == {"of"}


def test_every_role_of_the_table_has_weights_for_its_predicates() -> None:
    table = attachment.load()
    assert {role for roles in table.takes.values() for role in roles} == set(table.weights)


@pytest.mark.parametrize(("old", "new", "message"), WRONG_TABLES)
def test_a_wrong_table_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = TABLE.read_text("utf-8")
    assert old in text
    file = tmp_path / "own.yaml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CatalogueError, match=r"own\.yaml, line \d+: ") as caught:
        attachment.load(table=file)
    assert message in str(caught.value)


@pytest.mark.parametrize(("old", "new", "message"), WRONG_WEIGHTS)
def test_wrong_weights_are_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = WEIGHTS.read_text("utf-8")
    assert old in text
    file = tmp_path / "own.csv"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CatalogueError, match=r"own\.csv, line \d+: ") as caught:
        attachment.load(weights=file)
    assert message in str(caught.value)
