"""The questions that the REST routes ask of the graph, each as one SPARQL query of ours.

Text from outside enters them through `api.terms` only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from api import terms
from kg.entities import Entity
from kg.errors import NotFoundError
from kg.store.interface import Row, Store
from ontology import vocabulary

BASE = "https://w3id.org/entente/"
STATEMENTS = f"<{BASE}graph/statements>"
ENTITIES = f"<{BASE}graph/entities>"
_PREFIXES = f"""
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ent: <{vocabulary.NAMESPACE}>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


def _local(iri: str | None, kind: str) -> str:
    """The id in an IRI of ours of that kind; "" for anything else."""
    prefix = f"{BASE}{kind}/"
    return iri.removeprefix(prefix) if iri is not None and iri.startswith(prefix) else ""


def _select(store: Store, body: str) -> list[Row]:
    return store.select(_PREFIXES + body)


def _values(kind: str, ids: Iterable[str]) -> str:
    return " ".join(terms.iri(f"{BASE}{kind}/{id_}") for id_ in ids)


def entities(store: Store) -> Iterator[Entity]:
    """All entities that documents mention, in no order."""
    aliases: dict[str, list[str]] = {}
    for row in _select(store, f"SELECT * {{ GRAPH {ENTITIES} {{ ?e skos:altLabel ?alias }} }}"):
        aliases.setdefault(row["e"] or "", []).append(row["alias"] or "")
    types = vocabulary.load().types
    rows = _select(
        store,
        f"""SELECT ?e ?type ?name ?known {{ GRAPH {ENTITIES} {{
            ?e a ?type ; skos:prefLabel ?name .
            OPTIONAL {{ ?e ent:inCatalogue ?known }}
        }} }}""",
    )
    seen = set()
    for row in sorted(rows, key=lambda row: [str(value) for value in row.values()]):
        iri, type_ = row["e"] or "", (row["type"] or "").removeprefix(vocabulary.NAMESPACE)
        if iri in seen or type_ not in types or not _local(iri, "entity"):
            continue
        seen.add(iri)
        yield Entity(
            id=_local(iri, "entity"),
            type=type_,
            name=row["name"] or "",
            aliases=tuple(sorted(set(aliases.get(iri, ())))),
            catalogue=row["known"] == "true",
        )


