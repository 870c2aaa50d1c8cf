"""Whether something is, is planned, may be or is not: the modality of a word in its sentence.

`judge` starts at the word that says it (a verb or a noun) and climbs the tree. What it meets on
the way (auxiliaries, negation, the verb or noun that it is a complement of, conditionals) bends
the judgement, from the inside out: "agreed to buy" is planned, "did not agree to buy" is denied,
"has not ruled out buying" is possible. The words stand in `ontology/frames/modality.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.syntax import words_of
from ontology.frames import Effects, ModalityWords

_COMPLEMENTS = frozenset({"xcomp", "ccomp", "csubj", "csubj:pass", "acl", "obj", "nsubj:pass"})
_NOMINAL_COMPLEMENTS = frozenset({"nsubj:pass", "obj", "nmod", "obl", "compound", "nsubj"})
_PREPOSITIONS = frozenset({"of", "for", "on", "about", "to", "into", "from", "in", "against", "at"})
_STOP = frozenset({"acl:relcl", "advcl:relcl", "parataxis", "appos", "root", "ROOT", "list"})
_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """A modality, and the words that made it so, from the inside out."""

    modality: str
    cues: tuple[str, ...] = ()


def bend(inner: str, effect: str) -> str:
    """What `inner` becomes under a word with `effect`.

    Denial of a denial leaves it open; what is denied inside stays denied under plans and doubts.
    """
    if effect == "asserted":
        return inner
    if effect == "denied":
        return "possible" if inner == "denied" else "denied"
    if inner == "denied":
        return inner
    if effect == "possible" or inner == "possible":
        return "possible"
    return "planned"


class _Climb:
    def __init__(self, words: ModalityWords) -> None:
        self.words = words
        self.modality = "asserted"
        self.cues: list[str] = []

    def apply(self, effect: str | None, cue: Token) -> None:
        if effect is None:
            return
        bent = bend(self.modality, effect)
        if bent != self.modality:
            self.modality = bent
            self.cues.append(cue.text)


def judge(token: Token, *, words: ModalityWords, base: str | None = None) -> Judgement:
    """The modality of what `token` says; `base` is what its frame makes of it."""
    climb = _Climb(words)
    climb.modality = base or "asserted"
    here = token
    _own(climb, here)
    for _ in range(_LIMIT):
        dep, head = here.dep_, here.head
        if head == here or dep in _STOP:
            break
        if dep == "conj":
            if not _shares(here):
                break
            here = head
            _own(climb, here, shared=True)
            continue
        if dep in ("advcl", "acl"):
            if not _clause(climb, here, head):
                break
        elif dep in ("xcomp", "ccomp", "csubj", "csubj:pass"):
            _govern(climb, head)
        elif dep in _NOMINAL_COMPLEMENTS:
            if not _nominal(climb, here, head):
                break
        elif dep not in ("amod", "nmod:poss", "nmod:desc") or here.pos_ not in ("NOUN", "VERB"):
            break
        here = head
    if _asked(token) and climb.modality == "asserted":
        climb.modality = "possible"
        climb.cues.append("?")
    return Judgement(climb.modality, tuple(climb.cues))


def _shares(token: Token) -> bool:
    """Whether a coordinated word stands under the auxiliaries of the first one."""
    if token.pos_ in ("NOUN", "PROPN"):
        return True
    return not any(
        c.dep_ in ("nsubj", "nsubj:pass", "aux", "aux:pass", "cop", "mark", "expl")
        for c in token.children
    ) and token.tag_ not in ("VBD", "VBZ", "VBP")


def _own(climb: _Climb, token: Token, *, shared: bool = False) -> None:
    """What stands beside the word itself: auxiliaries, negation, adverbs, adjectives."""
    words = climb.words
    for child in token.children:
        lemma = child.lemma_.lower()
        if child.dep_ in ("aux", "cop", "aux:pass"):
            effect = words.auxiliaries.get(child.lower_, words.auxiliaries.get(lemma))
            if lemma == "be" and _to_follows(token, child):
                effect = "planned"
            climb.apply(effect, child)
            if child.dep_ == "aux" and lemma == "go" and not shared:
                climb.apply("planned", child)
        elif child.dep_ in ("advmod", "amod", "det", "compound", "discourse", "case"):
            climb.apply(_modifier(token, child, words), child)
        elif child.dep_ == "mark" and child.tag_ != "TO":
            climb.apply(words.conjunctions.get(child.lower_), child)


def _modifier(token: Token, child: Token, words: ModalityWords) -> str | None:
    if child.lower_ in words.negations or child.lower_ in ("n't", "n’t"):
        following = [t.lower_ for t in child.doc[child.i + 1 : child.i + 2]]
        phrase = " ".join([child.lower_, *following])
        return None if phrase in words.not_negations else "denied"
    text = " ".join(t.lower_ for t in sorted([*child.children, child], key=lambda t: t.i))
    if text in words.negations:
        return "denied"
    found = words.modifiers.get(text) or words.modifiers.get(child.lower_)
    if found is None and child.pos_ == "VERB" and token.pos_ == "NOUN":
        found = words.modifiers.get(child.lemma_.lower())
    return found


def _to_follows(token: Token, auxiliary: Token) -> bool:
    """ "is to buy": a form of "be" with the infinitive's "to" right after it."""
    if any(c.dep_ == "nsubj:outer" and c.pos_ in ("NOUN", "PRON") for c in token.children):
        outer = next(c for c in token.children if c.dep_ == "nsubj:outer")
        if outer.lemma_ in ("aim", "goal", "plan", "idea", "purpose", "task", "mission"):
            return True
    return any(
        c.tag_ == "TO" and c.i > auxiliary.i and c.i - auxiliary.i <= 3 for c in token.children
    )


