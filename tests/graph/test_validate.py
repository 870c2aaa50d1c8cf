"""The shapes accept what we build and refuse each wrong graph, for the reason in the table.

A case adds the triples of `wrong/CASE.ttl` to the graph of the example.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Quad, RdfFormat, Store, parse
from rdflib.collection import Collection
from rdflib.namespace import SH

from kg.errors import InputError
from kg.graph.serialise import serialise
from kg.graph.update import changes
from kg.graph.validate import SHAPES, validate
from kg.statements import Extraction
from ontology import vocabulary

WRONG = Path(__file__).parent / "wrong"
_LINES = (WRONG / "cases.csv").read_text(encoding="utf-8").splitlines()
CASES = [(case, message) for case, message in list(csv.reader(_LINES))[1:]]


@pytest.fixture(scope="module")
def quads(example: Extraction) -> tuple[Quad, ...]:
    return changes(Store(), add=[example]).added


def test_the_cases_are_all_there() -> None:
    assert len(CASES) == 30
    assert sorted(name for name, _ in CASES) == sorted(p.stem for p in WRONG.glob("*.ttl"))


@pytest.mark.parametrize(("case", "message"), CASES)
def test_a_wrong_graph_fails(quads: tuple[Quad, ...], case: str, message: str) -> None:
    text = (WRONG / f"{case}.ttl").read_bytes()
    more = list(parse(text, format=RdfFormat.TURTLE))
    report = validate([*quads, *more])
    assert not report.conforms
    assert message in {v.message for v in report.violations}


@pytest.mark.parametrize("format", ["turtle", "trig", "nquads", "jsonld", "application/rdf+xml"])
def test_the_example_conforms_in_every_format(quads: tuple[Quad, ...], format: str) -> None:
    assert validate(serialise(quads, format=format), format=format).violations == ()


def test_nothing_conforms() -> None:
    assert validate(b"").conforms


@pytest.mark.parametrize(
    ("data", "format", "message"),
    [
        (b"<a", "turtle", "line 1: not turtle"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "rdfxml", "DOCTYPE"),
        (b'{"@context": "http://127.0.0.1:9/c", "@id": "a:b"}', "jsonld", "not jsonld"),
        (b"", "yaml", "no RDF format"),
    ],
)
def test_data_that_cannot_be_read(data: bytes, format: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        validate(data, format=format)


def test_the_shapes_list_what_the_vocabulary_declares() -> None:
    shapes = rdflib.Graph().parse(SHAPES)
    terms = vocabulary.load()
    ent = rdflib.Namespace(vocabulary.NAMESPACE)
    rest = rdflib.Namespace("https://w3id.org/entente/shapes#")
    for name, predicate in terms.predicates.items():
        allowed: dict[str, set[str]] = {}
        for prop in shapes.objects(rest[name], SH.property):
            message = str(shapes.value(prop, SH.message))
            listed = shapes.value(prop, SH["in"])
            if listed is not None:
                allowed[message] = {str(c) for c in Collection(shapes, listed)}
        domain = {str(ent[n]) for n in predicate.domain}
        assert allowed.pop(f"the subject of {name} is in its domain") == domain
        if predicate.range != {"Literal"}:
            wanted = {str(ent[n]) for n in predicate.range}
            assert allowed.pop(f"the object of {name} is in its range") == wanted
        assert (rest.Plain, SH.targetNode, ent[name]) in shapes
    evidence = {shapes.value(p, SH.path) for p in shapes.objects(rest.Evidence, SH.property)}
    assert {ent[n] for n in terms.qualifiers} <= evidence
    assert set(shapes.objects(rest.Entity, SH.targetClass)) == {ent[n] for n in terms.types}
