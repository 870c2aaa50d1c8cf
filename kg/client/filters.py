"""Which statements are wanted: the filters that every method of the public API shares."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from kg.errors import InputError
from kg.store.filters import Filter
from ontology import sources, vocabulary

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Filters(TypedDict, total=False):
    """Keywords of `Graph.statements`, `Graph.to_pandas`, `Graph.to_networkx` and `Graph.draw`.

    Attributes:
        entity: an entity that stands at either end, by name or id
        subject: the entity that a statement is about, by name or id
        object: the entity at the other end, by name or id
        predicate: a predicate of the ontology, or several
        modality: asserted, planned, possible or denied, or several
        type: a class of the ontology that either end is of
        document: the id of a document
        since: from documents of this day on (YYYY-MM-DD or a date)
        until: from documents up to this day
        source: a publisher: a host without "www.", or the name of the source
        confidence: evidence that is at least as sure, from 0 to 1
        belief: statements that are believed at least as much, from 0 to 1
        limit: how many statements at most, those with the newest evidence first
    """

    entity: str
    subject: str
    object: str
    predicate: str | Sequence[str]
    modality: str | Sequence[str]
    type: str
    document: str
    since: str | datetime.date
    until: str | datetime.date
    source: str
    confidence: float
    belief: float
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filters that were checked, and how many statements are wanted at most (None for all)."""

    filter: Filter
    limit: int | None


def checked(filters: Filters, *, ids: Mapping[str, str]) -> Wanted:
    """The filters as they are meant; `ids` has the ids of the entities that they name.

    InputError for a filter that is none, and for a value that no statement can have.
    """
    unknown = sorted(filters.keys() - Filters.__annotations__.keys())
    if unknown:
        known = ", ".join(Filters.__annotations__)
        raise InputError(f"{unknown[0]}: no such filter: take one of {known}")
    terms = vocabulary.load()
    for name in ("entity", "subject", "object", "type", "document", "source"):
        value = filters.get(name)
        if value is not None and not isinstance(value, str):
            raise InputError(f"{name}: {_shown(value)} is no text: write it in quotes")
    limit = filters.get("limit")
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        raise InputError(f"limit: {_shown(limit)}: take a whole number above 0")
    type_ = filters.get("type")
    if type_ is not None:
        _known("type", [type_], terms.types)
    source = filters.get("source")
    filter_ = Filter(
        entity=ids.get("entity"),
        subject=ids.get("subject"),
        object=ids.get("object"),
        predicates=_known("predicate", _several(filters.get("predicate")), terms.predicates),
        modalities=_known("modality", _several(filters.get("modality")), terms.modalities),
        type=type_,
        document=filters.get("document"),
        since=day("since", filters.get("since")),
        until=day("until", filters.get("until")),
        source=None if source is None else sources.load().publisher(source),
        confidence=_share("confidence", filters.get("confidence")),
        belief=_share("belief", filters.get("belief")),
    )
    return Wanted(filter=filter_, limit=limit)


def day(name: str, value: str | datetime.date | None) -> str | None:
    """A day as YYYY-MM-DD; InputError, which names `name`, where it is none."""
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    try:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValueError
        datetime.date.fromisoformat(value)
    except ValueError:
        raise InputError(f"{name}: {_shown(value)} is no day: write YYYY-MM-DD") from None
    return value


def _several(value: object) -> tuple[Any, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Iterable):
        return (value,)  # which is no name of anything, as `_known` says
    return tuple(value)


def _known(name: str, values: Iterable[str], terms: Iterable[str]) -> tuple[str, ...]:
    known = tuple(terms)
    for value in values:
        if value not in known:
            raise InputError(f"{name}: {_shown(value)} is none: take one of {', '.join(known)}")
    return tuple(values)


def _share(name: str, value: float | None) -> float | None:
    if value is not None and not (isinstance(value, int | float) and 0 <= value <= 1):
        raise InputError(f"{name}: {_shown(value)} is no number from 0 to 1")
    return value


def _shown(value: object) -> str:
    return repr(value[:40]) if isinstance(value, str) else repr(value)[:40]
