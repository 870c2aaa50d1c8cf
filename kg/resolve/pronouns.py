"""Pronouns: he, she, it and their forms by agreement, salience and what they own.

They, and what two names joined by "and" do together, refer to both. A pronoun that the features
do not fix with the thresholds' margin stays without an entity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc, Token

from kg.documents import Mention
from kg.resolve.antecedents import (
    Referent,
    arguments_of_one_verb,
    before,
    choose,
    clause,
    joined_pair,
    salience,
)
from kg.resolve.knowledge import Knowledge

PERSON = frozenset({"he", "she", "him", "his", "her", "himself", "herself"})
THING = frozenset({"it", "its", "itself"})
PLURAL = frozenset({"they", "their", "them", "themselves"})
_POSSESSIVE = frozenset({"his", "her", "its", "their"})
_SHE = frozenset({"she", "her", "herself"})
_HE = frozenset({"he", "him", "his", "himself"})
_THINGS = frozenset(
    {"Company", "GovernmentBody", "ArmedForce", "Country", "InternationalOrganization", "Equipment"}
)
_OWNS = {
    "Country": "navy army government minister capital president parliament ally neighbour neighbor "
    "border territory airspace soldier troop military territory citizen coast premier ambassador "
    "economy embassy constitution sovereignty gdp rival airforce",
    "Company": "share plant factory subsidiary parent customer shipyard yard headquarters product "
    "revenue shareholder employee profit turnover backlog stock board founder owner",
    "Equipment": "range endurance engine wingspan payload warhead speed hull displacement crew "
    "radar sensor armament predecessor successor variant fuselage turret gun magazine ceiling",
}
_OWNERS = {noun: type_ for type_, nouns in _OWNS.items() for noun in nouns.split()}
_EQUIPMENT_VERBS = frozenset({"fly", "weigh", "carry", "cruise", "displace", "measure", "fire"})
_ALONE = frozenset({"nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:agent", "conj", "nmod"})
_EXPLETIVES = frozenset({"expl", "expl:pv"})


def resolve(
    doc: Doc, earlier: Sequence[Referent], sentences: Sequence[int], known: Knowledge
) -> Iterator[Mention]:
    """The pronouns whose antecedent is fixed, in the order of the text."""
    genders: dict[str, bool] = {}
    earlier = list(earlier)
    for token in doc:
        word = token.lower_
        if token.pos_ not in ("PRON", "DET") or token.dep_ in _EXPLETIVES:
            continue
        if word in PLURAL:
            yield from _plural(token, earlier, sentences)
            continue
        if word == "both" and token.dep_ in _ALONE:
            pair = joined_pair(earlier, token, sentence=sentences[token.i])
            for referent in sorted(pair or (), key=lambda r: r.entity):
                yield _mention(token, referent, sentences, f"“{token.text}” of two joined names")
            continue
        if word not in PERSON | THING:
            continue
        types = frozenset({"Person"}) if word in PERSON else _THINGS
        choice = choose(
            (score, referent, why)
            for referent in before(
                earlier,
                token,
                sentence=sentences[token.i],
                types=types,
                window=known.thresholds.window,
            )
            if (found := _score(token, referent, sentences, genders)) is not None
            for score, why in (found,)
        )
        limits = known.thresholds
        least = limits.person if word in PERSON else limits.pronoun
        if choice is None or choice.score < least or choice.margin < limits.pronoun_margin:
            continue
        if word in PERSON:
            genders[choice.referent.entity] = word in _SHE
        yield _mention(token, choice.referent, sentences, f"“{token.text}”: {choice.reason}")
        earlier.append(_again(token, choice.referent, sentences))


def persons(found: Iterable[Mention]) -> dict[int, frozenset[str]]:
    """The persons whom each pronoun means, by its offset in the text."""
    whose: dict[int, frozenset[str]] = {}
    for mention in found:
        if mention.type == "Person":
            whose[mention.start] = whose.get(mention.start, frozenset()) | {mention.entity}
    return whose


def _again(token: Token, referent: Referent, sentences: Sequence[int]) -> Referent:
    """A pronoun that was resolved, as an antecedent of the next ones."""
    name = replace(
        referent.name,
        start=token.idx,
        end=token.idx + len(token),
        i=token.i,
        j=token.i + 1,
        sentence=sentences[token.i],
    )
    return replace(referent, name=name, head=token)


def _score(
    token: Token, referent: Referent, sentences: Sequence[int], genders: dict[str, bool]
) -> tuple[float, str] | None:
    """The score of an antecedent, or None where grammar or gender forbid it."""
    word, here = token.lower_, sentences[token.i]
    possessive = word in _POSSESSIVE and token.dep_ == "nmod:poss"
    if word in PERSON and genders.get(referent.entity, word in _SHE) != (word in _SHE):
        return None
    if referent.name.sentence == here:
        if not possessive and not word.endswith("self") and arguments_of_one_verb(token, referent):
            return None  # two arguments of one verb are not the same
        if possessive and (
            token.head in referent.head.ancestors
            or (token.head.dep_ == "appos" and token.head.head == referent.head)
        ):
            return None  # "its ally Turkey", "Rafael, its Israeli maker"
        relative = not possessive and clause(token).dep_ == "acl:relcl"
        if relative and clause(token).head == referent.head:
            return None  # "the AH-1Z, of which it received twelve"
    score = salience(referent, sentence=here)
    reasons = [f"“{referent.name.text}” stands before it"]
    subject = referent.role.startswith("nsubj")
    if subject:
        reasons = [f"“{referent.name.text}” is the subject before it"]
    near = possessive and referent.name.sentence == here and subject
    if near and clause(token) == clause(referent.head):
        score += 1.0
        reasons.append("in the same clause")
    if word == "it" and not token.dep_.startswith("nsubj"):
        score -= 0.6  # objects often mean a thing that no name stands for
    if subject and token.dep_.startswith("nsubj"):
        score += 0.6
        reasons.append("both are subjects")
    if word in THING:
        wanted = _OWNERS.get(token.head.lemma_.lower()) if possessive else None
        if wanted is None and not possessive and token.head.lemma_.lower() in _EQUIPMENT_VERBS:
            wanted = "Equipment"
        if wanted is not None:
            same = wanted == referent.type
            score += 1.2 if same else -0.8
            if same:
                reasons.append(f"“{token.head.text}” goes with a {wanted}")
    return score, ", ".join(reasons)


def _plural(
    token: Token, earlier: Sequence[Referent], sentences: Sequence[int]
) -> Iterator[Mention]:
    """ "They" after "Turkey and Japan": the last subjects that are joined by "and"."""
    here = sentences[token.i]
    near = [
        r
        for r in earlier
        if r.name.j <= token.i and here - r.name.sentence <= 1 and r.type not in ("Place", "Topic")
    ]
    groups: dict[int, list[Referent]] = {}
    for r in near:
        first = r.head
        while first.dep_ == "conj" and first.head != first:
            first = first.head
        if first.dep_.startswith("nsubj"):
            groups.setdefault(first.i, []).append(r)
    pairs = [g for g in groups.values() if len({r.entity for r in g}) > 1]
    if not pairs:
        return
    last = pairs[-1]
    if len({r.type for r in last}) > 1 or any(
        r.name.start > last[-1].name.end and r.role.startswith("nsubj") for r in near
    ):
        return
    for entity in sorted({r.entity for r in last}):
        r = next(x for x in last if x.entity == entity)
        yield _mention(token, r, sentences, f"“{token.text}”: one of the joined subjects before it")


def _mention(token: Token, referent: Referent, sentences: Sequence[int], reason: str) -> Mention:
    return Mention(
        start=token.idx,
        end=token.idx + len(token),
        type=referent.type,
        sentence=sentences[token.i],
        entity=referent.entity,
        kind="pronoun",
        reason=reason,
    )
