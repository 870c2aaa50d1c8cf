"""ETags by the store's revision, and 304 for who has the newest state already.

All that the store tells follows from its revision, so one number marks every answer. It counts from
one start of the server to the next, because another store may have the same number.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from urllib.parse import unquote_plus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import REVISION
from api.kept import is_changing

_PATHS = re.compile(
    r"/(export|entities|suggest|statements|timeline|documents|sources|statistics|changes"
    r"|neighbourhood|paths|queries|reconcile|entity|statement|amount|document|sparql|graphs"
    r"|\.well-known/void)(/|\Z)"
)
_LESS = re.compile(r"timeout|max-", re.IGNORECASE)  # which a client may ask for


def _is_changing(query_string: bytes) -> bool:
    """Whether the same parameters may be answered differently by the same state of the store."""
    text = unquote_plus(query_string.decode("latin-1"))
    return is_changing(text) or _LESS.search(text) is not None


class Etags:
    """ASGI middleware over the routes that read the store."""

    def __init__(self, app: ASGIApp, *, revision: Callable[[], int]) -> None:
        self._app = app
        self._revision = revision
        self._start = secrets.token_hex(4)

    def _tag(self, revision: int | str) -> str:
        return f'W/"{self._start}-{revision}"'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or _PATHS.match(scope["path"]) is None
            or _is_changing(scope["query_string"])
        ):
            await self._app(scope, receive, send)
            return
        # Read first: what changes meanwhile makes the answer newer than its tag, never older.
        revision = self._revision()
        known = Headers(scope=scope).get("if-none-match", "")
        if self._tag(revision) in (tag.strip() for tag in known.split(",")):
            headers = {"ETag": self._tag(revision), "Vary": "Accept", "Cache-Control": "no-cache"}
            await Response(status_code=304, headers=headers)(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                headers["ETag"] = self._tag(headers.get(REVISION, str(revision)))
                headers["Cache-Control"] = "no-cache"
            await send(message)

        await self._app(scope, receive, answer)
