"""Frames that give the order of the words (`ontology.frame_sequences`), found in a text.

A sequence stays in a sentence. What stands in brackets behind a name ("the Royal Australian Air
Force (RAAF)") is passed over, and so is the kind behind a model ("the 18 TB2 drones").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Span, Token

from kg.documents import Mention
from kg.extract.frames_order import LONG, Words
from kg.extract.records import ValueSpan
from ontology.frame_sequences import Element
from ontology.frame_sequences import Sequence as Order
from ontology.frames import Frame, Frames

# Before another noun these only describe it: "a radar operator", "the U.S. Defense Secretary".
_WHOLE = frozenset({"EquipmentCategory", "Topic", "Country", "Place"})
# What may stand before the next name of a list: "and the more advanced TB3", "and 20 PAC-3".
_BEFORE_ONE = frozenset({"DET", "NUM", "ADJ", "ADV"})
_WHO = frozenset({"which", "that", "who"})

Types = tuple[frozenset[str], frozenset[str]]  # what subject and object may be


@dataclass(frozen=True, slots=True)
class Match:
    """The ends of a sequence, each with its word, and the word that says it."""

    frame: Frame
    trigger: Token
    subject: tuple[Mention, int]
    object: tuple[Mention, int]
    definite: bool  # whether an article or the like stands before one of them


@dataclass(frozen=True, slots=True)
class _State:
    subject: Mention | None = None
    object: Mention | None = None
    trigger: int = -1
    definite: bool = False


class Sequences:
    """Finds sequences in one document. `types` are those that each frame takes, by its id."""

    def __init__(
        self,
        doc: Doc,
        mentions: Sequence[Mention],
        values: Sequence[ValueSpan],
        titles: Sequence[Span] = (),
        *,
        frames: Frames,
        types: Mapping[str, Types],
    ) -> None:
        self._doc = doc
        self._words = Words(doc, mentions, values, titles)
        self._orders = [(f, order) for f in frames.in_order for order in f.sequences]
        self._needed = frames.needed
        self._types = types
        self._owners = frames.transparent_owner
        self._limit = 0

    def find(self) -> Iterator[Match]:
        """All matches, in the order of the text."""
        for sent in self._doc.sents:
            starts = [i for i in range(sent.start, sent.end) if i in self._words.starts]
            if sum(len(self._words.starts[i]) for i in starts) < 2:
                continue
            self._limit = sent.end
            here = self._said(sent.start, sent.end)
            met = {needed for word in here for needed in self._needed.get(word, ())}
            for frame, order in self._orders:
                if not met.issuperset(order.needed):
                    continue
                first = self._types[frame.id][order.elements[0].kind == "object"]
                for i in starts:
                    if any(m.type in first for m, _ in self._words.starts[i]):
                        yield from self._matches(frame, order, i, sent.start)

    def _said(self, start: int, end: int) -> frozenset[str]:
        """All forms of the words there; "its" counts as a possessive as well."""
        forms = frozenset[str]().union(*(self._words.forms(i) for i in range(start, end)))
        return forms | {"'s"} if "PRP$" in self._words.tag[start:end] else forms

    def _matches(self, frame: Frame, order: Order, start: int, first: int) -> Iterator[Match]:
        said = self._before(order.before, start, first) if order.before else -1
        if said is None:
            return
        takes = self._types[frame.id]
        found = self._follow(order.elements, 0, start, takes, _State(trigger=said))
        if found is None or found.subject is None or found.object is None:
            return
        for one in self._with_list(order.elements, found.subject, "subject"):
            for other in self._with_list(order.elements, found.object, "object"):
                if one.type not in takes[0] or other.type not in takes[1]:
                    continue
                ends = (one, self._words.head(one)), (other, self._words.head(other))
                word = found.trigger if found.trigger >= 0 else ends[1][1]
                yield Match(frame, self._doc[word], *ends, found.definite)

    def _before(self, elements: tuple[Element, ...], start: int, first: int) -> int | None:
        """The word that says it among `elements`, which stand right before `start`; -1 if none of
        them does, None if they do not stand there.
        """
        trigger, i = -1, start
        for element in reversed(elements):
            if element.kind == "modifiers":
                while i > first and self._words.modifies(i - 1, self._limit):
                    i -= 1
            elif i > first and not self._words.forms(i - 1).isdisjoint(element.words):
                i -= 1
                trigger = i if element.trigger else trigger
            elif not element.optional:
                return None
        return trigger

    # -- matching --------------------------------------------------------------------------------

    def _follow(
        self, elements: tuple[Element, ...], k: int, i: int, takes: Types, state: _State
    ) -> _State | None:
        """The ends where the elements from `k` on stand from the word `i` on; the nearest."""
        if k == len(elements):
            return state
        if elements[k].kind in ("subject", "object", "mention"):
            return self._end(elements, k, i, takes, state)
        if elements[k].kind == "words":
            return self._word(elements, k, i, takes, state)
        for end, definite in self._words.runs(elements[k].kind, i, self._limit):
            now = replace(state, definite=True) if definite else state
            after = self._follow(elements, k + 1, end, takes, now)
            if after is not None:
                return after
        return None

    def _end(
        self, elements: tuple[Element, ...], k: int, i: int, takes: Types, state: _State
    ) -> _State | None:
        element = elements[k]
        fit = {"subject": takes[0], "object": takes[1]}.get(element.kind, {element.type})
        inner = state.subject if element.around else None
        if inner is not None:
            i = self._words.start(inner)
        for mention, end in self._words.starts.get(i, ()):
            if inner is not None and mention.end <= inner.end:
                continue
            if mention.type not in fit or not self._fits(elements, k, mention, end):
                continue
            now = state
            if element.kind == "subject":
                now = replace(state, subject=mention)
            elif element.kind == "object":
                now = replace(state, object=mention)
            for place in self._past(mention, end):
                after = self._follow(elements, k + 1, place, takes, now)
                if after is not None:
                    return after
        return self._follow(elements, k + 1, i, takes, state) if element.optional else None

    def _past(self, mention: Mention, end: int) -> list[int]:
        """Where a sequence may go on: behind the name, or behind what stands for the same:
        "the 18 TB2 drones", "the Polish government", "Spain's navy".
        """
        words, further = self._words, end
        if mention.type == "Equipment":
            further = words.past_kind(end, self._limit)
        elif mention.type == "Country":
            noun = end + (end < self._limit and words.tag[end] == "POS")
            if noun < self._limit and not self._owners.isdisjoint(words.forms(noun)):
                further = noun + 1
        return [words.past_brackets(i, self._limit) for i in dict.fromkeys((end, further))]

    def _fits(self, elements: tuple[Element, ...], k: int, mention: Mention, end: int) -> bool:
        """Whether the mention may stand at this place: one at the end of a sequence ends its noun
        phrase, and "its" owns what follows.
        """
        words = self._words
        if k == 0 and elements[k].kind == "subject" and not self._acts(elements, mention, end):
            return False
        if words.tag[end - 1] == "PRP$":
            return k + 1 < len(elements) and "'s" in elements[k + 1].words
        if mention.type == "EquipmentCategory" and k == 0 and elements[k].kind == "object":
            before = words.ends.get(words.start(mention), ())
            if any(m.type == "Equipment" for m in before):
                return False  # "F-16 jets": the kind of what is named
        if k + 1 < len(elements) or end >= self._limit:
            return True
        if words.tag[end] == "POS" or words.text[end] == "-":
            return False
        if mention.type == "EquipmentCategory" and words.lower[end] == "of":
            return False  # "two batteries of the S-400"
        described = words.pos[end] in ("NOUN", "PROPN", "ADJ", "NUM")
        return mention.type not in _WHOLE or not described

    def _acts(self, elements: tuple[Element, ...], mention: Mention, end: int) -> bool:
        """Whether the mention can be the subject of a verb that follows: not behind a preposition
        ("a builder from Viimsi has delivered"), unless a relative pronoun takes it up.
        """
        if not any(e.kind == "verbs" for e in elements):
            return True
        words = self._words
        i = words.start(mention) - 1
        first = max(0, i - LONG)
        while i >= first and (words.pos[i] == "DET" or words.modifies(i, self._limit)):
            i -= 1
        if i < first or words.pos[i] != "ADP":
            return True
        several = i > 0 and words.lower[i] == "of" and words.tag[i - 1] == "NNS"
        if several and mention.type == "Country":
            return True  # "the defence ministers of Russia and Cameroon have signed"
        behind = words.past_brackets(end, self._limit)
        return any(words.lower[j] in _WHO for j in range(behind, min(behind + 2, self._limit)))

    def _word(
        self, elements: tuple[Element, ...], k: int, i: int, takes: Types, state: _State
    ) -> _State | None:
        element = elements[k]
        if i < self._limit and self._says(i, element):
            now = replace(state, trigger=i) if element.trigger else state
            after = self._follow(elements, k + 1, i + 1 + self._particle(i, element), takes, now)
            if after is not None:
                return after
        possessive = "'s" in element.words and i > 0 and self._words.tag[i - 1] == "PRP$"
        if element.optional or possessive:
            return self._follow(elements, k + 1, i, takes, state)
        return None

    def _says(self, i: int, element: Element) -> bool:
        """Whether the word is one of the element's; "had" in "had ordered" has nothing."""
        if element.trigger and self._words.lemma[i] == "have" and self._words.pos[i] == "AUX":
            return False
        return not self._words.forms(i).isdisjoint(element.words)

    def _particle(self, i: int, element: Element) -> int:
        """1 if the word is meant with its particle and that is the next word ("carry out")."""
        meant = any(" " in w for w in self._words.forms(i) & element.words)
        follows = i + 1 < self._limit and self._doc[i + 1].dep_ == "compound:prt"
        return int(meant and follows)

    # -- lists -----------------------------------------------------------------------------------

    def _with_list(self, elements: tuple[Element, ...], end: Mention, kind: str) -> list[Mention]:
        """The end with the others of its list: before it at the beginning, behind it at the end."""
        found = {end.entity: end}
        for same, _ in self._words.starts[self._words.start(end)]:  # "the two countries"
            if (same.start, same.end, same.type) == (end.start, end.end, end.type):
                found.setdefault(same.entity, same)
        if not next(e for e in elements if e.kind == kind).listed:
            return list(found.values())
        forward, here = elements[-1].kind == kind, end
        while len(found) < LONG:
            other = self._next(here) if forward else self._previous(here)
            if other is None:
                break
            found.setdefault(other.entity, other)
            here = other
        return list(found.values())

    def _next(self, mention: Mention) -> Mention | None:
        words = self._words
        i = words.past_brackets(words.spans[mention.start, mention.end][1], self._limit)
        if mention.type == "Equipment":
            i = words.past_brackets(words.past_kind(i, self._limit), self._limit)
        joined = i
        while i < self._limit and words.lower[i] in (",", "and", "or"):
            i += 1
        if i == joined:
            return None
        for end, _ in words.runs("phrase", i, self._limit):
            for other, _ in words.starts.get(end, ()):
                if other.type == mention.type:
                    return other
        return None

    def _previous(self, mention: Mention) -> Mention | None:
        words = self._words
        i = words.start(mention)
        first = max(0, i - LONG)
        start = i
        while i > first and (words.pos[i - 1] in _BEFORE_ONE or words.lower[i - 1] == "both"):
            i -= 1
        if i == first or words.lower[i - 1] not in (",", "and"):
            i = start
        joined = i
        while i > first and words.lower[i - 1] in (",", "and"):
            i -= 1
        if i == joined:
            return None
        if words.text[i - 1] == ")":
            i = next((j for j in range(i - 1, first, -1) if words.text[j] == "("), i)
        return next((m for m in words.ends.get(i, ()) if m.type == mention.type), None)
