"""Training texts with other names in them, so that the model learns wording and not names.

On the way into the encoder every word of a name may be replaced by a word of another name of the
same type and part of speech; one word is always replaced by the same one within a text. Token
positions stay as they are, so that trees, pairs and labels still hold.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg.nlp.training.corpora import Encoded

NAMED = frozenset({"Country", "Company", "Equipment", "Person", "Place"})
Word = tuple[tuple[int, ...], int]  # sub-word ids, shape
Key = tuple[str, str]  # type of the name, part of speech
Pools = Mapping[Key, Sequence[Word]]


def words_of(encoded: Encoded) -> list[Word]:
    """Each word of a window as its sub-words and its shape."""
    ids: list[list[int]] = [[] for _ in encoded.window.tokens]
    shapes = [0] * len(ids)
    for i, place in enumerate(encoded.word):
        if place >= 0:
            ids[place].append(encoded.ids[i])
            shapes[place] = encoded.shapes[i]
    return [(tuple(w), s) for w, s in zip(ids, shapes, strict=True)]


def _keys(encoded: Encoded, tags: Sequence[str]) -> list[Key | None]:
    """For each word the pool that it belongs to, None outside names."""
    labels = encoded.window.mentions or ["O"] * len(tags)
    kinds = [label.partition("-")[2] for label in labels]
    return [
        (kind, tag) if kind in NAMED and tag in ("PROPN", "ADJ") else None
        for kind, tag in zip(kinds, tags, strict=True)
    ]


def pools(windows: Iterable[tuple[Encoded, Sequence[str]]]) -> Pools:
    """The words of all names by type and part of speech, from windows and their tags."""
    found: dict[Key, set[Word]] = {}
    for encoded, tags in windows:
        for word, key in zip(words_of(encoded), _keys(encoded, tags), strict=True):
            if key:
                found.setdefault(key, set()).add(word)
    return {k: sorted(v) for k, v in found.items()}


def renamed(
    windows: Sequence[Encoded],
    tags: Sequence[Sequence[str]],
    source: Pools,
    rng: random.Random,
    *,
    share: float,
) -> list[Encoded]:
    """The windows of a text with about `share` of the words in its names replaced."""
    chosen: dict[tuple[str, Word], Word] = {}
    out = []
    for encoded, one in zip(windows, tags, strict=True):
        words = words_of(encoded)
        for i, key in enumerate(_keys(encoded, one)):
            if key is None or not source.get(key):
                continue
            known = (key[0], words[i])
            if known not in chosen:
                swap = rng.random() < share
                chosen[known] = rng.choice(source[key]) if swap else words[i]
            words[i] = chosen[known]
        ids, shapes, word = [encoded.ids[0]], [encoded.shapes[0]], [-1]
        for i, (pieces, shape) in enumerate(words):
            ids += pieces
            shapes += [shape] * len(pieces)
            word += [i] * len(pieces)
        out.append(
            replace(
                encoded,
                ids=[*ids, encoded.ids[-1]],
                shapes=[*shapes, encoded.shapes[-1]],
                word=[*word, -1],
            )
        )
    return out
