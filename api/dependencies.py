"""What routes ask for, each with its description for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import Depends, Path, Query, Request
from fastapi.exceptions import RequestValidationError

from api.services import Services
from ontology import vocabulary


# No plain functions: FastAPI would have a thread run each of them, which takes longer than they do.
async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def _writer(request: Request, services: Annotated[Services, Depends(_services)]) -> None:
    services.access.check_writer(request)


Shared = Annotated[Services, Depends(_services)]
Writer = Depends(_writer)

Limit = Annotated[int, Query(ge=1, le=200, description="how many items a page has at most")]
Cursor = Annotated[
    str | None, Query(max_length=2000, description="where to go on, from `next` of a page")
]
TypeName = Annotated[str | None, Query(description="a class of the ontology", examples=["Company"])]
PredicateName = Annotated[
    str | None, Query(description="a predicate of the ontology", examples=["evaluates"])
]
ModalityName = Annotated[
    str | None, Query(description="how far the sentence commits itself", examples=["asserted"])
]
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
