"""Paths: how a frame says where in a syntax tree a word stands.

::

    obl/from                    the trigger's oblique with "from"
    obj=@agreement > nmod/with  the "with" phrase of an object that is on the list `agreement`
    ^obj=pay|make > subj        up to a verb "pay" or "make" with the trigger as object, its subject
    .                           the trigger itself
    top > subj                  the subject of the main clause

A step names one or more roles (``subj|iobj``), then may ask for prepositions after ``/`` and for
lemmas after ``=`` (``=!`` for any but these); ``/-`` asks for no preposition. ``^`` goes from a
word up to what governs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_STEP = re.compile(
    r"(?P<up>\^?)(?P<roles>[a-z:]+(?:\|[a-z:]+)*|\*)"
    r"(?:/(?P<preps>[a-z -]+(?:\|[a-z -]+)*))?(?:=(?P<words>!?[^/=>^]+))?\Z"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step; None means any role, preposition or word. "" among `preps` is no preposition."""

    up: bool
    roles: frozenset[str] | None
    preps: frozenset[str] | None = None
    words: frozenset[str] | None = None
    without: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """The steps of a path, and its text for messages."""

    text: str
    steps: tuple[Step, ...]


def parse(text: str, lists: Mapping[str, frozenset[str]]) -> Path:
    """The path that `text` describes; ValueError says what is wrong with it."""
    if text.strip() == ".":
        return Path(".", ())
    return Path(text, tuple(_step(part.strip(), lists) for part in text.split(" > ")))


def words(items: list[str], lists: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Lemmas, with each `@name` replaced by the list of that name; ValueError if there is none."""
    found: set[str] = set()
    for item in items:
        if item.startswith("@"):
            if item[1:] not in lists:
                raise ValueError(f"there is no list `{item[1:]}`; add it under `lists`")
            found |= lists[item[1:]]
        else:
            found.add(item.lower())
    return frozenset(found)


def _step(text: str, lists: Mapping[str, frozenset[str]]) -> Step:
    match = _STEP.match(text)
    if match is None:
        raise ValueError(f"`{text}` is no step of a path; write role/preposition=lemma")
    roles, preps, lemmas = match["roles"], match["preps"], match["words"]
    without = bool(lemmas) and lemmas.startswith("!")
    return Step(
        up=bool(match["up"]),
        roles=None if roles == "*" else frozenset(roles.split("|")),
        preps=None if preps is None else frozenset("" if p == "-" else p for p in preps.split("|")),
        words=words(lemmas.removeprefix("!").split("|"), lists) if lemmas else None,
        without=without,
    )
