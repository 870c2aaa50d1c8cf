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
from contextlib import ExitStack, contextmanager

import pytest
from fastapi import FastAPI

from kg.store.worker import Limits, Pool
from tests.support.serving import running

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture
def url(make_app: Callable[..., FastAPI]) -> Iterator[str]:
    with running(make_app()) as result:
        yield result


@contextmanager
def busy(make_app: Callable[..., FastAPI]) -> Iterator[tuple[str, Pool, list[socket.socket]]]:
    """The address of a server whose pool is full of queries, running and waiting, that go on until
    their clients are closed."""
    app = make_app(limits=Limits(seconds=600, processes=2, waiting=16, patience=600))
    query = urllib.parse.urlencode({"query": SLOW})
    request = f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with running(app) as url, ExitStack() as stack:
        port = urllib.parse.urlsplit(url).port or 0
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(18)
        ]
        for client in clients:
            client.sendall(request)
        pool: Pool = app.state.services.pool
        while pool.load() != (2, 16):
            time.sleep(0.01)
        yield url, pool, clients


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


def test_health_answers_while_heavy_queries_run(make_app: Callable[..., FastAPI]) -> None:
    with busy(make_app) as (url, _, _):
        for _ in range(10):
            with urllib.request.urlopen(f"{url}/health", timeout=60) as answer:
                assert answer.status == 200
        assert ask(url, SLOW) == 503  # the queue is full


def test_heavy_queries_are_ended_or_turned_away(url: str) -> None:
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(ask(url, SLOW))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {422, 503}


def test_a_client_that_goes_away_frees_its_process(make_app: Callable[..., FastAPI]) -> None:
    with busy(make_app) as (url, pool, clients):
        for client in clients:
            client.close()
        while pool.load() != (0, 0):  # they would have held both processes for ten minutes each
            time.sleep(0.01)
        assert ask(url, "ASK {}") == 200
        with urllib.request.urlopen(f"{url}/metrics", timeout=60) as answer:
            counted = answer.read().decode()
        assert 'route="/sparql",status="499"} 18.0' in counted
        assert 'status="500"' not in counted  # and nothing is logged as a mistake
