"""The modality of a word from what governs it: auxiliaries, negation, plans, wishes, conditions.

`judge` starts at the word that says something (a verb or a noun) and climbs the tree. What it
meets on the way (auxiliaries, negation, the verb or noun that it is a complement of, conditionals)
bends the judgement, from the inside out: "agreed to buy" is planned, "did not agree to buy" is
denied, "has not ruled out buying" is possible. The words stand in `ontology/frames/modality.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.syntax import is_verb, preposition, words_of
from ontology.frames import Effects, ModalityWords

_NOMINAL_COMPLEMENTS = frozenset({"nsubj:pass", "obj", "nmod", "obl", "compound", "nsubj"})
_PREPOSITIONS = frozenset({"of", "for", "on", "about", "to", "into", "from", "in", "against", "at"})
_ADJUNCT_PREPOSITIONS = frozenset({"in", "at", "from"})  # rarely a verb's complement
_CLAUSE_PREPOSITIONS = frozenset({"of", "for", "from", "about", "on", "to", "in", "at", "against"})
_STOP = frozenset({"acl:relcl", "advcl:relcl", "parataxis", "appos", "root", "ROOT", "list"})
_ARGUMENTS = frozenset({"nsubj", "nsubj:pass", "obj", "obl", "obl:agent"})
_CLAUSE = frozenset({"xcomp", "ccomp", "csubj", "csubj:pass"})
_OPEN = frozenset({"whether", "if"})
_ORDINAL = re.compile(r"(?:\d+(?:st|nd|rd|th)|first|second|third|last|only|next|\w+(?:th))\Z")
_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """A modality, the words that made it so, from the inside out, and whether that is clear.

    `clear` is false where the words that were found also have readings that leave the fact alone.
    """

    modality: str
    cues: tuple[str, ...] = ()
    clear: bool = True


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
    def __init__(self, words: ModalityWords, base: str, neutral: Collection[str]) -> None:
        self.words = words
        self.modality = base
        self.neutral = neutral
        self.cues: list[str] = []
        self.clear = True
        self._used: set[int] = set()
        self.open = False  # passed "whether": a negation above no longer denies

    def apply(self, effect: str | None, cue: Token, *, clear: bool = True) -> None:
        if effect is None or (effect == "denied" and self.open) or cue.lower_ in self.neutral:
            return
        if cue.i in self._used:
            return
        self._used.add(cue.i)
        bent = bend(self.modality, effect)
        if bent != self.modality:
            self.modality = bent
            self.cues.append(cue.text)
            self.clear = self.clear and clear

    def effect(self, head: Token, table: Effects, *, noun: bool = False) -> str | None:
        """What the table says of a word; of a noun's governor only if it is no part of the noun's
        own saying."""
        words = words_of(head)
        if noun and any(w in self.neutral for w in words):
            return None
        return next((table[w] for w in words if w in table), None)


def judge(
    token: Token,
    *,
    words: ModalityWords,
    base: str | None = None,
    neutral: Collection[str] = (),
) -> Judgement:
    """The modality of what `token` says.

    `base` is what its frame makes of it; words in `neutral` bend nothing, as they are part of
    what is said ("agree" where a deal is what is said).
    """
    climb = _Climb(words, base or "asserted", neutral)
    here = token
    _own(climb, here)
    _headline(climb, here)
    for _ in range(_LIMIT):
        dep, head = here.dep_, here.head
        if head == here or dep in _STOP:
            break
        if dep == "conj":
            if not _shares(here):
                break
            here = head
            _own(climb, here, shared=True)
            _headline(climb, here)
            continue
        if dep in ("advcl", "acl"):
            if not _clause(climb, here, head):
                break
        elif dep in _CLAUSE:
            climb.open = climb.open or any(
                c.dep_ == "mark" and c.lower_ in _OPEN for c in here.children
            )
            _govern(climb, here, head)
        elif dep in _NOMINAL_COMPLEMENTS:
            if not _nominal(climb, here, head):
                break
        elif dep not in ("nmod:poss", "nmod:desc") or here.pos_ != "NOUN":
            break
        here = head
    if _asked(token) and climb.modality == "asserted":
        climb.modality = "possible"
        climb.cues.append("?")
    return Judgement(climb.modality, tuple(climb.cues), climb.clear)


def _shares(token: Token) -> bool:
    """Whether a coordinated word stands under the auxiliaries of the first one."""
    if token.pos_ in ("NOUN", "PROPN"):
        return True
    return not any(
        c.dep_ in ("nsubj", "nsubj:pass", "aux", "aux:pass", "cop", "mark", "expl")
        for c in token.children
    ) and token.tag_ not in ("VBD", "VBZ", "VBP")


def _headline(climb: _Climb, token: Token) -> None:
    """ "Poland to buy tanks": an infinitive as the main verb is a headline's future."""
    if token.dep_.lower() != "root" or not is_verb(token):
        return
    to = next((c for c in token.children if c.tag_ == "TO"), None)
    subject = any(c.dep_ in ("nsubj", "nsubj:pass") and c.i < token.i for c in token.children)
    if to is not None and subject and not any(c.dep_ == "aux" for c in token.children):
        climb.apply("planned", to)


