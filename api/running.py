"""Blocking work in threads, given up where the client goes away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from anyio import to_thread
from starlette.requests import Request

T = TypeVar("T")


async def run(request: Request, work: Callable[[threading.Event], T]) -> T:
    """What `work` gives, which runs in a thread and gets an event that is set where the client has
    disconnected. The body of the request must have been read. Whatever `work` raises is raised."""
    gone = threading.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    watcher = asyncio.ensure_future(watch())
    try:
        return await to_thread.run_sync(work, gone)
    finally:
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher
