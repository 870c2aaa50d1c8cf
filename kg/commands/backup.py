"""`kg backup`: the store in one file, also while `kg serve` runs on it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from kg.commands.common import Context, opened, store_option
from kg.commands.kinds import place
from kg.errors import InputError, StoreError, StoreInUseError

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store.backup import Head

_TRIES, _PAUSE = 10, 2.0


@click.command()
@click.argument("target", type=place)
@click.option("--force", is_flag=True, help="Replace TARGET where it exists.")
@store_option
@click.pass_obj
def backup(context: Context, target: str, force: bool, store: str | None) -> None:
    """Write the whole store to the file TARGET.

    The file is packed N-Quads with a checksum: any RDF tool reads it, and kg restore makes a store
    of it, also in another version of kg. While kg serve runs on the store, the backup is what it
    holds at that moment, and nobody has to wait.

    \b
    Examples:
      kg backup backup.nq.gz
      kg backup --force /backups/news.nq.gz --store news-store
    """
    from pathlib import Path

    from kg.store import is_server
    from kg.store.backup import check_target, write_open

    if target == "-":
        raise InputError("-: a backup is a file, and is not written to standard output: name one")
    check_target(Path(target), force=force)
    location = store or context.settings.store
    if is_server(location):
        with opened(context, store, purpose="making a backup") as source:
            head = write_open(source, Path(target), force=force)
    else:
        head = _backup(Path(location), Path(target), force=force)
    click.echo(f"{head.quads:,} quads written to {target}", err=True)


def _backup(location: Path, target: Path, *, force: bool) -> Head:
    from kg.store import backup as copies
    from kg.store.folder import served_at

    for _ in range(_TRIES):
        try:
            return copies.write_closed(location, target, force=force)
        except StoreInUseError:
            url = served_at(location)
            if url is None:
                raise
            if _publish(url):
                head = copies.write_running(location, target, force=force)
                if head is not None:
                    return head
        time.sleep(_PAUSE)
    raise StoreError(
        f"{location}: the server at {url} is too busy for a backup: try again later, or stop it"
    )


def _publish(url: str) -> bool:
    """Have the server make a snapshot of what its store holds now; false where it cannot."""
    from urllib.error import HTTPError, URLError
    from urllib.request import ProxyHandler, Request, build_opener

    question = Request(f"{url}/sparql?query=ASK%20%7B%7D", headers={"Cache-Control": "no-cache"})
    try:
        with build_opener(ProxyHandler({})).open(question, timeout=60) as answer:
            return bool(answer.status == 200)
    except HTTPError as error:
        error.close()
        return False
    except (URLError, OSError):
        return False
