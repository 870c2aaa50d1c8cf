"""Trees without the slips that a parser makes and a grammar excludes.

A parser judges every arc by itself, so a tree may have a verb with two subjects, a subject with a
preposition, or a noun that it takes for a symbol. `mended` gives a Doc with the same words that
has none of these: word classes follow the tags where one excludes the other, names that were torn
apart are joined, what has a preposition becomes a modifier, and a second subject or object goes to
the verb that lacks one. Trees that were right stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from spacy.attrs import DEP, HEAD, LEMMA, POS, TAG
from spacy.symbols import IDS
from spacy.tokens import Doc, Token

_KEY = "mended syntax"
_CORE = frozenset({"nsubj", "nsubj:pass", "obj", "iobj"})
_SUBJECTS = frozenset({"nsubj", "nsubj:pass"})
_NAME = frozenset({"NOUN", "PROPN", "NUM"})
_INSIDE = frozenset({"flat", "compound", "nmod", "nmod:desc", "appos", "nummod"})
_RELATIVES = frozenset({"that", "which", "whom"})
# The class that a tag belongs to: classes and tags are judged apart, and may contradict each other.
_CLASSES = {"NN": "NOUN", "NNS": "NOUN", "NNP": "PROPN", "NNPS": "PROPN"}
_CLASSES |= {"VB": "VERB", "VBD": "VERB", "VBZ": "VERB", "VBP": "VERB", "VBN": "VERB"}
_NO_WORDS = frozenset({"SYM", "PUNCT", "X"})
_NO_NOUNS = frozenset({"PART", "CCONJ", "NUM", "PRON", "AUX", *_NO_WORDS})
_PRONOUNS = ("one", "body", "thing", "self", "none")  # "nothing", tagged as a noun by convention
# Words before a number that bind to the number.
_ABOUT = frozenset({"up", "to", "about", "around", "over", "under", "some", "than", "between"})


def mended(doc: Doc) -> Doc:
    """A Doc with the same words, sentences and offsets as `doc`; made once for each `doc`."""
    known = doc.user_data.get(_KEY)
    if isinstance(known, Doc):
        return known
    tree = _Tree(doc)
    tree.mend()
    result = tree.doc() if tree.changed else doc
    doc.user_data[_KEY] = result
    return result


def _class(token: Token) -> str:
    """The class of a word, mended where its tag shows that it can be no such thing."""
    pos, tag = token.pos_, token.tag_
    if pos in _NO_WORDS and len(token.text) > 1 and token.text.isalpha():
        return _CLASSES.get(tag, "PROPN" if token.text[0].isupper() else "NOUN")
    if tag in ("NNP", "NNPS") and pos in ("NUM", "VERB"):
        return "PROPN"  # "the MT30", "the United States"
    noun = tag in ("NN", "NNS") and pos in _NO_NOUNS and token.text[0].isalpha()
    if noun and not token.lower_.endswith(_PRONOUNS):
        return "NOUN"
    return str(pos)


class _Tree:
    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._tokens = tokens = list(doc)  # spaCy makes each anew whenever it is asked for
        self.heads = [t.head.i for t in tokens]
        self.deps = [t.dep_ for t in tokens]
        self.pos = [_class(t) for t in tokens]
        self.changed = self.pos != [t.pos_ for t in tokens]

    def doc(self) -> Doc:
        """The tree as a Doc of its own."""
        old, tokens = self._doc, self._tokens
        new = Doc(
            old.vocab,
            words=[t.text for t in tokens],
            spaces=[bool(t.whitespace_) for t in tokens],
        )
        rows = old.to_array([TAG, LEMMA, POS, HEAD, DEP])
        rows[:, 2] = [IDS[pos] for pos in self.pos]
        heads = np.array(self.heads, dtype=np.int64) - np.arange(len(tokens))
        rows[:, 3] = heads.view(np.uint64)
        rows[:, 4] = [old.vocab.strings.add(dep) for dep in self.deps]
        # spaCy's stub takes the array for one of floats.
        new.from_array([TAG, LEMMA, POS, HEAD, DEP], rows)  # type: ignore[arg-type]
        for name, spans in old.spans.items():
            new.spans[name] = [new[s.start : s.end] for s in spans]
        return new

    def mend(self) -> None:
        for sent in self._doc.sents:
            words = self._tokens[sent.start : sent.end]
            for token in words:
                if self.deps[token.i] == "case" and token.pos_ == "ADP":
                    self._lift_case(token)
            for token in words:
                if self.deps[token.i] == "nmod" and self.heads[token.i] > token.i:
                    self._turn_back(token)
            for token in words:
                if self.deps[token.i] == "advcl" and token.tag_ == "VBG":
                    self._complement(token)
            for token in words:
                if self.deps[token.i] in _CORE:
                    self._join_name(token)
            for token in words:
                if self.deps[token.i] in _CORE:
                    self._free_phrase(token)
            for token in words:
                if self.deps[token.i] == "iobj" and not self._has(self.heads[token.i], "obj"):
                    self._set(token.i, self.heads[token.i], "obj")  # who receives, but nothing
            for token in words:
                if self.deps[token.i] in _SUBJECTS:
                    self._second_subject(token)
            for token in words:
                if self.deps[token.i] == "obj":
                    self._second_object(token)

    def _set(self, index: int, head: int, dep: str) -> None:
        if head == index or self._governs(index, head):
            return
        self.heads[index], self.deps[index] = head, dep
        self.changed = True

    def _governs(self, index: int, other: int) -> bool:
        """Whether `other` hangs below `index`, so that hanging `index` on it would be a loop."""
        for _ in range(len(self.heads)):
            if other == index:
                return True
            if self.heads[other] == other:
                return False
            other = self.heads[other]
        return True

    def _children(self, index: int) -> Iterator[int]:
        sent = self._tokens[index].sent
        for i in range(sent.start, sent.end):
            if self.heads[i] == index and i != index:
                yield i

    def _lift_case(self, token: Token) -> None:
        """A preposition of a name's second word belongs to the name."""
        i, head = token.i, self.heads[token.i]
        if self.deps[head] in ("flat", "compound") and i < min(head, self.heads[head]):
            self._set(i, self.heads[head], "case")

    def _turn_back(self, token: Token) -> None:
        """What has a preposition modifies a noun before it: "a visit by Kim to Seoul, where"."""
        cases = [c for c in self._children(token.i) if self.deps[c] == "case" and c < token.i]
        if not cases or cases[0] == token.sent.start:
            return
        head = cases[0] - 1
        while self.deps[head] in _INSIDE and self.heads[head] < token.i:
            head = self.heads[head]
        if self._tokens[head].pos_ in _NAME:
            self._set(token.i, head, "nmod")

    def _complement(self, token: Token) -> None:
        """A participle right behind its verb completes it: "ruled out buying tanks"."""
        i, head = token.i, self.heads[token.i]
        between = range(head + 1, i)
        particles = all(self.heads[k] == head and self.deps[k] == "compound:prt" for k in between)
        if head < i and particles and self._tokens[head].pos_ == "VERB":
            self._set(i, head, "xcomp")

    def _join_name(self, token: Token) -> None:
        """ "Donald" and "Trump", both subject of one verb."""
        i = token.i
        if i + 1 >= len(self.heads) or token.pos_ not in _NAME or token.sent.end <= i + 1:
            return
        following = self._tokens[i + 1]
        same = self.heads[i + 1] == self.heads[i] and self.deps[i + 1] == self.deps[i]
        if same and following.pos_ in ("NOUN", "PROPN"):
            self._set(i, i + 1, "compound")
            for child in list(self._children(i)):
                if child < i and self.deps[child] in ("det", "amod", "nummod", "case", "nmod:poss"):
                    self._set(child, i + 1, self.deps[child])

    def _free_phrase(self, token: Token) -> None:
        """What has a preposition is no subject and no object."""
        i = token.i
        cases = [
            c
            for c in self._children(i)
            if c < i and self.deps[c] == "case" and self._tokens[c].pos_ == "ADP"
        ]
        if not cases or (self._tokens[cases[0]].lower_ in _ABOUT and self._counted(i)):
            return
        first = cases[0]
        before = self._tokens[first - 1] if first > token.sent.start else None
        if self._tokens[first].lower_ == "of" and before is not None and before.pos_ in _NAME:
            self._set(i, before.i, "nmod")
            return
        head = self.heads[i]
        verb = self._verb_before(first, token.sent.start)
        if verb is not None and (head < verb or head > i):
            head = verb
        self._set(i, head, "obl")
        if self.deps[i] in _CORE:
            self.deps[i], self.changed = "obl", True

    def _counted(self, index: int) -> bool:
        number = any(self.deps[c] == "nummod" for c in self._children(index))
        return number or self._tokens[index].pos_ in ("NUM", "SYM")

    def _verb_before(self, index: int, start: int) -> int | None:
        for i in range(index - 1, start - 1, -1):
            if self._tokens[i].text in (",", ";", ":", "."):
                return None
            if self._tokens[i].pos_ == "VERB":
                return i
        return None

    def _second_subject(self, token: Token) -> None:
        i, head = token.i, self.heads[token.i]
        others = [c for c in self._children(head) if c != i and self.deps[c] in _SUBJECTS]
        if not others:
            return
        if token.lower_ in _RELATIVES and any(i < c < head for c in others):
            self._set(i, head, "obj")  # "the jet that Boeing builds"
        elif i > head and any(c < head for c in others) and token.pos_ in _NAME:
            verb = self._verb_before(i, token.sent.start)
            if verb is not None and verb >= head and not self._has(verb, "obj"):
                self._set(i, verb, "obj")

    def _second_object(self, token: Token) -> None:
        i, head = token.i, self.heads[token.i]
        if head >= i:
            return
        second = any(self.deps[c] == "obj" and c < i for c in self._children(head))
        verb = self._verb_before(i, token.sent.start)
        if verb is None or verb <= head or self._has(verb, "obj"):
            return
        if second or (self.heads[verb] == head and self.deps[verb] == "xcomp"):
            self._set(i, verb, "obj")

    def _has(self, index: int, dep: str) -> bool:
        return any(self.deps[c] == dep for c in self._children(index))
