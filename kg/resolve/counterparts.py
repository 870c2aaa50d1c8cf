"""Counterparts: "his Turkish counterpart", "Turkish counterpart Yasar Guler", "his counterpart".

The counterpart is the person who is named in apposition; the name is mention enough, and from
there on that person is known to hold the post. Without a name it is the holder of the same post
of the other state, where the document says who owns the phrase, which post that person holds, and
names exactly one who holds it there. Without a state it is the only other holder of that post whom
this sentence or the one before names, or whose state meets the owner's there. Several counterparts
need every state. Otherwise the phrase stays without an entity.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kg.documents import Mention
from kg.extract.records import Counterpart
from kg.resolve.antecedents import Referent
from kg.resolve.knowledge import Knowledge
from kg.resolve.posts import PAST, Holding, Post, holdings

_MODIFIERS = frozenset({"amod", "compound", "nmod:poss", "nmod:desc", "det", "advmod"})
_BESIDE = frozenset({"compound", "nmod:desc", "flat", "amod"})
_PLAIN = frozenset({"direct", "visiting", "new", "opposite"})


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A word for one or several counterparts, where its phrase begins, and the states in it."""

    start: int
    token: Token
    plural: bool
    states: frozenset[str]


def resolve(
    doc: Doc,
    earlier: Sequence[Referent],
    sentences: Sequence[int],
    known: Knowledge,
    *,
    pronouns: Mapping[int, frozenset[str]],
) -> tuple[list[Mention], list[Counterpart]]:
    """The counterparts who are fixed, as mentions, and who is called one by name.

    `pronouns` has the persons of each pronoun by its offset.
    """
    mentions: list[Mention] = []
    named: list[Counterpart] = []
    people = [r for r in earlier if r.type == "Person"]
    held: set[Holding] | None = None
    for token in doc:
        phrase = _phrase(doc, token, earlier, known)
        if phrase is None or any(t.lower_ in PAST for t in doc[phrase.start : token.i]):
            continue
        owners = _owners(doc, phrase, people, pronouns)
        if held is None:
            held = set(holdings(doc, earlier, known))
        beside = [p for p in people if _beside(doc, token, p, known)]
        if beside:  # the name itself is the mention: a second one beside it misleads the model
            held |= _learnt(beside[0].entity, owners, phrase, held)
            named += _named(beside[0].entity, owners, phrase, sentences)
            continue
        if phrase.plural:
            chosen = _several(owners, phrase, held)
        elif phrase.states:
            chosen = _of_a_state(owners, phrase, held)
        elif any(t.dep_ in _BESIDE and t.lower_ not in _PLAIN for t in doc[phrase.start : token.i]):
            chosen = []  # "his Nordic counterpart", "his military counterpart" say more
        else:
            chosen = _far_side(owners, _near(doc, phrase, earlier, sentences, known), held)
        mentions += [
            Mention(
                start=doc[phrase.start].idx,
                end=token.idx + len(token),
                type="Person",
                sentence=sentences[token.i],
                entity=person,
                kind="description",
                reason=f"“{doc[phrase.start : token.i + 1].text}”: {why}",
            )
            for person, why in chosen
        ]
    return mentions, named


def _named(
    person: str, owners: frozenset[str], phrase: _Phrase, sentences: Sequence[int]
) -> list[Counterpart]:
    """One counterpart by name of one owner, of one state at most."""
    if phrase.plural or len(owners) != 1 or person in owners or len(phrase.states) > 1:
        return []
    word = phrase.token
    return [
        Counterpart(
            person=person,
            owner=min(owners),
            state=min(phrase.states, default=""),
            start=word.idx,
            end=word.idx + len(word),
            sentence=sentences[word.i],
        )
    ]


def _phrase(
    doc: Doc, token: Token, earlier: Sequence[Referent], known: Knowledge
) -> _Phrase | None:
    """The phrase that a word for counterparts ends; None for any other word."""
    word = token.lower_
    two = f"{doc[token.i - 1].lower_} {word}" if token.i else ""
    said = known.counterparts.keys() & {word, two}
    if not said:
        return None
    start = token.i - 1 if two in said else token.i
    while start > token.sent.start:
        before = doc[start - 1]
        inside = token in before.ancestors
        if (
            not inside
            or before.is_punct
            or (before.head == token and before.dep_ not in _MODIFIERS)
        ):
            break
        start -= 1
    states = {
        r.entity
        for r in earlier
        if r.type == "Country"
        and ((start <= r.name.i and r.name.j <= token.i) or _from(token, r.head))
    }
    plural = any("plural" in known.counterparts[w] for w in said)
    return _Phrase(start, token, plural, frozenset(states))


def _from(token: Token, state: Token) -> bool:
    """Whether a state stands behind the word: "counterparts from Poland and Romania"."""
    while state.dep_ == "conj" and state.head != state:
        state = state.head
    return (
        state.head == token
        and state.i > token.i
        and any(t.dep_ == "case" and t.lower_ in ("from", "of", "in") for t in state.children)
    )


def _owners(
    doc: Doc, phrase: _Phrase, people: Sequence[Referent], pronouns: Mapping[int, frozenset[str]]
) -> frozenset[str]:
    """Whose counterpart it is: "his", "their", as far as that is known, or "Guler's"."""
    for word in doc[phrase.start : phrase.token.i]:
        if word.dep_ == "nmod:poss" and word.head == phrase.token:
            if word.idx in pronouns:
                return pronouns[word.idx]
            return frozenset(p.entity for p in people if p.name.i <= word.i < p.name.j)
    return frozenset()


