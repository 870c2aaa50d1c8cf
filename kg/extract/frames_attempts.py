"""Frames whose words stand in the text and that say nothing there, each with the reason.

For explanations alone: `kg.extract.frames` makes the claims. A frame that makes a claim of its ends
is no attempt and is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from spacy.tokens import Doc, Span, Token

from kg.documents import Mention
from kg.extract import frames as engine
from kg.extract.frames_arguments import Arguments
from kg.extract.frames_triggers import triggered
from kg.extract.frames_walk import leads, walk
from kg.extract.records import ValueSpan
from kg.extract.syntax import Syntax
from kg.extract.syntax_mend import mended
from kg.extract.trace import Attempt
from ontology import vocabulary
from ontology.frame_paths import Path
from ontology.frames import Frame, Frames


def attempts(
    doc: Doc,
    mentions: Sequence[Mention],
    values: Sequence[ValueSpan],
    titles: Sequence[Span],
    *,
    frames: Frames,
) -> list[Attempt]:
    """The attempts in a document, by place and frame."""
    doc = mended(doc)
    syntax = Syntax(doc)
    arguments = Arguments(doc, mentions, values, titles, syntax=syntax, frames=frames)
    found = []
    for token in doc:
        for frame in triggered(token, frames):
            failed = _failure(frame, token, syntax, arguments)
            if failed is not None:
                cause, why = failed
                found.append(Attempt(frame.id, frame.predicate, token.i, cause, why))
    found += engine.refused(doc, mentions, values, titles, frames=frames)
    return sorted(found, key=lambda a: (a.index, a.frame, a.why))


def _failure(
    frame: Frame, token: Token, syntax: Syntax, arguments: Arguments
) -> tuple[str, str] | None:
    """(cause, why) where the frame says nothing here; None where its ends are found."""
    for path in frame.require:
        if not walk(path, token.i, syntax=syntax):
            return "condition", f"{path.text} leads nowhere, and is needed"
    if leads(frame.forbid, token.i, syntax=syntax):
        there = next(p.text for p in frame.forbid if walk(p, token.i, syntax=syntax))
        return "condition", f"{there} leads to a word, and must not"
    term = vocabulary.load().predicates[frame.predicate]
    if frame.pairs:
        takes = frame.subject_types or term.domain
        words = [i for path in frame.pairs for i in walk(path, token.i, syntax=syntax)]
        members = {m.entity for i in words if (m := arguments.find(i, takes)) is not None}
        if len(members) < 2:
            return _lack("two who do it together", frame.pairs, words, takes, arguments)
        return None
    for end, paths, takes in (
        ("subject", frame.subject, frame.subject_types or term.domain),
        ("object", frame.object, frame.object_types or term.range),
    ):
        if end == "object" and frame.object_text is not None:
            continue
        words = [i for path in paths for i in walk(path, token.i, syntax=syntax)]
        if not any(_fits(i, takes, arguments) for i in words):
            return _lack(end, paths, words, takes, arguments)
    return None


def _fits(index: int, takes: Collection[str], arguments: Arguments) -> bool:
    if "Amount" in takes and arguments.value_at(index, "money") is not None:
        return True
    if "Literal" in takes and arguments.title_at(index) is not None:
        return True
    return arguments.find(index, takes) is not None


def _lack(
    end: str,
    paths: Sequence[Path],
    words: Sequence[int],
    takes: Collection[str],
    arguments: Arguments,
) -> tuple[str, str]:
    shown = list(dict.fromkeys(_shown(words, arguments)))
    wanted = ", ".join(sorted(takes))
    if not words:
        return "missing", f"no {end}: nothing stands at {' or '.join(p.text for p in paths)}"
    typed = any(arguments.mentions_at(i) for i in words)
    return "type" if typed else "missing", f"no {end} among {', '.join(shown)}: it takes {wanted}"


def _shown(words: Sequence[int], arguments: Arguments) -> Iterator[str]:
    for i in words:
        types = "/".join(m.type for m in arguments.mentions_at(i)) or "no entity"
        yield f"“{arguments.doc[i].text}” ({types})"
