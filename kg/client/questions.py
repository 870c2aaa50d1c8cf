"""The SPARQL that the public API asks of a graph, whichever answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from kg import queries
from kg.errors import InputError, NotFoundError
from kg.graph.terms import BASE

_MANY = 500  # statements in one query
_STATEMENTS, _ENTITIES = f"<{BASE}graph/statements>", f"<{BASE}graph/entities>"
_SAFE = re.compile(r"(?:[a-z][a-z-]*/)?[^<>\"{}|^`\\\x00-\x20]+")

TOTALS = f"""
SELECT ?documents ?entities ?statements {{
  {{ SELECT (COUNT(?d) AS ?documents) {{ GRAPH ?g {{ ?d a ent:Document }} }} }}
  {{ SELECT (COUNT(DISTINCT ?e) AS ?entities) {{ GRAPH {_ENTITIES} {{ ?e skos:prefLabel ?n }} }} }}
  {{ SELECT (COUNT(?s) AS ?statements) {{ GRAPH {_STATEMENTS} {{ ?s a rdf:Statement }} }} }}
}}"""

DOCUMENTS = """
SELECT ?document ?title ?date ?source (COUNT(DISTINCT ?statement) AS ?statements) {
  GRAPH ?document {
    ?document a ent:Document .
    OPTIONAL { ?document schema:headline ?title }
    OPTIONAL { ?document schema:datePublished ?date }
    OPTIONAL { ?document dcterms:source ?source }
    OPTIONAL { ?evidence ent:evidenceFor ?statement }
  }
} GROUP BY ?document ?title ?date ?source ORDER BY DESC(?date) ?document"""


def entities(ids: Sequence[str]) -> str:
    """What the graph knows of some entities; ids that no entity can have are left out."""
    wanted = " ".join(f"<{BASE}entity/{id_}>" for id_ in ids if _SAFE.fullmatch(id_))
    return f"""SELECT ?entity ?type ?name ?catalogue ?alias {{
  VALUES ?entity {{ {wanted} }}
  GRAPH {_ENTITIES} {{
    ?entity a ?type ; skos:prefLabel ?name .
    OPTIONAL {{ ?entity ent:inCatalogue ?catalogue }}
    OPTIONAL {{ ?entity skos:altLabel ?alias }}
  }}
}}"""


def quotes(ids: Sequence[str]) -> Iterator[str]:
    """The sentences for statements, which are given by ids of hexadecimal digits; not too many
    statements in one query."""
    for start in range(0, len(ids), _MANY):
        wanted = " ".join(f"<{BASE}statement/{id_}>" for id_ in ids[start : start + _MANY])
        yield f"""SELECT ?evidence ?statement ?document ?title ?date ?source ?number
       ?sentence ?modality ?confidence ?speaker ?reason {{
  VALUES ?statement {{ {wanted} }}
  GRAPH ?document {{
    ?evidence ent:evidenceFor ?statement ; ent:modality ?modality ; ent:confidence ?confidence ;
              oa:hasSelector/oa:exact ?sentence ; ent:inSentence/ent:number ?number .
    OPTIONAL {{ ?evidence ent:reason ?reason }}
    OPTIONAL {{
      ?evidence ent:attributedTo ?who .
      OPTIONAL {{ GRAPH {_ENTITIES} {{ ?who skos:prefLabel ?name }} }}
    }}
    OPTIONAL {{ ?document schema:headline ?title }}
    OPTIONAL {{ ?document schema:datePublished ?date }}
    OPTIONAL {{ ?document dcterms:source ?source }}
  }}
  BIND(COALESCE(?name, STR(?who)) AS ?speaker)
}}"""


def stored(name: str, parameters: Mapping[str, object], *, resolve: Callable[[str], str]) -> str:
    """The SPARQL of a stored query with its parameters; `resolve` gives the id of an entity that is
    named. NotFoundError for a name that no query has, InputError for a parameter that does not
    fit."""
    known = queries.load()
    if name not in known:
        raise NotFoundError(f"{name}: no such query: take one of {', '.join(known)}")
    query = known[name]
    types = {each.name: each.type for each in query.parameters}
    values: dict[str, str] = {}
    for parameter, value in parameters.items():
        if value is None:
            continue
        if not isinstance(value, str | int | float) and not hasattr(value, "isoformat"):
            raise InputError(f"{parameter}: a {type(value).__name__} cannot be a value here")
        text = str(value)
        values[parameter] = resolve(text) if types.get(parameter) == "entity" else text
    return query.sparql(values)


def listed() -> list[tuple[str, str, str]]:
    """Name, question and parameters of each stored query."""
    return [
        (query.name, query.question, ", ".join(each.name for each in query.parameters))
        for query in queries.load().values()
    ]


def with_prefixes(sparql: str, prefixes: Mapping[str, str]) -> str:
    """The query with the prefixes that it uses without declaring them; lines keep their numbers."""
    needed = [
        f"PREFIX {name}: <{iri}> "
        for name, iri in prefixes.items()
        if re.search(rf"(?<![\w-]){name}:", sparql)
        and not re.search(rf"PREFIX\s+{name}:", sparql, re.IGNORECASE)
    ]
    return "".join(needed) + sparql
