"""The pages for people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from api import pages, reading, views
from api.dependencies import Shared
from api.explorer import Explorer, explorer
from api.services import Services

router = APIRouter(include_in_schema=False)
Built = Annotated[Explorer | None, Depends(explorer)]


def _plain(services: Services, notice: str) -> HTMLResponse:
    newest = reading.documents(services.store, limit=5)
    return HTMLResponse(pages.start([views.document(each) for each in newest], notice=notice))


@router.get("/", response_class=HTMLResponse)
def start(services: Shared, built: Built) -> Response:
    """The explorer page; the plain one where it is not built."""
    if built is None:
        return _plain(services, pages.missing())
    return built.page()


@router.get("/plain", response_class=HTMLResponse)
def plain(services: Shared) -> HTMLResponse:
    """What to open next, without a script."""
    return _plain(services, "")


@router.get("/page/assets/{name}")
def asset(built: Built, name: Annotated[str, Path(max_length=200)]) -> Response:
    """A file of the explorer page."""
    found = None if built is None else built.asset(name)
    if found is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND, "The page has no such file: load it anew from its start, /."
        )
    return found


@router.get("/docs", response_class=HTMLResponse)
def reference(request: Request) -> HTMLResponse:
    """The reference, made from the OpenAPI document, without a script."""
    return HTMLResponse(pages.reference(request.app.openapi()))
