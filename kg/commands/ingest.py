"""`kg ingest`: documents into the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from kg.commands.common import (
    NOTHING_READ,
    PROBLEMS,
    Context,
    extractor,
    opened,
    reading_options,
    store_option,
    warn,
    watched,
)
from kg.commands.kinds import place
from kg.errors import DocumentError, InputError

if TYPE_CHECKING:
    from kg.documents import Document
    from kg.statements import Extraction
    from kg.store import Store


@click.command()
@click.argument("sources", nargs=-1, required=True, type=place, metavar="FILE|FOLDER|-...")
@reading_options
@store_option
@click.pass_obj
def ingest(
    context: Context,
    sources: tuple[str, ...],
    catalogue: tuple[str, ...],
    frames: tuple[str, ...],
    store: str | None,
) -> int:
    """Read documents into the store.

    Reads text, Markdown (with front matter: title, date, source, language), HTML, PDF and JSON
    Lines ({"text": …, "title": …, "date": …, "source": …}). Of a folder, all files with an ending
    that is known. What cannot be read is reported and skipped; then the exit code is 1, or 3 if
    nothing was left. A document that is in the store already is replaced. The store is made if it
    is not there. If the process dies, the store holds whole documents only.

    \b
    Examples:
      kg ingest article.txt report.pdf
      kg ingest articles/ --store news-store
      cat stream.jsonl | kg ingest -
    """
    tally = _Tally()
    with opened(context, store, create=True, purpose="ingesting") as target:
        batch: list[Extraction] = []
        reader = None
        try:
            for found in _watched(context, sources):
                if isinstance(found, DocumentError):
                    _warn(found)
                    tally.skipped += 1
                    continue
                reader = reader or extractor(context, catalogue, frames)
                batch.append(reader.extract(found))
                if len(batch) >= context.settings.batch:
                    tally.write(target, batch)
            if batch:
                tally.write(target, batch)
        except BaseException:
            if tally.read:  # what is in the store stays there
                click.echo(f"until then: {tally}", err=True)
            raise
    click.echo(str(tally), err=True)
    if tally.skipped:
        return PROBLEMS if tally.read else NOTHING_READ
    return 0


class _Tally:
    """What became of the documents."""

    def __init__(self) -> None:
        self.read = self.changed = self.skipped = self.evidence = 0

    def write(self, store: Store, batch: list[Extraction]) -> None:
        """Add a batch to the store, make it durable, and empty it."""
        try:
            self._add(store, batch)
        except InputError:  # one of them; which one shows when they come one by one
            for extraction in batch:
                self._try(store, extraction)
        store.flush()
        batch.clear()

    def _try(self, store: Store, extraction: Extraction) -> None:
        try:
            self._add(store, [extraction])
        except InputError as error:
            _warn(error)
            self.skipped += 1

    def _add(self, store: Store, batch: list[Extraction]) -> None:
        self.changed += store.add(batch)
        self.read += len(batch)
        self.evidence += sum(len(extraction.evidence) for extraction in batch)

    def __str__(self) -> str:
        known = self.read - self.changed
        return (
            f"{self.read} read ({self.changed} new or changed, {known} known), "
            f"{self.evidence} statements found, {self.skipped} skipped"
        )


def _watched(context: Context, sources: tuple[str, ...]) -> Iterator[Document | DocumentError]:
    """The documents of the sources, with a progress bar if a person watches."""
    from kg import readers

    files = readers.files(sources)
    if not watched():
        for location in files:
            yield from readers.read(location, limits=context.limits())
        return
    from tqdm import tqdm

    with tqdm(total=len(files), unit="file", leave=False) as bar:
        for location in files:
            bar.set_postfix_str(location[-40:], refresh=False)
            yield from readers.read(location, limits=context.limits())
            bar.update()


def _warn(error: InputError) -> None:
    if watched():
        from tqdm import tqdm

        with tqdm.external_write_mode():
            warn(error)
    else:
        warn(error)