def entity_reasons(store: Store, id_: str) -> list[str]:
    """Why documents linked the entity to the catalogue, or took it for a new one."""
    rows = _select(
        store,
        f"""SELECT DISTINCT ?reason {{ GRAPH ?doc {{
            ?description ent:describes {terms.iri(f"{BASE}entity/{id_}")} ; ent:reason ?reason
        }} }} ORDER BY ?reason""",
    )
    return [row["reason"] or "" for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFilter:
    """Which statements are wanted. What is None does not matter.

    `subject` and `object` are entity ids, `type` is the type of either of them. `modality`,
    `document`, `since` and `until` (days, both included) must hold of one piece of evidence.
    """

    subject: str | None = None
    predicate: str | None = None
    object: str | None = None
    type: str | None = None
    modality: str | None = None
    document: str | None = None
    since: str | None = None
    until: str | None = None

    def pattern(self) -> str:
        """The filter as a graph pattern over ?statement, ?graph and ?day."""
        ent = vocabulary.NAMESPACE
        lines = [
            "?statement rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ."
        ]
        for name, kind in (("subject", "entity"), ("object", "entity")):
            value = getattr(self, name)
            if value is not None:
                lines.append(f"?statement rdf:{name} {terms.iri(f'{BASE}{kind}/{value}')} .")
        if self.predicate is not None:
            lines.append(f"?statement rdf:predicate {terms.iri(ent + self.predicate)} .")
        shared = " ".join(lines)
        evidence = ["?evidence ent:evidenceFor ?statement ; ent:modality ?modality ."]
        if self.modality is not None:
            evidence.append(f"?evidence ent:modality {terms.iri(ent + self.modality)} .")
        graph = "?graph"
        if self.document is not None:
            graph = terms.iri(f"{BASE}document/{self.document}")
        evidence.append(f"OPTIONAL {{ {graph} schema:datePublished ?date }}")
        parts = [f"GRAPH {STATEMENTS} {{ {shared} }}", f"GRAPH {graph} {{ {' '.join(evidence)} }}"]
        parts.append('BIND(COALESCE(STR(?date), "") AS ?day)')
        if self.since is not None:
            parts.append(f"FILTER(?day >= {terms.string(self.since)})")
        if self.until is not None:
            parts.append(f'FILTER(?day != "" && ?day <= {terms.string(self.until)})')
        if self.type is not None:
            class_ = terms.iri(ent + self.type)
            either = (
                f"EXISTS {{ GRAPH {ENTITIES} {{ {of} a {class_} }} }}"
                for of in ("?subject", "?object")
            )
            parts.append(f"FILTER({' || '.join(either)})")
        return "\n".join(parts)


@dataclass(slots=True)
class FoundStatement:
    """A statement with how it is supported.

    `object` is an entity id, or "" where the object is `text` or an amount.
    """

    id: str
    subject: str
    predicate: str
    object: str
    text: str = ""
    amount: float | None = None
    currency: str = ""
    modalities: Counter[str] = field(default_factory=Counter)
    documents: set[str] = field(default_factory=set)
    latest: str | None = None


def page_of_statements(
    store: Store, wanted: StatementFilter, *, limit: int, after: tuple[str, str] | None
) -> list[tuple[str, str]]:
    """(day, id) of at most `limit` statements, those with the newest evidence first.

    `after` is the last pair of the page before.
    """
    having = ""
    if after is not None:
        day, id_ = after
        last = terms.string(f"{BASE}statement/{id_}")
        having = (
            f"FILTER(?latest < {terms.string(day)} || "
            f"(?latest = {terms.string(day)} && STR(?statement) > {last}))"
        )
    rows = _select(
        store,
        f"""SELECT ?statement ?latest {{
            {{ SELECT ?statement (MAX(?day) AS ?latest) {{ {wanted.pattern()} }}
               GROUP BY ?statement }}
            {having}
        }} ORDER BY DESC(?latest) STR(?statement) LIMIT {limit:d}""",
    )
    return [(row["latest"] or "", _local(row["statement"], "statement")) for row in rows]


def statements(store: Store, ids: Sequence[str]) -> list[FoundStatement]:
    """The statements with these ids, in this order; unknown ones are left out."""
    values = _values("statement", ids)
    found: dict[str, FoundStatement] = {}
    for row in _select(
        store,
        f"""SELECT * {{ VALUES ?st {{ {values} }} GRAPH {STATEMENTS} {{
            ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o .
            OPTIONAL {{ ?o ent:amount ?amount ; ent:currency ?currency }}
        }} BIND(isLiteral(?o) AS ?literal) }}""",
    ):
        id_ = _local(row["st"], "statement")
        amount = row["amount"]
        found[id_] = FoundStatement(
            id=id_,
            subject=_local(row["s"], "entity"),
            predicate=(row["p"] or "").removeprefix(vocabulary.NAMESPACE),
            object=_local(row["o"], "entity") if row["literal"] == "false" else "",
            text=(row["o"] or "") if row["literal"] == "true" else "",
            amount=None if amount is None else float(amount),
            currency=row["currency"] or "",
        )
    for row in _select(
        store,
        f"""SELECT ?st ?doc ?modality ?date (COUNT(?e) AS ?n) {{
            VALUES ?st {{ {values} }}
            GRAPH ?doc {{ ?e ent:evidenceFor ?st ; ent:modality ?modality .
                          OPTIONAL {{ ?doc schema:datePublished ?date }} }}
        }} GROUP BY ?st ?doc ?modality ?date""",
    ):
        statement = found.get(_local(row["st"], "statement"))
        if statement is not None:
            modality = (row["modality"] or "").removeprefix(vocabulary.NAMESPACE)
            statement.modalities[modality] += int(row["n"] or 0)
            statement.documents.add(_local(row["doc"], "document"))
            dates = [date for date in (statement.latest, row["date"]) if date]
            statement.latest = max(dates, default=None)
    return [found[id_] for id_ in ids if id_ in found]


def statement(store: Store, id_: str) -> FoundStatement:
    """The statement with the id; NotFoundError if unknown."""
    found = statements(store, [id_]) if id_.isalnum() and id_.isascii() else []
    if not found:
        raise NotFoundError(f"No statement has the id {id_[:40]}: /statements lists them.")
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    """A document's metadata."""

    id: str
    title: str
    date: str | None
    source: str | None
    language: str
    statements: int


def documents(
    store: Store,
    *,
    limit: int,
    after: tuple[str, str] | None = None,
    ids: Sequence[str] | None = None,
) -> list[FoundDocument]:
    """At most `limit` documents, the newest first; only those with `ids`, if given.

    `after` is the date ("" for none) and the id of the last one of the page before.
    """
    values = "" if ids is None else f"VALUES ?doc {{ {_values('document', ids)} }}"
    place = ""
    if after is not None:
        day, last = terms.string(after[0]), terms.string(f"{BASE}document/{after[1]}")
        place = f"FILTER(?day < {day} || (?day = {day} && STR(?doc) > {last}))"
    rows = _select(
        store,
        f"""SELECT ?doc ?title ?date ?source ?language {{
            {values}
            GRAPH ?doc {{ ?doc a ent:Document .
                OPTIONAL {{ ?doc schema:headline ?title }}
                OPTIONAL {{ ?doc schema:datePublished ?date }}
                OPTIONAL {{ ?doc dcterms:source ?source }}
                OPTIONAL {{ ?doc schema:inLanguage ?language }} }}
            BIND(COALESCE(STR(?date), "") AS ?day)
            {place}
        }} ORDER BY DESC(?day) STR(?doc) LIMIT {limit:d}""",
    )
    counts = {
        row["doc"]: int(row["n"] or 0)
        for row in _select(
            store,
            f"""SELECT ?doc (COUNT(DISTINCT ?st) AS ?n) {{
                VALUES ?doc {{ {" ".join(terms.iri(row["doc"] or "") for row in rows)} }}
                GRAPH ?doc {{ ?e ent:evidenceFor ?st }}
            }} GROUP BY ?doc""",
        )
    }
    return [
        FoundDocument(
            id=_local(row["doc"], "document"),
            title=row["title"] or "",
            date=row["date"],
            source=row["source"],
            language=row["language"] or "",
            statements=counts.get(row["doc"], 0),
        )
        for row in rows
    ]


def knows_document(store: Store, id_: str) -> bool:
    """Whether the store holds the document."""
    return bool(documents(store, limit=1, ids=[id_]))
