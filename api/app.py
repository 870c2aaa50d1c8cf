"""The app: `create_app` puts the routes, the gate and the error shape together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from api import openapi, problems
from api.access import Access, Gate
from api.routes import documents, entities, health, pages, sparql, statements
from api.routes import explain as explanation
from api.services import Services
from kg.documents import Document
from kg.explain import Explanation
from kg.graph.terms import PREFIXES
from kg.statements import Extraction
from kg.store.interface import Store
from kg.store.worker import Limits, Pool

BODY_BYTES = 2 * 2**20


class _App(FastAPI):
    """FastAPI with our OpenAPI document."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = openapi.build(self)
        return self.openapi_schema


def create_app(
    store: Store,
    *,
    extract: Callable[[Document], Extraction] | None,
    explain: Callable[[Document], Explanation] | None = None,
    host: str = "127.0.0.1",
    token: str | None = None,
    limits: Limits | None = None,
    body_bytes: int = BODY_BYTES,
) -> FastAPI:
    """The app over `store`, which the caller opens and closes.

    `extract` reads documents and `explain` says how; None where the server shall only show what
    it has. `host` is the address that the server will be bound to: on any but a loopback address,
    writing needs `token` (see `api.access`). `limits` bound the queries from outside, `body_bytes`
    what is sent in.
    """
    pool = Pool(store, limits=limits, prefixes=PREFIXES)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        pool.close()

    app = _App(
        title="Entente",
        version=version("entente"),
        summary="A knowledge graph of defence partnerships, read from news",
        description="Every statement can be opened down to its sentence, its source and its date. "
        "Every error is a problem (RFC 9457). Lists are pages, with the path of the next one in "
        "`next`.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    access = Access(host=host, token=token)
    app.state.services = Services(
        store=store, pool=pool, extract=extract, explain=explain, access=access
    )
    problems.install(app)
    app.add_middleware(Gate, access=access, body_bytes=body_bytes)
    for module in (health, entities, statements, documents, explanation, sparql, pages):
        app.include_router(module.router)
    return app


__all__ = ["BODY_BYTES", "create_app"]
