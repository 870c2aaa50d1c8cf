"""Data against the SHACL shapes of the ontology.

Data is parsed by pyoxigraph, which reaches neither network nor files; rdflib and pyshacl only get
its triples, the union of all graphs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pyshacl
import rdflib
from pyoxigraph import Quad, RdfFormat, parse
from rdflib.namespace import RDF, SH

from kg.errors import InputError
from kg.graph.serialise import FORMATS, format_name, serialise
from kg.graph.terms import QuadReader
from ontology import vocabulary

SHAPES = vocabulary.FILE.with_name("shapes.ttl")


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """What is wrong with one node: the rule that it breaks, and the value that breaks it, if one
    does. Nodes and values are written as in N-Triples."""

    focus: str
    message: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The violations, sorted; none where the data conforms."""

    violations: tuple[Violation, ...]

    @property
    def conforms(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations


def validate(data: bytes | QuadReader | Iterable[Quad], *, format: str = "turtle") -> Report:
    """What breaks the shapes in a dataset, in quads, or in bytes of the format.

    `format` is a key of `kg.graph.serialise.FORMATS` or a media type and only matters for bytes.
    Raises InputError where the bytes cannot be parsed.
    """
    if isinstance(data, bytes):
        data = _parsed(data, format=format_name(format))
    graph = rdflib.Graph().parse(data=serialise(data, format="ntriples"), format="nt")
    _, found, _ = pyshacl.validate(graph, shacl_graph=_shapes(), inference="none", advanced=False)
    if not isinstance(found, rdflib.Graph):
        raise InputError(f"pyshacl cannot check the data: {found}")
    return Report(
        tuple(
            sorted(
                {
                    Violation(
                        focus=_written(found, result, SH.focusNode),
                        message=str(found.value(result, SH.resultMessage)),
                        value=_written(found, result, SH.value),
                    )
                    for result in found.subjects(RDF.type, SH.ValidationResult)
                }
            )
        )
    )


def _parsed(data: bytes, *, format: str) -> list[Quad]:
    known = FORMATS[format]
    if known == RdfFormat.RDF_XML and b"<!DOCTYPE" in data:
        raise InputError("RDF/XML with a DOCTYPE can grow without bound; remove the declaration")
    try:
        return list(parse(data, format=known))
    except SyntaxError as error:
        raise InputError(f"line {error.lineno}: not {format} ({error.msg})") from error


@cache
def _shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(SHAPES, format="turtle")


def _written(found: rdflib.Graph, result: rdflib.term.Node, predicate: rdflib.URIRef) -> str:
    node = found.value(result, predicate)
    return node.n3() if isinstance(node, rdflib.term.Identifier) else ""
