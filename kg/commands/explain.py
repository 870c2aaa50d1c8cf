"""`kg explain`: why a document says what it is read to say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import click

from kg.commands.common import (
    Context,
    documents,
    extractor,
    flat,
    reading_options,
    store_option,
    table,
)
from kg.commands.kinds import place, whole
from kg.errors import DocumentError, InputError

if TYPE_CHECKING:
    from kg.documents import Document
    from kg.explain import Explanation, Reading, SentenceReading, Stated, Word

_WIDE = 300


@click.command()
@click.argument("file", type=place, metavar="FILE|-")
@click.option(
    "--sentence",
    type=whole(1, 10**9),
    metavar="N",
    help="Explain the sentence of this number, from 1.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write it; json has everything.",
)
@reading_options
@store_option
@click.pass_obj
def explain(
    context: Context,
    file: str,
    sentence: int | None,
    form: str,
    catalogue: tuple[str, ...],
    frames: tuple[str, ...],
    store: str | None,
) -> None:
    """Show how a sentence is read, and why.

    That is what was taken from it, what was not, and the reasons.
    Without --sentence: the sentences with their numbers, and how many statements each makes. With
    --format json: everything. - stands for standard input.

    \b
    Examples:
      kg explain article.txt
      kg explain article.txt --sentence 3
      kg explain article.txt --sentence 3 --format json
    """
    from kg.explain import as_json

    del store  # taken, as by every command, and not needed
    document = _only(context, file)
    found = extractor(context, catalogue, frames).explain(document)
    last = len(found.sentences)
    if sentence is not None and sentence > last:
        there = f"its sentences are 1 to {last}" if last else "it has none"
        raise InputError(f"{file}: there is no sentence {sentence}: {there}")
    if form == "json":
        click.echo(json.dumps(as_json(found, sentence=sentence), ensure_ascii=False, indent=2))
    elif sentence is None:
        click.echo(_overview(found))
    else:
        click.echo("\n\n".join(_sentence(found.sentences[sentence - 1])))


def _only(context: Context, file: str) -> Document:
    """The one document of a file; DocumentError where it cannot be read or holds several."""
    found = list(islice(documents(context, [file]), 2))
    if len(found) > 1:
        raise DocumentError(f"{file}: there are several documents here: name a file with one")
    [document] = found or [DocumentError(f"{file}: there are no documents here")]
    if isinstance(document, DocumentError):
        raise document
    return document


def _overview(found: Explanation) -> str:
    rows = [
        (str(s.number), str(len(s.statements)), str(len(s.rejected)), s.text)
        for s in found.sentences
    ]
    return table(("sentence", "statements", "rejected", "text"), rows, limit=100)


def _sentence(s: SentenceReading) -> Iterator[str]:
    yield f"Sentence {s.number} ({s.start}–{s.end})\n{flat(s.text)}"
    yield _titled("Words", ("tree", "number", "tag", "lemma", "head"), _tree(s.words))
    yield _titled(
        "Names",
        ("text", "type", "kind", "entity", "reason"),
        (
            (m.text, m.type, m.kind, f"{m.name} ({m.entity})", "; ".join(filter(None, reasons)))
            for m in s.mentions
            if (reasons := (m.reason, m.entity_reason))
        ),
    )
    yield _titled(
        "Values",
        ("text", "kind", "value", "bound"),
        ((v.text, v.kind, v.value, v.bound or "") for v in s.values),
    )
    yield _titled(
        "Who says it",
        ("word", "speaker", "says", "with no statement because"),
        ((r.cue, r.speaker or "nobody named", r.words, r.why) for r in s.said),
    )
    yield _titled("Frames", _READING, map(_reading, s.frames))
    yield _titled(
        "Frames that found nothing to say",
        ("frame", "predicate", "word", "why not"),
        ((t.frame, t.predicate, t.word, t.why) for t in s.tried),
    )
    yield _titled("Relation model", _READING, map(_reading, s.model))
    yield _titled(
        "Not stated",
        ("subject", "predicate", "object", "found by", "why not"),
        ((r.subject, r.predicate, r.object, r.extractor, r.why) for r in s.rejected),
    )
    yield _titled(
        "Statements",
        (*_SAID, "confidence", "reason"),
        ((*_said(e), f"{e.confidence:.2f}", e.reason) for e in s.statements),
    )


_SAID = ("subject", "predicate", "object", "modality", "qualifiers")
_READING = (*_SAID, "score", "needed", "outcome", "from")


def _reading(r: Reading) -> tuple[str, ...]:
    needed = "" if r.needed is None else f"{r.needed:.2f}"
    return (*_said(r), f"{r.score:.2f}", needed, r.cause or "stated", r.reason)


def _said(r: Reading | Stated) -> tuple[str, ...]:
    return (r.subject, r.predicate, r.object, r.modality, r.qualifiers)


def _titled(title: str, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    found = list(rows)
    return f"{title}\n" + (table(headings, found, limit=_WIDE) if found else "none")


def _tree(words: Iterable[Word]) -> Iterator[tuple[str, ...]]:
    """The words as rows, each below its head, drawn with lines; roots and children by place."""
    listed = list(words)
    numbers = {w.number for w in listed}
    below: dict[int, list[Word]] = {}
    for w in listed:
        below.setdefault(w.head if w.head in numbers else 0, []).append(w)
    waiting = [(w, "", "") for w in reversed(below.get(0, []))]
    while waiting:  # no recursion: a sentence may be a long chain
        w, line, indent = waiting.pop()
        drawn = f"{line}{w.text} · {w.dependency}"
        yield drawn, str(w.number), w.tag, w.lemma, str(w.head)
        children = below.get(w.number, [])
        for k in range(len(children) - 1, -1, -1):
            last = k == len(children) - 1
            more = indent + ("   " if last else "│  ")
            waiting.append((children[k], indent + ("└─ " if last else "├─ "), more))
