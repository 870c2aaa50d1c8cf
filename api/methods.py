"""OPTIONS, and an Allow header that is true.

The framework keeps a route for each method of a path, and names only the methods of the first in
`Allow`. Here all routes of the path are asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ACCEPT_POST = {
    "/sparql": "application/sparql-query, application/sparql-update, "
    "application/x-www-form-urlencoded",
    "/reconcile": "application/x-www-form-urlencoded",
    "/graphs": "text/turtle, application/n-triples, application/rdf+xml, application/ld+json",
}


def allowed(routes: Sequence[BaseRoute], scope: Scope) -> str:
    """The methods that the path of `scope` has, as in an Allow header; "" where nothing is."""
    methods: set[str] = set()
    for route in routes:
        if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    if not methods:
        return ""
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted({*methods, "OPTIONS"}))


class Methods:
    """ASGI middleware: answers OPTIONS and mends Allow. It stands behind CORS, which has answered
    what pages ask beforehand."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and (methods := allowed(self._routes, scope)):
            headers = {"Allow": methods}
            if (accept := ACCEPT_POST.get(scope["path"])) is not None:
                headers["Accept-Post"] = accept
            await Response(status_code=204, headers=headers)(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                MutableHeaders(scope=message)["Allow"] = allowed(self._routes, scope)
            await send(message)

        await self._app(scope, receive, answer)
