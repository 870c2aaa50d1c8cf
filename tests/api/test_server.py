"""The app under a real server on a free port."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from api import listening

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture
def url(make_app: Callable[..., FastAPI]) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(listening.config(make_app(), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def ask(url: str, query: str) -> int:
    """The status of a query."""
    try:
        with urllib.request.urlopen(
            f"{url}/sparql?{urllib.parse.urlencode({'query': query})}"
        ) as r:
            return int(r.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_add_search_and_ask(url: str) -> None:
    request = urllib.request.Request(
        f"{url}/documents",
        data=json.dumps({"text": "Japan tests the Anka."}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 201
    with urllib.request.urlopen(f"{url}/entities?q=ankka") as answer:
        assert json.load(answer)["items"][0]["id"] == "equipment/anka"
    assert ask(url, "ASK { ?s ?p ?o }") == 200


def test_head_over_the_wire(url: str) -> None:
    request = urllib.request.Request(f"{url}/documents", method="HEAD")
    with urllib.request.urlopen(request) as answer:
        assert (answer.status, answer.read()) == (200, b"")


def test_health_answers_while_heavy_queries_run(url: str) -> None:
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(ask(url, SLOW))) for _ in range(30)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    slowest = 0.0
    for _ in range(10):
        start = time.perf_counter()
        with urllib.request.urlopen(f"{url}/health") as answer:
            assert answer.status == 200
        slowest = max(slowest, time.perf_counter() - start)
    for thread in threads:
        thread.join()
    assert slowest < 1  # generous, because tests share the machine
    assert set(statuses) == {422, 503}
