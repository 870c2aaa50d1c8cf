"""`kg validate` and `kg retract`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.commands.common import PROBLEMS, Context, flat, opened, store_option, warn
from kg.commands.kinds import text
from kg.errors import NotFoundError

if TYPE_CHECKING:
    from kg.store import Store


@click.command()
@store_option
@click.pass_obj
def validate(context: Context, store: str | None) -> int:
    """Check the store against the SHACL shapes of the ontology.

    The exit code is 1 where something breaks them.

    \b
    Example:
      kg validate --store news-store
    """
    from kg.graph.validate import validate as check

    with opened(context, store, purpose="validating") as source:
        report = check(source)
    for wrong in report.violations:
        value = f" ({wrong.value})" if wrong.value else ""
        click.echo(flat(f"{wrong.focus}: {wrong.message}{value}"))
    if report.conforms:
        click.echo("conforms", err=True)
        return 0
    warn(f"{len(report.violations)} violations: ingest the documents again, or retract them")
    return PROBLEMS


@click.command()
@click.argument("documents", nargs=-1, required=True, type=text, metavar="DOCUMENT...")
@store_option
@click.pass_obj
def retract(context: Context, documents: tuple[str, ...], store: str | None) -> None:
    """Take documents out of the store.

    What no other document supports goes with them.
    DOCUMENT is an id or a name that only one document has; kg stats --documents lists them. If one
    is not there, nothing is taken out.

    \b
    Examples:
      kg retract turkey-japan
      kg retract 0f3a5c7d9e1b2a4c
    """
    with opened(context, store, purpose="retracting") as target:
        ids = list(dict.fromkeys(_ids(target, documents)))
        for id_ in ids:
            target.retract(id_)
        target.flush()
    click.echo(f"{len(ids)} retracted", err=True)


def _ids(store: Store, wanted: tuple[str, ...]) -> list[str]:
    from kg.graph import read

    known = list(read.documents(store))
    found = []
    for name in wanted:
        hits = [d.id for d in known if d.id == name] or [d.id for d in known if d.name == name]
        if not hits:
            raise NotFoundError(f"{name}: no such document: kg stats --documents lists them")
        if len(hits) > 1:
            raise NotFoundError(
                f"{name}: several documents have this name: take one of {', '.join(hits)}"
            )
        found += hits
    return found
