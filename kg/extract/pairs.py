"""Pairs of nodes that a sentence may relate, as the numbers that the relation model reads.

For each sentence every two entities (titles, sums) of which at least one stands in it are a pair;
the other, or nearer by both, may come from the sentences before, since the model judges what "the
company" or an unsaid subject refers to by itself. What the text speaks of most stays in view
throughout. An entity with several mentions takes part with the one that stands nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from kg.extract.nodes import KINDS, TYPES, Node

BEFORE = 3  # sentences looked back
UNSAID = 2  # sentences looked back where a sentence names neither ("It will buy none of them.")
DISTANCES = 16
PATHS = 10
FAR = BEFORE + 1

ROLES = (
    "",
    "date",
    "period",
    "location",
    "topic",
    "equipment",
    "quantity",
    "value",
    "agreement",
    "exercise",
    "supplier",
    "destination",
    "of",
    "change",
    "attributedTo",
)
TOPICS = 5
_TOPICAL = frozenset({"Country", "ArmedForce", "GovernmentBody", "Company", "Person", "Equipment"})
_VALUES = frozenset(TYPES[TYPES.index("date") :])
_AGENTS = ("Country", "InternationalOrganization", "GovernmentBody", "ArmedForce", "Company")
# Which qualifiers a node of a type can fill, from the guide.
FILLS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "period"),
    "money": ("value",),
    "quantity": ("quantity",),
    "percent": ("change",),
    "Place": ("location", "destination"),
    "Topic": ("topic",),
    "EquipmentCategory": ("equipment", "topic"),
    "Equipment": ("equipment",),
    "Agreement": ("agreement",),
    "Exercise": ("exercise",),
    "Person": ("attributedTo", "supplier"),
    **dict.fromkeys(_AGENTS, ("supplier", "destination", "of", "attributedTo", "location")),
}
Ints = NDArray[np.int64]


class Pair(NamedTuple):
    """Two nodes, by index, in the order of the text, as candidates in one sentence."""

    a: int
    b: int
    sentence: int


@dataclass(slots=True)
class Table:
    """Everything the model needs to know of a document besides its word vectors.

    `node` has a row (first token, last token, root, parent, type, kind) for each node; `pair` a
    row (a, b, sentence, lowest common ancestor, distance, path length, sentences from a, from b,
    start and end of the words between); `token_sentence` the sentence of each token;
    `by_sentence` the nodes that may qualify a statement, by sentence.
    """

    nodes: list[Node]
    pairs: list[Pair]
    node: Ints
    pair: Ints
    token_sentence: Ints
    tree: Tree
    by_sentence: Mapping[int, list[int]]


class Tree:
    """Paths to the root, for common ancestors and path lengths."""

    def __init__(self, doc: Doc) -> None:
        self._heads = [t.head.i for t in doc]
        self._paths: dict[int, list[int]] = {}
        self._steps: dict[int, dict[int, int]] = {}
        self._met: dict[tuple[int, int], tuple[int, int]] = {}

    def path(self, token: int) -> list[int]:
        """The token, its head, the head's head … the root."""
        known = self._paths.get(token)
        if known is None:
            known = [token]
            while self._heads[known[-1]] != known[-1] and len(known) < 200:
                known.append(self._heads[known[-1]])
            self._paths[token] = known
        return known

    def meet(self, a: int, b: int) -> tuple[int, int]:
        """Lowest common ancestor and the number of arcs between; the nearer root if none."""
        known = self._met.get((a, b))
        if known is None:
            known = self._met[a, b] = self._meet(a, b)
        return known

    def _meet(self, a: int, b: int) -> tuple[int, int]:
        steps = self._steps.get(a)
        if steps is None:
            steps = self._steps[a] = {t: i for i, t in enumerate(self.path(a))}
        for j, t in enumerate(self.path(b)):
            if t in steps:
                return t, min(steps[t] + j, PATHS - 1)
        return self.path(b)[-1], PATHS - 1


def distance(tokens: int) -> int:
    """The class of a distance in tokens: exact up to 7, then by powers of two."""
    if tokens < 8:
        return max(tokens, 0)
    return min(DISTANCES - 1, 5 + int(np.log2(tokens)))


_CLASSES = np.array([distance(tokens) for tokens in range(2 ** (DISTANCES - 6) + 1)])


def _distances(a: Ints, b: Ints) -> Ints:
    """The classes of the gaps between the nodes of two tables' rows, row by row."""
    tokens = np.maximum(b[:, 0] - a[:, 1], a[:, 0] - b[:, 1]) - 1
    found: Ints = _CLASSES[tokens.clip(0, len(_CLASSES) - 1)]
    return found


def gap(a: Node, b: Node) -> int:
    """Tokens between two nodes; 0 where they touch or overlap."""
    return max(b.start - a.end, a.start - b.end, 0)


