"""The graph as a network, for networkx; `kg.exports` writes it for other tools.

A node is an entity, or a title or sum that is the object of a statement. An edge is a statement;
what its evidence amounts to stands on the edge.
"""

from __future__ import annotations

import re

import networkx as nx

from kg.graph.read import entities, statements
from kg.graph.terms import QuadReader
from kg.statements import Amount, EntityRef, Literal, Object
from ontology import vocabulary

# XML 1.0 has no place for these, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def network(reader: QuadReader) -> nx.MultiDiGraph[str]:
    """The dataset as a network, nodes and edges in the order of their ids.

    Nodes have `label` and `type` (a class of the ontology, "Title" or "Amount"), and entities
    `catalogue`. Edges are keyed by the statement's id and have `predicate`, `label`, `modality`
    (the firmest of the evidence), `evidence` (how many pieces), one count for each modality, and
    `documents` (their ids with blanks between). The direction of a symmetric predicate says
    nothing; `symmetric` is true there.
    """
    terms = vocabulary.load()
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for entity in entities(reader):
        graph.add_node(
            entity.id, label=_xml(entity.name), type=entity.type, catalogue=entity.catalogue
        )
    for record in statements(reader):
        statement = record.statement
        target, label, type_ = _target(statement.object)
        if target not in graph:
            graph.add_node(target, label=_xml(label), type=type_)
        predicate = terms.predicates[statement.predicate]
        counts = {name: record.modalities.get(name, 0) for name in terms.modalities}
        graph.add_edge(
            statement.subject,
            target,
            key=statement.id,
            predicate=predicate.name,
            label=predicate.label,
            symmetric=predicate.symmetric,
            modality=next((name for name, count in counts.items() if count), ""),
            evidence=sum(counts.values()),
            documents=" ".join(record.documents),
            **counts,
        )
    return graph


def _target(value: Object) -> tuple[str, str, str]:
    """Id, label and type of the node for an object."""
    match value:
        case EntityRef(id=ref):
            return ref, ref, ""
        case Literal(text=text):
            return f"title/{_xml(text)}", text, "Title"
        case Amount(amount=amount, currency=currency):
            sum_ = f"{amount:.2f}".removesuffix(".00")
            return f"amount/{currency}/{sum_}", f"{sum_} {currency}", "Amount"


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
