"""The words of a document as sequences of frames read them (`ontology.frame_sequences`).

Everything is looked up by the word's number; what a sign may run over (modifiers, a phrase before a
name, auxiliaries, a date, a sum) is told by word class and tag, not by the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spacy.tokens import Doc, Span

from kg.documents import Mention
from kg.extract.records import ValueSpan
from kg.extract.syntax import words_of

LONG = 9  # words that a phrase before a name may have
_BRACKETS = 6  # words that may stand in brackets
_QUANTITIES = frozenset(
    {"up", "to", "at", "least", "most", "more", "less", "fewer", "than", "as", "many", "about"}
    | {"around", "some", "nearly", "almost", "over", "a", "an", "the", "its", "their", "his", "her"}
    | {"another", "several", "of", "these", "those", "this", "any", "all", "both", "each"}
    | {"too", "also", "well"}
)
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "its", "their"})
_ARTICLES = frozenset({"a", "an", "the", "its", "another"})
_QUOTES = frozenset({"“", "”", '"', "‘", "’", "''", "``"})
_HYPHENS = frozenset({"-", "–", "/"})
_WHEN = frozenset(
    {"in", "on", "at", "since", "by", "from", "until", "during", "last", "this", "late", "early"}
)
_WORTH = frozenset(
    {"worth", "valued", "at", "of", "for", "in", "about", "some", "around", "over", "nearly", "up"}
    | {"to", "more", "than", "almost", "a", "another", "roughly"}
)
_BEFORE = 4  # words that may stand before a date or sum
_NOMINAL = frozenset({"ADJ", "NOUN", "PROPN", "NUM", "SYM"})
_PARTICIPLES = frozenset({"VBN", "VBG", "JJR", "RBR", "JJ", "CD", "NN", "NNP"})


class Words:
    """The words of `doc`, with the mentions that begin and end at each; a title is a "Literal"."""

    def __init__(
        self,
        doc: Doc,
        mentions: Sequence[Mention],
        values: Sequence[ValueSpan],
        titles: Sequence[Span] = (),
    ) -> None:
        self.doc = doc
        self._tokens = tokens = list(doc)  # spaCy makes each anew whenever it is asked for
        self.text = [t.text for t in tokens]
        self.lower = [t.lower_ for t in tokens]
        self.pos = [t.pos_ for t in tokens]
        self.tag = [t.tag_ for t in tokens]
        self.lemma = [t.lemma_ for t in tokens]
        self.spans: dict[tuple[int, int], tuple[int, int]] = {}
        self.starts: dict[int, list[tuple[Mention, int]]] = {}
        self.ends: dict[int, list[Mention]] = {}
        self._models: set[int] = set()
        for m in mentions:
            span = self._span(m.start, m.end)
            if span is None:
                continue
            self.spans[m.start, m.end] = span
            self.starts.setdefault(span[0], []).append((m, span[1]))
            self.ends.setdefault(span[1], []).append(m)
            if m.type == "Equipment" and m.kind == "name":
                self._models.add(span[0])
        for t in titles:
            post = Mention(
                start=t.start_char, end=t.end_char, type="Literal", sentence=0, entity=t.text
            )
            self.spans[t.start_char, t.end_char] = t.start, t.end
            self.starts.setdefault(t.start, []).append((post, t.end))
        for found in self.starts.values():
            found.sort(key=lambda pair: -pair[1])  # "Turkish Air Force" before "Turkish"
        self._dates: dict[int, int] = {}
        self._sums: dict[int, int] = {}
        for v in values:
            ends = {"date": self._dates, "money": self._sums}.get(v.kind)
            span = self._span(v.start, v.end) if ends is not None else None
            if ends is not None and span is not None:
                ends[span[0]] = max(span[1], ends.get(span[0], 0))
        self._forms: dict[int, frozenset[str]] = {}

    def _span(self, start: int, end: int) -> tuple[int, int] | None:
        span = self.doc.char_span(start, end, alignment_mode="expand")
        return (span.start, span.end) if span is not None and len(span) else None

    def start(self, mention: Mention) -> int:
        """The first word of the mention."""
        return self.spans[mention.start, mention.end][0]

    def head(self, mention: Mention) -> int:
        """The word of the mention that the rest of it hangs on."""
        start, end = self.spans[mention.start, mention.end]
        return self.doc[start:end].root.i

    def forms(self, i: int) -> frozenset[str]:
        """The forms that a sequence may name a word by."""
        found = self._forms.get(i)
        if found is None:
            possessive = self.tag[i] == "POS"
            found = frozenset({"'s" if possessive else self.lower[i], *words_of(self._tokens[i])})
            self._forms[i] = found
        return found

    def past_brackets(self, i: int, limit: int) -> int:
        """The word behind what stands in brackets at `i`; `i` where nothing does."""
        if i < limit and self.text[i] == "(":
            for j in range(i + 1, min(i + 2 + _BRACKETS, limit)):
                if self.text[j] == ")":
                    return j + 1
        return i

    def past_kind(self, i: int, limit: int) -> int:
        """The end of the nouns that name the kind of what stands before: "TB2 attack drones"."""
        while i < limit and self.pos[i] == "NOUN":
            i += 1
        return i

    def runs(self, kind: str, start: int, limit: int) -> Iterator[tuple[int, bool]]:
        """The ends of the runs of a sign from `start` on, the shortest first, each with whether
        a definite article or the like is in it.
        """
        yield start, False
        if kind == "date":
            yield from self._value(self._dates, _WHEN, start, limit)
            return
        if kind == "sum":
            yield from self._value(self._sums, _WORTH, start, limit)
            return
        if kind == "apposition":
            yield from self._apposition(start, limit)
            return
        definite = False
        i = start
        while i < min(start + LONG, limit):
            if i in self._models:
                return  # the name of another model
            step = self._step(kind, i, limit)
            if not step:
                return
            definite = definite or self.lower[i] in _DEFINITE
            i += step
            if kind == "phrase":
                i = self.past_brackets(i, limit)
            yield i, definite

    def _value(
        self, ends: Mapping[int, int], before: frozenset[str], start: int, limit: int
    ) -> Iterator[tuple[int, bool]]:
        """The end of a value with a few words `before` it, such as a preposition."""
        for i in range(start, min(start + _BEFORE, limit)):
            if i in ends:
                yield ends[i], False
                return
            if self.lower[i] not in before:
                return

    def _apposition(self, start: int, limit: int) -> Iterator[tuple[int, bool]]:
        if start + 2 >= limit or self.lower[start] != "," or self.lower[start + 1] not in _ARTICLES:
            return
        i = start + 2
        while i < min(start + LONG, limit) and self.modifies(i, limit):
            i += 1
            yield i, False
        if i < limit and self.text[i] == ",":
            yield i + 1, False

    def _step(self, kind: str, i: int, limit: int) -> int:
        """How many words from `i` on go on with a run; 0 where it ends."""
        if kind == "verbs":
            if self.pos[i] in ("AUX", "PART") or (self.pos[i] == "ADV" and self.tag[i] != "WRB"):
                return 1
            verb = self.pos[i] == "VERB" or self.tag[i].startswith("VB")
            return 2 if verb and i + 1 < limit and self.tag[i + 1] == "TO" else 0
        if kind == "phrase" and self.lower[i] in _QUANTITIES:
            return 1
        return 1 if self.modifies(i, limit) else 0

    def modifies(self, i: int, limit: int) -> bool:
        """Whether the word may stand before a noun in its phrase."""
        if self.text[i] in _HYPHENS or self.text[i] in _QUOTES:
            return True
        hyphened = i + 1 < limit and self.text[i + 1] in _HYPHENS
        if hyphened or (i > 0 and self.text[i - 1] in _HYPHENS):
            return self.text[i] != ","
        if self.pos[i] in _NOMINAL:
            return self.tag[i] not in ("WP", "WDT")
        if self.pos[i] == "ADV":  # "remotely piloted"
            return i + 1 < limit and self.tag[i + 1] in ("VBN", "JJ")
        return self.tag[i] in _PARTICIPLES
