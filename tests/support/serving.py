"""An app behind a real server, listening as `kg serve` does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api import listening


@contextmanager
def running(app: FastAPI, *, port: int = 0, log_level: str = "error") -> Iterator[str]:
    """The address of a server of this machine with `app`, on a free port unless one is named."""
    with socket.socket() as listener:
        # A port that was just let go can be taken again.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        server = uvicorn.Server(listening.config(app, log_level=log_level))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start: its log says why"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
