"""What routes ask for, each with its description for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError

from api.services import Services
from ontology import vocabulary

_MOST_TOLD = 10  # unknown parameters


# No plain functions: FastAPI would have a thread run each of them, which takes longer than they do.
async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def _writer(request: Request, services: Annotated[Services, Depends(_services)]) -> None:
    services.access.check_writer(request)


async def _known_parameters(request: Request) -> None:
    """RequestValidationError for a parameter in the URL that the route does not take: passed over,
    a misspelt filter would give the unfiltered answer."""
    known = sorted(set(_parameters(request.scope["route"].dependant)))
    there_are = f"there are {', '.join(known)}" if known else "there is none here"
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError(
            [
                {"loc": ("query", name[:40]), "msg": f"no such parameter: {there_are}"}
                for name in unknown[:_MOST_TOLD]
            ]
        )


def _parameters(dependant: Dependant) -> Iterator[str]:
    """The names of the parameters in the URL that a route and its dependencies take."""
    yield from (field.alias for field in dependant.query_params)
    for each in dependant.dependencies:
        yield from _parameters(each)


Shared = Annotated[Services, Depends(_services)]
Writer = Depends(_writer)
KnownParameters = Depends(_known_parameters)

Limit = Annotated[int, Query(ge=1, le=200, description="how many items a page has at most")]
Cursor = Annotated[
    str | None, Query(max_length=2000, description="where to go on, from `next` of a page")
]
TypeName = Annotated[str | None, Query(description="a class of the ontology", examples=["Company"])]
DocumentId = Annotated[
    str, Path(description="a document's id", examples=["5d41402abc4b2a76"], max_length=64)
]


def names_of(parameter: str) -> list[str]:
    """The values that the ontology gives to a parameter: type, predicate or modality."""
    terms = vocabulary.load()
    choices = {
        "type": terms.types,
        "predicate": terms.predicates,
        "modality": terms.modalities,
    }
    return list(choices.get(parameter, ()))


def check_name(parameter: str, value: str | None) -> str | None:
    """`value`, if the ontology knows it; RequestValidationError otherwise."""
    known = names_of(parameter)
    if value is not None and value not in known:
        message = f"{value[:40]!r} is none of {', '.join(known)}"
        raise RequestValidationError([{"loc": ("query", parameter), "msg": message}])
    return value


def next_path(request: Request, cursor: str | None) -> str | None:
    """The path of this request with another cursor."""
    if cursor is None:
        return None
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"
