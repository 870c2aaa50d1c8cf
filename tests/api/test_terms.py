"""Escaping: whatever the text, the engine reads back the same text and nothing more."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import terms
from kg.errors import QueryError

STORE = pyoxigraph.Store()
NASTY = st.text(st.sampled_from("\"'\\<>{}#\n\r\t\b\f\0u00 27?.é😀"), max_size=30)


def read_back(term: str) -> pyoxigraph.NamedNode | pyoxigraph.Literal:
    """The one term that the engine sees."""
    result = STORE.query(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}")
    assert isinstance(result, pyoxigraph.QuerySolutions)
    [row] = list(result)
    value = row["x"]
    assert isinstance(value, pyoxigraph.NamedNode | pyoxigraph.Literal)
    return value


@given(text=st.text() | NASTY)
def test_strings_come_back(text: str) -> None:
    assert read_back(terms.string(text)) == pyoxigraph.Literal(text)


@given(text=st.text() | NASTY)
def test_iris_come_back_or_are_refused(text: str) -> None:
    iri = "https://w3id.org/entente/entity/" + text
    try:
        term = terms.iri(iri)
    except QueryError:
        return
    try:
        value = read_back(term)
    except SyntaxError:
        return  # the engine is stricter about characters, which is safe too
    assert value == pyoxigraph.NamedNode(iri)


@pytest.mark.parametrize("text", ["", "a", "/a", "http://a b", "x:>", "x:\\u003e", "x:\n", "1:a"])
def test_no_iris(text: str) -> None:
    with pytest.raises(QueryError):
        terms.iri(text)


def test_half_a_surrogate_pair() -> None:
    for make in (terms.string, terms.iri):
        with pytest.raises(QueryError):
            make("x:\ud800")
