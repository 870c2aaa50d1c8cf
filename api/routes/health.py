"""Whether the server answers, whether it can take more, and its numbers."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.dependencies import Shared
from api.problems import MEDIA_TYPE
from kg.errors import BusyError
from kg.store.guard import check
from kg.store.worker import Wish

router = APIRouter(tags=["server"])
_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_ASK = check("ASK {}")
_VERSION = version("entente")  # looked up once: it is read from a file
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_BUSY: dict[int | str, dict[str, Any]] = {
    503: {"description": "Queries wait, or the store does not answer", "content": _PROBLEM}
}
_METRICS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The metrics", "content": {"text/plain": {"schema": {"type": "string"}}}},
    401: {"description": "The token is missing or wrong", "content": _PROBLEM},
    403: {"description": "There has to be a token", "content": _PROBLEM},
}


class Health(BaseModel):
    """That the server answers."""

    status: Literal["ok"] = "ok"
    version: str = Field(description="the version of Entente", examples=["0.1.0"])
    revision: int = Field(description="the store's revision, which grows with every change")
    writable: bool = Field(description="whether documents can be added here")


class Ready(BaseModel):
    """That the server takes queries."""

    status: Literal["ready"] = "ready"
    running: int = Field(description="SPARQL texts that are worked on")
    waiting: int = Field(description="SPARQL texts in the queue")


@router.get("/health", response_model=Health, summary="Is the server there?")
async def health(services: Shared) -> Health:
    """Answers at once, whatever else the server does."""
    return Health(
        version=_VERSION,
        revision=services.store.revision,
        writable=services.access.may_write,
    )


@router.get(
    "/ready",
    response_model=Ready,
    summary="Can the server take a query?",
    responses=_BUSY,
)
def ready(services: Shared) -> Ready:
    """Asks a small query. 503 where the queue is not empty, or the store does not answer."""
    running, waiting = services.pool.load()
    if waiting:
        raise BusyError("Queries are waiting: send new ones elsewhere, or in a moment.")
    if running < services.pool.limits.processes:
        services.pool.answer(
            _ASK, media_type="application/sparql-results+json", wish=Wish(seconds=2)
        )
    return Ready(running=running, waiting=waiting)


@router.get(
    "/metrics",
    response_class=Response,
    summary="Numbers for Prometheus",
    responses=_METRICS,
)
def metrics(services: Shared, request: Request) -> Response:
    """Requests by route and status, how long they took, queries that run and wait, the revision.

    On any but a loopback address it needs the token.
    """
    if not services.access.is_local:
        services.access.check_token(request)
    return Response(request.app.state.metrics.text(), headers={"Content-Type": _TEXT})
