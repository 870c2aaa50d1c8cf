"""The filters that the routes over statements have in common, as parameters of a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from api.days import Day
from api.dependencies import TypeName, check_name
from kg.store.filters import Filter
from ontology import sources


def _filter(
    predicate: Annotated[
        list[str],
        Query(max_length=50, description="one of these predicates of the ontology"),
    ] = [],  # noqa: B006
    modality: Annotated[
        list[str],
        Query(max_length=10, description="one of these modalities, of some piece of evidence"),
    ] = [],  # noqa: B006
    type: TypeName = None,
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
    belief: Annotated[
        float | None, Query(ge=0, le=1, description="the least belief, from 0 to 1")
    ] = None,
    confidence: Annotated[
        float | None,
        Query(ge=0, le=1, description="the least confidence of a piece of evidence, from 0 to 1"),
    ] = None,
) -> Filter:
    for parameter, values in (("predicate", predicate), ("modality", modality)):
        for value in values:
            check_name(parameter, value)
    check_name("type", type)
    return Filter(
        predicates=tuple(dict.fromkeys(predicate)),
        modalities=tuple(dict.fromkeys(modality)),
        type=type,
        since=None if since is None else since.isoformat(),
        until=None if until is None else until.isoformat(),
        source=None if source is None else sources.load().publisher(source),
        belief=belief,
        confidence=confidence,
    )


Common = Annotated[Filter, Depends(_filter)]
