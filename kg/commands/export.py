"""`kg export`: the store, or a part of it, in the formats of other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.common import Context, opened, query_limits, store_option
from kg.commands.kinds import day, place, share, text
from kg.errors import InputError, StoreError
from kg.exports.formats import FORMATS, Format, by_extension

if TYPE_CHECKING:
    from kg.exports.excerpt import Selection
    from kg.exports.write import Export
    from kg.store import Store

_LISTED = "\n".join(f"  {each.name:<9} {each.title}" for each in FORMATS.values())
_EPILOG = f"\b\nFormats (docs/exports.md says what each can hold):\n{_LISTED}"


@click.command(epilog=_EPILOG)
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS]),
    metavar="FORMAT",
    help="Write one of the formats below [default: what the name of -o shows, or trig].",
)
@click.option(
    "-o",
    "--output",
    "target",
    type=place,
    metavar="FILE|FOLDER|-",
    help="Write to this file or folder [default: -, standard output].",
)
@click.option(
    "--entity",
    type=text,
    help="Keep what is around this entity, which is named or given by its id.",
)
@click.option(
    "--depth", type=click.Choice(["1", "2"]), help="Go so many steps from the entity [default: 1]."
)
@click.option(
    "--predicate", "predicates", multiple=True, help="Keep this predicate; may be repeated."
)
@click.option(
    "--modality", "modalities", multiple=True, help="Keep this modality; may be repeated."
)
@click.option(
    "--type",
    "types",
    multiple=True,
    help="Keep statements with an entity of this type; may be repeated.",
)
@click.option("--since", metavar="YYYY-MM-DD", type=day, help="Keep documents of this day on.")
@click.option("--until", metavar="YYYY-MM-DD", type=day, help="Keep documents up to this day.")
@click.option("--source", type=text, help="Keep documents of this publisher: a host, or a name.")
@click.option(
    "--confidence", type=share, metavar="N", help="Keep sentences that are as sure, from 0 to 1."
)
@click.option(
    "--belief",
    type=share,
    metavar="N",
    help="Keep statements that are believed as far, from 0 to 1.",
)
@click.option(
    "--query", "sparql", metavar="SPARQL|FILE|-", help="Write the graph of a CONSTRUCT query."
)
@store_option
@click.pass_obj
def export(
    context: Context,
    form: str | None,
    target: str | None,
    entity: str | None,
    depth: str | None,
    predicates: tuple[str, ...],
    modalities: tuple[str, ...],
    types: tuple[str, ...],
    since: str | None,
    until: str | None,
    source: str | None,
    confidence: float | None,
    belief: float | None,
    sparql: str | None,
    store: str | None,
) -> None:
    """Write the store, or a part of it, for other tools.

    Equal stores give equal bytes, whatever the order in which documents came. A file is written
    beside and renamed when it is whole. A name without .zip makes a folder of formats of several
    files. A filter keeps the evidence that fits, and what hangs on it.

    \b
    Examples:
      kg export > graph.trig
      kg export -o network.gexf --entity Japan --depth 2
      kg export --format csv -o asserted.csv --modality asserted --since 2026-01-01
      kg export --format neo4j -o for-neo4j
      kg export -o makers.ttl --query 'CONSTRUCT { ?a ent:manufactures ?b }
                                       WHERE { ?a ent:manufactures ?b }'
    """
    from kg.exports.excerpt import Selection

    if depth is not None and entity is None:
        raise click.UsageError("--depth counts steps from an entity: name one with --entity")
    if since is not None and until is not None and since > until:
        raise click.UsageError(f"--since {since} is after --until {until}: no day is in between")
    output = None if target in (None, "-") else Path(target)
    chosen = _format(form, output)
    _check_target(chosen, output)
    wanted = Selection(
        entity=entity,
        depth=int(depth or 1),
        predicates=predicates,
        modalities=modalities,
        types=types,
        since=since,
        until=until,
        source=source,
        confidence=confidence,
        belief=belief,
    )
    wanted.check()
    with opened(context, store, purpose="exporting") as opened_store:
        if sparql is None:
            made = _part(opened_store, chosen, wanted)
        elif wanted.is_everything:
            made = _answer(context, opened_store, chosen, sparql)
        else:
            raise click.UsageError("--query says itself what is wanted: leave the filters out")
        _write(made, output)


def _format(name: str | None, output: Path | None) -> Format:
    """The format that is asked for, or that the file's name shows."""
    if name is not None:
        return FORMATS[name]
    if output is None:
        return FORMATS["trig"]
    found = by_extension(output.name)
    if found is None:
        raise click.UsageError(f"{output}: the name shows no format: say which one with --format")
    return found


def _check_target(form: Format, output: Path | None) -> None:
    """UsageError where nothing can be written there, before the work is done."""
    if output is None:
        if form.extension == "zip" and sys.stdout.isatty():
            raise click.UsageError(f"{form.name}: name a zip file or a folder with -o")
        return
    folder = _is_folder(form, output)
    if output.is_dir() and not folder:
        raise click.UsageError(f"{output}: this is a folder: name a file with -o")
    if folder and output.exists() and not output.is_dir():
        raise click.UsageError(f"{output}: this is a file: name a folder, or a file.zip, with -o")
    if not folder and not output.parent.is_dir():
        raise click.UsageError(f"{output}: there is no folder {output.parent}: make it first")


def _is_folder(form: Format, output: Path) -> bool:
    return form.extension == "zip" and output.suffix.lower() != ".zip"


def _part(store: Store, form: Format, wanted: Selection) -> Export:
    from dataclasses import replace

    from kg.commands.ask import find_entity
    from kg.exports.beliefs import beliefs
    from kg.exports.write import export as make
    from kg.exports.write import needs_beliefs

    if wanted.entity is not None:
        wanted = replace(wanted, entity=find_entity(store, wanted.entity))
    known = beliefs(store) if needs_beliefs(form, wanted) else None
    return make(store, form, wanted, beliefs=known)


def _answer(context: Context, store: Store, form: Format, sparql: str) -> Export:
    from kg.client.questions import with_prefixes
    from kg.commands.ask import query_text
    from kg.exports.write import export_answer
    from kg.graph.terms import PREFIXES
    from kg.store.guard import check
    from kg.store.worker import Pool

    text = query_text(sparql, such_as="CONSTRUCT { … } WHERE { … }")
    checked = check(with_prefixes(text, PREFIXES))
    if not checked.is_graph:
        raise InputError(
            "--query: this query gives a table, and no graph: kg query --format csv, tsv, json or "
            "xml writes it"
        )
    with Pool(store, limits=query_limits(context.settings), prefixes=PREFIXES) as pool:
        lines = pool.run(checked, media_type="application/n-triples")
    return export_answer(lines, form)


def _write(made: Export, output: Path | None) -> None:
    from kg.exports.write import whole

    if output is None:
        made.write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        if _is_folder(made.format, output):
            made.write_folder(output)
            size = sum((output / name).stat().st_size for name in made.files)
        else:
            with whole(output) as file:
                made.write(file)
            size = output.stat().st_size
    except OSError as error:
        raise StoreError(
            f"{output}: it cannot be written: {error.strerror}: name another with -o"
        ) from error
    click.echo(f"{size:,} bytes written to {output}", err=True)
