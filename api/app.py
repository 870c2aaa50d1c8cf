"""The app: `create_app` puts the routes, the gate and the error shape together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from api import openapi, problems
from api.access import Access, Gate
from api.answers import CUT, REVISION
from api.compression import Gzip
from api.dependencies import KnownParameters
from api.etags import Etags
from api.kept import Answers
from api.methods import Methods
from api.rates import Rates
from api.routes import (
    changes,
    documents,
    entities,
    export,
    graphs,
    health,
    jobs,
    linked,
    network,
    pages,
    queries,
    reconcile,
    sources,
    sparql,
    statements,
    statistics,
    suggest,
    suggest_terms,
    timeline,
    vocabulary,
    wellknown,
)
from api.routes import explain as explanation
from api.services import Services
from api.watching import Metrics, Watch
from kg.documents import Document
from kg.explain import Explanation
from kg.graph.terms import BASE, PREFIXES
from kg.queries import ParameterError
from kg.readers.killable import Readers, ReadLimits
from kg.statements import Extraction
from kg.store.forward import Forwarding
from kg.store.interface import Store
from kg.store.updates import Updates
from kg.store.worker import Limits, Pool

BODY_BYTES = 2 * 2**20
BODY_SECONDS = 30.0
_ROUTES = (  # looked through in this order: those first that are asked most
    health,
    sparql,
    entities,
    suggest,
    statements,
    timeline,
    documents,
    jobs,
    sources,
    statistics,
    changes,
    explanation,
    queries,
    graphs,
    network,
    vocabulary,
    export,
    linked,
    wellknown,
    reconcile,
    suggest_terms,
    pages,
)
# A standard, or a stored query, says what parameters these take, and their clients may send others;
# probes and links to pages come with some that mean nothing here. All other routes refuse those.
_PROTOCOLS = (graphs, health, linked, pages, queries, reconcile, sparql, suggest_terms, wellknown)


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
    body_seconds: float = BODY_SECONDS,
    file_bytes: int | None = None,
    upload_bytes: int | None = None,
    reading: ReadLimits | None = None,
    cors: Sequence[str] = (),
    public_url: str | None = None,
    rate: float | None = None,
) -> FastAPI:
    """The app over `store`, which the caller opens and closes.

    `extract` reads documents and `explain` says how; None where the server shall only show what
    it has. `host` is the address that the server will be bound to: on any but a loopback address,
    writing needs `token` (see `api.access`). `limits` bound the queries from outside, `body_bytes`
    and `body_seconds` what is sent in; `file_bytes` one document, `upload_bytes` many at once, and
    `reading` what reading each may use. Pages of the origins in `cors` ("*" for all) may read here.
    `public_url` is where clients find the server, if that is not what they name in their requests,
    as behind a proxy. `rate` is how many seconds of work a minute one address may cause.
    """
    pool = Pool(store, limits=limits, prefixes=PREFIXES, base=BASE)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        services.close()

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
    services = Services(
        store=store,
        pool=pool,
        extract=extract,
        explain=explain,
        access=access,
        updates=Updates(store, pool),
        readers=Readers(reading),
        public_url=public_url,
    )
    app.state.services = services
    # A store on another server may change without our knowing.
    app.state.answers = None if isinstance(store, Forwarding) else Answers()
    problems.install(app)
    app.add_exception_handler(ParameterError, queries.problem)
    for module in _ROUTES:
        strict = [] if module in _PROTOCOLS else [KnownParameters]
        app.include_router(module.router, dependencies=strict)
    app.router.routes[:0] = sparql.DIRECT
    routes = [route for module in _ROUTES for route in module.router.routes]
    paths = [route.path for route in (*app.routes, *routes) if isinstance(route, Route)]
    metrics = app.state.metrics = Metrics(services, routes=paths)
    # The last one is the outermost.
    app.add_middleware(Methods, routes=routes)
    app.add_middleware(Etags, revision=lambda: store.revision)
    app.add_middleware(Gzip)
    if rate is not None:
        app.add_middleware(Rates, seconds=rate)
    app.add_middleware(
        Gate,
        access=access,
        body_bytes=body_bytes,
        body_seconds=body_seconds,
        larger={"/documents": file_bytes or body_bytes, "/jobs": upload_bytes or body_bytes},
    )
    if cors:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(cors),
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["Content-Type", "Cache-Control"],
            expose_headers=[REVISION, CUT, "ETag", "Retry-After"],
        )
    app.add_middleware(Watch, metrics=metrics)
    return app


__all__ = ["BODY_BYTES", "BODY_SECONDS", "create_app"]
