"""A picture of statements that works without a network: SVG, and a page to explore it.

Nothing in a picture comes from anywhere else. Labels and sentences are text of others: in the SVG
they are escaped, in the page they are data that its script only ever writes as text, and a notebook
shows the page in a frame of its own that reaches neither the notebook nor the network.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from math import hypot, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from kg.client.records import Node, Quote, StatementSummary
from kg.errors import InputError
from ontology import vocabulary

if TYPE_CHECKING:
    from kg.client.statements import Statements

WIDTH, MARGIN = 960, 60
_MOST = 400  # statements in a picture
_SENTENCES = 3  # shown of one statement
_OTHER_COLOURS = {"Title": "#aaaaaa", "Amount": "#66a61e"}
_DASHES = {"asserted": "", "planned": "7 4", "possible": "2 4", "denied": "10 3 2 3"}
_DENIED = "#c0392b"
_LINE = "#8a8f98"
_LETTER = 6.7  # the width of one, about, in the size of the names


@dataclass(frozen=True, slots=True)
class Picture:
    """Nodes as shapes and statements as lines: `svg` alone, or `html`, a page to explore it.

    A line is solid where a statement is asserted, dashed where it is only planned, dotted where it
    is possible, dash-dotted and red where it is denied; it is the thicker the more it is believed.
    """

    svg: str
    html: str
    height: int
    nodes: int

    @classmethod
    def of(cls, statements: Statements) -> Picture:
        """A picture of the statements; of many only the first 400 are drawn."""
        shown = statements[:_MOST]
        places = _places(shown)
        height = _height(len(places))
        svg = _svg(shown, places, height=height, left=len(statements) - len(shown))
        data = _data(shown, shown.quotes())
        # The data first: there is no "<" in them, but names in the drawing may spell any of this.
        page = _template().replace("/* data */", data).replace("<!-- svg -->", svg)
        return cls(svg, page, height + 90, len(places))

    def save(self, path: str | Path) -> None:
        """Write a file: the page where its name ends in .html, the drawing where it is .svg."""
        target = Path(path)
        match target.suffix.lower():
            case ".html":
                target.write_text(self.html, encoding="utf-8")
            case ".svg":
                target.write_text(self.svg + "\n", encoding="utf-8")
            case other:
                raise InputError(f"{target}: {other or 'no ending'}: end it in .html or .svg")

    def _repr_html_(self) -> str:
        return (
            f'<iframe sandbox="allow-scripts" style="width:100%;height:{self.height}px;border:0" '
            f'title="a graph of statements" srcdoc="{escape(self.html)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"Picture({self.nodes} nodes)"


@cache
def _template() -> str:
    return Path(__file__).with_name("picture.html").read_text(encoding="utf-8")


def _height(nodes: int) -> int:
    return int(min(820, max(260, 120 + 62 * sqrt(nodes) * 1.2)))


def _places(statements: Statements) -> dict[str, tuple[float, float]]:
    from kg.analyse.network import places

    return places(statements.to_networkx())


def _svg(
    statements: Iterable[StatementSummary],
    places: Mapping[str, tuple[float, float]],
    *,
    height: int,
    left: int,
) -> str:
    found = list(statements)
    nodes = {end.id: end for each in found for end in (each.subject, each.object)}
    degree = Counter(end.id for each in found for end in (each.subject, each.object))
    at = {
        id_: (
            MARGIN + across * (WIDTH - 2 * MARGIN),
            MARGIN / 2 + down * (height - 1.5 * MARGIN),
        )
        for id_, (across, down) in places.items()
    }
    above = sorted(nodes, key=lambda id_: (degree[id_], id_))  # the last is drawn over the others
    hidden = _hidden(nodes, at, degree)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{len(nodes)} nodes and {len(found)} statements</title>",
        "<style>.hidden { opacity: 0 } "
        ".node:hover .hidden, .node:focus .hidden { opacity: 1 }</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{_LINE}"/></marker></defs>',
        '<g class="all">',
        *_edges(found, at, degree),
        *(_node(nodes[id_], at[id_], degree[id_], hidden=id_ in hidden) for id_ in above),
        "</g>",
    ]
    if left > 0:
        parts.append(f'<text x="8" y="{height - 8}">{left:,} more statements are not drawn</text>')
    if not found:
        parts.append(f'<text x="{WIDTH / 2}" y="40" text-anchor="middle">no statements</text>')
    return "\n".join([*parts, "</svg>"])


def _edges(
    statements: Iterable[StatementSummary],
    at: Mapping[str, tuple[float, float]],
    degree: Mapping[str, int],
) -> Iterator[str]:
    """A line for each statement; those between the same two nodes are bent away from each other."""
    terms = vocabulary.load().predicates
    together: Counter[tuple[str, str]] = Counter()
    for each in statements:
        pair = min(each.subject.id, each.object.id), max(each.subject.id, each.object.id)
        bend = (together[pair] + 1) // 2 * 22 * (-1) ** together[pair]
        if each.subject.id > each.object.id:
            bend = -bend
        together[pair] += 1
        term = terms.get(each.predicate)
        tip = "" if term is not None and term.symmetric else ' marker-end="url(#tip)"'
        ends = at[each.subject.id], at[each.object.id]
        path = _path(*ends, bend, _radius(degree[each.object.id]) + 3)
        label = f"{each.subject.name} {term.label if term else each.predicate} {each.object.name}"
        support = 1.0 if each.belief is None else each.belief
        yield (
            f'<path class="edge {escape(each.modality)}" data-id="{each.id}" '
            f'data-from="{escape(each.subject.id)}" data-to="{escape(each.object.id)}" '
            f'data-bend="{bend}" d="{path}" fill="none" '
            f'stroke="{_DENIED if each.modality == "denied" else _LINE}" '
            f'stroke-width="{0.8 + 2.2 * support:.1f}" '
            f'stroke-dasharray="{_DASHES.get(each.modality, "")}"{tip}>'
            f"<title>{escape(_plain(label))}: {escape(each.modality)}</title></path>"
        )


def _path(start: tuple[float, float], end: tuple[float, float], bend: float, short: float) -> str:
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1)
    if length < 1:  # a statement of something about itself
        return f"M{x1:.1f} {y1:.1f}c-40 -50 40 -50 0 0"
    across, down = (x2 - x1) / length, (y2 - y1) / length
    middle = ((x1 + x2) / 2 - down * bend * 2, (y1 + y2) / 2 + across * bend * 2)
    reach = hypot(x2 - middle[0], y2 - middle[1]) or 1
    tip = (x2 - (x2 - middle[0]) / reach * short, y2 - (y2 - middle[1]) / reach * short)
    return f"M{x1:.1f} {y1:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {tip[0]:.1f} {tip[1]:.1f}"


def _hidden(
    nodes: Mapping[str, Node], at: Mapping[str, tuple[float, float]], degree: Mapping[str, int]
) -> set[str]:
    """The nodes whose names would lie upon a node with more statements, or upon its name."""
    taken: list[tuple[float, float, float, float]] = []
    found: set[str] = set()
    for id_ in sorted(nodes, key=lambda each: (-degree[each], each)):
        (x, y), radius = at[id_], _radius(degree[id_])
        half = len(_short(nodes[id_])) * _LETTER / 2
        left, top = x + _aside(nodes[id_], x) - half, y + radius
        right, bottom = left + 2 * half, top + 13
        taken.append((x - radius, x + radius, y - radius, y + 0.8 * radius))
        if any(left < r and le < right and top < b and t < bottom for le, r, t, b in taken):
            found.add(id_)
        else:
            taken.append((left, right, top, bottom))
    return found


def _aside(node: Node, x: float) -> float:
    """How far a name moves from the middle of its node, so that the rim does not cut it."""
    half = len(_short(node)) * _LETTER / 2 + 2
    return max(0.0, half - x) - max(0.0, half + x - WIDTH)


def _short(node: Node) -> str:
    label = _plain(node.name)
    return label if len(label) <= 28 else label[:27] + "…"


def _node(node: Node, place: tuple[float, float], degree: int, *, hidden: bool) -> str:
    term = vocabulary.load().types.get(node.type)
    colour = term.colour if term else _OTHER_COLOURS.get(node.type, "#999999")
    radius = _radius(degree)
    label = _plain(node.name)
    look = 'class="hidden" ' if hidden else ""
    return (
        f'<g class="node" data-id="{escape(node.id)}" data-radius="{radius:.1f}" '
        f'transform="translate({place[0]:.1f} {place[1]:.1f})" tabindex="0" '
        f'aria-label="{escape(label)}, {escape(node.type)}">'
        f"<title>{escape(label)} ({escape(node.type)})</title>"
        f"{_shape(term.shape if term else 'circle', radius, colour)}"
        f'<text {look}x="{_aside(node, place[0]):.1f}" y="{radius + 12:.1f}" '
        'text-anchor="middle" stroke="#fff" stroke-width="3" stroke-opacity="0.85" '
        f'paint-order="stroke" fill="#16181d">{escape(_short(node))}</text></g>'
    )


def _radius(degree: int) -> float:
    return 5 + 2.2 * sqrt(degree)


def _shape(name: str, radius: float, colour: str) -> str:
    look = f'fill="{colour}" stroke="#fff" stroke-width="1"'
    points: Mapping[str, tuple[tuple[float, float], ...]] = {
        "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        "triangle": ((0, -1.1), (1.05, 0.8), (-1.05, 0.8)),
        "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
        "hexagon": ((-1.05, 0), (-0.52, -0.9), (0.52, -0.9), (1.05, 0), (0.52, 0.9), (-0.52, 0.9)),
    }
    if name not in points:
        return f'<circle r="{radius:.1f}" {look}/>'
    corners = " ".join(f"{x * radius:.1f},{y * radius:.1f}" for x, y in points[name])
    return f'<polygon points="{corners}" {look}/>'


def _data(statements: Iterable[StatementSummary], quotes: Iterable[Quote]) -> str:
    """What the page says of each statement, as JSON that may stand in a script element."""
    terms = vocabulary.load().predicates
    said: dict[str, list[dict[str, str]]] = {}
    for quote in quotes:
        place = ", ".join(filter(None, (quote.title, quote.source, quote.date)))
        piece = {"text": quote.sentence, "where": place, "modality": quote.modality}
        said.setdefault(quote.statement, []).append(piece)
    data = {
        each.id: {
            "said": [
                each.subject.name,
                terms[each.predicate].label if each.predicate in terms else each.predicate,
                each.object.name,
            ],
            "support": _support(each),
            "sentences": said.get(each.id, [])[:_SENTENCES],
            "more": max(0, len(said.get(each.id, [])) - _SENTENCES),
        }
        for each in statements
    }
    # Nothing in a script element may look like the end of it, or like a comment.
    return json.dumps(data, ensure_ascii=True, sort_keys=True).replace("<", "\\u003c")


def _support(each: StatementSummary) -> str:
    parts = [each.modality]
    if each.belief is not None:
        parts.append(f"belief {each.belief:.2f}")
    parts.append(f"{each.documents} document{'s' * (each.documents != 1)}")
    return " · ".join(parts)


def _plain(text: str) -> str:
    """A label without what XML has no place for."""
    return "".join(c if c.isprintable() else " " for c in text)
