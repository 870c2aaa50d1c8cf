"""`kg ask`: stored queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kg.commands.common import Context, csv_table, opened, query_limits, store_option, write
from kg.commands.kinds import text
from kg.errors import NotFoundError

if TYPE_CHECKING:
    from kg.queries import StoredQuery

_FORMS = {
    "table": "text/csv",
    "csv": "text/csv",
    "json": "application/sparql-results+json",
    "tsv": "text/tab-separated-values",
}


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False, type=text)
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED, metavar="[--PARAMETER VALUE]...")
@click.option("--list", "listed", is_flag=True, help="List the queries and their parameters.")
@click.option("--sparql", is_flag=True, help="Show the query instead of its answer.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*_FORMS]),
    default="table",
    show_default=True,
    help="How to write the answer.",
)
@store_option
@click.pass_obj
def ask(
    context: Context,
    name: str | None,
    parameters: tuple[str, ...],
    listed: bool,
    sparql: bool,
    form: str,
    store: str | None,
) -> None:
    """Answer a stored query.

    --list shows the NAMEs and the parameters of each, which are given like options. A parameter
    that is an entity takes its id or a name that only it has.

    \b
    Examples:
      kg ask --list
      kg ask evaluations --who Japan --since 2025-01-01
      kg ask makers --operator country/poland --format csv
      kg ask supplies --sparql
    """
    from kg.queries import load

    queries = load()
    if listed:
        click.echo("\n\n".join(_shown(query) for query in queries.values()))
        return
    if name is None:
        raise click.UsageError("name a query: kg ask --list shows which there are")
    if name not in queries:
        raise NotFoundError(f"{name}: no such query: take one of {', '.join(queries)}")
    values = _values(parameters)
    if sparql:
        _show(context, queries[name], values, store=store)
    else:
        _answer(context, queries[name], values, form=form, store=store)


def _show(
    context: Context, query: StoredQuery, values: dict[str, str], *, store: str | None
) -> None:
    """Print the query; a store is only needed where there are names in it."""
    from kg.queries import ParameterError
    from kg.query_names import with_ids

    try:
        text = query.sparql(values)
    except ParameterError:
        with opened(context, store, purpose="looking a name up") as source:
            text = query.sparql(with_ids(query, values, source.index))
    click.echo(text, nl=False)


def _answer(
    context: Context, query: StoredQuery, values: dict[str, str], *, form: str, store: str | None
) -> None:
    from kg.graph.terms import PREFIXES
    from kg.query_names import with_ids
    from kg.store.guard import check
    from kg.store.worker import Pool

    with (
        opened(context, store, purpose="answering a query") as source,
        Pool(source, limits=query_limits(context.settings), prefixes=PREFIXES) as pool,
    ):
        text = query.sparql(with_ids(query, values, source.index))
        answer = pool.run(check(text), media_type=_FORMS[form])
    if form == "table":
        click.echo(csv_table(answer, limit=80))
    else:
        write(answer)


def _values(arguments: Sequence[str]) -> dict[str, str]:
    """What `--name value` and `--name=value` say."""
    values: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if not name.startswith("--"):
            raise click.UsageError(f"{name}: write --PARAMETER VALUE")
        if not equals:
            if not rest:
                raise click.UsageError(f"{name} needs a value")
            value = rest.pop(0)
        if name[2:] in values:
            raise click.UsageError(f"{name} is given twice")
        values[name[2:]] = value
    return values


def _shown(query: StoredQuery) -> str:
    lines = [f"{query.name}: {query.question}", f"  {query.description}"]
    for each in query.parameters:
        state = "needed" if each.required else f"default {each.default}" * bool(each.default)
        kind = ", ".join(part for part in (each.type, state) if part)
        lines.append(f"  --{each.name} ({kind}): {each.description}")
    return "\n".join(lines)
