"""How much work one address may cause: a limit by cost, which is the time that answers take."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems

_FREE = ("/health", "/ready", "/metrics")
_LEAST = 0.002  # seconds that any request costs
_MOST_CLIENTS = 10_000


class Budget:
    """Seconds of work that each client has left; they come back with time."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Each client has `seconds` a minute, all of which it may spend at once."""
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}  # by client: seconds left, and when

    def wait(self, client: str) -> float:
        """Seconds that the client has to wait until it may ask again; 0 where it may now."""
        with self._lock:
            left = self._now(client)
        return 0.0 if left > 0 else (_LEAST - left) * 60 / self._seconds

    def spend(self, client: str, seconds: float) -> None:
        """Take from what the client has left; it may fall below nothing."""
        with self._lock:
            self._left[client] = (self._now(client) - seconds, self._clock())
            if len(self._left) > _MOST_CLIENTS:
                self._left = {
                    each: kept
                    for each, kept in self._left.items()
                    if self._now(each) < self._seconds
                }

    def _now(self, client: str) -> float:
        left, since = self._left.get(client, (self._seconds, self._clock()))
        return min(self._seconds, left + (self._clock() - since) * self._seconds / 60)


class Rates:
    """ASGI middleware: 429 with Retry-After for who has spent its budget."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app = app
        self._budget = Budget(seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _FREE:
            await self._app(scope, receive, send)
            return
        client = scope["client"][0] if scope.get("client") else ""
        wait = self._budget.wait(client)
        if wait:
            seconds = math.ceil(wait)
            problem = problems.response(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"Your questions took more time than one address has: wait {seconds} s.",
                path=scope["path"],
                headers={"Retry-After": str(seconds)},
            )
            await problem(scope, receive, send)
            return
        start = time.perf_counter()
        try:
            await self._app(scope, receive, send)
        finally:
            self._budget.spend(client, max(_LEAST, time.perf_counter() - start))
