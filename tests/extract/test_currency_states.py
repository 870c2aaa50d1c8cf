"""A sum in a national currency tells whose budget it is, where the text names the state."""

from __future__ import annotations

import pytest

from kg.documents import Document, Mention
from kg.extract.currency_states import CurrencyStates
from kg.pipeline import Pipeline


def named(entity: str, start: int) -> Mention:
    return Mention(start=start, end=start + 5, type="Country", sentence=1, entity=entity)


POLAND = [named("country/poland", 0), named("country/poland", 40), named("country/poland", 90)]


def test_the_last_mention_before() -> None:
    assert CurrencyStates(POLAND).owner("PLN", 60) == POLAND[1]


def test_the_first_one_where_none_is_before() -> None:
    assert CurrencyStates(POLAND[1:]).owner("PLN", 3) == POLAND[1]


@pytest.mark.parametrize("currency", ["USD", "EUR", "SEK", "XAF", "no code"])
def test_nobody(currency: str) -> None:
    assert CurrencyStates([*POLAND, named("country/united-states", 70)]).owner(currency, 99) is None


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("Poland arms. The defence budget for 2025 stands at 186 billion zlotys.", "poland"),
        ("Norway arms. This year's budget earmarks 110 billion kroner for defence.", "norway"),
        ("Poland arms. Lithuania's defence budget is 186 billion zlotys.", "lithuania"),
    ],
)
def test_in_a_text(text: str, whose: str) -> None:
    found = Pipeline().extract(Document(text=text, date="2025-06-01")).evidence
    budgets = [e.statement.subject for e in found if e.statement.predicate == "hasDefenceBudget"]
    assert budgets == [f"country/{whose}"]
