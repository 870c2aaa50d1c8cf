"""VoID at its well-known place."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from api import negotiation
from api.answers import chosen
from api.dependencies import Shared

router = APIRouter(tags=["sparql"])
_RDF = {each: {"schema": {"type": "string"}} for each in sorted({*negotiation.GRAPHS.values()})}
_FOUND: dict[int | str, dict[str, Any]] = {
    200: {"description": "The description, in the format that Accept asks for", "content": _RDF}
}


@router.get(
    "/.well-known/void",
    response_class=Response,
    summary="What the dataset holds, as VoID",
    responses=_FOUND,
)
def void(services: Shared, request: Request) -> Response:
    """How many triples, subjects, documents and instances of each class there are, where the
    endpoint is, and which vocabulary is used. The counts are made anew when the store has changed.
    """
    media_type = chosen(request, negotiation.GRAPHS, what="The description")
    body = services.void(services.site(request), media_type=media_type)
    return Response(body, media_type=media_type, headers={"Vary": "Accept"})
