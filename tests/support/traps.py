"""A port that notices visitors: what must not be called from inside."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trap:
    """A port on this machine that notices visitors."""

    server: socket.socket

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server.getsockname()[1]}/"

    def was_hit(self) -> bool:
        """Whether somebody has called since the last time."""
        try:
            visitor, _ = self.server.accept()
        except BlockingIOError:
            return False
        visitor.close()
        return True


@contextmanager
def listening() -> Iterator[Trap]:
    """A trap on a free port of this machine."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        server.setblocking(False)
        yield Trap(server)
