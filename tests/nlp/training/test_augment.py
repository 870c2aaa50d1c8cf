"""Other names in a training text: which words change, and what stays as it was."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.training import augment
from kg.nlp.training.corpora import Encoded, Window

TOKENS = ["Japan", "bought", "Ankas", "and", "Japan", "left"]
TAGS = ["PROPN", "VERB", "PROPN", "CCONJ", "PROPN", "VERB"]
LABELS = ["B-Country", "O", "B-Equipment", "O", "B-Country", "O"]


def encoded() -> Encoded:
    window = Window(list(TOKENS), [True] * 6)
    window.mentions = list(LABELS)
    ids = [101, 10, 20, 30, 31, 40, 10, 50, 102]
    word = [-1, 0, 1, 2, 2, 3, 4, 5, -1]
    return Encoded(ids, [7, 1, 2, 3, 3, 2, 1, 2, 7], word, window)


SOURCE: augment.Pools = {
    ("Country", "PROPN"): [((77, 78, 79), 1)],
    ("Equipment", "PROPN"): [((90,), 4)],
}


def test_names_are_exchanged_alike_and_the_rest_stays() -> None:
    (one,) = augment.renamed([encoded()], [TAGS], SOURCE, random.Random(1), share=1.0)
    assert augment.words_of(one) == [
        ((77, 78, 79), 1),
        ((20,), 2),
        ((90,), 4),
        ((40,), 2),
        ((77, 78, 79), 1),
        ((50,), 2),
    ]
    assert one.word == [-1, 0, 0, 0, 1, 2, 3, 4, 4, 4, 5, -1]
    assert (one.ids[0], one.ids[-1]) == (101, 102)
    assert one.window.tokens == TOKENS


def test_pools_hold_names_only() -> None:
    assert augment.pools([(encoded(), TAGS)]) == {
        ("Country", "PROPN"): [((10,), 1)],
        ("Equipment", "PROPN"): [((30, 31), 3)],
    }


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_the_number_of_words_never_changes(seed: int, share: float) -> None:
    (one,) = augment.renamed([encoded()], [TAGS], SOURCE, random.Random(seed), share=share)
    words = augment.words_of(one)
    assert len(words) == len(TOKENS)
    assert words[0] == words[4]
    assert [words[i] for i in (1, 3, 5)] == [((20,), 2), ((40,), 2), ((50,), 2)]
    assert len(one.ids) == len(one.shapes) == len(one.word)
