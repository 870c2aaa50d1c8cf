"""Tables for people and for pandas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from kg.errors import SetupError

if TYPE_CHECKING:
    import pandas

_MOST_ROWS = 50
_MOST_CELL = 160


def frame(rows: Iterable[Sequence[object]], *, columns: Sequence[str]) -> pandas.DataFrame:
    """A data frame; SetupError where pandas is not installed."""
    try:
        import pandas
    except ImportError as error:
        raise SetupError(
            "pandas is needed for data frames: pip install 'entente[notebooks]'"
        ) from error
    return pandas.DataFrame(list(rows), columns=list(columns))


def html(columns: Sequence[str], rows: Sequence[Sequence[object]], *, caption: str = "") -> str:
    """A table in HTML; all text is escaped, and of many rows only the first are shown."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(value))}</td>" for value in row) + "</tr>"
        for row in rows[:_MOST_ROWS]
    )
    left = len(rows) - _MOST_ROWS
    more = f"<p>and {left:,} more rows: to_pandas() has them all</p>" if left > 0 else ""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def preformatted(text: str) -> str:
    """Text as it is, in HTML."""
    return f"<pre>{escape(text)}</pre>"


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:.3g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _MOST_CELL else text[: _MOST_CELL - 1] + "…"
