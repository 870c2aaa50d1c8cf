"""GraphML, for Gephi, Cytoscape, yEd and networkx."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.exports.columns import NODE_COLUMNS, Column, Item, edge_columns, written
from kg.exports.network import Edge, Network, Node
from kg.exports.xml import DECLARATION, attribute, text

_HEAD = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
    ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
_TYPES = {"integer": "int"}


def graphml(found: Network) -> Iterator[str]:
    """The network as GraphML; what is no character of XML becomes U+FFFD.

    All edges are directed, because a reader such as networkx takes no graph of both kinds;
    `symmetric` tells where the direction says nothing.
    """
    nodes: Sequence[Column[Node]] = (
        Column("label", "string", lambda node: node.name),
        *NODE_COLUMNS,
        Column("colour", "string", lambda node: node.colour),
        Column("shape", "string", lambda node: node.shape),
    )
    edges: Sequence[Column[Edge]] = (
        Column("label", "string", lambda edge: edge.label),
        Column("weight", "double", lambda edge: float(len(edge.documents))),
        *edge_columns(found),
    )
    yield DECLARATION + _HEAD
    yield from _keys(nodes, "node")
    yield from _keys(edges, "edge")
    yield '<graph id="entente" edgedefault="directed">\n'
    for node in found.nodes:
        yield f"<node id={attribute(node.id)}>{_data(node, nodes, 'n')}</node>\n"
    for edge in found.edges:
        ends = f"source={attribute(edge.source)} target={attribute(edge.target)}"
        yield f"<edge id={attribute(edge.id)} {ends}>{_data(edge, edges, 'e')}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _keys(columns: Sequence[Column[Item]], of: str) -> Iterator[str]:
    for number, column in enumerate(columns):
        type_ = _TYPES.get(column.type, column.type)
        name = f'attr.name="{column.name}" attr.type="{type_}"'
        yield f'<key id="{of[0]}{number}" for="{of}" {name}/>\n'


def _data(item: Item, columns: Sequence[Column[Item]], letter: str) -> str:
    return "".join(
        f'<data key="{letter}{number}">{text(written(value))}</data>'
        for number, column in enumerate(columns)
        if (value := column.value(item)) is not None
    )
