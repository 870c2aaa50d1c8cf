"""What stands behind each IRI of ours: a query for what the graph says of it, and a plain summary
for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from api import reading, terms, views
from kg.graph.terms import BASE
from kg.store import filters
from kg.store.interface import Store
from ontology import vocabulary

MOST_STATEMENTS = 200  # of an entity; /statements has the others
_PREFIXES = f"""PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ent: <{vocabulary.NAMESPACE}>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
# What statements say, with the sums that they speak of and the names of the entities at their ends.
_STATEMENTS = f"""
  {{ VALUES ?st {{ STATEMENTS }} GRAPH <{BASE}graph/statements> {{ ?st ?sp ?so }} }}
  UNION {{ VALUES ?st2 {{ STATEMENTS }} GRAPH <{BASE}graph/statements> {{
    ?st2 rdf:subject ?a ; rdf:predicate ?b ; rdf:object ?c . ?a ?b ?c }} }}
  UNION {{ VALUES ?st3 {{ STATEMENTS }} GRAPH <{BASE}graph/statements> {{
    ?st3 rdf:object ?sum . ?sum ?sump ?sumo }} }}
  UNION {{ VALUES ?st4 {{ STATEMENTS }} VALUES ?end {{ rdf:subject rdf:object }}
    GRAPH <{BASE}graph/statements> {{ ?st4 ?end ?n }}
    GRAPH <{BASE}graph/entities> {{ ?n a ?type ; skos:prefLabel ?label }} }}"""
