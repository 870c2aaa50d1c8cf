"""The formats by the names that users give to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kg.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format. `kind` is "rdf", "network" or "table"; a network and a table hold statements, and
    no graph of another kind, such as the answer to a CONSTRUCT query. `extension` is "zip" where
    there are several files.

    `writes` is the name of the RDF format (`kg.graph.serialise`), where it is one; `terms` is true
    where statements are reifiers of triple terms (RDF 1.2).
    """

    name: str
    title: str
    media_type: str
    extension: str
    kind: str
    writes: str = ""
    terms: bool = False


_ALL = (
    Format(
        name="turtle",
        title="Turtle, the union of all graphs",
        media_type="text/turtle",
        extension="ttl",
        kind="rdf",
        writes="turtle",
    ),
    Format(
        name="trig",
        title="TriG, with the named graphs",
        media_type="application/trig",
        extension="trig",
        kind="rdf",
        writes="trig",
    ),
    Format(
        name="nquads",
        title="N-Quads, with the named graphs, one line a quad",
        media_type="application/n-quads",
        extension="nq",
        kind="rdf",
        writes="nquads",
    ),
    Format(
        name="ntriples",
        title="N-Triples, the union of all graphs, one line a triple",
        media_type="application/n-triples",
        extension="nt",
        kind="rdf",
        writes="ntriples",
    ),
    Format(
        name="jsonld",
        title="JSON-LD, compact, with the named graphs and its context",
        media_type="application/ld+json",
        extension="jsonld",
        kind="rdf",
        writes="jsonld",
    ),
    Format(
        name="rdfxml",
        title="RDF/XML, the union of all graphs",
        media_type="application/rdf+xml",
        extension="rdf",
        kind="rdf",
        writes="rdfxml",
    ),
    Format(
        name="rdf12",
        title="Turtle 1.2, statements as reifiers of triple terms",
        media_type="text/turtle; version=1.2",
        extension="ttl",
        kind="rdf",
        writes="turtle",
        terms=True,
    ),
    Format(
        name="trig12",
        title="TriG 1.2, statements as reifiers of triple terms",
        media_type="application/trig; version=1.2",
        extension="trig",
        kind="rdf",
        writes="trig",
        terms=True,
    ),
    Format(
        name="nquads12",
        title="N-Quads 1.2, statements as reifiers of triple terms",
        media_type="application/n-quads; version=1.2",
        extension="nq",
        kind="rdf",
        writes="nquads",
        terms=True,
    ),
    Format(
        name="graphml",
        title="GraphML, the network of entities",
        media_type="application/graphml+xml",
        extension="graphml",
        kind="network",
    ),
    Format(
        name="gexf",
        title="GEXF 1.3, the network of entities with days, colours and shapes",
        media_type="application/gexf+xml",
        extension="gexf",
        kind="network",
    ),
    Format(
        name="neo4j",
        title="CSV files for neo4j-admin database import, in a zip file or a folder",
        media_type="application/zip",
        extension="zip",
        kind="network",
    ),
    Format(
        name="gephi",
        title="CSV tables of nodes and edges for Gephi, in a zip file or a folder",
        media_type="application/zip",
        extension="zip",
        kind="network",
    ),
    Format(
        name="csv",
        title="one row a piece of evidence, safe to open in a spreadsheet",
        media_type="text/csv; charset=utf-8",
        extension="csv",
        kind="table",
    ),
)
FORMATS: Mapping[str, Format] = MappingProxyType({each.name: each for each in _ALL})


def format_of(name: str) -> Format:
    """The format of that name; InputError for another."""
    found = FORMATS.get(name)
    if found is None:
        raise InputError(f"{name[:40]!r} is no format: take one of {', '.join(FORMATS)}")
    return found


def by_extension(file: str) -> Format | None:
    """The format that a file's name shows; None where it shows none, or several."""
    _, dot, end = file.lower().rpartition(".")
    found = [each for each in _ALL if dot and each.extension == end and not each.terms]
    return found[0] if len(found) == 1 else None
