"""From arc scores to a tree: maximum spanning arborescence with a single root.

Chu and Liu (1965), Edmonds (1967); one root by charging each root arc more than all other arcs
together can differ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


def decode(scores: Scores) -> list[int]:
    """Heads of the T words of a sentence from their scores (T, T + 1), column 0 the root.

    Returns T numbers: 0 for the root and j + 1 for word j. Exactly one word hangs from the root,
    and every word reaches it.
    """
    size = scores.shape[0]
    if size == 0:
        return []
    table = scores.astype(np.float64)
    table[np.arange(size), np.arange(1, size + 1)] = -np.inf
    greedy = table.argmax(1)
    if (greedy == 0).sum() == 1 and _reaches_root(greedy):
        return [int(h) for h in greedy]
    finite = table[np.isfinite(table)]
    span = float(finite.max() - finite.min()) + 1.0 if finite.size else 1.0
    table[:, 0] -= span * (size + 1)
    square = np.full((size + 1, size + 1), -np.inf)
    square[1:] = table
    return [int(h) for h in _edmonds(square)[1:]]


def _reaches_root(heads: NDArray[np.int64]) -> bool:
    state = [0] * (len(heads) + 1)  # 0 not seen, 1 on the way, 2 reaches the root
    state[0] = 2
    for i in range(1, len(heads) + 1):
        path = []
        while state[i] == 0:
            state[i] = 1
            path.append(i)
            i = int(heads[i - 1])
        if state[i] == 1:
            return False
        for j in path:
            state[j] = 2
    return True


def _cycle(heads: list[int]) -> list[int]:
    state = [0] * len(heads)
    state[0] = 2
    for start in range(1, len(heads)):
        path = []
        i = start
        while state[i] == 0:
            state[i] = 1
            path.append(i)
            i = heads[i]
        if state[i] == 1:
            return path[path.index(i) :]
        for j in path:
            state[j] = 2
    return []


def _edmonds(scores: NDArray[np.float64]) -> list[int]:
    """`scores[d, h]` for dependent d and head h; node 0 is the root. Returns a head per node."""
    size = scores.shape[0]
    heads = [0, *(int(h) for h in scores[1:].argmax(1))]
    cycle = _cycle(heads)
    if not cycle:
        return heads
    inside = np.zeros(size, dtype=bool)
    inside[cycle] = True
    rest = [i for i in range(size) if not inside[i]]
    place = {node: k for k, node in enumerate(rest)}
    merged = len(rest)
    small = np.full((merged + 1, merged + 1), -np.inf)
    small[:merged, :merged] = scores[np.ix_(rest, rest)]
    kept = np.array([scores[d, heads[d]] for d in cycle])
    total = float(kept.sum())
    enter = scores[np.ix_(cycle, rest)] - kept[:, None] + total
    small[merged, :merged] = enter.max(0)
    leave = scores[np.ix_(rest, cycle)]
    small[:merged, merged] = leave.max(1)
    small[0] = -np.inf
    np.fill_diagonal(small, -np.inf)
    solved = _edmonds(small)
    result = heads[:]
    for node in rest[1:]:
        head = solved[place[node]]
        result[node] = cycle[int(leave[place[node]].argmax())] if head == merged else rest[head]
    head = solved[merged]
    broken = cycle[int(enter[:, head].argmax())]
    result[broken] = rest[head]
    return result
