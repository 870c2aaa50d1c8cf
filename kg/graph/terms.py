"""The names that the graph is made of: namespaces, IRIs of ours, terms of other vocabularies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.statements import Statement
from ontology.vocabulary import NAMESPACE as ENT

BASE: Final = "https://w3id.org/entente/"
OA: Final = "http://www.w3.org/ns/oa#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PROV: Final = "http://www.w3.org/ns/prov#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA: Final = "https://schema.org/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
DCTERMS: Final = "http://purl.org/dc/terms/"

# For serialisers, in the order in which they are written.
PREFIXES: Final = {
    "dcterms": DCTERMS,
    "ent": ENT,
    "oa": OA,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "xsd": XSD,
}

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal
Value = Term | Triple


class QuadReader(Protocol):
    """Anything that finds quads by pattern, such as a pyoxigraph `Store`.

    None matches anything; None for the graph name means every graph.
    """

    def quads_for_pattern(
        self,
        subject: Node | Triple | None,
        predicate: NamedNode | None,
        object: Value | None,
        graph_name: NamedNode | BlankNode | DefaultGraph | None = None,
        /,
    ) -> Iterable[Quad]: ...


STATEMENTS: Final = NamedNode(f"{BASE}graph/statements")
ENTITIES: Final = NamedNode(f"{BASE}graph/entities")
CATALOGUE: Final = NamedNode(f"{BASE}graph/catalogue")

RDF_TYPE: Final = NamedNode(f"{RDF}type")
RDF_VALUE: Final = NamedNode(f"{RDF}value")
RDF_STATEMENT: Final = NamedNode(f"{RDF}Statement")
RDF_SUBJECT: Final = NamedNode(f"{RDF}subject")
RDF_PREDICATE: Final = NamedNode(f"{RDF}predicate")
RDF_OBJECT: Final = NamedNode(f"{RDF}object")
PREF_LABEL: Final = NamedNode(f"{SKOS}prefLabel")
ALT_LABEL: Final = NamedNode(f"{SKOS}altLabel")
RDFS_LABEL: Final = NamedNode(f"{RDFS}label")


def ent(name: str) -> NamedNode:
    """A term of our vocabulary."""
    return NamedNode(ENT + name)


def ent_name(node: Value) -> str:
    """The name of a term of our vocabulary; "" for anything else."""
    if isinstance(node, NamedNode) and node.value.startswith(ENT):
        return node.value.removeprefix(ENT)
    return ""


def entity_node(entity_id: str) -> NamedNode:
    """The IRI of an entity."""
    return NamedNode(f"{BASE}entity/{entity_id}")


def entity_id(node: Value) -> str:
    """The id of an entity by its IRI; "" for anything else."""
    prefix = f"{BASE}entity/"
    if isinstance(node, NamedNode) and node.value.startswith(prefix):
        return node.value.removeprefix(prefix)
    return ""


def document_node(document_id: str) -> NamedNode:
    """The IRI of a document, which is the name of its graph too."""
    return NamedNode(f"{BASE}document/{document_id}")


def document_id(node: Value | DefaultGraph) -> str:
    """The id of a document by its IRI; "" for anything else."""
    prefix = f"{BASE}document/"
    if isinstance(node, NamedNode) and node.value.startswith(prefix) and "#" not in node.value:
        return node.value.removeprefix(prefix)
    return ""


def part_node(document_id: str, part: str) -> NamedNode:
    """The IRI of something inside a document."""
    return NamedNode(f"{BASE}document/{document_id}#{part}")


def statement_node(statement_id: str) -> NamedNode:
    """The IRI of a statement."""
    return NamedNode(f"{BASE}statement/{statement_id}")


def statement_id(node: Value) -> str:
    """The id of a statement by its IRI; "" for anything else."""
    prefix = f"{BASE}statement/"
    if isinstance(node, NamedNode) and node.value.startswith(prefix):
        return node.value.removeprefix(prefix)
    return ""


def amount_node(statement: Statement) -> NamedNode:
    """The IRI of the amount that is the statement's object."""
    return NamedNode(f"{BASE}amount/{statement.id}")
