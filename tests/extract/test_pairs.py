"""`kg.extract.pairs` on trees built by hand: which pairs there are, and their numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.documents import Mention
from kg.extract import model
from kg.extract.nodes import TYPES, Node
from kg.extract.pairs import (
    DISTANCES,
    FAR,
    PATHS,
    Pair,
    Tree,
    candidates,
    distance,
    filler_rows,
    fillers,
    gap,
    table,
)

# Japan and Kuwait test drones in Oman . They like them .
WORDS = ["Japan", "and", "Kuwait", "test", "drones", "in", "Oman", ".", "They", "like", "them", "."]
HEADS = [3, 2, 0, 3, 3, 6, 3, 3, 9, 9, 9, 9]
NUMBERS = [1] * 8 + [2] * 4


def _doc() -> Doc:
    deps = ["dep" if head != i else "ROOT" for i, head in enumerate(HEADS)]
    return Doc(Vocab(), words=WORDS, heads=HEADS, deps=deps)


def _node(start: int, type_: str, key: str, *, end: int | None = None) -> Node:
    source = Mention(start=start, end=start + 1, type=type_, sentence=NUMBERS[start], entity=key)
    stop = start + 1 if end is None else end
    parent = HEADS[start]
    return Node(start, stop, start, parent, NUMBERS[start], type_, "name", key, source)


NODES = [
    _node(0, "Country", "japan"),
    _node(2, "Country", "kuwait"),
    _node(4, "EquipmentCategory", "drone"),
    _node(6, "Place", "oman"),
    _node(10, "EquipmentCategory", "drone"),
]


def _always(_a: str, _b: str) -> bool:
    return True


def test_pairs_of_a_sentence_and_of_what_stands_before_it() -> None:
    pairs = candidates(NODES, 2, _always)
    first = [(p.a, p.b) for p in pairs if p.sentence == 1]
    assert first == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    second = [(p.a, p.b) for p in pairs if p.sentence == 2]
    assert second == [(0, 4), (1, 4), (3, 4), (0, 1), (0, 3), (1, 3)]
    some = candidates(NODES, 2, lambda a, b: (a, b) == ("Country", "EquipmentCategory"))
    assert [(p.a, p.b, p.sentence) for p in some] == [(0, 2, 1), (1, 2, 1), (0, 4, 2), (1, 4, 2)]


def test_of_two_mentions_the_nearer_one_is_taken() -> None:
    near = [_node(0, "Country", "japan"), _node(2, "Country", "japan"), _node(4, "Topic", "drone")]
    assert candidates(near, 1, _always) == [Pair(1, 2, 1)]


def test_numbers_of_a_pair() -> None:
    rows = table(list(NODES), [Pair(1, 3, 1), Pair(0, 4, 2)], tree=Tree(_doc()), numbers=NUMBERS)
    # common ancestor, distance, path, sentences from both, words between
    assert rows.pair.tolist() == [
        [1, 3, 1, 3, 3, 3, 0, 0, 3, 6],
        [0, 4, 2, 9, distance(9), PATHS - 1, 1, 0, 1, 10],
    ]
    assert rows.node[3].tolist() == [6, 6, 6, 3, TYPES.index("Place"), 0]


def test_numbers_of_a_qualifier() -> None:
    rows = table(list(NODES), [Pair(0, 2, 1), Pair(0, 4, 2)], tree=Tree(_doc()), numbers=NUMBERS)
    assert fillers(rows, rows.pairs[0]) == [1, 3]
    found = filler_rows(rows, [(0, 5, 1), (0, 5, 3), (1, 7, 1)])
    assert found.tolist() == [
        [0, 5, 1, 2, 1, 1, 1, 0],
        [0, 5, 3, 1, 5, 1, 2, 0],
        [1, 7, 1, PATHS - 1, 1, 7, 1, 1],
    ]


def test_no_pairs_and_no_qualifiers() -> None:
    rows = table(list(NODES), [], tree=Tree(_doc()), numbers=NUMBERS)
    assert rows.pair.shape == (0, 10)
    assert filler_rows(rows, []).shape == (0, 8)


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 9)), min_size=2, max_size=6))
def test_distances_follow_their_definition(places: list[tuple[int, int]]) -> None:
    numbers = [1] * 5010
    tree = Tree(Doc(Vocab(), words=["x"]))
    nodes = [
        Node(start, start + size, 0, 0, 1, "Place", "name", str(start), NODES[0].source)
        for start, size in sorted(places)
    ]
    pairs = [Pair(i, i + 1, 1) for i in range(len(nodes) - 1)]
    rows = table(nodes, pairs, tree=tree, numbers=numbers)
    wanted = [distance(gap(nodes[p.a], nodes[p.b])) for p in pairs]
    assert rows.pair[:, 4].tolist() == wanted
    assert all(0 <= w < DISTANCES for w in wanted)
    assert (rows.pair[:, 6:8] <= FAR).all()


@given(st.lists(st.integers(1, 400), max_size=12))
def test_runs_are_whole_sentences_and_lose_nothing(sizes: list[int]) -> None:
    pairs = [Pair(i, i + 1, k) for k, size in enumerate(sizes, 1) for i in range(size)]
    parts = [pairs[run] for run in model._runs(pairs)]
    assert [p for part in parts for p in part] == pairs
    seen = [{p.sentence for p in part} for part in parts]
    assert sum(len(s) for s in seen) == len(set().union(*seen))
    assert all(len(s) == 1 or len(part) <= model._MOST for s, part in zip(seen, parts, strict=True))
