"""The pages for people."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api import pages, reading, views
from api.dependencies import Shared

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def start(services: Shared) -> HTMLResponse:
    """What to open next."""
    newest = reading.documents(services.store, limit=5)
    return HTMLResponse(pages.start(views.document(each) for each in newest))


@router.get("/docs", response_class=HTMLResponse)
def reference(request: Request) -> HTMLResponse:
    """The reference, made from the OpenAPI document, without a script."""
    return HTMLResponse(pages.reference(request.app.openapi()))
