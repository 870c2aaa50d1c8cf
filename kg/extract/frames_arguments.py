"""From a word in the tree to the mention, title or value that it stands for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from spacy.tokens import Doc, Span, Token

from kg.documents import Mention
from kg.extract.records import ValueSpan
from kg.extract.syntax import Syntax, words_of
from ontology.frames import Frames

_SPECIFIC = ("Equipment", "Exercise", "Agreement")
_MODIFIERS = frozenset({"compound", "nmod:desc", "flat", "amod", "nmod:unmarked"})
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "both", "such"})


class Arguments:
    """Looks words up among the mentions, titles and values of a document."""

    def __init__(
        self,
        doc: Doc,
        mentions: Sequence[Mention],
        values: Sequence[ValueSpan],
        titles: Sequence[Span],
        *,
        syntax: Syntax,
        frames: Frames,
    ) -> None:
        self.doc = doc
        self.syntax = syntax
        self.frames = frames
        self._mentions: dict[int, list[Mention]] = {}
        self._values: dict[int, list[ValueSpan]] = {}
        self._titles: dict[int, list[Span]] = {}
        self.heads: list[tuple[int, Mention]] = []
        for mention in sorted(mentions, key=lambda m: (m.end - m.start, m.start)):
            tokens = self._cover(mention.start, mention.end)
            for i in tokens:
                self._mentions.setdefault(i, []).append(mention)
            if tokens:
                self.heads.append((self._head(tokens), mention))
        self.heads.sort(key=lambda pair: (pair[1].start, pair[1].end))
        for value in values:
            for i in self._cover(value.start, value.end):
                self._values.setdefault(i, []).append(value)
        for title in titles:
            for i in range(title.start, title.end):
                self._titles.setdefault(i, []).append(title)

    def _cover(self, start: int, end: int) -> list[int]:
        span = self.doc.char_span(start, end, alignment_mode="expand")
        return list(range(span.start, span.end)) if span is not None else []

    def _head(self, tokens: Sequence[int]) -> int:
        inside = set(tokens)
        for i in tokens:
            head = self.doc[i].head
            if head.i not in inside or head.i == i:
                return i
        return tokens[-1]

    def mentions_at(self, index: int) -> list[Mention]:
        """The mentions that cover the word, the shortest first."""
        return self._mentions.get(index, [])

    def types(self) -> Iterator[tuple[int, set[str]]]:
        """The words that mentions cover, with the types of those mentions."""
        for index, found in self._mentions.items():
            yield index, {mention.type for mention in found}

    def title_at(self, index: int) -> Span | None:
        """The title that covers the word."""
        found = self._titles.get(index)
        return found[0] if found else None

    def value_at(self, index: int, kind: str) -> ValueSpan | None:
        """The value of a kind that covers the word."""
        return next((v for v in self._values.get(index, ()) if v.kind == kind), None)

    def find(self, index: int, types: Collection[str]) -> Mention | None:
        """The mention of one of `types` that the word stands for.

        The word itself, else what "F-16 jets", "a batch of jets", "the government of Japan",
        "its maker, Baykar" stand for. A model wins over its kind.
        """
        specific = [t for t in _SPECIFIC if t in types]
        named = any(m.type in specific and m.kind == "name" for m in self.mentions_at(index))
        if specific and not named:
            inner = self._modifier(index, specific)
            if inner is not None:
                return inner
        for mention in self.mentions_at(index):
            if mention.type in types:
                return mention
        for candidate in self._beyond(index):
            for mention in self.mentions_at(candidate):
                if mention.type in types:
                    return mention
        return None

    def find_all(self, index: int, types: Collection[str]) -> list[Mention]:
        """The mention that the word stands for, as `find` gives it, and those of the same words:
        "the two countries" are two entities.
        """
        found = self.find(index, types)
        if found is None:
            return []
        place = found.start, found.end
        several = [m for m in self.mentions_at(index) if (m.start, m.end) == place]
        return [found, *(m for m in several if m is not found and m.type in types)]

    def _modifier(self, index: int, types: Collection[str]) -> Mention | None:
        token = self.doc[index]
        equal = [c.i for c in token.children if c.dep_ == "appos"]
        if token.dep_ == "appos":
            equal.append(token.head.i)
        if self.mentions_at(index):
            for other in equal:
                for mention in self.mentions_at(other):
                    if mention.type in types:
                        return mention
        if token.pos_ not in ("NOUN", "PROPN"):
            return None
        for i in range(token.left_edge.i, token.i):
            if _modifies(self.doc[i], token):
                for mention in self.mentions_at(i):
                    if mention.type in types and not _covers(mention, token.idx):
                        return mention
        return None

    def definite(self, index: int) -> bool:
        """Whether a kind is spoken of as known ("the tank"): then a model is meant."""
        return any(c.dep_ == "det" and c.lower_ in _DEFINITE for c in self.doc[index].children)

    def _beyond(self, index: int) -> list[int]:
        token = self.doc[index]
        edges = self.syntax.base(index)
        found: list[int] = []
        words = words_of(token)
        if any(w in self.frames.transparent_of for w in words) or token.pos_ == "NUM":
            found += [e.child for e in edges if e.role == "nmod" and e.prep == "of"]
        if any(w in self.frames.transparent_owner for w in words):
            found += [e.child for e in edges if e.role in ("nmod:poss", "amod", "compound")]
            found += [e.child for e in edges if e.role == "nmod" and e.prep in ("of", "in")]
        if not self.mentions_at(index):
            found += [e.child for e in edges if e.role == "appos"]
            if token.dep_ == "appos" and token.head.pos_ != "VERB":
                found.append(token.head.i)
        return found


def _modifies(token: Token, noun: Token) -> bool:
    """Whether the word belongs to the name or the adjectives before the noun."""
    here = token
    for _ in range(4):
        if here.dep_ not in _MODIFIERS:
            return False
        if here.head == noun:
            return True
        here = here.head
    return False


def _covers(mention: Mention, offset: int) -> bool:
    return mention.start <= offset < mention.end
