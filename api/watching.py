"""What who runs the server sees: request ids, logs as lines of JSON, metrics for Prometheus.

Two loggers write one JSON object a line. `entente.access` has every request; `entente.audit` has
every change, with who made it. The ids are those that clients send in X-Request-Id, where they have
a plain form, and made here otherwise. Paths are logged without their parameters.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import REVISION

if TYPE_CHECKING:
    from api.services import Services

ACCESS = logging.getLogger("entente.access")
AUDIT = logging.getLogger("entente.audit")
ID = "X-Request-Id"
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))


def log_to(target: str) -> logging.Handler | None:
    """Write both logs to a file, or to standard error where `target` is "-"; nowhere if it is "".
    OSError where the file cannot be written. The handler is to be closed."""
    if not target:
        return None
    handler: logging.Handler = logging.StreamHandler()
    if target != "-":
        handler = logging.FileHandler(Path(target), encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(message)s"))
    for logger in (ACCESS, AUDIT):
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return handler


def changed(**said: object) -> None:
    """Log a change that no request made, but what a request set going."""
    AUDIT.info(json.dumps({"log": "audit", "time": _now()} | said))


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _first(path: str) -> str:
    """The first part of a path, which names the route."""
    return path.strip("/").partition("/")[0]


class Metrics:
    """The numbers of one app, whose routes have the paths `routes`."""

    def __init__(self, services: Services, *, routes: Iterable[str]) -> None:
        self._routes = frozenset(map(_first, routes))
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "entente_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "entente_request_seconds",
            "How long answers took",
            ("route",),
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
            registry=self._registry,
        )
        self._registry.register(_State(services))

    def count(self, *, method: str, path: str, status: int, seconds: float) -> None:
        """Count an answer. Unknown routes and methods share one name, so that there are few."""
        first = _first(path)
        route = f"/{first}" if first in self._routes else "other"
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All of them in the format of Prometheus."""
        return generate_latest(self._registry)


class _State(Collector):
    """What the store and the pool are at, looked up when it is asked for."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> list[GaugeMetricFamily]:
        running, waiting = self._services.pool.load()
        revision = self._services.store.revision
        return [
            GaugeMetricFamily(f"entente_{name}", text, value=value)
            for name, text, value in (
                ("store_revision", "Number of the last change of the store", revision),
                ("queries_running", "SPARQL texts that are worked on", running),
                ("queries_waiting", "SPARQL texts in the queue", waiting),
            )
        ]


class Watch:
    """ASGI middleware, outermost: gives each request an id, counts it, and logs it."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get(ID, "")
        id_ = sent if _PLAIN.fullmatch(sent) else secrets.token_hex(8)
        state = scope.setdefault("state", {})
        state["request_id"] = id_
        start, status, size, answer = time.perf_counter(), 500, 0, Headers({})

        async def watched(message: Message) -> None:
            nonlocal status, size, answer
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[ID] = id_
                status, answer = message["status"], headers
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = time.perf_counter() - start
            method, path = scope["method"], scope["path"]
            self._metrics.count(method=method, path=path, status=status, seconds=seconds)
            said = {
                "time": _now(),
                "id": id_,
                "client": scope["client"][0] if scope.get("client") else "",
                "method": method,
                "path": path,
                "status": status,
            }
            if ACCESS.isEnabledFor(logging.INFO):
                took = {"seconds": round(seconds, 4), "bytes": size}
                ACCESS.info(json.dumps({"log": "access"} | said | took))
            if "writer" in state and status < 300:
                AUDIT.info(json.dumps({"log": "audit"} | said | _change(scope, answer, state)))


def _change(scope: Scope, answer: Headers, state: dict[str, str]) -> dict[str, str]:
    """What a change was, and who made it."""
    found = {"writer": state["writer"]}
    if scope["query_string"]:
        found["parameters"] = scope["query_string"].decode("latin-1")
    for name in (REVISION, "Entente-Added", "Entente-Removed", "Location"):
        if name in answer:
            found[name.removeprefix("Entente-").lower()] = answer[name]
    return found
