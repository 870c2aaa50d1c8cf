"""Matching names of others to entities: the work behind the W3C Reconciliation Service API 0.2.

Types are classes of the ontology, properties its predicates; `^manufactures` is "manufactures"
read from its object. A few more properties tell what an entity is.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from api import reading
from api.reading import FoundEntity
from kg.graph.terms import BASE
from kg.store import filters, names
from kg.store.filters import Filter, Row
from kg.store.index import Index
from ontology import vocabulary
from ontology.normal import normal_name

IDENTIFIERS = f"{BASE}entity/"
_SAME = 100.0  # score of a whole name
_ALONE = 5.0  # how far the next candidate must be behind one that is sure
_NAME_SHARE = 0.7  # of the score, where properties are given too
_LOOKED_AT = 50  # candidates whose properties are compared
_MOST_VALUES = 200  # statements of a candidate that are compared with a property
_OWN = {"type": "type", "alias": "other name", "iri": "IRI", "statements": "number of statements"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property: `types` are the classes of entities that have it, `range` those of its values."""

    id: str
    name: str
    description: str
    types: frozenset[str]
    range: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for: a name, or what `properties` (id and values) say, or both. Values are
    names or ids of entities."""

    text: str = ""
    types: tuple[str, ...] = ()
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limit: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entity that may be meant. `features` are what the score was made from."""

    found: FoundEntity
    score: float
    match: bool
    features: Mapping[str, float]


@cache
def properties() -> Mapping[str, Property]:
    """All properties, by id."""
    terms = vocabulary.load()
    found = {
        id_: Property(
            id=id_, name=name, description="", types=frozenset(terms.types), range=frozenset()
        )
        for id_, name in _OWN.items()
    }
    for term in terms.predicates.values():
        types = frozenset(terms.types)
        found[term.name] = Property(
            id=term.name,
            name=term.label,
            description=term.definition,
            types=term.domain & types,
            range=term.range,
        )
        if not term.symmetric and term.range & types:
            id_ = f"^{term.name}"
            found[id_] = Property(
                id=id_,
                name=term.inverse,
                description=term.definition,
                types=term.range & types,
                range=term.domain,
            )
    return found


def entity_id(text: str) -> str:
    """The id in an IRI of ours; other text as it is."""
    return text.strip().removeprefix(IDENTIFIERS)


def candidates(index: Index, query: Query) -> list[Candidate]:
    """The entities that fit a query, the best first."""
    with index.reading() as db:
        scores = _by_name(db, index, query) if query.text.strip() else {}
        if not query.text.strip():
            scores = dict.fromkeys(_by_properties(db, index, query), _SAME)
        found = reading.entities(db, scores)
        wanted = [
            (found[id_], score)
            for id_, score in scores.items()
            if id_ in found and (not query.types or found[id_].entity.type in query.types)
        ]
        wanted.sort(key=lambda each: (-each[1], -each[0].statements, each[0].entity.id))
        looked_at = wanted[: _LOOKED_AT if query.properties else query.limit + 1]
        accepted = [
            (id_, [_accepted(db, index, value) for value in values])
            for id_, values in query.properties
        ]
        has_name = bool(query.text.strip())
        scored = [
            _scored(db, each, name_score if has_name else None, accepted)
            for each, name_score in looked_at
        ]
    scored.sort(key=lambda each: (-each.score, -each.found.statements, each.found.entity.id))
    return [
        Candidate(
            found=each.found,
            score=each.score,
            match=place == 0 and _is_sure(scored),
            features=each.features,
        )
        for place, each in enumerate(scored[: query.limit])
    ]


def _is_sure(scored: Sequence[Candidate]) -> bool:
    """Whether the first candidate is the one: all of it fits, and nothing else comes near."""
    return scored[0].score >= _SAME and (
        len(scored) == 1 or scored[1].score <= scored[0].score - _ALONE
    )


def _by_name(db: sqlite3.Connection, index: Index, query: Query) -> dict[str, float]:
    scores: dict[str, float] = {}
    for type_ in query.types or (None,):
        for hit in names.search(db, index.words, query.text, type_=type_):
            scores[hit.id] = max(hit.score, scores.get(hit.id, 0.0))
    id_ = entity_id(query.text)
    if reading.entities(db, [id_]):
        scores[id_] = _SAME
    return scores


def _by_properties(db: sqlite3.Connection, index: Index, query: Query) -> list[str]:
    """Entities that have some value of some property, those with the most first."""
    found: Counter[str] = Counter()
    for id_, values in query.properties:
        for value in values:
            for target in _named(db, index, value):
                rows = filters.page(db, _filter(id_, other=target), limit=_MOST_VALUES, after=None)
                found.update({_far(row, id_, target) for row in rows})
    return [id_ for id_, _ in found.most_common(_LOOKED_AT) if id_]


def _named(db: sqlite3.Connection, index: Index, value: str) -> list[str]:
    """The ids of the entities that a value names."""
    id_ = entity_id(value)
    if reading.entities(db, [id_]):
        return [id_]
    hits = names.search(db, index.words, value)
    return [hit.id for hit in hits if hit.score >= _SAME][:_LOOKED_AT]


def _accepted(db: sqlite3.Connection, index: Index, value: str) -> frozenset[str]:
    """What a property may have so that it has `value`: ids, and names without case and marks."""
    return frozenset({entity_id(value), normal_name(value), *_named(db, index, value)} - {""})


