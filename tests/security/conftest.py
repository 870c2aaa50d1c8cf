"""A real server on a free port over a small store, as an attacker on the network sees it, and a
port that must not be visited."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn

from api import listening
from api.app import create_app
from kg.store import Store, open_store
from kg.store.worker import Limits
from tests.api.conftest import FIRST, SECOND, THIRD, extract
from tests.support import traps
from tests.support.traps import Trap

LIMITS = Limits(seconds=2, answer_bytes=2_000_000, memory_bytes=600 * 2**20, patience=5)
BODY_BYTES = 500_000
TOKEN = "the-token-of-the-test"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def detail(self) -> str:
        """What a problem says; the test fails where it is none."""
        assert self.headers["content-type"] == "application/problem+json", self
        return str(json.loads(self.body)["detail"])

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Server:
    """The server under attack."""

    port: int
    store: Store

    def request(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; no token but what `headers` have."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
            connection.request(method, path, data, headers=dict(headers or {}))
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def get(self, path: str, **parameters: str) -> Answer:
        """Send a GET."""
        return self.request("GET", f"{path}?{urlencode(parameters)}" if parameters else path)

    def query(self, text: str, **parameters: str) -> Answer:
        """Send a query."""
        named = {name.replace("_", "-"): value for name, value in parameters.items()}
        path = f"/sparql?{urlencode(named)}"
        return self.request(
            "POST", path, text, headers={"content-type": "application/sparql-query"}
        )

    def write(self, method: str, path: str, body: bytes | str, content_type: str) -> Answer:
        """Send a request with the token."""
        headers = {"content-type": content_type, "authorization": f"Bearer {TOKEN}"}
        return self.request(method, path, body, headers=headers)

    def update(self, text: str) -> Answer:
        """Send an update with the token."""
        return self.write("POST", "/sparql", text, "application/sparql-update")

    def is_well(self) -> bool:
        """Whether it still answers as it did."""
        answer = self.query("ASK { ?s ?p ?o }")
        for _ in range(10):  # it may be busy for a moment, and says so
            if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.5)
            answer = self.query("ASK { ?s ?p ?o }")
        assert answer.status == HTTPStatus.OK, answer.body
        return bool(answer.json()["boolean"])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("attacked")
    with open_store(str(folder / "store")) as store, socket.socket() as listener:
        store.add([FIRST, SECOND, THIRD])
        listener.bind(("127.0.0.1", 0))
        app = create_app(
            store,
            extract=extract,
            token=TOKEN,
            limits=LIMITS,
            body_bytes=BODY_BYTES,
            body_seconds=1,
        )
        running = uvicorn.Server(listening.config(app, log_level="critical"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        while not running.started:
            time.sleep(0.01)
        yield Server(listener.getsockname()[1], store)
        running.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def trap() -> Iterator[Trap]:
    with traps.listening() as found:
        yield found


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that nobody may read over HTTP."""
    file = tmp_path / "secret.ttl"
    file.write_text("<a:secret> <a:is> 'do-not-tell' .", encoding="utf-8")
    return file
