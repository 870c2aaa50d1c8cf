"""Requests to a server from this machine, and how long their answers took.

The client is a bare one, so that it costs little beside what is measured: HTTP/1.1 over kept
connections, one thread each, the bytes of a request made beforehand, of a head only the status and
the length read.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

_MOST = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What came of some requests: seconds of each answer, how many failed, and for how long it
    went on. `bytes_` is the length of the last body."""

    seconds: Sequence[float]
    failed: int
    took: float
    bytes_: int

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return len(self.seconds) / self.took if self.took else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the answers came."""
        ordered = sorted(self.seconds)
        if not ordered:
            return float("inf")
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def sparql(
    path: str, query: str, *, accept: str = "application/sparql-results+json", kept: bool = False
) -> bytes:
    """The bytes of a request that asks a query by POST, past the answers that our server keeps
    unless `kept` lets it use them."""
    body = urlencode({"query": query}).encode()
    newest = "" if kept else "Cache-Control: no-cache\r\n"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n"
        f"{newest}Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str) -> bytes:
    """The bytes of a request for a path."""
    return f"GET {quote(path, safe='/?=&%')} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


class Client:
    """One kept connection."""

    def __init__(self, port: int, *, timeout: float = 30.0) -> None:
        self._port = port
        self._timeout = timeout
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer; OSError where none comes in time."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), self._timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head, body = data[:end].lower() + b"\r\n", data[end + 4 :]
        status = int(head[9:12])
        place = head.find(b"\r\ncontent-length:")
        if place >= 0:
            size = int(head[place + 17 : head.find(b"\r\n", place + 2)])
            parts = [body]
            left = size - len(body)
            while left > 0:
                parts.append(self._more())
                left -= len(parts[-1])
            body = b"".join(parts)
        elif b"chunked" in head:
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more()
        if b"connection: close" in head:
            self.close()
        return status, body

    def _more(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(_MOST)
        if not part:
            self.close()
            raise ConnectionError("the server closed the connection")
        return part

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def run(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int = 1,
    seconds: float = 2.0,
    most: int = 100_000,
    timeout: float = 30.0,
    pause: float = 0.0,
    turned_away: float = 0.0,
) -> Timing:
    """Send the requests over and over for about `seconds`, or until there are `most` answers.

    A connection that gets no answer within `timeout` counts as failed and ends. One waits `pause`
    seconds after each answer, and `turned_away` after a 503.
    """
    lock = threading.Lock()
    times: list[float] = []
    failed = last = 0
    began = time.perf_counter()
    deadline = began + seconds

    def work(start: int) -> None:
        nonlocal failed, last
        client, number, size, bad = Client(port, timeout=timeout), start, 0, 0
        own: list[float] = []
        try:
            while time.perf_counter() < deadline and len(own) < most / connections:
                sent = time.perf_counter()
                status, body = client.ask(requests[number % len(requests)])
                own.append(time.perf_counter() - sent)
                size = len(body)
                bad += status != 200
                number += 1
                if status == 503:
                    time.sleep(turned_away)
                if pause:
                    time.sleep(pause)
        except OSError:
            bad += 1
        finally:
            client.close()
            with lock:
                times.extend(own)
                failed += bad
                last = size or last

    threads = [threading.Thread(target=work, args=(7 * n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Timing(seconds=times, failed=failed, took=time.perf_counter() - began, bytes_=last)
