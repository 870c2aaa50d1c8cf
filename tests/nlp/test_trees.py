"""Maximum spanning trees: always a tree with one root, and the best one."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.trees import decode


def is_tree(heads: list[int]) -> bool:
    """One root, and every word reaches it."""
    if heads.count(0) != 1:
        return False
    for start in range(1, len(heads) + 1):
        node, steps = start, 0
        while node and steps <= len(heads):
            node, steps = heads[node - 1], steps + 1
        if node:
            return False
    return True


def total(scores: np.ndarray, heads: tuple[int, ...] | list[int]) -> float:
    """The score of a tree."""
    return float(sum(scores[i, h] for i, h in enumerate(heads)))


@st.composite
def tables(draw: st.DrawFn, most: int = 5) -> np.ndarray:
    """Arc scores of a sentence."""
    size = draw(st.integers(1, most))
    values = draw(
        st.lists(st.integers(-50, 50), min_size=size * (size + 1), max_size=size * (size + 1))
    )
    return np.array(values, dtype=np.float32).reshape(size, size + 1)


@given(tables())
def test_the_best_tree_is_found(scores: np.ndarray) -> None:
    heads = decode(scores)
    size = len(heads)
    assert is_tree(heads)
    trees = (t for t in itertools.product(range(size + 1), repeat=size) if is_tree(list(t)))
    assert total(scores, heads) == max(total(scores, t) for t in trees)


@given(tables(most=40))
def test_long_sentences_are_trees(scores: np.ndarray) -> None:
    assert is_tree(decode(scores))


def test_no_words_no_heads() -> None:
    assert decode(np.zeros((0, 1), dtype=np.float32)) == []