_STATEMENTS_MADE = (
    "?st ?sp ?so . ?a ?b ?c . ?sum ?sump ?sumo . ?n a ?type . ?n skos:prefLabel ?label ."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something of ours: the CONSTRUCT query for what is known of it, and what people are shown.

    `page` is its address in the explorer page, `more` a path with all of it as JSON. `lines` are
    sentences, each with a path or "".
    """

    iri: str
    query: str
    page: str
    more: str
    title: str
    facts: Sequence[tuple[str, str]] = ()
    lines: Sequence[tuple[str, str]] = field(default=())

    def html(self) -> str:
        """The summary as a page of its own, without script."""
        facts = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in self.facts if v)
        lines = "".join(
            f'<li><a href="{escape(path)}">{escape(text)}</a></li>'
            if path
            else f"<li>{escape(text)}</li>"
            for text, path in self.lines
        )
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(self.title)}</title>"
            f'<link rel="canonical" href="{escape(self.iri)}"></head>\n'
            f"<body><main><h1>{escape(self.title)}</h1>\n<dl>{facts}</dl>\n<ul>{lines}</ul>\n"
            f'<p><a href="{escape(self.page)}">Explore it</a> · '
            f'<a href="{escape(self.more)}">JSON</a> · '
            '<a href="?format=turtle">Turtle</a> · <a href="?format=jsonld">JSON-LD</a></p>\n'
            f"<p>{escape(self.iri)}</p></main></body></html>\n"
        )


def _constructed(made: str, where: str, ids: Sequence[str]) -> str:
    iris = " ".join(terms.iri(f"{BASE}statement/{id_}") for id_ in ids)
    return f"{_PREFIXES}CONSTRUCT {{ {made} }} WHERE {{ {where} }}".replace("STATEMENTS", iris)


def entity(store: Store, id_: str) -> Resource:
    """An entity; NotFoundError if unknown."""
    found = reading.entity(store, id_)
    with store.index.reading() as db:
        wanted = filters.Filter(entity=id_)
        rows = filters.page(db, wanted, limit=MOST_STATEMENTS, after=None)
        names = reading.named(db, rows)
    iri = f"{BASE}entity/{id_}"
    own = f"{{ GRAPH <{BASE}graph/entities> {{ {terms.iri(iri)} ?p ?o }} }}"
    path = quote(id_)
    shown = [views.summary(row, names) for row in rows]
    return Resource(
        iri=iri,
        query=_constructed(
            f"{terms.iri(iri)} ?p ?o . {_STATEMENTS_MADE}",
            f"{own} UNION {_STATEMENTS}",
            [row.id for row in rows],
        ),
        page=f"/#/entity/{path}",
        more=f"/entities/{path}",
        title=found.entity.name,
        facts=[
            ("Type", vocabulary.load().types[found.entity.type].label),
            ("Also", ", ".join(found.entity.aliases)),
            ("Statements", f"{found.statements:,}"),
        ],
        lines=[
            (f"{views.in_words(each)} ({each.modality})", f"/statement/{each.id}")
            for each in shown[:20]
        ],
    )


def statement(store: Store, id_: str) -> Resource:
    """A statement; NotFoundError if unknown."""
    found = reading.statement(store, id_)
    with store.index.reading() as db:
        names = reading.named(db, [found.row])
    iri = f"{BASE}statement/{id_}"
    node = terms.iri(iri)
    evidence = f"""
  UNION {{ GRAPH ?g {{ ?ev ent:evidenceFor {node} ; ?evp ?evo }} }}
  UNION {{ GRAPH ?g2 {{ ?ev2 ent:evidenceFor {node} ; ?link ?part . ?part ?partp ?parto }} }}
  UNION {{ VALUES ?dp {{ rdf:type schema:headline schema:datePublished dcterms:source }}
    GRAPH ?d {{ ?ev3 ent:evidenceFor {node} . ?d ?dp ?do }} }}"""
    shown = views.summary(found.row, names)
    documents = reading.documents(store, limit=20, ids=found.documents[:20])
    return Resource(
        iri=iri,
        query=_constructed(
            f"{_STATEMENTS_MADE} ?ev ?evp ?evo . ?part ?partp ?parto . ?d ?dp ?do .",
            _STATEMENTS + evidence,
            [id_],
        ),
        page=f"/#/statement/{id_}",
        more=f"/statements/{id_}",
        title=views.in_words(shown),
        facts=[
            ("Modality", shown.modality),
            ("Belief", f"{shown.belief:.2f}"),
            ("Documents", f"{shown.documents:,}"),
        ],
        lines=[(_cited(each), f"/document/{each.id}") for each in documents],
    )


def document(store: Store, id_: str) -> Resource:
    """A document; NotFoundError if unknown."""
    found = reading.document(store, id_)
    with store.index.reading() as db:
        wanted = filters.Filter(document=id_)
        rows = filters.page(db, wanted, limit=20, after=None)
        names = reading.named(db, rows)
    shown = [views.summary(row, names) for row in rows]
    iri = f"{BASE}document/{id_}"
    return Resource(
        iri=iri,
        query=f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {terms.iri(iri)} {{ ?s ?p ?o }} }}",
        page=f"/#/document/{id_}",
        more=f"/documents/{id_}",
        title=found.title or f"Document {id_}",
        facts=[
            ("Date", found.date or ""),
            ("Source", found.source or ""),
            ("Statements", f"{found.statements:,}"),
        ],
        lines=[(views.in_words(each), f"/statement/{each.id}") for each in shown],
    )


def _cited(document: reading.FoundDocument) -> str:
    parts = (document.title or document.id, document.source or "", document.date or "")
    return ", ".join(part for part in parts if part)


def ontology() -> str:
    """The ontology as a page, with an anchor for each term."""
    known = vocabulary.load()
    sections = []
    for title, group in (
        ("Classes", known.types),
        ("Predicates", known.predicates),
        ("Modalities", known.modalities),
        ("Qualifiers", known.qualifiers),
    ):
        rows = "".join(
            f'<dt id="{escape(each.name)}"><b>{escape(each.name)}</b> ({escape(each.label)})</dt>'
            f"<dd>{escape(each.definition)} <i>{escape(each.example)}</i></dd>"
            for each in group.values()
        )
        sections.append(f"<h2>{title}</h2>\n<dl>{rows}</dl>")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Entente: ontology</title></head>\n<body><main><h1>Ontology</h1>\n"
        f"<p>{escape(vocabulary.NAMESPACE)}</p>\n" + "\n".join(sections) + "\n"
        '<p><a href="?format=turtle">Turtle</a> · <a href="?format=jsonld">JSON-LD</a> · '
        '<a href="/vocabulary">JSON</a></p></main></body></html>\n'
    )
