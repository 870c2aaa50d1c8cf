"""Descriptions: "the company", "the Ankara-based firm", "the minister", "the two countries"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from kg.documents import Mention
from kg.extract.lookup import look_up
from kg.resolve.antecedents import (
    Referent,
    arguments_of_one_verb,
    before,
    choose,
    joined_pair,
    salience,
)
from kg.resolve.knowledge import Knowledge
from kg.resolve.names import words
from ontology.catalogue import normal_name

_DEFINITE = frozenset({"the", "this", "that", "these", "those", "both"})
_INSIDE = frozenset({"amod", "compound", "nummod", "punct", "det", "obl:npmod", "nmod", "obl"})
_OF_TWO = {"former": 0, "latter": 1}
_NEVER_ALONE = frozenset({"official", "officer", "capital", "group", "class", "type", "island"})


def resolve(
    doc: Doc, earlier: Sequence[Referent], sentences: Sequence[int], known: Knowledge
) -> Iterator[Mention]:
    """The descriptions whose entity is fixed, in the order of the text."""
    named = {k for r in earlier for k in range(r.name.i, r.name.j)}
    for token in doc:
        if token.lower_ in _OF_TWO:
            yield from _one_of_two(doc, token, earlier, sentences)
            continue
        if token.pos_ not in ("NOUN", "PROPN") or token.i in named:
            continue
        start = _definite(token)
        if start is None or _named_beside(token, named):
            continue
        types = frozenset(known.description.get(_noun(token, known), ()))
        if _is_plural(token):
            types = (types - {"Equipment"}) or frozenset(
                known.collective.get(token.lemma_.lower(), ())
            )
            if types:
                yield from _several(doc, start, token, earlier, sentences, types, known)
        elif types and token.lemma_.lower() not in _NEVER_ALONE:
            yield from _one(doc, start, token, earlier, sentences, types, known)


def _noun(token: Token, known: Knowledge) -> str:
    """The description noun that a token ends: "prime minister", else "minister"."""
    lemma = token.lemma_.lower() or token.lower_
    if token.i > 0:
        two = f"{token.doc[token.i - 1].lower_} {lemma}"
        if two in known.description:
            return two
    return lemma


def _definite(token: Token) -> int | None:
    """Where the definite phrase that a noun heads begins, or None."""
    for k in range(token.i - 1, max(-1, token.i - 7), -1):
        word = token.doc[k]
        if word.lower_ in _DEFINITE and (word.head == token or word.head.i <= token.i):
            inner = range(k + 1, token.i)
            if all(token.doc[m] == token or _within(token.doc[m], token) for m in inner):
                return k
            return None
        if word.is_sent_start or (word.pos_ in ("VERB", "ADP") and word.dep_ == "case"):
            return None
    return None


def _within(word: Token, head: Token) -> bool:
    return head in word.ancestors


def _named_beside(token: Token, named: set[int]) -> bool:
    """Whether a name stands beside the noun, so that it says who is meant: "the maker Baykar"."""
    if any(child.dep_ == "nmod:poss" for child in token.children):
        return True  # "the North's leader"
    for child in token.children:
        if child.i > token.i and child.i in named and child.dep_ in ("appos", "flat", "compound"):
            return True
        if child.dep_ in ("nmod", "acl:relcl", "acl") and child.i > token.i:
            return True  # "the minister of …", "the country that …" bring their own meaning
    return token.dep_ in ("compound", "flat") or (token.dep_ == "appos" and token.head.i in named)


def _is_plural(token: Token) -> bool:
    return token.tag_ in ("NNS", "NNPS") or "Plur" in token.morph.get("Number", [])


def _one(
    doc: Doc,
    start: int,
    token: Token,
    earlier: Sequence[Referent],
    sentences: Sequence[int],
    types: frozenset[str],
    known: Knowledge,
) -> Iterator[Mention]:
    here = sentences[token.i]
    found = before(earlier, doc[start], sentence=here, types=types, window=known.thresholds.window)
    alone = {t: len({r.entity for r in found if r.type == t}) == 1 for t in types}
    home, seat = _origin(doc, start, token, known)
    scored = []
    for referent in found:
        if referent.name.sentence == here and arguments_of_one_verb(token, referent):
            continue
        judged = _fits(token, referent, home, seat, known)
        if judged is None:
            continue
        bonus, why = judged
        score = (
            0.6 * salience(referent, sentence=here) + bonus + (1.0 if alone[referent.type] else 0)
        )
        if alone[referent.type]:
            why += f", the only {referent.type} near"
        scored.append((score, referent, why))
    choice = choose(scored)
    limits = known.thresholds
    if (
        choice is None
        or choice.score < limits.description
        or choice.margin < limits.description_margin
    ):
        return
    yield _mention(doc, start, token, choice.referent, sentences, choice.reason)


def _origin(doc: Doc, start: int, token: Token, known: Knowledge) -> tuple[frozenset[str], str]:
    """The states and the town that the phrase names: "the Turkish maker", "the Ankara firm"."""
    states: set[str] = set()
    town = ""
    for k in range(start + 1, token.i):
        for hit in look_up(doc[k].text, known.catalogue):
            if hit.type == "Country" and hit.how != "metonym":
                states.add(hit.row.id)
            elif hit.type == "Place":
                town = normal_name(hit.row.name)
    return frozenset(states), town


def _fits(
    token: Token, referent: Referent, home: frozenset[str], seat: str, known: Knowledge
) -> tuple[float, str] | None:
    """What speaks for or against an entity by its kind, home and posts; None: impossible."""
    row, lemma = referent.row, token.lemma_.lower()
    bonus, why = 0.0, f"“{token.text}” after “{referent.name.text}”"
    if referent.type == "Country" and lemma in ("company", "firm", "maker"):
        return None
    if home:
        state = row.country if row is not None else ""
        if referent.type == "Country":
            return None
        if state and state not in home:
            return None
        bonus += 1.5 if state in home and state else -0.5
    if seat and row is not None and row.seat:
        known_seat = known.catalogue.rows.get(row.seat)
        name = normal_name(known_seat.name if known_seat else row.seat)
        if name != seat:
            return None
        bonus += 1.5
    if referent.type == "Person":
        noun = words(token.text)[-1:]
        if referent.posts:
            bonus += 1.5 if set(noun) & {w.lower() for w in referent.posts} else -1.5
    if referent.type == "Equipment" and row is not None and row.category:
        category = known.catalogue.rows.get(row.category)
        kinds = {w for n in (category.names if category else ()) for w in words(n)}
        general = {"system", "platform", "weapon", "machine", "model", "variant", "type", "vehicle"}
        if lemma in kinds:
            bonus += 1.2
        elif lemma not in general:
            bonus -= 1.5 if lemma != "aircraft" else 0.3
    if referent.type in ("GovernmentBody", "ArmedForce", "InternationalOrganization"):
        names = {w for n in (row.names if row else (referent.name.text,)) for w in words(n)}
        bonus += 1.0 if lemma in names or _american(lemma) in names else -0.6
    return bonus, why


def _american(lemma: str) -> str:
    return {"organisation": "organization", "programme": "program"}.get(lemma, lemma)


def _one_of_two(
    doc: Doc, token: Token, earlier: Sequence[Referent], sentences: Sequence[int]
) -> Iterator[Mention]:
    """ "The former", "the latter": of the last two joined names."""
    if token.i == 0 or doc[token.i - 1].lower_ != "the" or token.dep_ in ("amod", "advmod"):
        return
    pair = joined_pair(earlier, token, sentence=sentences[token.i])
    if pair is not None:
        chosen = pair[_OF_TWO[token.lower_]]
        why = f"“{token.text}” of “{pair[0].name.text}” and “{pair[1].name.text}”"
        yield _mention(doc, token.i - 1, token, chosen, sentences, why)


def _several(
    doc: Doc,
    start: int,
    token: Token,
    earlier: Sequence[Referent],
    sentences: Sequence[int],
    types: frozenset[str],
    known: Knowledge,
) -> Iterator[Mention]:
    """ "The two countries", "both sides": the two that the sentences before name, if only two."""
    phrase = {t.lower_ for t in doc[start : token.i]}
    if not phrase & {"two", "both", "three"}:
        return
    wanted = 3 if "three" in phrase else 2
    here = sentences[token.i]
    found: dict[int, list[list[Referent]]] = {}
    for type_ in sorted(types):
        for reach in range(known.thresholds.window + 1):
            near = before(
                earlier, doc[start], sentence=here, types=frozenset({type_}), window=reach
            )
            last = {r.entity: r for r in near}
            if len(last) > wanted:
                break
            if len(last) == wanted:
                found.setdefault(reach, []).append([last[e] for e in sorted(last)])
                break
    nearest = found[min(found)] if found else []
    if len(nearest) != 1:
        return  # two states and two firms may both be "the two sides"
    for referent in nearest[0]:
        why = f"the only {wanted} of type {referent.type} named just before"
        yield _mention(doc, start, token, referent, sentences, why)


def _mention(
    doc: Doc, start: int, token: Token, referent: Referent, sentences: Sequence[int], reason: str
) -> Mention:
    return Mention(
        start=doc[start].idx,
        end=token.idx + len(token),
        type=referent.type,
        sentence=sentences[token.i],
        entity=referent.entity,
        kind="description",
        reason=reason,
    )