def _scored(
    db: sqlite3.Connection,
    found: FoundEntity,
    name_score: float | None,
    accepted: Sequence[tuple[str, Sequence[frozenset[str]]]],
) -> Candidate:
    """An entity with what it scores for its name, if one was asked for, and its properties."""
    features = {} if name_score is None else {"name": name_score}
    said: list[float] = []
    for id_, values in accepted:
        own = {key for each in _values(db, found, id_, limit=_MOST_VALUES) for key in each.keys}
        fits = [not own.isdisjoint(value) for value in values]
        said.append(100.0 * sum(fits) / max(len(fits), 1))
        features[id_] = said[-1]
    parts = [] if name_score is None else [(name_score, _NAME_SHARE)]
    parts += [(each, (1 - _NAME_SHARE) / len(said)) for each in said]
    score = sum(part * share for part, share in parts) / sum(share for _, share in parts)
    return Candidate(
        found=found,
        score=round(score, 1),
        match=False,
        features={**features, "statements": float(found.statements)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a property: an entity (`id` and `name`), or else a text or a number."""

    id: str = ""
    name: str = ""
    text: str = ""
    number: int | None = None

    @property
    def keys(self) -> frozenset[str]:
        """What a value of somebody else's is compared with."""
        words = {normal_name(each) for each in (self.name, self.text) if each}
        number = {str(self.number)} if self.number is not None else set()
        return frozenset({self.id, *words, *number} - {""})


def values(
    index: Index,
    ids: Iterable[str],
    property_: str,
    *,
    limit: int,
    belief: float | None = None,
    modality: str | None = None,
) -> dict[str, list[Value]]:
    """At most `limit` values of a property of each entity, those with the newest evidence first;
    of statements that are believed and whose modality is as asked for. Unknown entities have
    none."""
    with index.reading() as db:
        known = reading.entities(db, {entity_id(id_) for id_ in ids})
        return {
            id_: list(
                _values(
                    db, known[entity_id(id_)], property_, limit=limit, belief=belief,
                    modality=modality,
                )
            )
            if entity_id(id_) in known
            else []
            for id_ in ids
        }  # fmt: skip


def _values(
    db: sqlite3.Connection,
    found: FoundEntity,
    property_: str,
    *,
    limit: int,
    belief: float | None = None,
    modality: str | None = None,
) -> Iterator[Value]:
    entity = found.entity
    match property_:
        case "type":
            yield Value(text=entity.type)
        case "alias":
            yield from (Value(text=each) for each in entity.aliases[:limit])
        case "iri":
            yield Value(text=IDENTIFIERS + entity.id)
        case "statements":
            yield Value(number=found.statements)
        case _:
            wanted = _filter(property_, own=entity.id, belief=belief, modality=modality)
            rows = filters.page(db, wanted, limit=limit, after=None)
            ends = reading.named(db, rows)
            for row in rows:
                id_ = _far(row, property_, entity.id, own=True)
                if id_:
                    yield Value(id=id_, name=ends[id_].name if id_ in ends else id_)
                elif row.amount is not None:
                    yield Value(text=f"{row.amount:.2f}".removesuffix(".00") + f" {row.currency}")
                else:
                    yield Value(text=row.text)


def _filter(
    property_: str,
    *,
    own: str | None = None,
    other: str | None = None,
    belief: float | None = None,
    modality: str | None = None,
) -> Filter:
    """The statements that give a property its values, of the entity `own` or with the value
    `other`."""
    name = property_.removeprefix("^")
    common = Filter(predicates=(name,), belief=belief, modalities=(modality,) if modality else ())
    terms = vocabulary.load().predicates
    if name in terms and terms[name].symmetric:
        return replace(common, entity=own if own is not None else other)
    if property_.startswith("^"):
        own, other = other, own
    return replace(common, subject=own, object=other)


def _far(row: Row, property_: str, near: str, *, own: bool = False) -> str:
    """The end of a statement that is not `near`; the value where `near` is the entity itself."""
    term = vocabulary.load().predicates.get(property_.removeprefix("^"))
    if term is not None and term.symmetric:
        return row.object if row.subject == near else row.subject
    return row.object if own != property_.startswith("^") else row.subject


def matching(terms: Iterable[tuple[str, str]], prefix: str) -> list[str]:
    """The ids of those terms (id and name) of which a word begins as asked, or whose id is it; the
    ones that begin with it first."""
    key = normal_name(prefix)
    found: list[tuple[int, int, str]] = []
    for place, (id_, name) in enumerate(terms):
        words = normal_name(name)
        begins = id_ == prefix.strip() or words.startswith(key) or id_.lower().startswith(key)
        if begins or f" {key}" in f" {words}":
            found.append((not begins, place, id_))
    return [id_ for _, _, id_ in sorted(found)]


def type_of(name: str) -> dict[str, str]:
    """A class, as clients take it."""
    terms = vocabulary.load().types
    return {"id": name, "name": terms[name].label if name in terms else name}


def described(found: FoundEntity) -> str:
    """What an entity is, in words."""
    number = f"{found.statements} statement{'s' if found.statements != 1 else ''}"
    return f"{type_of(found.entity.type)['name']}, {number}"
