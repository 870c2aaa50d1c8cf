"""Changes quad by quad: as bytes, and as what the engine does to make them.

The bytes are a line of JSON and then N-Quads: `{"removed": …, "created": […], "dropped": […]}`,
where `removed` is how many of the bytes that follow are quads to be removed; the others are to be
added. The sandbox writes the same form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby

import pyoxigraph as ox

from kg.store.interface import Delta

_QUADS = ox.RdfFormat.N_QUADS


def read(data: bytes) -> Delta:
    """The change that `data` describes."""
    head, _, body = data.partition(b"\n")
    said = json.loads(head)
    return Delta(
        removed=quads(body[: said["removed"]]),
        added=quads(body[said["removed"] :]),
        created=tuple(said["created"]),
        dropped=tuple(said["dropped"]),
    )


def write(delta: Delta) -> bytes:
    """`delta` as bytes that `read` understands."""
    removed, added = (ox.serialize(q, format=_QUADS) or b"" for q in (delta.removed, delta.added))
    head = {"removed": len(removed), "created": delta.created, "dropped": delta.dropped}
    return json.dumps(head).encode() + b"\n" + removed + added


def quads(text: bytes) -> tuple[ox.Quad, ...]:
    """The quads of N-Quads that this project wrote; blank nodes keep their names."""
    return tuple(ox.parse(text, _QUADS))


def has_blank(quads: Iterable[ox.Quad]) -> bool:
    """Whether a blank node is in any of the quads: no SPARQL text can name it."""
    return any(
        not isinstance(quad.subject, ox.NamedNode)
        or isinstance(quad.object, ox.BlankNode | ox.Triple)
        for quad in quads
    )


def update_text(delta: Delta) -> str:
    """A SPARQL update that carries out a change without blank nodes in one transaction."""
    data = [("DELETE DATA", delta.removed), ("INSERT DATA", delta.added)]
    operations = [f"{verb} {{\n{_blocks(quads)}}}" for verb, quads in data if quads]
    operations += [f"CREATE SILENT GRAPH <{graph}>" for graph in delta.created]
    operations += [f"DROP SILENT GRAPH <{graph}>" for graph in delta.dropped]
    return ";\n".join(operations)


def carry_out(engine: ox.Store, delta: Delta) -> None:
    """Make the change step by step. Doing it again, after whatever part of it, does no harm."""
    for quad in delta.removed:
        engine.remove(quad)
    engine.extend(delta.added)
    for graph in delta.created:
        engine.add_graph(ox.NamedNode(graph))
    for graph in delta.dropped:
        engine.remove_graph(ox.NamedNode(graph))


def _blocks(quads: Iterable[ox.Quad]) -> str:
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    blocks = []
    for graph, group in groupby(ordered, key=lambda quad: quad.graph_name):
        triples = "".join(f"{quad.triple} .\n" for quad in group)
        named = not isinstance(graph, ox.DefaultGraph)
        blocks.append(f"GRAPH {graph} {{\n{triples}}}\n" if named else triples)
    return "".join(blocks)
