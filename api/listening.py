"""How the app listens: uvicorn with a parser in C, and an end to heads that have none.

The parser takes a head of any length, so what comes without becoming a body or a whole request is
counted here.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 2**10
_LAST = 1.0  # seconds that a client has to read why it is turned away
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


class BoundedProtocol(HttpToolsProtocol):
    """Turns connections away whose request has a head (or chunk, or trailer) beyond HEAD_BYTES."""

    _unused = 0  # bytes that came since the last piece of a body or the last whole request
    _is_refused = False

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return  # read on: a connection that is closed before may lose the answer
        self._unused += len(data)
        super().data_received(data)
        if self._unused > HEAD_BYTES and not self.transport.is_closing():
            self._is_refused = True
            self.transport.write(_TOO_LARGE)
            asyncio.get_running_loop().call_later(_LAST, self.transport.close)

    def on_body(self, body: bytes) -> None:
        self._unused = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unused = 0
        super().on_message_complete()


def config(app: Any, *, log_level: str = "warning") -> uvicorn.Config:
    """The settings of uvicorn for the app."""
    return uvicorn.Config(app, http=BoundedProtocol, log_level=log_level, lifespan="on")
