"""Who says it: direct and indirect speech, "according to", and quotations over several sentences.

`Speeches` finds every report of a document with its scope: the words that the speaker is made to
say. The scope is read off the syntax ("X said that …", "…, X said", "X's claim that …", "according
to X, …", "by X's account") and off quotation marks: what follows in the same quotation, or opens
the next one of the paragraph, is said by the same. Of nested reports the innermost counts ("Kyiv
said that Moscow claims …"). The words stand in `ontology/frames/speakers.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from kg.extract.syntax import Syntax, preposition
from ontology.frames import SpeakerWords

_OPENING = frozenset("“«„")
_CLOSING = frozenset("”»")
_CLAUSES = frozenset({"root", "ROOT", "ccomp", "advcl", "acl:relcl", "parataxis"})
_BREAKS = frozenset({";"})
_LONG = 4  # words from which a quotation says something by itself
_LIMIT = 30
_PHRASE = 9  # words of a speaker's name and post
_MARKS = frozenset({",", "—", "–", ":", ";"})
_JOINING = frozenset({"and", "or", "but", "which", "who", "whom", "that", "as", "where", "while"})
_RELATIVE = frozenset({"WDT", "WP", "WP$", "WRB"})


@dataclass(frozen=True, slots=True)
class Speech:
    """The words that may name the speaker, best first, and whether the word is quoted directly.

    `cue` is the word that reports, `kind` how: "verb", "noun", "account" ("according to") or
    "quotation" (the same speaker goes on).
    """

    speakers: tuple[int, ...]
    quoted: bool
    cue: str
    kind: str = "verb"


@dataclass(frozen=True, slots=True)
class _Report:
    cue: int
    speakers: tuple[int, ...]
    scope: frozenset[int]
    kind: str


class Speeches:
    """The reports of one document; `of` says who says a word of it."""

    def __init__(self, doc: Doc, *, syntax: Syntax, words: SpeakerWords) -> None:
        self._doc = doc
        self._syntax = syntax
        self._words = words
        self._accounts: dict[str, list[list[str]]] = {}  # first word → all words, longest first
        for said in sorted((p.split() for p in words.prepositions), key=lambda p: (-len(p), p)):
            self._accounts.setdefault(said[0], []).append(said)
        self._quotations = list(quotations(doc))
        self._inside = {i: q for q in self._quotations for i in range(*q)}
        self._reports: dict[int, list[_Report]] = {}
        self._goes_on: dict[tuple[int, int], _Report] | None = None

    def of(self, token: Token) -> Speech | None:
        """Who says what `token` says; None where the text says it itself."""
        quoted = self.quoted(token.i)
        found = [r for r in self._in(token.sent) if token.i in r.scope or token.i == r.cue]
        if found:
            report = min(found, key=lambda r: (len(r.scope), r.cue))
            return Speech(report.speakers, quoted, self._doc[report.cue].text, report.kind)
        if quoted:
            return self._went_on(self._inside[token.i])
        return None

    def within(self, sentence: Span) -> Iterator[tuple[Speech, Sequence[int]]]:
        """Every report of a sentence, with the words of the sentence that are said: those that
        it makes itself, then the quotations in which an earlier speaker goes on.
        """
        reports = self._in(sentence)
        for r in sorted(reports, key=lambda r: r.cue):
            inside = not self._inside.keys().isdisjoint(r.scope)
            yield Speech(r.speakers, inside, self._doc[r.cue].text, r.kind), sorted(r.scope)
        said = {i for r in reports for i in (r.cue, *r.scope)}
        for place in self._quotations:
            words = [i for i in range(*place) if sentence.start <= i < sentence.end]
            went = self._went_on(place)
            if words and went is not None and said.isdisjoint(words):
                yield went, words

    def _went_on(self, place: tuple[int, int]) -> Speech | None:
        report = self._continued().get(place)
        if report is None:
            return None
        return Speech(report.speakers, True, self._doc[report.cue].text, "quotation")

    def quoted(self, index: int) -> bool:
        """Whether the word stands within quotation marks."""
        return index in self._inside

    # -- reports of a sentence -------------------------------------------------------------------

    def _in(self, sentence: Span) -> list[_Report]:
        found = self._reports.get(sentence.start)
        if found is None:
            found = [r for token in sentence for r in self._report(token) if r.scope]
            self._reports[sentence.start] = found
        return found

    def _report(self, token: Token) -> Iterator[_Report]:
        lemma = token.lemma_.lower()
        if token.pos_ in ("VERB", "AUX") and lemma in self._words.verbs:
            aside = self._aside(token)
            if aside is not None:
                yield aside
            else:
                yield from self._verb(token, lemma)
        elif lemma in self._words.nouns:
            scope = self._under(token, ("ccomp", "acl"))
            speakers = self._syntax.owners(token.i)
            if scope and speakers:
                yield _Report(token.i, speakers, scope, "noun")
        length = self._account(token)
        if length:
            yield from self._according(token, length)
        elif lemma in self._words.accounts and preposition(token) in ("by", "on"):
            speakers = self._syntax.owners(token.i)
            if speakers:
                scope = self._around(token.left_edge.i, token.right_edge.i + 1, token)
                yield _Report(token.i, speakers, scope, "account")

    # "…, the minister said, …": the words tell more surely than the tree, which wavers here

    def _aside(self, token: Token) -> _Report | None:
        """A report between commas, or behind the last one; None where the verb is no such aside."""
        lower, upper = self._segment(token)
        after = next((t for t in self._doc[token.i + 1 : upper] if not t.is_punct), None)
        if after is not None and after.lower_ == "that":
            return None
        phrase = self._phrase_before(token, lower)
        if phrase is None and token.i > lower and self._mark(token.i - 1):
            phrase = self._phrase_behind(token, upper)
            start = token.i
        elif phrase is not None:
            start = phrase[0]
        if phrase is None or start <= lower + 1:
            return None
        end = max(token.i + 1, phrase[1])
        while end < upper and not self._mark(end):
            end += 1
        inner = self._heads(*phrase)
        if not inner:
            return None
        scope = frozenset(i for i in range(lower, upper) if not start <= i < end)
        return _Report(token.i, inner, scope, "verb")

    def _mark(self, index: int) -> bool:
        text = self._doc[index].text
        return text in _MARKS or text in _CLOSING or text == '"'

    def _phrase_before(self, token: Token, lower: int) -> tuple[int, int] | None:
        """The nouns between a comma and the verb, an apposition to them passed over."""
        end = token.i
        while end > lower and self._doc[end - 1].pos_ in ("AUX", "ADV"):
            end -= 1
        start = self._back(end, lower)
        if start == end and end > lower and self._doc[end - 1].text == ",":
            start = self._back(end - 1, lower)  # "Doe, the minister, said"
            if start <= lower or not self._nominal(start, end - 1):
                return None
            end = start - 1
            start = self._back(end, lower)
        if start <= lower or start == end or not self._nominal(start, end):
            return None
        return start, end

    def _phrase_behind(self, token: Token, upper: int) -> tuple[int, int] | None:
        end = token.i + 1
        while end < upper and not self._mark(end):
            end += 1
        return (token.i + 1, end) if self._nominal(token.i + 1, end) else None

    def _back(self, end: int, lower: int) -> int:
        start = end
        while start > lower and not self._mark(start - 1):
            start -= 1
        return start

    def _nominal(self, start: int, end: int) -> bool:
        tokens = self._doc[start:end]
        if not 0 < len(tokens) <= _PHRASE or tokens[0].lower_ in _JOINING:
            return False
        return not any(t.pos_ in ("VERB", "AUX") or t.tag_ in _RELATIVE for t in tokens)

    def _heads(self, start: int, end: int) -> tuple[int, ...]:
        """The nouns and pronouns of a phrase, those first on which the others hang."""
        nouns = [t for t in self._doc[start:end] if t.pos_ in ("NOUN", "PROPN", "PRON")]
        top = [t.i for t in nouns if not start <= t.head.i < end or t.head == t]
        names = [t.i for t in nouns if t.pos_ == "PROPN" and not preposition(t)]
        return tuple(dict.fromkeys([*top, *names[:1]]))

    def _verb(self, token: Token, lemma: str) -> Iterator[_Report]:
        speakers = self._syntax.roles(token.i, "subj")
        if not speakers:
            return
        labels = ["ccomp"]
        if lemma in self._words.reports:
            labels.append("obj")
        if self._syntax.passive(token.i):
            labels += ["xcomp", "advcl"]  # "is said by its makers to fly"
        scope = self._under(token, labels)
        for child in token.children:  # "said: we …"
            if child.dep_ == "parataxis" and not self._says(child):
                scope |= self._subtree(child)
        behind = self._that(token)
        if behind is not None:
            scope |= frozenset(range(behind, self._segment(token)[1]))
        if not scope and token.dep_ == "advcl" and preposition(token) == "as":
            lower, upper = self._segment(token)  # "as the ministry announced"
            own = self._subtree(token)
            scope = frozenset(range(lower, upper)) - own
        if scope:
            yield _Report(token.i, speakers, frozenset(scope), "verb")

    def _that(self, token: Token) -> int | None:
        """Where "that …" begins behind the verb, with at most a short object between."""
        for t in self._doc[token.i + 1 : min(token.i + _PHRASE, token.sent.end)]:
            if t.lower_ == "that" and t.dep_ == "mark":
                return t.i
            if t.is_punct or t.pos_ in ("VERB", "AUX"):
                return None
        return None

    def _account(self, token: Token) -> int:
        """How many words from this one on are "according to" or the like; 0 for none."""
        if token.lower_ not in self._accounts:
            return 0
        here = [t.lower_ for t in self._doc[token.i : token.i + _PHRASE]]
        for words in self._accounts[token.lower_]:
            if here[: len(words)] == words and (len(words) > 1 or self._prepositional(token)):
                return len(words)
        return 0

    def _prepositional(self, token: Token) -> bool:
        return token.dep_ == "case" or (token.pos_ == "ADP" and token.lower_ != "per")

    def _according(self, token: Token, length: int) -> Iterator[_Report]:
        upper = self._segment(token)[1]
        start = end = token.i + length
        while end < upper and not self._mark(end) and self._doc[end].pos_ not in ("VERB", "AUX"):
            end += 1
        speakers = self._heads(start, end)
        if speakers:
            scope = self._around(token.i, end, token)
            yield _Report(token.i, speakers, scope, "account")

    def _says(self, token: Token) -> bool:
        return token.lemma_.lower() in self._words.verbs and token.pos_ in ("VERB", "AUX")

    def _segment(self, token: Token) -> tuple[int, int]:
        lower, upper = token.sent.start, token.sent.end
        for t in token.sent:
            if t.text in _BREAKS and t.i not in self._inside:
                if t.i < token.i:
                    lower = t.i + 1
                else:
                    upper = min(upper, t.i)
        return lower, upper

    def _subtree(self, token: Token) -> frozenset[int]:
        return frozenset(t.i for t in token.subtree)

    def _under(self, token: Token, labels: Sequence[str]) -> frozenset[int]:
        found: set[int] = set()
        for child in token.children:
            if child.dep_ in labels:
                found |= self._subtree(child)
        return frozenset(found)

    def _around(self, start: int, end: int, token: Token) -> frozenset[int]:
        """What "according to X" bears on: the sentence where a comma sets it off, else its clause;
        never what a semicolon parts from it, nor the phrase itself.
        """
        lower, upper = self._segment(token)
        own = frozenset(range(start, end))
        if start <= lower or self._mark(start - 1):
            return frozenset(range(lower, upper)) - own
        clause = token.head
        for _ in range(_LIMIT):
            if clause.dep_ in _CLAUSES or clause.head == clause:
                break
            clause = clause.head
        return frozenset(i for i in self._subtree(clause) if lower <= i < upper) - own

    # -- quotations ------------------------------------------------------------------------------

    def _continued(self) -> dict[tuple[int, int], _Report]:
        """The report that names the speaker of each quotation that says something by itself.

        One that bears on a part of it, one beside it in a sentence that it reaches into, else that
        of the quotation before it in the same paragraph, no sentence of the text's own between.
        """
        if self._goes_on is not None:
            return self._goes_on
        found: dict[tuple[int, int], _Report] = {}
        before: tuple[tuple[int, int], _Report] | None = None
        for place in self._quotations:
            start, end = place
            inner = range(start, end)
            if end - start < _LONG:
                continue
            sentences = {self._doc[i].sent.start: self._doc[i].sent for i in inner}
            reports = [r for s in sentences.values() for r in self._in(s) if r.cue not in inner]
            near = [r for r in reports if not r.scope.isdisjoint(inner)]
            if near:
                found[place] = near[0]
            elif before is not None and self._adjacent(before[0], place):
                found[place] = before[1]
            if place in found:
                before = (place, found[place])
        self._goes_on = found
        return found

    def _adjacent(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        between = self._doc[one[1] : other[0]]
        if any(t.is_space and "\n" in t.text for t in between):
            return False
        own = {t.sent.start for t in between if not t.is_punct and not t.is_space}
        return len(own) <= 1


def quotations(doc: Doc) -> Iterator[tuple[int, int]]:
    """The stretches between quotation marks, as tokens; none reaches over a paragraph's end."""
    start: int | None = None
    for token in doc:
        mark = token.text
        if token.is_space and "\n" in mark:
            start = None
        elif start is None and (mark in _OPENING or mark == '"'):
            start = token.i + 1
        elif start is not None and (mark in _CLOSING or mark in ('"', "“")):
            if token.i > start:
                yield start, token.i
            start = None
