"""Tables of nodes and edges as Gephi's spreadsheet import wants them.

Gephi makes one edge of all that join the same two nodes and are of the same `Kind`. It guesses the
types of the other columns from the first rows and takes a bare date for a timestamp, which does not
go with the spells of `Timeset`: so days stand there as whole numbers, and EDTF dates in braces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.exports.columns import NODE_COLUMNS, Column, edge_columns
from kg.exports.csv_text import row
from kg.exports.network import Edge, Network, Node


def _timeset(item: Node | Edge) -> str | None:
    """The spells, each a day; None for what is always there."""
    spells = "; ".join(f"[{day}, {day}]" for day in item.days or ())
    return f"<{spells}>" if spells else None


def _braces(dates: Sequence[str]) -> str | None:
    return f"{{{', '.join(dates)}}}" if dates else None


def _number(day: str) -> int | None:
    return int(day.replace("-", "")) if day else None


_NODES: Sequence[Column[Node]] = (
    Column("Id", "string", lambda node: node.id),
    Column("Label", "string", lambda node: node.name),
    Column("Timeset", "string", _timeset),
    *NODE_COLUMNS,
    Column("colour", "string", lambda node: node.colour),
)
_EDGES: Sequence[Column[Edge]] = (
    Column("Source", "string", lambda edge: edge.source),
    Column("Target", "string", lambda edge: edge.target),
    Column("Type", "string", lambda edge: "Undirected" if edge.symmetric else "Directed"),
    Column("Kind", "string", lambda edge: edge.predicate),
    Column("Id", "string", lambda edge: edge.id),
    Column("Label", "string", lambda edge: edge.label),
    Column("Weight", "double", lambda edge: float(len(edge.documents))),
    Column("Timeset", "string", _timeset),
)
_OTHERWISE: Mapping[str, Column[Edge]] = {
    "first": Column("first", "integer", lambda edge: _number(edge.first)),
    "latest": Column("latest", "integer", lambda edge: _number(edge.latest)),
    "dates": Column("dates", "string", lambda edge: _braces(edge.dates)),
}
_README = """\
A network for Gephi: File, Import spreadsheet, nodes.csv first and then edges.csv, both with comma
and UTF-8, the second one with "Append to existing workspace". Weight is the number of documents.
Timeset has the days of the documents: in the Timeline, choose Date as the format of time. first and
latest are the first and last of these days as numbers, 20260131 for 31 January 2026.
"""


def gephi(found: Network) -> Mapping[str, Iterator[str]]:
    """The files by their names, each as pieces of text."""
    more = (_OTHERWISE.get(column.name, column) for column in edge_columns(found))
    return {
        "README.txt": iter([_README]),
        "nodes.csv": _table(_NODES, found.nodes),
        "edges.csv": _table((*_EDGES, *more), found.edges),
    }


def _table(
    columns: Sequence[Column[Node]] | Sequence[Column[Edge]],
    items: Sequence[Node] | Sequence[Edge],
) -> Iterator[str]:
    yield ",".join(column.name for column in columns) + "\n"
    for item in items:
        yield row(column.value(item) for column in columns)  # type: ignore[arg-type]
