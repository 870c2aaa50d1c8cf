"""GEXF 1.3, for Gephi, sigma and networkx.

An edge, and a node with it, is there on the days of the documents that say so, each day a spell.
Where a document has no day the edge is always there: its time is not known.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from kg.exports.columns import NODE_COLUMNS, Column, Item, edge_columns, written
from kg.exports.network import Edge, Network
from kg.exports.xml import DECLARATION, attribute, text

_HEAD = (
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">\n'
)
# The format has these shapes and no other; what is of another is drawn as a disc.
_SHAPES = {"square": "square", "triangle": "triangle", "diamond": "diamond"}
_LINES = {"asserted": "solid", "planned": "dashed", "possible": "dotted", "denied": "double"}


def gexf(found: Network) -> Iterator[str]:
    """The network as GEXF 1.3; what is no character of XML becomes U+FFFD.

    All edges are directed, because a reader such as networkx takes no graph of both kinds;
    `symmetric` tells where the direction says nothing.
    """
    edges = edge_columns(found)
    yield DECLARATION + _HEAD
    yield f"<meta><creator>Entente</creator><description>{_ABOUT}</description></meta>\n"
    times = ' mode="dynamic" timeformat="date" timerepresentation="interval"'
    yield f'<graph defaultedgetype="directed" idtype="string"{times}>\n'
    yield from _attributes(NODE_COLUMNS, "node")
    yield from _attributes(edges, "edge")
    yield f'<nodes count="{len(found.nodes)}">\n'
    for node in found.nodes:
        red, green, blue = (int(node.colour[at : at + 2], 16) for at in (1, 3, 5))
        yield (
            f"<node id={attribute(node.id)} label={attribute(node.name)}>"
            f"{_values(node, NODE_COLUMNS)}{_spells(node.days)}"
            f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
            f'<viz:size value="{_size(node.statements)}"/>'
            f'<viz:shape value="{_SHAPES.get(node.shape, "disc")}"/></node>\n'
        )
    yield f'</nodes>\n<edges count="{len(found.edges)}">\n'
    for edge in found.edges:
        yield (
            f"<edge id={attribute(edge.id)} source={attribute(edge.source)}"
            f" target={attribute(edge.target)} label={attribute(edge.label)}"
            f' kind={attribute(edge.predicate)} weight="{float(len(edge.documents))}">'
            f"{_values(edge, edges)}{_spells(edge.days)}{_look(edge)}</edge>\n"
        )
    yield "</edges>\n</graph>\n</gexf>\n"


_ABOUT = text("Statements read from news; a spell is a day on which a document says so")


def _attributes(columns: Sequence[Column[Item]], of: str) -> Iterator[str]:
    yield f'<attributes class="{of}">\n'
    for number, column in enumerate(columns):
        yield f'<attribute id="{number}" title="{column.name}" type="{column.type}"/>\n'
    yield "</attributes>\n"


def _values(item: Item, columns: Sequence[Column[Item]]) -> str:
    said = "".join(
        f'<attvalue for="{number}" value={attribute(written(value))}/>'
        for number, column in enumerate(columns)
        if (value := column.value(item)) is not None
    )
    return f"<attvalues>{said}</attvalues>"


def _spells(days: tuple[str, ...] | None) -> str:
    if not days:
        return ""
    said = "".join(f"<spell start={attribute(day)} end={attribute(day)}/>" for day in days)
    return f"<spells>{said}</spells>"


def _size(statements: int) -> float:
    """The area of a node grows with its statements."""
    return round(4 + 2 * math.sqrt(statements), 2)


def _look(edge: Edge) -> str:
    sure = edge.confidence if edge.belief is None else edge.belief
    return (
        f'<viz:thickness value="{round(1 + 3 * sure, 2)}"/>'
        f'<viz:shape value="{_LINES.get(edge.modality, "solid")}"/>'
    )
