"""Work that is given up where the client goes away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from anyio import to_thread
from starlette.requests import Request

T = TypeVar("T")
_AFTER = 0.05  # seconds after which it is looked whether the client is still there


async def run(request: Request, work: Callable[[threading.Event], T]) -> T:
    """What `work` gives, which runs in a thread and gets an event that is set where the client has
    disconnected. The body of the request must have been read. Whatever `work` raises is raised."""
    gone = threading.Event()
    async with _watching(request, gone.set):
        return await to_thread.run_sync(work, gone)


async def wait(request: Request, work: Callable[[asyncio.Future[None]], Awaitable[T]]) -> T:
    """As `run`, for work that keeps no thread busy; its future is done where the client has
    disconnected."""
    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    async with _watching(request, lambda: gone.set_result(None)):
        return await work(gone)


@asynccontextmanager
async def _watching(request: Request, leave: Callable[[], object]) -> AsyncIterator[None]:
    """Call `leave`, once, where the client disconnects while the block runs."""
    watchers: list[asyncio.Task[None]] = []

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        leave()

    # Most answers are there before a client could think better of it, and a task costs time.
    later = asyncio.get_running_loop().call_later(
        _AFTER, lambda: watchers.append(asyncio.ensure_future(watch()))
    )
    try:
        yield
    finally:
        later.cancel()
        for watcher in watchers:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher
