"""The filters that routes over statements, and over the edges of networks, have in common."""

from __future__ import annotations

from typing import Annotated, TypedDict

from fastapi import Depends, Query

from api.days import Day
from api.dependencies import TypeName, check_name
from kg.analyse.edges import Wanted
from kg.store.filters import Filter
from ontology import sources

_Share = Annotated[float | None, Query(ge=0, le=1)]


class _Given(TypedDict):
    """What `Filter` and `Wanted` call by the same names."""

    predicates: tuple[str, ...]
    modalities: tuple[str, ...]
    since: str | None
    until: str | None
    source: str | None
    belief: float | None
    confidence: float | None


# No plain functions, as in `api.dependencies`.
async def _given(
    predicate: Annotated[
        list[str], Query(max_length=50, description="one of these predicates of the ontology")
    ] = [],  # noqa: B006
    modality: Annotated[
        list[str],
        Query(max_length=10, description="one of these modalities, of some piece of evidence"),
    ] = [],  # noqa: B006
    since: Annotated[Day | None, Query(description="from documents of this day on")] = None,
    until: Annotated[Day | None, Query(description="from documents up to this day")] = None,
    source: Annotated[
        str | None,
        Query(
            max_length=2000,
            description="who published the document: a host, a URL or a name",
            examples=["example.org"],
        ),
    ] = None,
    belief: Annotated[_Share, Query(description="the least belief, from 0 to 1")] = None,
    confidence: Annotated[
        _Share, Query(description="the least confidence of a piece of evidence, from 0 to 1")
    ] = None,
) -> _Given:
    return _Given(
        predicates=_names("predicate", predicate),
        modalities=_names("modality", modality),
        since=None if since is None else since.isoformat(),
        until=None if until is None else until.isoformat(),
        source=None if source is None else sources.load().publisher(source),
        belief=belief,
        confidence=confidence,
    )


def _names(parameter: str, values: list[str]) -> tuple[str, ...]:
    """`values` without repeats; RequestValidationError for one that the ontology does not know."""
    for value in values:
        check_name(parameter, value)
    return tuple(dict.fromkeys(values))


async def _statements(given: Annotated[_Given, Depends(_given)], type: TypeName = None) -> Filter:
    check_name("type", type)
    return Filter(**given, type=type)


async def _edges(
    given: Annotated[_Given, Depends(_given)],
    type: Annotated[
        list[str],
        Query(max_length=50, description="one of these classes; the entities named always show"),
    ] = [],  # noqa: B006
) -> Wanted:
    return Wanted(**given, types=_names("type", type))


StatementFilter = Annotated[Filter, Depends(_statements)]
EdgeFilter = Annotated[Wanted, Depends(_edges)]
