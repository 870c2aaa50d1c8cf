"""Words as sub-words with the shape of each word, the encoder's input."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from kg.errors import SetupError

MAX_SUBWORDS = 254  # of one window, [CLS] and [SEP] not counted
_MAX_PER_WORD = 12  # the rest of a very long "word" carries nothing
SHAPES = 8


def shape(word: str) -> int:
    """The case of a word as a class: the sub-word vocabulary itself is lower-cased.

    0 lower case, 1 capitalised, 2 upper case, 3 one capital letter, 4 mixed, 5 letters with
    digits, 6 digits, 7 neither letters nor digits.
    """
    letters = any(c.isalpha() for c in word)
    digits = any(c.isdigit() for c in word)
    if digits:
        return 5 if letters else 6
    if not letters:
        return 7
    if word.islower():
        return 0
    if len(word) == 1:
        return 3
    if word.isupper():
        return 2
    return 1 if word[0].isupper() and word[1:].islower() else 4


class Subwords:
    """WordPiece over single words, with a memory for the words already seen.

    The file is a `tokenizer.json` of the `tokenizers` library.
    """

    def __init__(self, path: Path) -> None:
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._known: dict[str, tuple[int, ...]] = {}
        self._unknown = (self._id("[UNK]"),)
        self.cls = self._id("[CLS]")
        self.sep = self._id("[SEP]")

    def _id(self, piece: str) -> int:
        number = self._tokenizer.token_to_id(piece)
        if number is None:
            raise SetupError(f"the vocabulary of the language model lacks {piece}: install it anew")
        return int(number)

    def pieces(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """The sub-word ids of each word; never empty."""
        new = [w for w in dict.fromkeys(words) if w not in self._known]
        if len(self._known) + len(new) > 200_000:
            self._known.clear()
            new = list(dict.fromkeys(words))
        for word, encoding in zip(
            new,
            self._tokenizer.encode_batch([w[:100] for w in new], add_special_tokens=False),
            strict=True,
        ):
            self._known[word] = tuple(encoding.ids[:_MAX_PER_WORD]) or self._unknown
        return [self._known[w] for w in words]


def pack(sizes: Sequence[int], limit: int = MAX_SUBWORDS) -> list[tuple[int, int]]:
    """Cut a paragraph of words with these numbers of sub-words into windows of at most `limit`.

    Returns word ranges; equal in length as far as possible, so that no window is a mere rest.
    """
    total = sum(sizes)
    parts = max(1, -(-total // limit))
    while True:
        goal = total / parts
        ranges: list[tuple[int, int]] = []
        start = used = 0
        for i, size in enumerate(sizes):
            full = used + size > limit
            if i > start and (full or (used >= goal and len(ranges) < parts - 1)):
                ranges.append((start, i))
                start, used = i, 0
            used += size
        ranges.append((start, len(sizes)))
        if len(ranges) <= parts + 1:
            return ranges
        parts = len(ranges)
