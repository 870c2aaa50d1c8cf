"""Walking the paths of frames over a syntax tree."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from kg.extract.syntax import Syntax, preposition, words_of
from ontology.frame_paths import Path, Step

_TOP = frozenset({"top"})


def walk(path: Path, start: int, *, syntax: Syntax) -> list[int]:
    """The words that `path` leads to from the word `start`, in the order of the tree."""
    here = [start]
    for step in path.steps:
        found: dict[int, None] = {}
        for index in here:
            found.update(dict.fromkeys(_step(step, index, syntax)))
        here = list(found)
        if not here:
            break
    return here


def leads(paths: Sequence[Path], start: int, *, syntax: Syntax) -> bool:
    """Whether any of the paths leads anywhere."""
    return any(walk(path, start, syntax=syntax) for path in paths)


def _step(step: Step, index: int, syntax: Syntax) -> list[int]:
    tokens = syntax.tokens
    if step.roles == _TOP:
        return [tokens[index].sent.root.i]
    if step.up:
        return [
            head
            for role, prep, head in syntax.above(index)
            if (step.roles is None or role in step.roles)
            and (step.preps is None or prep in step.preps)
            and _word(step, tokens[head])
        ]
    return [
        e.child
        for e in syntax.edges(index)
        if (step.roles is None or e.role in step.roles)
        and (step.preps is None or (e.prep or preposition(tokens[e.child])) in step.preps)
        and _word(step, tokens[e.child])
    ]


def _word(step: Step, token: Token) -> bool:
    if step.words is None:
        return True
    found = any(w in step.words for w in words_of(token)) or token.lower_ in step.words
    return found is not step.without