def _beside(doc: Doc, token: Token, person: Referent, known: Knowledge) -> bool:
    """Whether a name is the apposition of the word, the word that of the name, or its title."""
    head, first, end = person.head, person.name.i, person.name.j
    if any(child.dep_ == "conj" for child in head.children):
        return False  # "his counterpart, Guler and Nakatani" may be three people
    if token.dep_ == "appos" and token.head == head:
        return True
    if first <= token.i or doc[first].sent.start != token.sent.start:
        return False
    after = doc[end] if end < len(doc) else None
    if first == token.i + 1:
        return head.head == token or (token.head == head and token.dep_ in _BESIDE)
    if after is not None and after.tag_ in ("VBD", "VBZ"):
        return False  # "…, Pistorius said" may be taken for an apposition
    if head.dep_ == "appos" and head.head == token:
        return True
    # parsers waver here: the commas tell as surely, unless a list goes on
    if doc[token.i + 1].text != "," or not _title(doc, token.i + 2, first, known):
        return False
    if after is None or after.text in (".", ";", ")"):
        return True
    further = doc[end + 1] if end + 1 < len(doc) else None
    return (
        after.text == ","
        and further is not None
        and (further.pos_ in ("ADP", "VERB", "AUX") or further.lower_ == "who")
    )


def _title(doc: Doc, start: int, end: int, known: Knowledge) -> bool:
    """Whether nothing but posts and ranks stands between two places."""
    posts = {i for s in doc.spans.get("titles", ()) for i in range(s.start, s.end)}
    return all(i in posts or doc[i].lower_.rstrip(".") in known.titles for i in range(start, end))


def _posts(people: Collection[str], held: Collection[Holding]) -> frozenset[Post]:
    return frozenset(h.post for h in held if h.person in people)


def _homes(people: Collection[str], held: Collection[Holding]) -> frozenset[str]:
    """The states of persons, as far as the document says them."""
    return frozenset(h.state for h in held if h.person in people) - {""}


def _learnt(
    person: str, owners: frozenset[str], phrase: _Phrase, held: Collection[Holding]
) -> set[Holding]:
    """What a counterpart by name holds: the owner's posts in the one state of the phrase."""
    homes = _homes({person}, held)
    known = len(owners) == 1 and person not in owners and len(phrase.states) == 1
    if phrase.plural or not known or (homes and not phrase.states <= homes):
        return set()
    [state] = phrase.states
    return {Holding(person, post, state) for post in _posts(owners, held)}


def _holders(
    state: str, owners: frozenset[str], held: Collection[Holding]
) -> dict[str, tuple[str, str]]:
    """Who else holds a post of the owners in a state, each with why."""
    posts = _posts(owners, held)
    return {
        h.person: (h.person, f"the {' '.join(h.post)} of {h.state or 'another state'}")
        for h in sorted(held, key=lambda h: (h.person, h.post))
        if h.post in posts and h.state == state and h.person not in owners
    }


def _of_a_state(
    owners: frozenset[str], phrase: _Phrase, held: Collection[Holding]
) -> list[tuple[str, str]]:
    """The only one who holds a post of the owner in the one other state of the phrase."""
    if len(owners) != 1 or len(phrase.states) != 1 or phrase.states & _homes(owners, held):
        return []
    [state] = phrase.states
    found = _holders(state, owners, held)
    return list(found.values()) if len(found) == 1 else []


def _several(
    owners: frozenset[str], phrase: _Phrase, held: Collection[Holding]
) -> list[tuple[str, str]]:
    """One for each owner and state of the phrase, where none of the states lacks any."""
    if phrase.states & _homes(owners, held):
        return []
    found = [_holders(state, owners, held) for state in sorted(phrase.states)]
    if any(not 1 <= len(some) <= len(owners) for some in found):
        return []
    return [one for some in found for one in some.values()]


@dataclass(frozen=True, slots=True)
class _Near:
    """Who and which states stand in the sentence before a phrase and in the one before that."""

    people: frozenset[str]
    states: frozenset[str]
    talks: bool


def _near(
    doc: Doc,
    phrase: _Phrase,
    earlier: Sequence[Referent],
    sentences: Sequence[int],
    known: Knowledge,
) -> _Near:
    here = sentences[phrase.token.i]
    near = [r for r in earlier if r.name.j <= phrase.start and here - r.name.sentence in (0, 1)]
    words = (t for t in doc[: phrase.start] if here - sentences[t.i] in (0, 1))
    return _Near(
        frozenset(r.entity for r in near if r.type == "Person"),
        frozenset(r.entity for r in near if r.type == "Country"),
        any(t.lemma_.lower() in known.talks for t in words),
    )


def _far_side(
    owners: frozenset[str], near: _Near, held: Collection[Holding]
) -> list[tuple[str, str]]:
    """The only other holder of the owner's post who is named near, or whose state talks there.

    A further state near might be the one that is meant, so that nobody is.
    """
    homes = _homes(owners, held)
    if len(owners) != 1 or not homes:
        return []
    others = near.states - homes
    found: dict[str, tuple[str, str]] = {}
    for state in sorted({h.state for h in held} - homes):
        talking = near.talks and others == {state}
        for person, one in _holders(state, owners, held).items():
            if person in near.people or talking:
                found[person] = one
    if len(found) != 1 or not others <= _homes(found, held):
        return []
    return list(found.values())