def candidates(
    nodes: Sequence[Node], sentences: int, fits: Callable[[str, str], bool]
) -> list[Pair]:
    """The pairs of each sentence whose types some predicate fits, either way round."""
    inside: dict[int, dict[str, list[int]]] = {}
    for i, n in enumerate(nodes):
        inside.setdefault(n.sentence, {}).setdefault(n.key, []).append(i)
    pairs: list[Pair] = []
    spoken: dict[str, int] = {}  # how often each entity was mentioned so far
    last: dict[str, int] = {}
    for k in range(1, sentences + 1):
        here = inside.get(k, {})
        earlier: dict[str, int] = {}
        for j in range(max(1, k - BEFORE), k):
            for key, found in inside.get(j, {}).items():
                if key not in here and nodes[found[-1]].type not in _VALUES:
                    earlier[key] = found[-1]
        ranked = sorted(last, key=lambda key: (-spoken[key], -last[key]))
        topics = [last[key] for key in ranked[:TOPICS] if key not in here]
        context = sorted({*earlier.values(), *topics})
        keys = list(here)
        for x, first in enumerate(keys):
            for second in keys[x + 1 :]:
                i, j = _nearest(nodes, here[first], here[second])
                _add(pairs, nodes, i, j, k, fits)
            for i in context:
                # What a mere context brings up must not be a title or a sum.
                _add(pairs, nodes, i, here[first][0], k, fits)
        close = [i for i in sorted(earlier.values()) if nodes[i].sentence >= k - UNSAID]
        for x, i in enumerate(close):
            for j in close[x + 1 :]:
                _add(pairs, nodes, i, j, k, fits)
        for key, found in here.items():
            if nodes[found[-1]].type in _TOPICAL:
                spoken[key] = spoken.get(key, 0) + len(found)
                last[key] = found[-1]
    return pairs


def _nearest(nodes: Sequence[Node], first: Sequence[int], second: Sequence[int]) -> tuple[int, int]:
    """Of the mentions of two entities the two that stand nearest, the earlier ones of equals."""
    if len(first) == len(second) == 1:
        return first[0], second[0]
    return min(
        ((i, j) for i in first for j in second),
        key=lambda ij: (gap(nodes[ij[0]], nodes[ij[1]]), ij),
    )


def _add(
    pairs: list[Pair],
    nodes: Sequence[Node],
    i: int,
    j: int,
    sentence: int,
    fits: Callable[[str, str], bool],
) -> None:
    a, b = (i, j) if (nodes[i].start, i) <= (nodes[j].start, j) else (j, i)
    if fits(nodes[a].type, nodes[b].type) or fits(nodes[b].type, nodes[a].type):
        pairs.append(Pair(a, b, sentence))


def table(nodes: list[Node], pairs: list[Pair], *, tree: Tree, numbers: Sequence[int]) -> Table:
    """The arrays for nodes and pairs of a document, given the sentence of each token."""
    node = np.zeros((len(nodes), 6), dtype=np.int64)
    for i, n in enumerate(nodes):
        node[i] = (n.start, n.end - 1, n.root, n.parent, TYPES.index(n.type), KINDS.index(n.kind))
    sentence = np.array([n.sentence for n in nodes], dtype=np.int64)
    met = [tree.meet(nodes[p.a].root, nodes[p.b].root) for p in pairs]
    pair = np.zeros((len(pairs), 10), dtype=np.int64)
    pair[:, :3] = np.array([(p.a, p.b, p.sentence) for p in pairs], dtype=np.int64).reshape(-1, 3)
    pair[:, [3, 5]] = np.array(met, dtype=np.int64).reshape(-1, 2)
    a, b = node[pair[:, 0]], node[pair[:, 1]]
    pair[:, 4] = _distances(a, b)
    pair[:, 6] = np.minimum(pair[:, 2] - sentence[pair[:, 0]], FAR)
    pair[:, 7] = np.minimum(pair[:, 2] - sentence[pair[:, 1]], FAR)
    pair[:, 8] = np.minimum(a[:, 1] + 1, b[:, 0])
    pair[:, 9] = b[:, 0]
    inside: dict[int, list[int]] = {}
    for i, n in enumerate(nodes):
        if n.type in FILLS:
            inside.setdefault(n.sentence, []).append(i)
    return Table(nodes, pairs, node, pair, np.array(numbers, dtype=np.int64), tree, inside)


def fillers(table_: Table, pair: Pair) -> list[int]:
    """Nodes that may qualify a statement between a pair: of its sentence, speakers before too."""
    nodes = table_.nodes
    keys = {nodes[pair.a].key, nodes[pair.b].key}
    before = [
        i
        for i in table_.by_sentence.get(pair.sentence - 1, ())
        if "attributedTo" in FILLS[nodes[i].type]
    ]
    inside = table_.by_sentence.get(pair.sentence, ())
    return sorted(i for i in (*before, *inside) if nodes[i].key not in keys)


def filler_rows(table_: Table, items: Sequence[tuple[int, int, int]] | Ints) -> Ints:
    """Rows for (pair, predicate, node): these three, then the path length from the node to the
    pair's common ancestor, the distances to both ends, whether it stands before, between or after
    them, and the sentences between.
    """
    rows = np.zeros((len(items), 8), dtype=np.int64)
    rows[:, :3] = np.asarray(items, dtype=np.int64).reshape(-1, 3)
    pair = table_.pair[rows[:, 0]]
    n, a, b = table_.node[rows[:, 2]], table_.node[pair[:, 0]], table_.node[pair[:, 1]]
    ends = zip(n[:, 2].tolist(), pair[:, 3].tolist(), strict=True)
    rows[:, 3] = [table_.tree.meet(root, ancestor)[1] for root, ancestor in ends]
    rows[:, 4], rows[:, 5] = _distances(n, a), _distances(n, b)
    rows[:, 6] = np.where(n[:, 0] < a[:, 0], 0, np.where(n[:, 0] < b[:, 0], 1, 2))
    sentences = np.array([x.sentence for x in table_.nodes], dtype=np.int64)
    rows[:, 7] = (pair[:, 2] - sentences[rows[:, 2]]).clip(0, FAR)
    return rows
