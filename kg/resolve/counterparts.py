"""Counterparts: "his Turkish counterpart", "Turkish counterpart Yasar Guler".

The counterpart is the person who is named in apposition; the name is mention enough, and from
there on that person is known to hold the post. Without a name it is the holder of the same post
of the other state, where the document says who owns the phrase, which post that person holds, and
names exactly one who holds it there. Otherwise the phrase stays without an entity.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from spacy.tokens import Doc, Token

from kg.documents import Mention
from kg.resolve.antecedents import Referent
from kg.resolve.knowledge import Knowledge
from kg.resolve.posts import Holding, holdings

_MODIFIERS = frozenset({"amod", "compound", "nmod:poss", "nmod:desc", "det", "advmod"})
_BESIDE = frozenset({"compound", "nmod:desc", "flat", "amod"})


def resolve(
    doc: Doc,
    earlier: Sequence[Referent],
    sentences: Sequence[int],
    known: Knowledge,
    *,
    pronouns: Mapping[int, str],
) -> Iterator[Mention]:
    """The counterparts who are fixed; `pronouns` has the entity of each by its offset."""
    people = [r for r in earlier if r.type == "Person"]
    held: set[Holding] | None = None
    for token in doc:
        start = _phrase(doc, token, known)
        if start is None:
            continue
        states = {
            r.entity
            for r in earlier
            if r.type == "Country" and start <= r.name.i and r.name.j <= token.i
        }
        owner = _owner(doc, start, token, people, pronouns)
        if held is None:
            held = set(holdings(doc, earlier, known))
        beside = [p for p in people if _beside(doc, token, p, known)]
        if beside:  # the name itself is the mention: a second one beside it misleads the model
            named = beside[0].entity
            own = {h.state for h in held if h.person == named} - {""}
            if named != owner and len(states) == 1 and (not own or states <= own):
                # from here on it is known that this person holds the post there
                [state] = states
                held |= {Holding(named, h.post, state) for h in held if h.person == owner}
            continue
        found = _other(owner, states, held)
        if found is None:
            continue
        chosen, why = found
        yield Mention(
            start=doc[start].idx,
            end=token.idx + len(token),
            type="Person",
            sentence=sentences[token.i],
            entity=chosen,
            kind="description",
            reason=f"“{doc[start : token.i + 1].text}”: {why}",
        )


def _phrase(doc: Doc, token: Token, known: Knowledge) -> int | None:
    """Where a phrase begins that a word for one counterpart ends; None for any other word."""
    word = token.lower_
    two = f"{doc[token.i - 1].lower_} {word}" if token.i else ""
    if not {word, two} & known.counterparts:
        return None
    start = token.i - 1 if two in known.counterparts else token.i
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
    return start


def _owner(
    doc: Doc, start: int, token: Token, people: Sequence[Referent], pronouns: Mapping[int, str]
) -> str | None:
    """Whose counterpart it is: "his", as far as that is known, or "Guler's"."""
    for word in doc[start : token.i]:
        if word.dep_ == "nmod:poss" and word.head == token:
            if word.idx in pronouns:
                return pronouns[word.idx]
            return next((p.entity for p in people if p.name.i <= word.i < p.name.j), None)
    return None


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


def _other(
    owner: str | None, states: set[str], held: Collection[Holding]
) -> tuple[str, str] | None:
    """The only one who holds a post of the owner in the one other state, and why."""
    if owner is None or len(states) != 1:
        return None
    state = next(iter(states))
    if any(h.person == owner and h.state == state for h in held):
        return None
    posts = {h.post for h in held if h.person == owner}
    found = {h for h in held if h.post in posts and h.state == state and h.person != owner}
    if len({h.person for h in found}) != 1:
        return None
    one = min(found, key=lambda h: h.post)
    return one.person, f"the {' '.join(one.post)} of {state}, the post that {owner} holds"
