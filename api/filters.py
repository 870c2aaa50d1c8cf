"""The filters that the routes over edges have in common."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from api.days import Day
from api.dependencies import check_name
from kg.analyse.edges import Wanted
from ontology import sources

_Share = Annotated[float | None, Query(ge=0, le=1)]


def _wanted(
    predicate: Annotated[
        list[str], Query(max_length=50, description="one of these predicates of the ontology")
    ] = [],  # noqa: B006
    modality: Annotated[
        list[str], Query(max_length=10, description="one of these, of some piece of evidence")
    ] = [],  # noqa: B006
    since: Annotated[Day | None, Query(description="from documents of this day on")] = None,
    until: Annotated[Day | None, Query(description="from documents up to this day")] = None,
    source: Annotated[
        str | None,
        Query(
            max_length=2000,
            description="who published the document: a host without www., or a name",
            examples=["example.org"],
        ),
    ] = None,
    belief: Annotated[_Share, Query(description="the least belief, from 0 to 1")] = None,
    confidence: Annotated[
        _Share, Query(description="the least confidence of a piece of evidence, from 0 to 1")
    ] = None,
    type: Annotated[
        list[str],
        Query(max_length=50, description="one of these classes; the entities named always show"),
    ] = [],  # noqa: B006
) -> Wanted:
    for parameter, values in (("predicate", predicate), ("modality", modality), ("type", type)):
        for value in values:
            check_name(parameter, value)
    return Wanted(
        predicates=tuple(predicate),
        modalities=tuple(modality),
        since=None if since is None else since.isoformat(),
        until=None if until is None else until.isoformat(),
        source=None if source is None else sources.load().publisher(source),
        belief=belief,
        confidence=confidence,
        types=tuple(type),
    )


Edges = Annotated[Wanted, Depends(_wanted)]
