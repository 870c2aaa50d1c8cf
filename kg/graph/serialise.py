"""A dataset as bytes in the common RDF formats, the same bytes for the same dataset.

Everything is sorted and prefixes are fixed. Formats without named graphs (Turtle, N-Triples,
RDF/XML) hold the union of all graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from kg.errors import InputError
from kg.graph.terms import PREFIXES, RDF_TYPE, QuadReader

# The names that users give to formats.
FORMATS: Mapping[str, RdfFormat] = MappingProxyType(
    {
        "turtle": RdfFormat.TURTLE,
        "trig": RdfFormat.TRIG,
        "nquads": RdfFormat.N_QUADS,
        "ntriples": RdfFormat.N_TRIPLES,
        "jsonld": RdfFormat.JSON_LD,
        "rdfxml": RdfFormat.RDF_XML,
    }
)
# pyoxigraph writes prefixes in a different order each time. In these formats the declarations are
# the first lines, which can be sorted; in RDF/XML, which declares names where it uses them, there
# is no need for prefixes, and JSON-LD and the line formats have none.
_PREFIXED = frozenset({"turtle", "trig"})


def serialise(data: QuadReader | Iterable[Quad], *, format: str) -> bytes:
    """The whole dataset, or the quads, as bytes.

    `format` is a key of FORMATS or a media type such as "text/turtle"; InputError for another.
    """
    name = format_name(format)
    prefixes = dict(PREFIXES) if name in _PREFIXED else None
    out = serialize(_input(data, name), format=FORMATS[name], prefixes=prefixes)
    assert out is not None  # None only where an output is given
    if not prefixes:
        return out
    *declarations, body = out.split(b"\n", len(prefixes))
    return b"\n".join([*sorted(declarations), body])


def nquads(data: QuadReader | Iterable[Quad]) -> Iterator[bytes]:
    """The sorted lines of canonical N-Quads, each with its line end."""
    lines = (serialize([quad], format=RdfFormat.N_QUADS) or b"" for quad in _quads(data))
    return iter(sorted(lines))


def format_name(format: str) -> str:
    """The key of FORMATS for a key or a media type; InputError for another."""
    if format in FORMATS:
        return format
    found = RdfFormat.from_media_type(format)
    for name, known in FORMATS.items():
        if known == found:
            return name
    raise InputError(f"{format!r} is no RDF format; use one of {', '.join(FORMATS)}")


def _quads(data: QuadReader | Iterable[Quad]) -> Iterable[Quad]:
    return data if isinstance(data, Iterable) else data.quads_for_pattern(None, None, None, None)


def _input(data: QuadReader | Iterable[Quad], name: str) -> list[Quad] | list[Triple]:
    quads = _quads(data)
    if FORMATS[name].supports_datasets:
        return sorted(set(quads), key=lambda q: (str(q.graph_name), *_key(q)))
    return sorted({q.triple for q in quads}, key=_key)


def _key(item: Quad | Triple) -> tuple[str, bool, str, str]:
    """By subject, the type first."""
    predicate = item.predicate
    return (str(item.subject), predicate != RDF_TYPE, predicate.value, str(item.object))
