"""Answers compared: the same rows or triples, whatever blank nodes are called.

Numbers are compared by value (1.0 and 1.00 are the same decimal), because the engine keeps them in
their canonical form. Everything else is compared as it is written.
"""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox

from tests.conformance.suite import Term, text

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML}

Rows = list[dict[str, Term]]


def canonical(triples: list[ox.Triple]) -> list[str]:
    """The triples, numbers and names of blank nodes in one form."""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(quad) for quad in dataset)


def canonical_rows(rows: Rows) -> list[str]:
    """The rows, in any order."""
    triples = []
    for row in rows:
        node = ox.BlankNode()
        triples.append(ox.Triple(node, ox.NamedNode("a:is"), ox.NamedNode("a:row")))
        for name, value in row.items():
            triples.append(ox.Triple(node, ox.NamedNode(f"a:variable/{name}"), value))
    return canonical(triples)


def rows_of(data: str | bytes, suffix: str) -> Rows | bool:
    """The rows of a result in one of the formats for results, or its truth value."""
    found = ox.parse_query_results(data, _RESULTS[suffix])
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = [variable.value for variable in found.variables]
    return [{n: value for n in names if (value := row[n]) is not None} for row in found]


def triples_of(data: str | bytes, suffix: str, base: str) -> list[ox.Triple]:
    """The triples of a text."""
    return [q.triple for q in ox.parse(data, _GRAPHS[suffix], base_iri=base)]


def rows_in_graph(triples: list[ox.Triple]) -> Rows | None:
    """The rows that a graph describes with the result-set vocabulary; None where it is no table."""
    by_node: dict[tuple[str, str], list[Term]] = {}
    for triple in triples:
        by_node.setdefault((text(triple.subject), text(triple.predicate)), []).append(triple.object)
    tables = [t.subject for t in triples if text(t.object) == f"{RS}ResultSet"]
    if not tables:
        return None
    rows = []
    for solution in by_node.get((text(tables[0]), f"{RS}solution"), []):
        row = {}
        for binding in by_node.get((text(solution), f"{RS}binding"), []):
            [name] = by_node[text(binding), f"{RS}variable"]
            [row[text(name)]] = by_node[text(binding), f"{RS}value"]
        rows.append(row)
    return rows


def table(data: str) -> list[list[tuple[str, str]]]:
    """The rows of a CSV text in any order, each field with the name of its column, the columns in
    any order too; every blank node alike."""
    rows = csv.DictReader(io.StringIO(data))
    found = [sorted((k, "_:" if v.startswith("_:") else v) for k, v in row.items()) for row in rows]
    return sorted(found)
