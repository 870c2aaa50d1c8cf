"""Ids and names of nodes that are no entities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analyse.values import amount_id, amount_name, described, is_entity, title_id


@given(st.text())
def test_an_id_holds_any_text(text: str) -> None:
    id_ = title_id(text)
    assert id_.isprintable()
    assert described(id_) == ("text", "Title", text)
    assert not is_entity(id_)


@pytest.mark.parametrize(
    ("amount", "id_", "name"),
    [
        (1.5e9, "amount/NOK/1500000000", "1,500,000,000 NOK"),
        (0.5, "amount/NOK/0.50", "0.50 NOK"),
        (1234.5678, "amount/NOK/1234.57", "1,234.57 NOK"),
        (100, "amount/NOK/100", "100 NOK"),
    ],
)
def test_sums(amount: float, id_: str, name: str) -> None:
    assert (amount_id(amount, "NOK"), amount_name(amount, "NOK")) == (id_, name)
    assert described(id_) == ("amount", "Amount", name)
    assert not is_entity(id_)


def test_entities_are_none() -> None:
    assert is_entity("country/japan")
