"""Windows as padded tensors."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kg.nlp.subwords import MAX_SUBWORDS, Subwords, pack, shape
from kg.nlp.training.corpora import Encoded, Labels, Window

IGNORE = -100


@dataclass(slots=True)
class Batch:
    """Padded tensors; labels that a window lacks are IGNORE. (B sub-words S, words T)"""

    ids: Tensor
    shapes: Tensor
    mask: Tensor
    word: Tensor
    size: int
    upos: Tensor
    xpos: Tensor
    starts: Tensor
    heads: Tensor  # (B, T): T-index of the head + 1, 0 for the root
    deps: Tensor
    same: Tensor  # (B, T): number of the word's sentence, -1 for padding
    names: Tensor
    mentions: Tensor


def cut(window: Window, subwords: Subwords) -> list[Encoded]:
    """Encode a window; one too long is cut, and arcs that cross the cut are dropped."""
    pieces = subwords.pieces(window.tokens)
    out = []
    for start, end in pack([len(p) for p in pieces], MAX_SUBWORDS):
        part = window
        if (start, end) != (0, len(pieces)):
            part = _part(window, start, end)
        ids, shapes, word = [subwords.cls], [7], [-1]
        for i, (token, piece) in enumerate(zip(part.tokens, pieces[start:end], strict=True)):
            ids += piece
            shapes += [shape(token)] * len(piece)
            word += [i] * len(piece)
        out.append(Encoded([*ids, subwords.sep], [*shapes, 7], [*word, -1], part))
    return out


def _part(w: Window, a: int, b: int) -> Window:
    heads = None
    if w.heads is not None:
        heads = [h - a if a <= h < b else -1 for h in w.heads[a:b]]
    pick = lambda xs: None if xs is None else xs[a:b]  # noqa: E731
    return Window(
        w.tokens[a:b],
        w.spaces[a:b],
        pick(w.upos),
        pick(w.xpos),
        pick(w.lemmas),
        heads,
        pick(w.deps),
        pick(w.starts),
        pick(w.names),
        pick(w.mentions),
    )


def collate(items: Sequence[Encoded], labels: Labels) -> Batch:
    """Pad windows to one batch."""
    size = max(len(e.window.tokens) for e in items)
    length = max(len(e.ids) for e in items)
    n = len(items)
    ids = torch.zeros(n, length, dtype=torch.long)
    shapes = torch.full((n, length), 7)
    mask = torch.zeros(n, length)
    word = torch.full((n, length), size)
    index = {
        name: {label: i for i, label in enumerate(getattr(labels, name))}
        for name in ("upos", "xpos", "deps", "names", "mentions")
    }
    rows = {
        k: torch.full((n, size), IGNORE)
        for k in ("upos", "xpos", "starts", "heads", "deps", "names", "mentions")
    }
    same = torch.full((n, size), -1)
    for b, e in enumerate(items):
        w = e.window
        ids[b, : len(e.ids)] = torch.tensor(e.ids)
        shapes[b, : len(e.ids)] = torch.tensor(e.shapes)
        mask[b, : len(e.ids)] = 1
        word[b, : len(e.ids)] = torch.tensor([size if i < 0 else i for i in e.word])
        t = len(w.tokens)
        for name in ("upos", "xpos", "names", "mentions"):
            values = getattr(w, name)
            if values is not None:
                rows[name][b, :t] = torch.tensor([index[name].get(v, IGNORE) for v in values])
        if w.starts is not None:
            rows["starts"][b, :t] = torch.tensor(w.starts).long()
        if w.heads is not None and w.deps is not None and w.starts is not None:
            number = torch.tensor(w.starts).long().cumsum(0)
            same[b, :t] = number
            for i, (h, d) in enumerate(zip(w.heads, w.deps, strict=True)):
                if h >= 0 and number[h] == number[i]:
                    rows["heads"][b, i] = 0 if h == i else h + 1
                    rows["deps"][b, i] = index["deps"].get(d, IGNORE)
    return Batch(
        ids,
        shapes,
        mask,
        word,
        size,
        rows["upos"],
        rows["xpos"],
        rows["starts"],
        rows["heads"],
        rows["deps"],
        same,
        rows["names"],
        rows["mentions"],
    )


def batches(
    items: Sequence[Encoded], labels: Labels, budget: int, rng: random.Random
) -> Iterator[Batch]:
    """Batches of about `budget` sub-words (padding included), of windows alike in length."""
    order = sorted(items, key=lambda e: len(e.ids) + rng.random() * 12)
    groups: list[list[Encoded]] = []
    current: list[Encoded] = []
    for e in order:
        longest = max([len(e.ids), *(len(x.ids) for x in current)])
        if current and longest * (len(current) + 1) > budget:
            groups.append(current)
            current = []
        current.append(e)
    if current:
        groups.append(current)
    rng.shuffle(groups)
    for group in groups:
        yield collate(group, labels)
