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
_AFTER = 0.05  # seconds after which it is looked whether the client is still there


async def run(request: Request, work: Callable[[threading.Event], T]) -> T:
    """What `work` gives, which runs in a thread and gets an event that is set where the client has
    disconnected. The body of the request must have been read. Whatever `work` raises is raised."""
    gone = threading.Event()
    watchers: list[asyncio.Task[None]] = []

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    # Most answers are there before a client could think better of it, and a task costs time.
    later = asyncio.get_running_loop().call_later(
        _AFTER, lambda: watchers.append(asyncio.ensure_future(watch()))
    )
    try:
        return await to_thread.run_sync(work, gone)
    finally:
        later.cancel()
        for watcher in watchers:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher
