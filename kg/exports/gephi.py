"""Tables of nodes and edges as Gephi's spreadsheet import wants them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.exports.columns import NODE_COLUMNS, Column, edge_columns
from kg.exports.csv_text import row
from kg.exports.network import Edge, Network, Node

_NODES: Sequence[Column[Node]] = (
    Column("Id", "string", lambda node: node.id),
    Column("Label", "string", lambda node: node.name),
    *NODE_COLUMNS,
    Column("colour", "string", lambda node: node.colour),
)
_EDGES: Sequence[Column[Edge]] = (
    Column("Source", "string", lambda edge: edge.source),
    Column("Target", "string", lambda edge: edge.target),
    Column("Type", "string", lambda edge: "Undirected" if edge.symmetric else "Directed"),
    Column("Id", "string", lambda edge: edge.id),
    Column("Label", "string", lambda edge: edge.label),
    Column("Weight", "double", lambda edge: float(len(edge.documents))),
)
_README = """\
A network for Gephi: File, Import spreadsheet, nodes.csv first and then edges.csv, both with comma
and UTF-8, the second one with "Append to existing workspace". Weight is the number of documents.
"""


def gephi(found: Network) -> Mapping[str, Iterator[str]]:
    """The files by their names, each as pieces of text."""
    return {
        "README.txt": iter([_README]),
        "nodes.csv": _table(_NODES, found.nodes),
        "edges.csv": _table((*_EDGES, *edge_columns(found)), found.edges),
    }


def _table(
    columns: Sequence[Column[Node]] | Sequence[Column[Edge]],
    items: Sequence[Node] | Sequence[Edge],
) -> Iterator[str]:
    yield ",".join(column.name for column in columns) + "\n"
    for item in items:
        yield row(column.value(item) for column in columns)  # type: ignore[arg-type]
