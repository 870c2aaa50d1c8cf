"""Tables of nodes and relationships as `neo4j-admin database import` wants them.

Nodes are entities, titles and sums, documents, and pieces of evidence; relationships are the
statements, and what ties evidence to the rest. A relationship has no relationships of its own in
Neo4j, so evidence names its statement in a property.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TypeVar

from kg.documents import Document
from kg.exports.columns import Value
from kg.exports.csv_text import row
from kg.exports.excerpt import Excerpt, Fact, Piece, day_of, object_key
from kg.exports.network import Edge, Network, Node, node_of
from kg.graph.canonical import evidence_hash
from kg.graph.terms import BASE
from kg.statements import EntityRef
from ontology import sources, vocabulary

Item = TypeVar("Item")
Columns = Sequence[tuple[str, Callable[[Item], Value]]]
_ARRAY = ";"  # what the importer splits lists at, unless it is told otherwise
_LABELS = {"text": "Value;Title", "amount": "Value;Amount"}
_README = """\
A graph for Neo4j 5. With the database stopped, in the folder of these files:

    neo4j-admin database import full neo4j --overwrite-destination --multiline-fields=true \\
        --nodes=nodes.csv --nodes=documents.csv --nodes=evidence.csv \\
        --relationships=statements.csv --relationships=links.csv

Then, for instance, with an index that finds the evidence of a statement at once:

    CREATE INDEX evidence_statement FOR (e:Evidence) ON (e.statement);

    MATCH (a:Country)-[r:EVALUATES]->(b) WHERE r.modality = 'asserted'
    MATCH (e:Evidence {statement: r.id})-[:IN_DOCUMENT]->(d)
    RETURN a.name, b.name, e.text, d.title, d.date
