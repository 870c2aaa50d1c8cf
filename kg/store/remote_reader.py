"""What is read from a SPARQL server, as rows and quads."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.errors import QueryError, ServerError
from kg.graph.terms import BASE, XSD
from kg.store.guard import Checked
from kg.store.interface import Row
from kg.store.remote_state import STATE, State
from kg.store.server import RefusedError, Reply, Server

_TABLE = "application/sparql-results+json"
_GRAPH = "application/n-triples"
_MINE = f'FILTER(STRSTARTS(STR(?g), "{BASE}") && ?g != <{STATE}>)'
_BOOLEAN = ox.NamedNode(f"{XSD}boolean")
_TRUTH = {"1": "true", "0": "false"}
_WRONG = 400  # the status of HTTP for a query that is wrong

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class RemoteReader:
    """Asks a server. Threads may share it. ServerError where the server fails."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def state(self) -> State:
        """What the server says of the dataset."""
        rows = self.select(f"SELECT ?p ?o {{ GRAPH <{STATE}> {{ <{STATE}> ?p ?o }} }}")
        return State.of([(row["p"] or "", row["o"] or "") for row in rows])

    def ask(self, sparql: str, *, accept: str) -> Reply:
        """The answer to a query; QueryError where the server takes it for wrong."""
        try:
            return self._server.ask("query", sparql, accept=accept)
        except RefusedError as error:
            if error.status != _WRONG:
                raise
            raise QueryError(str(error)) from error

    def forward(
        self,
        query: Checked,
        *,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        seconds: float,
        most: int,
        cancel: threading.Event | None,
    ) -> Reply:
        """See `kg.store.forward.Forwarding`."""
        graphs = [("default-graph-uri", graph) for graph in default_graphs]
        graphs += [("named-graph-uri", graph) for graph in named_graphs]
        try:
            return self._server.ask(
                "query",
                query.text,
                accept=_GRAPH if query.is_graph else _TABLE,
                parameters=graphs,
                seconds=min(seconds, self._server.options.seconds),
                most=most,
                cancel=cancel,
            )
        except RefusedError as error:
            if error.status not in (_WRONG, 500):  # Virtuoso has 500 for what goes wrong on the way
                raise
            raise QueryError(f"The server does not take the query: {error.said}.") from error

    def graphs(self) -> list[str]:
        """The IRIs of our named graphs, sorted."""
        rows = self.select(f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} {_MINE} }}")
        return sorted(row["g"] or "" for row in rows)

    def select(self, sparql: str) -> list[Row]:
        """The rows of a SELECT: variable to lexical form (IRIs without brackets), or None."""
        return [
            {name: None if term is None else _lexical(term) for name, term in row.items()}
            for row in self._rows(sparql)
        ]

    def _rows(self, sparql: str) -> list[dict[str, Term | None]]:
        reply = self.ask(sparql, accept=_TABLE)
        try:
            found = ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON)
            if not isinstance(found, ox.QuerySolutions):
                raise QueryError("this is no SELECT query")
            names = [variable.value for variable in found.variables]
            return [{name: _spelled(row[name]) for name in names} for row in found]
        except (SyntaxError, ValueError) as error:
            raise ServerError(
                f"{self._server.endpoint.name}: this is no SPARQL endpoint, because it does not "
                f"answer with {_TABLE} (but with {reply.media_type or 'something unnamed'}: "
                f"{error}): look at the path in --store",
                answered=True,
            ) from error

    def quads(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: Term | None,
        graph_name: GraphName | None,
    ) -> Iterator[ox.Quad]:
        """The quads of our graphs that match; None matches everything."""
        if isinstance(graph_name, ox.DefaultGraph):
            return
        given = {"s": subject, "p": predicate, "o": object, "g": graph_name}
        if any(isinstance(term, ox.BlankNode | ox.Triple) for term in given.values()):
            return
        if all(term is None for term in given.values()):  # graph by graph: no answer is too long
            for graph in self.graphs():
                yield from self.quads(None, None, None, ox.NamedNode(graph))
            return
        s, p, o, g = (f"?{name}" if term is None else str(term) for name, term in given.items())
        mine = _MINE if graph_name is None else ""
        free = " ".join(f"?{name}" for name, term in given.items() if term is None)
        text = f"SELECT {free or '(1 AS ?one)'} {{ GRAPH {g} {{ {s} {p} {o} }} {mine} }}"
        for row in self._rows(text):
            full = {name: row[name] if term is None else term for name, term in given.items()}
            yield ox.Quad(full["s"], full["p"], full["o"], full["g"])  # type: ignore[arg-type]


def _spelled(term: Term | None) -> Term | None:
    """Truth values as we spell them: Virtuoso gives back 1 and 0."""
    if isinstance(term, ox.Literal) and term.datatype == _BOOLEAN and term.value in _TRUTH:
        return ox.Literal(_TRUTH[term.value], datatype=_BOOLEAN)
    return term


def _lexical(term: Term) -> str:
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value
