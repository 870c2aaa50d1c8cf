"""Every error in one shape: problem+json (RFC 9457).

`STATUS` is the table that gives each domain error its HTTP status; the errors themselves know
nothing of HTTP.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from kg.errors import (
    BusyError,
    CatalogueError,
    DocumentError,
    EntenteError,
    InputError,
    NotFoundError,
    ProtectedError,
    QueryError,
    QueryLimitError,
    ServerError,
    SetupError,
    StoreError,
    StoreInUseError,
)
from kg.store.flows import CancelledError

MEDIA_TYPE = "application/problem+json"
_CLIENT_GONE = 499  # no status of a standard: what nginx counts such requests as
_LOG = logging.getLogger("entente.store")
STATUS: Mapping[type[EntenteError], HTTPStatus] = {
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    CatalogueError: HTTPStatus.INTERNAL_SERVER_ERROR,
    DocumentError: HTTPStatus.UNPROCESSABLE_ENTITY,
    EntenteError: HTTPStatus.INTERNAL_SERVER_ERROR,
    InputError: HTTPStatus.BAD_REQUEST,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ProtectedError: HTTPStatus.FORBIDDEN,
    QueryError: HTTPStatus.BAD_REQUEST,
    QueryLimitError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ServerError: HTTPStatus.BAD_GATEWAY,
    SetupError: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreError: HTTPStatus.INTERNAL_SERVER_ERROR,
    StoreInUseError: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Candidate(BaseModel):
    """An entity that may be meant."""

    id: str = Field(description="its id")
    type: str = Field(description="a class of the ontology")
    name: str = Field(description="its preferred name")


class FieldProblem(BaseModel):
    """One field of a request that is wrong."""

    location: str = Field(description="where it stands: query, path or body, and its name")
    message: str = Field(description="what is wrong with it")
    candidates: list[Candidate] | None = Field(
        default=None,
        description="where it is a name that no entity has, or several: those it may mean",
    )


class Problem(BaseModel):
    """What every error looks like (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "No entity has the id country/atlantis: search /entities?q=atlantis.",
                    "instance": "/entities/country/atlantis",
                    "errors": [],
                }
            ]
        }
    )

    type: str = Field("about:blank", description="the status says it all: always about:blank")
    title: str = Field(description="the name of the status")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what went wrong, and what to do about it")
    instance: str = Field(description="the path that was asked for")
    errors: list[FieldProblem] = Field(
        default_factory=list, description="the fields that are wrong, if fields are"
    )


def response(
    status: int,
    detail: str,
    *,
    path: str,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as an HTTP response."""
    body = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=path,
        errors=list(errors),
    )
    return Response(
        # ASCII, because the path and the detail may hold what UTF-8 cannot (half a surrogate pair).
        json.dumps(body.model_dump(exclude_none=True)),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def _domain(request: Request, error: Exception) -> Response:
    """An error that this project raised on purpose."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    retry = {"Retry-After": "2"} if isinstance(error, BusyError) else None
    detail = str(error)
    if isinstance(error, ServerError):  # what it says is for who runs the server
        _LOG.error("%s", detail)
        detail = "The SPARQL server that holds the data does not answer as it should: try later."
    return response(status, detail, path=request.url.path, headers=retry)


def _http(request: Request, error: Exception) -> Response:
    """An error that the framework or a route raised: no such path, wrong method …"""
    assert isinstance(error, HTTPException)
    details = {
        404: "Nothing is here: / says what is, and /docs lists it all.",
        405: f"{request.method} is not possible here: see the Allow header and /docs.",
    }
    phrase = HTTPStatus(error.status_code).phrase
    detail = (
        details.get(error.status_code, error.detail) if error.detail == phrase else error.detail
    )
    return response(error.status_code, detail, path=request.url.path, headers=error.headers or {})


def _validation(request: Request, error: Exception) -> Response:
    """A request that does not fit the route's parameters or model."""
    assert isinstance(error, RequestValidationError)
    fields = [
        FieldProblem(location=".".join(str(part) for part in e["loc"]), message=str(e["msg"]))
        for e in error.errors()
    ]
    named = "; ".join(f"{field.location}: {field.message}" for field in fields)
    return response(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"The request does not fit: {named}.",
        path=request.url.path,
        errors=fields,
    )


def _unforeseen(request: Request, error: Exception) -> Response:
    """Anything else is a bug: it is logged by the server, and the client learns no details."""
    del error
    return response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The server made a mistake that it did not expect; its log says more.",
        path=request.url.path,
    )


def _nobody(_: Request, __: Exception) -> Response:
    """The client has gone, so that nobody reads this; no mistake, and nothing for the log."""
    return Response(status_code=_CLIENT_GONE)


def install(app: FastAPI) -> None:
    """Give `app` the one shape for all of its errors."""
    app.add_exception_handler(EntenteError, _domain)
    app.add_exception_handler(CancelledError, _nobody)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Exception, _unforeseen)
