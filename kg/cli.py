"""The command line: `kg`. Data goes to standard output, messages to standard error.

This module and `kg.commands` are the only ones that print. Whatever is slow to import is imported
by the commands that need it, when they run, so that `--help` is quick.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence

import click

from kg import __version__
from kg.commands import (
    ask,
    backup,
    evaluate,
    explain,
    export,
    extract,
    ingest,
    manage,
    questions,
    restore,
    serve,
)
from kg.commands.common import Context, ExtractorFactory, default_extractor, warn
from kg.errors import (
    EntenteError,
    InputError,
    NotFoundError,
    SetupError,
    StoreError,
)
from kg.settings import Settings

EXIT_CODES: tuple[tuple[int, str], ...] = (
    (0, "done"),
    (1, "done, and not all is well: files skipped, a graph that breaks its shapes"),
    (2, "wrong usage"),
    (3, "input that cannot be used: documents, queries, settings"),
    (4, "no such entity or document"),
    (5, "the store cannot be opened, read or written, or is in use"),
    (6, "something that must be installed is missing"),
    (130, "interrupted"),
)
_CODES: tuple[tuple[type[EntenteError], int], ...] = (
    (InputError, 3),
    (NotFoundError, 4),
    (StoreError, 5),
    (SetupError, 6),
    (EntenteError, 3),
)
_EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:<4} {what}" for code, what in EXIT_CODES)


class _Group(click.Group):
    """Ends quietly where the reader has what it wanted (kg export | head), and says where options
    are to stand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            mend = "options come after the command, as in kg stats --store news-store"
            raise click.UsageError(f"{error.format_message().rstrip('.')} ({mend})", ctx) from error

    def invoke(self, ctx: click.Context) -> object:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is still buffered goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return result


@click.group(
    cls=_Group,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="kg")
def kg() -> None:
    """Reads news about defence partnerships into a knowledge graph that can be checked.

    \b
    Examples:
      kg extract article.txt                  what one article says
      kg explain article.txt --sentence 3     why, and what was left out
      kg ingest articles/                     into the store ./kg-store
      kg show Baykar                          what is known of an entity, with the sentences
      kg query 'SELECT * {?s ent:evaluates ?o}'
      kg serve                                REST and SPARQL on http://127.0.0.1:8000

    Data goes to standard output, messages to standard error, and - stands for standard input.
    Settings can also be given in the environment: kg COMMAND --store X is ENTENTE_STORE=X.
    """


for _command in (
    extract.extract,
    explain.explain,
    evaluate.evaluate,
    ingest.ingest,
    ask.query,
    questions.ask,
    ask.show,
    export.export,
    ask.stats,
    manage.validate,
    manage.retract,
    backup.backup,
    restore.restore,
    serve.serve,
):
    kg.add_command(_command)


def run(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    extractor: ExtractorFactory = default_extractor,
) -> int:
    """Run one command; the exit code. `extractor` makes what reads documents, when needed."""
    _prepare_output()
    try:
        settings = Settings.read(environment)
        result = kg.main(
            list(arguments),
            prog_name="kg",
            standalone_mode=False,
            obj=Context(settings=settings, extractor=extractor),
        )
        return int(result or 0)
    except click.exceptions.Abort:
        return _say("interrupted", 130)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except EntenteError as error:
        return _say(str(error), next(code for kind, code in _CODES if isinstance(error, kind)))
    except OSError as error:
        where = error.filename or "standard output, or a file of the store"
        return _say(
            f"{where}: {error.strerror or error}: look whether the disk is full, and who may write",
            5,
        )


def _prepare_output() -> None:
    """Have what a terminal cannot show written as \\uXXXX, and what is closed swallow all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _say(message: str, code: int) -> int:
    warn(message)
    return code


def main() -> None:
    """The entry point of the installed command."""
    sys.exit(run(sys.argv[1:], environment=os.environ))


if __name__ == "__main__":
    main()