def _own(climb: _Climb, token: Token, *, shared: bool = False) -> None:
    """What stands beside the word itself: auxiliaries, negation, adverbs, adjectives."""
    words = climb.words
    for child in token.children:
        lemma = child.lemma_.lower()
        if child.dep_ in ("aux", "cop", "aux:pass"):
            effect = words.auxiliaries.get(child.lower_, words.auxiliaries.get(lemma))
            if lemma in ("be", "have") and _to_follows(token, child):
                effect = "denied" if _yet(token, child) else "planned" if lemma == "be" else None
            elif lemma in ("would", "should") and _reported(token, words):
                effect = "planned"
            climb.apply(effect, child)
            if child.dep_ == "aux" and lemma == "go" and not shared:
                climb.apply("planned", child)
        elif child.dep_ in ("advmod", "amod", "det", "compound", "discourse", "case"):
            climb.apply(_modifier(token, child, words), child)
        elif child.dep_ in ("cc", "preconj") and child.lower_ in ("nor", "neither"):
            turned = child.doc[child.i + 1].head == token and child.doc[child.i + 1].dep_ == "aux"
            if turned and not shared:  # "nor has it bought"
                climb.apply("denied", child)
        elif child.dep_ == "mark" and child.tag_ != "TO":
            if child.lower_ in words.negations:
                climb.apply("denied", child)
            climb.apply(words.conjunctions.get(child.lower_), child)
        elif child.dep_ in _ARGUMENTS and is_verb(token):
            _argument(climb, child)
    before = preposition(token)
    if before in ("instead of", "rather than"):
        climb.apply("denied", next(c for c in token.lefts if c.dep_ in ("case", "mark")))
    elif before == "ahead of" and token.pos_ == "NOUN":
        cue = next(c for c in token.lefts if c.dep_ in ("case", "mark"))
        climb.apply("planned", cue, clear=False)


def _argument(climb: _Climb, argument: Token) -> None:
    """A negation on a subject or object: "no firm bid", "neither signed", "signed nothing"."""
    words = climb.words
    if argument.lower_ in words.negations:
        climb.apply("denied", argument)
        return
    for child in argument.children:
        if child.dep_ in ("det", "cc:preconj") and child.lower_ in words.negations:
            climb.apply(_modifier(argument, child, words), child)
            return


def _modifier(token: Token, child: Token, words: ModalityWords) -> str | None:
    if child.lower_ in words.negations or child.lower_ in ("n't", "n’t"):
        following = [t.lower_ for t in child.doc[child.i + 1 : child.i + 2]]
        phrase = " ".join([child.lower_, *following])
        return None if phrase in words.not_negations else "denied"
    text = " ".join(t.lower_ for t in sorted([*child.children, child], key=lambda t: t.i))
    if text in words.negations:
        return "denied"
    found = words.modifiers.get(text)
    if found is None and not any(c.lower_ == "as" for c in child.children):  # "as soon as"
        found = words.modifiers.get(child.lower_)
    if found is None and child.pos_ == "VERB" and token.pos_ == "NOUN":
        found = words.modifiers.get(child.lemma_.lower())
    return found


def _reported(token: Token, words: ModalityWords) -> bool:
    """Whether the verb's clause is what somebody said, where "would" is a past "will"."""
    head = token.head
    return (
        token.dep_ == "ccomp" and head != token and any(w in words.reports for w in words_of(head))
    )


def _finite(token: Token) -> bool:
    """Whether a clause states something in the past or the present, without "will" or "may"."""
    helpers = [c for c in token.children if c.dep_ in ("aux", "aux:pass", "cop")]
    tags = {t.tag_ for t in (token, *helpers)}
    return bool(tags & {"VBD", "VBZ", "VBP"}) and "MD" not in tags


def _perfect(token: Token) -> bool:
    """ "to have bought"."""
    return any(c.dep_ == "aux" and c.lower_ == "have" for c in token.children)


def _yet(token: Token, auxiliary: Token) -> bool:
    """ "has yet to buy", "is yet to buy"."""
    return any(t.lower_ == "yet" for t in token.doc[auxiliary.i + 1 : token.i])


