"""`kg extract`: what documents say, without a store."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from kg.commands.common import (
    NOTHING_READ,
    PROBLEMS,
    Context,
    documents,
    extractor,
    flat,
    reading_options,
    store_option,
    table,
    warn,
    write,
)
from kg.commands.kinds import place
from kg.errors import DocumentError
from kg.statements import Extraction


@click.command()
@click.argument("files", nargs=-1, required=True, type=place, metavar="FILE|FOLDER|-...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "jsonl", "table", "turtle"]),
    default="table",
    show_default=True,
    help="How to write it; jsonl has one object a document, as soon as it is read.",
)
@reading_options
@store_option
@click.pass_obj
def extract(
    context: Context,
    files: tuple[str, ...],
    form: str,
    catalogue: tuple[str, ...],
    frames: tuple[str, ...],
    store: str | None,
) -> int:
    """Print what documents say.

    Nothing is written to the store. Reads text, Markdown, HTML, PDF and JSON Lines files, folders
    of them, and - for standard input.

    \b
    Examples:
      kg extract article.txt
      kg extract articles/*.html --format jsonl > statements.jsonl
      curl -s https://example.org/news.html | kg extract - --format turtle
    """
    del store  # taken, as by every command, and not needed
    skipped = 0
    done = 0

    def read() -> Iterator[Extraction]:
        nonlocal skipped, done
        reader = None
        for found in documents(context, files):
            if isinstance(found, DocumentError):
                warn(found)
                skipped += 1
                continue
            reader = reader or extractor(context, catalogue, frames)
            yield reader.extract(found)
            done += 1

    _WRITERS[form](read())
    if skipped:
        return PROBLEMS if done else NOTHING_READ
    return 0


def _json(extractions: Iterator[Extraction]) -> None:
    from kg.json_form import as_json

    found = [as_json(extraction) for extraction in extractions]
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


def _jsonl(extractions: Iterator[Extraction]) -> None:
    from kg.json_form import as_json

    for extraction in extractions:
        write(json.dumps(as_json(extraction), ensure_ascii=False).encode())


def _turtle(extractions: Iterator[Extraction]) -> None:
    from kg.graph.serialise import serialise
    from kg.graph.update import changes

    write(serialise(changes(_Nothing(), add=list(extractions)).added, format="turtle"))


class _Nothing:
    """A dataset without quads."""

    def quads_for_pattern(self, *_: object) -> tuple[()]:
        return ()


def _table(extractions: Iterator[Extraction]) -> None:
    from kg.json_form import plain

    for number, extraction in enumerate(extractions):
        if number:
            click.echo()
        document = extraction.document
        title = flat(document.title or document.name or document.id)
        click.echo(f"{title} ({document.date or 'undated'})")
        names = {entity.id: entity.name for entity in extraction.entities}
        rows = [
            (
                names.get(e.statement.subject, e.statement.subject),
                e.statement.predicate,
                plain(e.statement.object, names),
                e.modality,
                str(e.sentence),
                f"{e.confidence:.2f}",
            )
            for e in extraction.evidence
        ]
        click.echo(
            table(("subject", "predicate", "object", "modality", "sentence", "confidence"), rows)
        )


_WRITERS = {"json": _json, "jsonl": _jsonl, "table": _table, "turtle": _turtle}
