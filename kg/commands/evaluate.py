"""`kg evaluate`: how much is found, and how much of it is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.common import (
    PROBLEMS,
    Context,
    documents,
    extractor,
    reading_options,
    store_option,
    table,
    warn,
)
from kg.errors import DocumentError

if TYPE_CHECKING:
    from kg.evaluate import Report


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, exists=True))
@click.option("--errors", is_flag=True, help="List what was missed and what was wrong as well.")
@click.option(
    "--by",
    multiple=True,
    type=click.Choice(["predicate", "modality", "role"]),
    help="Add a table by predicate, by modality (gold against found), or by role of qualifiers; "
    "may be repeated [default: predicate and modality].",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to write the figures.",
)
@reading_options
@store_option
@click.pass_obj
def evaluate(
    context: Context,
    folder: str,
    errors: bool,
    by: tuple[str, ...],
    form: str,
    catalogue: tuple[str, ...],
    frames: tuple[str, ...],
    store: str | None,
) -> int:
    """Compare extractions with the gold documents of a folder.

    A gold document is a pair NAME.txt and NAME.json.

    \b
    Examples:
      kg evaluate gold/dev
      kg evaluate gold/dev --errors
      kg evaluate gold/dev --by role --by modality --format json
    """
    from kg.evaluate import report
    from kg.gold import gold_files, read_gold
    from kg.json_form import as_json

    del store  # taken, as by every command, and not needed
    gold = gold_files(Path(folder))
    for path in gold:  # what is wrong is told before the work begins
        read_gold(path)
    files = [str(path.with_suffix(".txt")) for path in gold]
    reader = extractor(context, catalogue, frames)
    found = []
    skipped = 0
    for document in documents(context, files):
        if isinstance(document, DocumentError):
            warn(document)
            skipped += 1
        else:
            found.append(as_json(reader.extract(document)))
    result = report(Path(folder), found)
    if form == "json":
        content: dict[str, object] = dict(result.total.figures())
        if by:
            content["by"] = {
                name: [dict(zip(headings, row, strict=True)) for row in rows]
                for name, (headings, rows) in _tables(result).items()
                if name in by
            }
        click.echo(json.dumps(content, indent=2))
    else:
        _print(result, by or ("predicate", "modality"))
    if errors:
        for name, tally in result.documents.items():
            for error in tally.errors:
                click.echo(f"{name}: {error}")
    return PROBLEMS if skipped else 0


Rows = list[tuple[str | int | float, ...]]


def _tables(result: Report) -> dict[str, tuple[tuple[str, ...], Rows]]:
    """Headings and rows of what `--by` chooses from."""
    from kg.evaluate import MODALITIES

    total = result.total
    return {
        "predicate": (("predicate", "found", "wrong", "missed"), list(result.predicates())),
        "modality": (
            ("gold \\ found", *MODALITIES),
            [
                (gold, *(total.confusion[gold, found] for found in MODALITIES))
                for gold in MODALITIES
            ],
        ),
        "role": (
            ("role", "found", "wrong", "missed", "precision", "recall"),
            [
                (*row, *(round(v, 3) for v in total.prf(f"role:{row[0]}")[:2]))
                for row in result.roles()
            ],
        ),
    }


def _print(result: Report, by: tuple[str, ...]) -> None:
    figures = [
        (name, f"{value:.3f}" if isinstance(value, float) else str(value))
        for name, value in result.total.figures().items()
    ]
    click.echo(table(("figure", "value"), figures))
    for name, (headings, rows) in _tables(result).items():
        if name in by:
            click.echo("\n" + table(headings, [tuple(map(str, row)) for row in rows]))
