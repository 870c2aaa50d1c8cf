"""Requests to a SPARQL server: credentials, limits, and messages that say what to do and show no
secret.

Requests are form-encoded POSTs, which every server takes (Virtuoso hangs at direct ones).
Connections are kept. No redirect is followed: it would carry the credentials elsewhere.
"""

from __future__ import annotations

import base64
import http.client
import re
import select
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlencode

from kg.errors import QueryLimitError, ServerError, StoreError
from kg.store.endpoint import Endpoint, Options
from kg.store.flows import CancelledError

_LOOK = 0.1  # seconds between looks whether anybody still waits for the answer
_GREETING = 10.0  # seconds for TCP and TLS to come about
_CHUNK = 2**16
_IDLE = 4  # connections that are kept
_SAID = 300  # characters of a server's own words in a message
_LOST = (OSError, http.client.HTTPException)


class RefusedError(ServerError):
    """The server answered that it does not do this: the `status` of HTTP, and what it `said`."""

    def __init__(self, status: int, message: str, *, said: str) -> None:
        super().__init__(message, answered=True)
        self.status = status
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered with."""

    body: bytes
    media_type: str


class Server:
    """Sends requests to an endpoint. Threads may share it."""

    def __init__(self, endpoint: Endpoint, options: Options) -> None:
        self.endpoint = endpoint
        self.options = options
        self._user = endpoint.user or options.user
        self._password = endpoint.password or options.password
        self._lock = threading.Lock()
        self._idle: list[http.client.HTTPConnection] = []
        self._closed = False
        self._challenge = ""  # of HTTP Digest, once the server has asked for it

    def ask(
        self,
        key: str,
        text: str,
        *,
        accept: str,
        parameters: Sequence[tuple[str, str]] = (),
        seconds: float | None = None,
        most: int | None = None,
        cancel: threading.Event | None = None,
    ) -> Reply:
        """POST `text` as the form field `key` ("query" or "update"), with others beside it.

        ServerError where the server cannot be reached or fails, RefusedError where it refuses,
        QueryLimitError where the answer takes longer than `seconds` (for queries), is longer than
        `most` bytes or was cut; CancelledError where `cancel` was set.
        """
        path = self.endpoint.update_path if key == "update" else self.endpoint.query_path
        body = urlencode([(key, text), *parameters]).encode()
        limit = self.options.seconds if seconds is None else seconds
        deadline = time.monotonic() + limit
        most = self.options.answer_bytes if most is None else most
        try:
            authorization = self._authorization(path)
            answer, found = self._send(path, body, accept, authorization, deadline, most, cancel)
            if answer.status == HTTPStatus.UNAUTHORIZED and self._user:
                if "WWW-Authenticate" not in answer.headers:  # Virtuoso is silent to a wrong kind
                    answer, found = self._send(path, body, accept, "", deadline, most, cancel)
                if self._takes_challenge(answer):
                    authorization = self._authorization(path)
                    answer, found = self._send(
                        path, body, accept, authorization, deadline, most, cancel
                    )
        except TimeoutError as error:
            raise self._too_slow(key, limit) from error
        except _LOST as error:
            if time.monotonic() >= deadline:
                raise self._too_slow(key, limit) from error
            raise ServerError(
                f"{self.endpoint.name}: the server does not answer ({_reason(error)}): look "
                "whether it runs, and whether http or https is right, or name another --store"
            ) from error
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise self._refusal(key, answer.status, found)
        # Virtuoso cuts long results without an error, and says so in these headers only.
        if len(found) > most or any(
            answer.getheader(name) for name in ("X-SPARQL-MaxRows", "X-SQL-State")
        ):
            raise QueryLimitError(
                f"{self.endpoint.name}: the answer is longer than the server or this program "
                "allows: add a LIMIT, or raise the limits (docs/stores.md)"
            )
        media_type = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        return Reply(body=found, media_type=media_type)

    def _send(
        self,
        path: str,
        body: bytes,
        accept: str,
        authorization: str,
        deadline: float,
        most: int,
        cancel: threading.Event | None,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": accept,
            "User-Agent": "entente",
        }
        if authorization:
            headers["Authorization"] = authorization
        while True:
            connection, is_kept = self._take()
            with ExitStack() as undo:
                undo.callback(connection.close)
                try:
                    _connect(connection, deadline)
                    connection.request("POST", path, body, headers)
                    _wait(connection, deadline, cancel)
                    answer = connection.getresponse()
                    undo.callback(answer.close)
                    found = _read(answer, connection, deadline, most, cancel)
                except (ConnectionError, http.client.BadStatusLine):
                    if is_kept:  # the server has closed it meanwhile: nothing was done
                        continue
                    raise
                if answer.isclosed() and not answer.will_close:
                    undo.pop_all()
                    self._keep(connection)
                return answer, found

    def _take(self) -> tuple[http.client.HTTPConnection, bool]:
        with self._lock:
            if self._idle:
                return self._idle.pop(), True
        kind = http.client.HTTPSConnection if self.endpoint.secure else http.client.HTTPConnection
        return kind(self.endpoint.host, self.endpoint.port), False

    def _keep(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if len(self._idle) < _IDLE and not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    # Credentials ---------------------------------------------------------------------------------

    def _authorization(self, path: str) -> str:
        if self.options.token:
            return f"Bearer {self.options.token}"
        if not self._user:
            return ""
        if self._challenge:
            return self._digest(path)
        pair = f"{self._user}:{self._password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def _takes_challenge(self, answer: http.client.HTTPResponse) -> bool:
        """Whether the server wants HTTP Digest, in which we can answer a new challenge."""
        for challenge in answer.headers.get_all("WWW-Authenticate") or ():
            kind, _, rest = challenge.partition(" ")
            is_new = not self._challenge or "stale=true" in rest.replace('"', "").lower()
            if kind.lower() == "digest" and self._user and not self.options.token and is_new:
                self._challenge = rest
                return True
        return False

    def _digest(self, path: str) -> str:
        url = f"{self.endpoint.origin}{path}"
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, self._user, self._password)
        handler = urllib.request.HTTPDigestAuthHandler(passwords)
        said = urllib.request.parse_keqv_list(
            [part for part in urllib.request.parse_http_list(self._challenge) if "=" in part]
        )
        request = urllib.request.Request(url, method="POST")
        try:
            found = handler.get_authorization(request, said)
        except ValueError as error:  # an algorithm that is not known
            raise StoreError(
                f"{self.endpoint.name}: its way to log in is not known here"
            ) from error
        return f"Digest {found}" if found else ""

    def _without_secrets(self, text: str) -> str:
        """`text` in one line, cut, and without what only we and the server know."""
        pair = f"{self._user}:{self._password}"
        for secret in sorted(
            {
                self._password,
                quote(self._password, safe=""),
                self._user,
                quote(self._user, safe=""),
                self.options.token,
                pair,
                base64.b64encode(pair.encode()).decode(),
            }
            - {"", ":"},
            key=len,
            reverse=True,
        ):
            text = text.replace(secret, "…")
        line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return line if len(line) <= _SAID else f"{line[:_SAID]}…"

    # Messages ------------------------------------------------------------------------------------

    def _too_slow(self, key: str, limit: float) -> StoreError | QueryLimitError:
        message = f"{self.endpoint.name}: no answer within {limit:g} s"
        if key == "query":
            return QueryLimitError(f"{message}: make the query more selective, or add a LIMIT")
        return ServerError(f"{message}: raise ENTENTE_STORE_SECONDS, or look how busy it is")

    def _refusal(self, key: str, status: int, body: bytes) -> ServerError:
        """An answer that is none, as an error."""
        text = body[: 4 * _SAID].decode("utf-8", "replace")
        said = self._without_secrets(re.sub(r"<[^<>]*>", " ", text))
        name = self.endpoint.update_name if key == "update" else self.endpoint.name
        shown = f"{name}: the server answered {status}" + (f" ({said})" if said else "")
        match status:
            case (
                HTTPStatus.UNAUTHORIZED
                | HTTPStatus.FORBIDDEN
                | HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
            ):
                mend = (
                    "give a name and password that it knows in ENTENTE_STORE_USER and "
                    "ENTENTE_STORE_PASSWORD"
                )
                if key == "update":
                    mend += ", of an account that may write"
            case HTTPStatus.NOT_FOUND | HTTPStatus.METHOD_NOT_ALLOWED | HTTPStatus.GONE:
                mend = "look at the path in --store"
                if key == "update":
                    mend += ", and whether updates have another one (?update=/path)"
            case status if status < HTTPStatus.BAD_REQUEST:
                mend = "name the address that it redirects to"
            case HTTPStatus.REQUEST_ENTITY_TOO_LARGE | HTTPStatus.REQUEST_URI_TOO_LONG:
                mend = "lower ENTENTE_STORE_QUADS, or raise the server's own limit"
            case _:
                mend = "look at its settings (docs/stores.md)"
                if "permission" in said.lower():
                    mend = "let the account write (docs/stores.md)"
        return RefusedError(status, f"{shown}: {mend}", said=said)


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted, {error.verify_message}"
    if isinstance(error, socket.gaierror):
        return "no such host"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__


def _connect(connection: http.client.HTTPConnection, deadline: float) -> None:
    """Connect where it is not done; ConnectionError where nobody takes part in it for long, as
    where one side speaks TLS only."""
    _set_timeout(connection, deadline)
    if connection.sock is not None:
        return
    connection.timeout = min(_GREETING, connection.timeout or _GREETING)
    try:
        connection.connect()
    except TimeoutError as error:
        raise ConnectionError(0, f"no connection within {_GREETING:g} s") from error
    _set_timeout(connection, deadline)


def _set_timeout(connection: http.client.HTTPConnection, deadline: float) -> None:
    """Let no step of the connection go on after `deadline`; TimeoutError if it passed."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.timeout = left
    if connection.sock is not None:
        connection.sock.settimeout(left)


def _wait(
    connection: http.client.HTTPConnection, deadline: float, cancel: threading.Event | None
) -> None:
    """Wait until there is something to read."""
    sock = connection.sock
    if sock is None or (isinstance(sock, ssl.SSLSocket) and sock.pending()):
        return
    poll = select.poll()
    poll.register(sock.fileno(), select.POLLIN)
    while True:
        left = max(0.0, deadline - time.monotonic())
        if poll.poll((left if cancel is None else min(left, _LOOK)) * 1000):
            return
        if cancel is not None and cancel.is_set():
            raise CancelledError
        if left == 0.0:
            raise TimeoutError


def _read(
    answer: http.client.HTTPResponse,
    connection: http.client.HTTPConnection,
    deadline: float,
    most: int,
    cancel: threading.Event | None,
) -> bytes:
    """The body, or a little more than `most` bytes of it."""
    found = bytearray()
    while len(found) <= most:
        if cancel is not None and cancel.is_set():
            raise CancelledError
        if not answer.will_close:  # else the response has taken the socket over
            _set_timeout(connection, deadline)
        elif time.monotonic() >= deadline:
            raise TimeoutError
        part = answer.read1(_CHUNK)
        if not part:
            answer.close()
            break
        found += part
    return bytes(found)
