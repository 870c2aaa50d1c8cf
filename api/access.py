"""Who may do what: the gate in front of every route, and the right to write.

On a loopback address the server answers only requests that name a loopback host, so that a page
from elsewhere cannot reach it under a name of its own (DNS rebinding), and everybody on the machine
may write. On any other address nobody may write without the token. A page of another origin may
never write.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems

_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
}

_MOST_TIMES = 10  # so much longer may the largest bodies take


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """True for localhost and the loopback addresses, with or without brackets."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str:
    """The host of a Host header, without its port; "" where it has none."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """`host` is the address that the server is bound to, `token` what a writer must send."""

    host: str
    token: str | None = None

    @property
    def is_local(self) -> bool:
        """True where only this machine reaches the server."""
        return is_loopback(self.host)

    @property
    def may_write(self) -> bool:
        """True where anybody may write at all."""
        return self.is_local or self.token is not None

    def check_writer(self, request: Request) -> None:
        """HTTPException 401 or 403 where the request may not write."""
        origin = request.headers.get("origin")
        host = request.headers.get("host", "")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            raise HTTPException(
                HTTPStatus.FORBIDDEN, f"A page of {origin[:80]} may not write here."
            )
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise HTTPException(
                HTTPStatus.FORBIDDEN, "A page of another origin may not write here."
            )
        if self.token is None and not self.is_local:
            raise HTTPException(
                HTTPStatus.FORBIDDEN,
                "This server is open to a network and has no token, so nobody may write: "
                "set ENTENTE_TOKEN where it is started.",
            )
        self.check_token(request)
        request.state.writer = "anybody on this machine" if self.token is None else "token"

    def check_token(self, request: Request) -> None:
        """HTTPException 401 where there is a token and the request does not have it, 403 where
        there has to be one and is none."""
        if self.token is None:
            if not self.is_local:
                raise HTTPException(
                    HTTPStatus.FORBIDDEN,
                    "This server is open to a network and has no token, and this needs one: "
                    "set ENTENTE_TOKEN where it is started.",
                )
            return
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(
            sent.strip().encode("latin-1"), self.token.encode()
        ):
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED,
                "This needs the server's token: send it as Authorization: Bearer TOKEN.",
                headers={"WWW-Authenticate": "Bearer"},
            )


class Gate:
    """ASGI middleware: checks the Host header, bounds bodies, answers HEAD, sets safe headers.

    A body may have `body_bytes` and has to be there within `body_seconds`. Where `larger` has the
    path, what is sent by POST may have so many bytes, and more time in proportion.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access,
        body_bytes: int,
        body_seconds: float,
        larger: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._access = access
        self._body_bytes = body_bytes
        self._body_seconds = body_seconds
        self._larger = dict(larger or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_head = scope["method"] == "HEAD"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                safe = MutableHeaders(scope=message)
                for name, value in _SAFE_HEADERS.items():
                    safe.setdefault(name, value)
            elif message["type"] == "http.response.body" and is_head:
                message = {**message, "body": b""}
            await send(message)

        async def refuse(status: HTTPStatus, detail: str) -> None:
            problem = problems.response(status, detail, path=scope["path"])
            await problem(scope, receive, answer)

        host = host_of(headers.get("host", ""))
        if self._access.is_local and not is_loopback(host):
            await refuse(
                HTTPStatus.MISDIRECTED_REQUEST,
                f"This server answers to localhost and not to {host[:80]!r}.",
            )
            return
        most, seconds = self._body_bytes, self._body_seconds
        if scope["method"] == "POST" and scope["path"] in self._larger:
            most = max(most, self._larger[scope["path"]])
            seconds *= min(_MOST_TIMES, most / self._body_bytes)
        too_large = f"The body is larger than {most:,} bytes: send less at once."
        if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            await refuse(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "Compressed bodies are not read here: send it as it is.",
            )
            return
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > most:
            await refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
            return
        seen, whole = 0, False
        until = asyncio.get_running_loop().time() + seconds

        async def bounded() -> Message:
            nonlocal seen, whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(
                    HTTPStatus.REQUEST_TIMEOUT,
                    f"The body took longer than {seconds:g} s: send it faster.",
                ) from None
            seen += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if seen > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
            return message

        inner: MutableMapping[str, Any] = {**scope, "method": "GET"} if is_head else scope
        await self._app(inner, bounded, answer)
