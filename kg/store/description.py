"""What the store says of itself: the service description of its endpoint, and VoID."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.terms import BASE, DCTERMS, PREFIXES, RDF_TYPE, XSD
from ontology.vocabulary import NAMESPACE

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
FOAF = "http://xmlns.com/foaf/0.1/"
_PREFIXES = {**PREFIXES, "sd": SD, "void": VOID, "formats": FORMATS, "foaf": FOAF}
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")

Term = ox.NamedNode | ox.Literal
Triples = list[ox.Triple]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much the store holds: triples, subjects, objects, documents, and instances by class and
    triples by property, both under their IRIs."""

    triples: int
    subjects: int
    objects: int
    documents: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]


def service(endpoint: str, *, graphs: Iterable[str], writable: bool, media_type: str) -> bytes:
    """The service description of the endpoint with this IRI, as `media_type`.

    `graphs` are the named graphs to be listed; `writable` tells whether it takes updates.
    """
    node = endpoint
    dataset, default = f"{node}#dataset", f"{node}#default-graph"
    found: Triples = [
        _is(node, f"{SD}Service"),
        _link(node, f"{SD}endpoint", endpoint),
        _link(node, f"{SD}supportedLanguage", f"{SD}SPARQL11Query"),
        _link(node, f"{SD}feature", f"{SD}UnionDefaultGraph"),
        _link(node, f"{SD}defaultDataset", dataset),
        _is(dataset, f"{SD}Dataset"),
        _link(dataset, f"{SD}defaultGraph", default),
        _is(default, f"{SD}Graph"),
    ]
    if writable:
        found.append(_link(node, f"{SD}supportedLanguage", f"{SD}SPARQL11Update"))
        found += [_link(node, f"{SD}inputFormat", FORMATS + name) for name in _GRAPHS]
    for name in (*_RESULTS, *_GRAPHS):
        found.append(_link(node, f"{SD}resultFormat", FORMATS + name))
    for number, graph in enumerate(sorted(graphs), start=1):
        named = f"{node}#graph-{number}"
        found += [
            _link(dataset, f"{SD}namedGraph", named),
            _is(named, f"{SD}NamedGraph"),
            _link(named, f"{SD}name", graph),
        ]
    return _serialised(found, media_type)


def void(site: str, *, counts: Counts, media_type: str) -> bytes:
    """The VoID description of the store behind the site with this URL (without a slash at its
    end), as `media_type`."""
    document = f"{site}/.well-known/void"
    node = f"{document}#dataset"
    found: Triples = [
        _is(document, f"{VOID}DatasetDescription"),
        _link(document, f"{FOAF}primaryTopic", node),
        _is(node, f"{VOID}Dataset"),
        _say(node, f"{DCTERMS}title", "Entente: defence partnerships, read from news"),
        _link(node, f"{FOAF}homepage", f"{site}/"),
        _link(node, f"{VOID}sparqlEndpoint", f"{site}/sparql"),
        _link(node, f"{VOID}vocabulary", NAMESPACE),
        _say(node, f"{VOID}uriSpace", BASE),
        _count(node, "triples", counts.triples),
        _count(node, "distinctSubjects", counts.subjects),
        _count(node, "distinctObjects", counts.objects),
        _count(node, "documents", counts.documents),
        _count(node, "classes", len(counts.classes)),
        _count(node, "properties", len(counts.properties)),
    ]
    found += [_link(node, f"{VOID}feature", FORMATS + name) for name in _GRAPHS]
    for kind, number_of, numbers in (
        ("class", "entities", counts.classes),
        ("property", "triples", counts.properties),
    ):
        for number, (iri, count) in enumerate(sorted(numbers.items()), start=1):
            part = f"{document}#{kind}-{number}"
            found += [
                _link(node, f"{VOID}{kind}Partition", part),
                _is(part, f"{VOID}Dataset"),
                _link(part, VOID + kind, iri),
                _count(part, number_of, count),
            ]
    return _serialised(found, media_type)


def _triple(subject: str, predicate: str, value: Term) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return _triple(subject, predicate, ox.NamedNode(target))


def _is(subject: str, class_: str) -> ox.Triple:
    return _link(subject, RDF_TYPE.value, class_)


def _say(subject: str, predicate: str, text: str) -> ox.Triple:
    return _triple(subject, predicate, ox.Literal(text))


def _count(subject: str, name: str, number: int) -> ox.Triple:
    value = ox.Literal(str(number), datatype=ox.NamedNode(f"{XSD}integer"))
    return _triple(subject, VOID + name, value)


def _serialised(triples: Sequence[ox.Triple], media_type: str) -> bytes:
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None, media_type
    ordered = sorted(triples, key=str)
    return ox.serialize(ordered, format=form, prefixes=_PREFIXES) or b""
