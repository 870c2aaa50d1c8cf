"""The ontology in the common RDF formats."""

from __future__ import annotations

from functools import cache

from pyoxigraph import RdfFormat, parse

from kg.graph.serialise import serialise
from ontology.vocabulary import FILE


@cache
def ontology(format: str) -> bytes:
    """The ontology in a format of `kg.graph.serialise.FORMATS`; the Turtle is as it was written."""
    data = FILE.read_bytes()
    if format == "turtle":
        return data
    return serialise(list(parse(data, format=RdfFormat.TURTLE)), format=format)