"""


def neo4j(found: Excerpt, drawn: Network) -> Mapping[str, Iterator[str]]:
    """The files by their names, each as pieces of text; `drawn` is the network of `found`."""
    pieces = [(fact, piece) for fact in found.facts for piece in fact.pieces]
    links = [link for each in pieces for link in _links(*each)]
    there = {node.id for node in drawn.nodes}
    also = {end for _, end, _ in links if end in found.known and end not in there}
    nodes = (*drawn.nodes, *(node_of(found.known[id_]) for id_ in sorted(also)))
    return {
        "README.txt": iter([_README]),
        "nodes.csv": _table(_NODES, nodes),
        "documents.csv": _table(_DOCUMENTS, tuple(found.documents.values())),
        "evidence.csv": _table(_EVIDENCE, pieces),
        "statements.csv": _table(_statements(drawn), drawn.edges),
        "links.csv": _table(_LINKS, links),
    }


def _table(columns: Columns[Item], items: Sequence[Item]) -> Iterator[str]:
    yield ",".join(name for name, _ in columns) + "\n"
    for item in items:
        yield row(value(item) for _, value in columns)


_NODES: Columns[Node] = (
    ("id:ID", lambda node: node.id),
    ("kind", lambda node: node.kind),
    ("type", lambda node: node.type),
    ("name", lambda node: node.name),
    ("iri", lambda node: node.iri or None),
    ("aliases:string[]", lambda node: _list(node.aliases)),
    ("catalogue:boolean", lambda node: node.catalogue if node.iri else None),
    ("statements:int", lambda node: node.statements),
    (":LABEL", lambda node: _LABELS.get(node.kind, f"Entity;{node.type}")),
)
_DOCUMENTS: Columns[Document] = (
    ("id:ID", lambda document: f"document/{document.id}"),
    ("iri", lambda document: f"{BASE}document/{document.id}"),
    ("title", lambda document: document.title or None),
    ("date:date", lambda document: day_of(document) or None),
    ("source", lambda document: document.source),
    ("publisher", lambda document: sources.load().publisher(document.source) or None),
    ("language", lambda document: document.language),
    ("text", lambda document: document.text),
    (":LABEL", lambda _: "Document"),
)
_Pair = tuple[Fact, Piece]
_EVIDENCE: Columns[_Pair] = (
    ("id:ID", lambda pair: _evidence_id(pair[1])),
    ("statement", lambda pair: pair[0].id),
    ("modality", lambda pair: pair[1].evidence.modality),
    ("confidence:double", lambda pair: pair[1].evidence.confidence),
    ("text", lambda pair: _quote(pair[1])),
    ("sentence:int", lambda pair: pair[1].evidence.sentence),
    ("start:int", lambda pair: pair[1].evidence.start),
    ("end:int", lambda pair: pair[1].evidence.end),
    ("quoted:boolean", lambda pair: pair[1].evidence.quoted),
    ("extractor", lambda pair: pair[1].evidence.extractor or None),
    ("reason", lambda pair: pair[1].evidence.reason or None),
    ("qualifiers", lambda pair: _qualifiers(pair[1])),
    (":LABEL", lambda _: "Evidence"),
)
_Link = tuple[str, str, str]
_LINKS: Columns[_Link] = (
    (":START_ID", lambda link: link[0]),
    (":END_ID", lambda link: link[1]),
    (":TYPE", lambda link: link[2]),
)


def _statements(drawn: Network) -> Columns[Edge]:
    columns: list[tuple[str, Callable[[Edge], Value]]] = [
        (":START_ID", lambda edge: edge.source),
        (":END_ID", lambda edge: edge.target),
        ("id", lambda edge: edge.id),
        ("iri", lambda edge: edge.iri),
        ("predicate", lambda edge: edge.predicate),
        ("symmetric:boolean", lambda edge: edge.symmetric),
        ("modality", lambda edge: edge.modality),
        ("evidence:int", lambda edge: edge.evidence),
        ("documents:string[]", lambda edge: _list(edge.documents)),
        ("publishers:string[]", lambda edge: _list(edge.publishers)),
        ("confidence:double", lambda edge: edge.confidence),
        ("first:date", lambda edge: edge.first or None),
        ("latest:date", lambda edge: edge.latest or None),
        ("dates:string[]", lambda edge: _list(edge.dates)),
    ]
    if drawn.has_belief:
        columns.append(("belief:double", lambda edge: edge.belief))
    for name in vocabulary.load().modalities:
        columns.append((f"{name}:int", lambda edge, name=name: edge.modalities[name]))  # type: ignore[misc]
    columns.append((":TYPE", lambda edge: relationship(edge.predicate)))
    return columns


def relationship(predicate: str) -> str:
    """The predicate as Neo4j spells types of relationships: signsAgreementWith as
    SIGNS_AGREEMENT_WITH."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", predicate).upper()


def _list(values: Sequence[str]) -> str | None:
    """Values in one cell; a list cannot hold its own separator, so that becomes a comma."""
    return _ARRAY.join(value.replace(_ARRAY, ",") for value in values) or None


def _evidence_id(piece: Piece) -> str:
    return f"document/{piece.document.id}#evidence-{evidence_hash(piece.evidence)}"


def _quote(piece: Piece) -> str:
    return piece.document.text[piece.evidence.start : piece.evidence.end]


def _qualifiers(piece: Piece) -> str | None:
    said = {
        name: [asdict(value) for value in values]
        for name, values in piece.evidence.qualifiers.items()
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else None


def _links(fact: Fact, piece: Piece) -> Iterator[_Link]:
    id_ = _evidence_id(piece)
    yield id_, f"document/{piece.document.id}", "IN_DOCUMENT"
    yield id_, fact.statement.subject, "SUBJECT"
    yield id_, object_key(fact.statement)[0], "OBJECT"
    for name, values in sorted(piece.evidence.qualifiers.items()):
        for value in values:
            if isinstance(value, EntityRef):
                yield id_, value.id, relationship(name)