def _govern(climb: _Climb, head: Token) -> None:
    """The head of a complement, and then what stands beside that head."""
    table = _table(climb.words, head)
    climb.apply(next((table[w] for w in words_of(head) if w in table), None), head)
    _own(climb, head)


def _table(words: ModalityWords, head: Token) -> Effects:
    if head.pos_ in ("NOUN", "PROPN"):
        return words.nouns
    if head.pos_ == "ADJ":
        return words.adjectives
    if head.pos_ in ("VERB", "AUX"):
        merged = dict(words.verbs)
        if any(c.dep_ in ("aux:pass", "cop") for c in head.children):
            merged.update(words.adjectives)
        return merged
    return {}


def _clause(climb: _Climb, token: Token, head: Token) -> bool:
    """An adverbial clause or a clause on a noun; whether to climb on."""
    marks = [c for c in token.children if c.dep_ == "mark"]
    infinitive = any(c.tag_ == "TO" for c in marks)
    if token.dep_ == "acl":
        if not marks:
            return False  # a participle: "jets made by"
        table = climb.words.nouns
        lemma = head.lemma_.lower()
        if lemma in table:
            climb.apply(table[lemma], head)
        elif infinitive and head.pos_ == "NOUN" and climb.modality == "asserted":
            first = {c.lower_ for c in head.children} & {"first", "only", "last", "second"}
            if not first:
                climb.apply("planned", head)
        _own(climb, head)
        return True
    if infinitive:
        table = _table(climb.words, head)
        climb.apply(next((table[w] for w in words_of(head) if w in table), "planned"), head)
        _own(climb, head)
        return True
    return False


def _nominal(climb: _Climb, token: Token, head: Token) -> bool:
    """A noun as an argument of a verb or of another noun; whether to climb on."""
    words = climb.words
    if token.dep_ in ("nmod", "obl"):
        cases = [c.lower_ for c in token.children if c.dep_ == "case"]
        if not cases or cases[0] not in _PREPOSITIONS:
            return False
    table = _table(words, head)
    effect = next((table[w] for w in words_of(head) if w in table), None)
    light = any(w in words.transparent for w in words_of(head))
    if token.dep_ in ("nsubj", "obl") and effect is None and not light:
        return False
    climb.apply(effect, head)
    _own(climb, head)
    return effect is not None or light or token.dep_ in ("obj", "nsubj:pass", "compound")


def _asked(token: Token) -> bool:
    sentence = token.sent
    return len(sentence) > 0 and sentence[-1].text == "?"
