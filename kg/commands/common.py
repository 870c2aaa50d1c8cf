"""What the commands share: settings, options, opening a store, writing results."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from kg.commands.kinds import place, share
from kg.documents import Document
from kg.errors import DocumentError
from kg.settings import Settings
from kg.statements import Extraction

if TYPE_CHECKING:
    from kg.explain import Explanation
    from kg.readers import Limits as ReadLimits
    from kg.store import Store
    from kg.store.worker import Limits

Command = TypeVar("Command", bound=Callable[..., object])
PROBLEMS, NOTHING_READ = 1, 3
_LONGEST = 2000  # characters of a message


class Extractor(Protocol):
    """What reads documents: `kg.pipeline.Pipeline`."""

    def extract(self, document: Document) -> Extraction: ...

    def explain(self, document: Document) -> Explanation: ...


ExtractorFactory = Callable[[Settings], Extractor]


def default_extractor(settings: Settings) -> Extractor:
    """The pipeline, with the user's own catalogue and frames."""
    from kg.pipeline import Pipeline

    return Pipeline(
        catalogue_files=settings.catalogue,
        frame_files=settings.frames,
        min_confidence=settings.min_confidence,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every command is given. `extractor` is only called by commands that read documents."""

    settings: Settings
    extractor: ExtractorFactory = default_extractor

    def limits(self) -> ReadLimits:
        """How much of a document is read."""
        from kg.readers import Limits as ReadLimits

        return ReadLimits(
            text=self.settings.max_text, file=self.settings.max_file, pages=self.settings.max_pages
        )


def store_option(command: Command) -> Command:
    """`--store`, which every command takes."""
    return click.option(
        "--store",
        type=place,
        metavar="FOLDER|URL",
        help="Folder of the store, or sparql+http://HOST:PORT/PATH for one on a SPARQL server "
        "[default: ENTENTE_STORE or ./kg-store].",
    )(command)


def reading_options(command: Command) -> Command:
    """What commands that read documents take besides."""
    for name, kind in (("frames", "frame"), ("catalogue", "catalogue")):
        command = click.option(
            f"--{name}",
            multiple=True,
            type=place,
            metavar="FILE",
            help=f"A {kind} file of your own, beside what comes with kg; may be repeated.",
        )(command)
    return click.option(
        "--min-confidence",
        type=share,
        metavar="N",
        expose_value=False,
        callback=_least,
        help="State nothing that is less sure than N, from 0 to 1 [default: "
        "ENTENTE_MIN_CONFIDENCE or 0].",
    )(command)


def _least(context: click.Context, _: click.Parameter, value: float | None) -> None:
    """Puts the option into the settings that the command is given."""
    if value is not None:
        settings = replace(context.obj.settings, min_confidence=value)
        context.obj = replace(context.obj, settings=settings)


def extractor(context: Context, catalogue: Sequence[str], frames: Sequence[str]) -> Extractor:
    """What reads documents, with the files of the environment and of the command line."""
    from pathlib import Path

    settings = replace(
        context.settings,
        catalogue=(*context.settings.catalogue, *map(Path, catalogue)),
        frames=(*context.settings.frames, *map(Path, frames)),
    )
    return context.extractor(settings)


def opened(context: Context, store: str | None, *, create: bool = False, purpose: str) -> Store:
    """The store that the command line, the environment or the default names."""
    from kg.store import is_server, open_store

    location = store or context.settings.store
    if not is_server(location):
        return open_store(location, create=create, purpose=purpose)
    from kg.store.endpoint import Options

    options = Options.of(context.settings)
    return open_store(location, create=create, purpose=purpose, options=options)


def query_limits(settings: Settings) -> Limits:
    """What a SPARQL query may use."""
    from kg.store.worker import Limits

    return Limits(
        seconds=settings.query_seconds,
        rows=settings.query_rows,
        answer_bytes=settings.query_bytes,
        memory_bytes=settings.query_memory,
        processes=settings.query_processes,
    )


def documents(context: Context, locations: Sequence[str]) -> Iterator[Document | DocumentError]:
    """What can be read, and what cannot, in the order of the command line."""
    from kg import readers

    for location in readers.files(locations):
        yield from readers.read(location, limits=context.limits())


def warn(message: object) -> None:
    """One line on standard error, in which words and names are not endless."""
    shown = re.sub(r"[^\s:]{300,}", lambda match: f"{match[0][:200]}…", flat(str(message)))
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST // 2]} … {shown[-_LONGEST // 2 :]}"
    click.echo(f"kg: {shown}", err=True)


def write(data: bytes) -> None:
    """Bytes to standard output, with a line end at the end."""
    click.echo(data, nl=bool(data) and not data.endswith(b"\n"))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, limit: int = 60) -> str:
    """Columns of text for a person; cells beyond `limit` characters are cut with an ellipsis."""
    cells = [[_cell(value, limit) for value in row] for row in (headings, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headings))]
    lines = [
        "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def csv_table(data: bytes, *, limit: int) -> str:
    """The rows of a CSV text for a person."""
    csv.field_size_limit(sys.maxsize)  # a cell may hold a whole article
    headings, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
    # A row with one empty cell is an empty line.
    return table(headings, [row or [""] * len(headings) for row in rows], limit=limit)


def flat(text: str) -> str:
    """`text` in one line and without what a terminal would obey: it comes from documents."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _cell(value: str, limit: int) -> str:
    shown = "".join(c if c.isprintable() else " " for c in value)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def watched() -> bool:
    """Whether a person looks at standard error."""
    return sys.stderr.isatty()
