"""Who holds which post of which state, as far as the document says it beside the name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from kg.extract.candidates import is_possessive
from kg.resolve.antecedents import Referent
from kg.resolve.knowledge import Knowledge
from kg.resolve.names import words

Post = tuple[str, ...]
_ARTICLES = frozenset({"the", "a", "an", "its", "their"})
PAST = frozenset({"former", "ex", "then", "late", "outgoing", "future", "next"})
"""Words that say that somebody does not hold a post now."""
_WAY = 5  # words between a name and the post in apposition: ", Turkey's"


@dataclass(frozen=True, slots=True)
class Holding:
    """A person holds a post; `state` is "" where the document does not say whose."""

    person: str
    post: Post
    state: str


def posts_of(title: str, known: Knowledge) -> frozenset[Post]:
    """The posts in a title, each as its words: "Minister of Defence" and "defense secretary" agree.

    Words that mean the same in posts are cues of the kind `post-word`, those without a value
    are left out.
    """
    same = known.post_words
    parts: list[list[str]] = [[]]
    for word in words(title):
        if word == "and":
            parts.append([])
        else:
            parts[-1].extend(same.get(word, word).split())
    return frozenset(tuple(sorted(set(p))) for p in parts if p)


def holdings(doc: Doc, all_: Sequence[Referent], known: Knowledge) -> frozenset[Holding]:
    """The posts that stand beside the names of persons; what somebody held before is left out."""
    found: set[Holding] = set()
    states = [r for r in all_ if r.type == "Country"]
    for person in all_:
        if person.type != "Person":
            continue
        for title in doc.spans.get("titles", ()):
            if not _beside(doc, title, person, states, known):
                continue
            if any(t.lower_ in PAST for t in doc[max(0, title.start - 3) : title.end]):
                continue
            state = _state(doc, title, states)
            for post in posts_of(title.text, known):
                found.add(Holding(person.entity, post, state))
    return frozenset(found)


def _beside(
    doc: Doc, title: Span, person: Referent, states: Sequence[Referent], known: Knowledge
) -> bool:
    """Whether a title stands before a name, or behind it after a comma with its state."""
    between = doc[title.end : person.name.i]
    ranks = all(t.lower_.rstrip(".") in known.titles for t in between)
    if title.end <= person.name.i and len(between) < _WAY and (ranks or between.text == ","):
        return True
    k = person.name.j
    if k >= title.start or title.start - k > _WAY or doc[k].text not in (",", "("):
        return False
    named = {i for r in states for i in range(r.name.i, r.name.j)}
    return all(
        t.i in named or t.lower_ in _ARTICLES or is_possessive(t) for t in doc[k + 1 : title.start]
    )


def _state(doc: Doc, title: Span, states: Sequence[Referent]) -> str:
    """The one state that stands before, in or behind a title; "" where there is none or two."""
    before = title.start
    if before and is_possessive(doc[before - 1]):
        before -= 1
    after = title.end
    if doc[after : after + 1].text == "of":
        after += 1
        after += doc[after : after + 1].text == "the"
    found = {
        r.entity
        for r in states
        if r.name.j == before
        or (r.name.i == after > title.end)
        or (title.start <= r.name.i and r.name.j <= title.end)
    }
    return found.pop() if len(found) == 1 else ""