def _to_follows(token: Token, auxiliary: Token) -> bool:
    """ "is to buy": a form of "be" with the infinitive's "to" right after it."""
    if any(c.dep_ == "nsubj:outer" and c.pos_ in ("NOUN", "PRON") for c in token.children):
        outer = next(c for c in token.children if c.dep_ == "nsubj:outer")
        if outer.lemma_ in ("aim", "goal", "plan", "idea", "purpose", "task", "mission"):
            return True
    return any(
        c.tag_ == "TO" and c.i > auxiliary.i and c.i - auxiliary.i <= 3 for c in token.children
    )


def _govern(climb: _Climb, token: Token, head: Token) -> None:
    """The head of a complement, and then what stands beside that head."""
    if head.lemma_ in ("have", "be") and any(t.lower_ == "yet" for t in head.doc[head.i : token.i]):
        climb.apply("denied", head)  # "has yet to decide"
        return
    effect = climb.effect(head, _table(climb.words, head))
    if head.lower_ == "going" and any(c.tag_ == "TO" for c in token.children):
        effect = "planned"
    fact = token.dep_ == "ccomp" and _finite(token)
    if effect == "planned" and fact:
        effect = None  # "announced that it had bought"
    if (
        effect == "possible"
        and _perfect(token)
        and any(c.dep_ == "aux:pass" for c in head.children)
    ):
        effect = None  # "is thought to have bought"
    climb.apply(effect, head)
    if fact and effect is None:
        return  # "it may be said that it had bought"
    if any(w in climb.words.reports for w in words_of(head)):
        # "did not say that it had bought": what is not said may still be so.
        climb.open = True
    _own(climb, head)


def _table(words: ModalityWords, head: Token) -> Effects:
    if head.pos_ in ("NOUN", "PROPN"):
        return words.nouns
    if head.pos_ == "ADJ":
        return words.adjectives
    if is_verb(head):
        merged = dict(words.verbs)
        if any(c.dep_ in ("aux:pass", "cop") for c in head.children):
            merged.update(words.adjectives)
        return merged
    return {}


def _clause(climb: _Climb, token: Token, head: Token) -> bool:
    """An adverbial clause or a clause on a noun; whether to climb on."""
    marks = [c for c in token.children if c.dep_ in ("mark", "case")]
    infinitive = any(c.tag_ == "TO" for c in marks)
    effect = climb.effect(head, _table(climb.words, head))
    if token.dep_ == "acl":
        if not marks:
            return False  # a participle: "jets made by"
        if effect is not None and not (
            _finite(token) and any(w in climb.neutral for w in words_of(head))
        ):
            climb.apply(effect, head)
        elif infinitive and head.pos_ in ("NOUN", "PROPN", "NUM") and climb.modality == "asserted":
            told = [c.lower_ for c in head.children]
            if not any(_ORDINAL.match(t) for t in told) and not _ORDINAL.match(head.lower_):
                climb.apply("planned", head, clear=False)
        _own(climb, head)
        return True
    if infinitive:
        climb.apply(effect or "planned", head, clear=effect is not None)
        _own(climb, head)
        return True
    prep = preposition(token)
    short = prep == "of" and any(c.lower_ == "short" for c in head.children)
    if prep == "against" or short:
        climb.apply("denied", head)
    elif prep in _CLAUSE_PREPOSITIONS and effect is not None:
        climb.apply(effect, head)
    else:
        return False
    _own(climb, head)
    return True


def _nominal(climb: _Climb, token: Token, head: Token) -> bool:
    """A noun as an argument of a verb or of another noun; whether to climb on."""
    words = climb.words
    cases: list[str] = []
    if token.dep_ in ("nmod", "obl"):
        cases = [c.lower_ for c in token.children if c.dep_ == "case"]
        if not cases or cases[0] not in _PREPOSITIONS:
            return False
        if cases[0] == "against" and head.lemma_ in ("decide", "vote", "opt", "advise"):
            climb.apply("denied", head)
            return True
    light = any(w in words.transparent for w in words_of(head))
    effect = climb.effect(head, _table(words, head), noun=True)
    light = light or any(w in climb.neutral for w in words_of(head))
    if light and effect == "planned" and is_verb(head):
        effect = None  # a deal that is signed, a sale that is announced
    adjunct = token.dep_ == "obl" and cases[0] in _ADJUNCT_PREPOSITIONS and is_verb(head)
    if adjunct and effect not in (None, "denied"):
        return False  # "ordered them in two contracts"
    if effect is None and not light:
        return token.dep_ == "compound"
    if token.dep_ == "nsubj" and effect not in (None, "denied") and head.pos_ != "ADJ":
        return False  # "the deal expects": a subject is no complement
    climb.apply(effect, head)
    _own(climb, head)
    return True


def _asked(token: Token) -> bool:
    sentence = token.sent
    return len(sentence) > 0 and sentence[-1].text == "?"
