"""gzip for clients that accept it, made in a thread so that no other request waits for it."""

from __future__ import annotations

import gzip

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import negotiation

LEAST = 1000  # bytes below which it is not worth it
_LEVEL = 4


def accepts_gzip(header: str) -> bool:
    """True where an Accept-Encoding header likes gzip better than nothing."""
    quality: dict[str, float] = {}
    for entry in header.lower().split(","):
        name, _, parameter = (part.strip() for part in entry.partition(";"))
        value = parameter.partition("=")[2] if parameter.startswith("q") else "1"
        quality[name] = negotiation.quality_of(value)
    return quality.get("gzip", quality.get("*", 0.0)) > 0


class Gzip:
    """ASGI middleware: compresses bodies that come in one piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = accepts_gzip(Headers(scope=scope).get("accept-encoding", ""))
        start: Message = {}

        async def answer(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start:
                headers = MutableHeaders(scope=start)
                headers.add_vary_header("Accept-Encoding")
                body = message.get("body", b"")
                whole = not message.get("more_body", False) and "content-encoding" not in headers
                if wanted and whole and len(body) >= LEAST:
                    body = await to_thread.run_sync(gzip.compress, body, _LEVEL)
                    headers["Content-Encoding"] = "gzip"
                    headers["Content-Length"] = str(len(body))
                    message = {**message, "body": body}
                first, start = start, {}
                await send(first)
            await send(message)

        await self._app(scope, receive, answer)
