"""What keeps two ends apart although a frame's paths lead to both.

A parser that attaches a word wrongly leads a frame across a boundary that the words show plainly:
another person between a post and a name, an "and the …" between a maker and somebody else's
model. These gates look at the words between the ends, not at the tree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc, Span, Token

from kg.documents import Mention
from kg.extract.syntax import preposition
from ontology.frames import Frame, Frames

_STOPS = frozenset({",", ";", "(", ")", ":", "–", "—"})
_LINKS = frozenset({"and", "or", "but", "with", "of", "to", "for", "from", "in", "on", "by", "at"})
_ARTICLES = frozenset({"the", "a", "an", "its", "their", "his", "her", "another", "some"})
_POSSESSIVE = ("'s", "’s", "'", "’")


class Gates:
    """Answers for one document."""

    def __init__(self, doc: Doc, mentions: Sequence[Mention], titles: Sequence[Span]) -> None:
        self._doc = doc
        self._persons = sorted({(m.start, m.end) for m in mentions if m.type == "Person"})
        self._titles = sorted((t.start_char, t.end_char) for t in titles)

    def between(self, frame: Frame, subject: tuple[int, int], object_: tuple[int, int]) -> str:
        """What stands between the two spans of characters and keeps them apart; "" for nothing."""
        first, second = sorted((subject, object_))
        if first[1] > second[0]:
            return ""
        if frame.predicate == "holdsPosition" and frame.object_text is None:
            return self._somebody(first, second, title=object_)
        if frame.beside == "phrase":
            return self._leaves_phrase(first[1], second[0])
        if frame.beside == "list":
            return self._leaves_list(first[1], second[0])
        return ""

    def _somebody(
        self, first: tuple[int, int], second: tuple[int, int], *, title: tuple[int, int]
    ) -> str:
        """Another post or another person between a post and its holder; a post in the plural may
        have several holders.
        """
        low, high = first[1], second[0]
        span = self._doc.char_span(*title, alignment_mode="expand")
        plural = span is not None and span[-1].tag_ in ("NNS", "NNPS")
        if title == second and not plural and re.search(r"\band\b", self._doc.text[low:high]):
            return "and"  # "Prime Minister John Doe and Defence Minister Roe"
        others = [t for t in self._titles if t != title] + ([] if plural else self._persons)
        return next((self._doc.text[a:b] for a, b in others if low <= a and b <= high), "")

    def _leaves_phrase(self, low: int, high: int) -> str:
        """The word that ends the noun phrase which both would belong to."""
        for t in self._within(low, high):
            if t.text in _STOPS or t.text in _POSSESSIVE or t.lower_ in _LINKS or t.pos_ == "VERB":
                return t.text
        return ""

    def _leaves_list(self, low: int, high: int) -> str:
        """The word that ends the list which both would belong to."""
        joined = False
        for t in self._within(low, high):
            if t.text == ";" or t.pos_ in ("VERB", "AUX", "ADP", "SCONJ"):
                return t.text
            if joined and (t.lower_ in _ARTICLES or t.pos_ == "NUM" or t.text in _POSSESSIVE):
                # "the TB2 and the more advanced TB3": what is compared has the same owner
                return "" if self._doc[t.i + 1].tag_ in ("JJR", "RBR") else t.text
            joined = t.text in (",", "and", "or") or (joined and t.pos_ == "ADV")
        return ""

    def _within(self, low: int, high: int) -> Sequence[Token]:
        span = self._doc.char_span(low, high, alignment_mode="contract")
        return () if span is None else list(span)


def inner_only(members: Sequence[tuple[Mention, int]]) -> list[tuple[Mention, int]]:
    """Without those that contain another: of "U.S. military exercises" it is the state that holds
    them, though "U.S. military" reads as a force.
    """
    return [
        (m, i)
        for m, i in members
        if not any(
            o is not m
            and m.start <= o.start
            and o.end <= m.end
            and (o.start, o.end) != (m.start, m.end)
            for o, _ in members
        )
    ]


def apart(doc: Doc, spans: Sequence[tuple[int, int]], *, frames: Frames) -> str:
    """The word that keeps a span away from the other ("an exercise near Taiwan"); "" for none."""
    for place in spans:
        end = doc.char_span(*place, alignment_mode="expand")
        if end is None or not len(end):
            continue
        prep = preposition(end.root)
        if prep in frames.apart_prepositions:
            return prep
        noun = end.root.head.lemma_.lower()
        if prep in ("with", "between", "") and noun in frames.apart_nouns:
            return noun
    return ""


def listed(doc: Doc, spans: Sequence[tuple[int, int]]) -> str:
    """The "and" or "or" of the list to which both spans belong, where the second has an article,
    which a place behind a comma as a rule has not: "Asia, the Middle East and Africa". "" for none.
    """
    last = doc.char_span(*spans[-1], alignment_mode="expand")
    if last is None or not last.start or "the" not in (last[0].lower_, doc[last.start - 1].lower_):
        return ""
    tops = []
    for place in spans:
        end = doc.char_span(*place, alignment_mode="expand")
        if end is None or not len(end):
            return ""
        top = end.root
        while top.dep_ == "conj":
            top = top.head
        tops.append(top)
    if tops[0].i != tops[1].i:
        return ""
    members = [tops[0], *(t for t in tops[0].subtree if t.dep_ == "conj")]
    return next((c.text for m in members for c in m.children if c.dep_ == "cc"), "")
