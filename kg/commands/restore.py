"""`kg restore`: a store from a backup."""

from __future__ import annotations

import click

from kg.commands.common import Context, store_option
from kg.commands.kinds import place
from kg.errors import InputError


@click.command()
@click.argument("backup", type=place)
@click.option("--force", is_flag=True, help="Replace what the store holds.")
@store_option
@click.pass_obj
def restore(context: Context, backup: str, force: bool, store: str | None) -> None:
    """Make a store of the file BACKUP, which kg backup wrote.

    The store must be new or empty, unless --force is given. The whole backup is read and checked
    before anything is replaced.

    \b
    Examples:
      kg restore backup.nq.gz --store new-store
      kg restore --force backup.nq.gz
    """
    from pathlib import Path

    from kg.store import check_folder, is_server
    from kg.store.backup import restore as make

    location = store or context.settings.store
    if is_server(location):
        raise InputError(
            "--store: kg restore makes a folder: have the SPARQL server load the backup itself, "
            "which is N-Quads packed with gzip (docs/stores.md)"
        )
    check_folder(location)
    head = make(Path(backup), Path(location), force=force)
    click.echo(f"{head.quads:,} quads restored to {location}", err=True)
