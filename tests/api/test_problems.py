"""Every error has one shape."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

import kg.errors
from api.app import create_app
from api.problems import STATUS
from kg.documents import Document
from kg.errors import BusyError, DocumentError, EntenteError
from kg.statements import Extraction
from kg.store import Store

TEXT = {"text": "Japan tests the Anka."}


def check_problem(answer: Response, status: int) -> Any:
    """That `answer` is a problem of our shape; its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert list(body) == ["type", "title", "status", "detail", "instance", "errors"]
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"]
    assert body["instance"].startswith("/")
    return body


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/entities/country/atlantis", 404),
        ("GET", "/entities/%00", 404),
        ("GET", "/timeline?entity=", 404),
        ("GET", "/statements/0000", 404),
        ("GET", "/statements/%3E%20%7D", 404),
        ("GET", "/documents/0000", 404),
        ("GET", "/documents/..%2F..%2Fetc%2Fpasswd", 404),
        ("DELETE", "/documents/0000", 404),
        ("DELETE", "/documents", 405),
        ("PUT", "/sparql", 405),
        ("POST", "/health", 405),
        ("GET", "/statements?limit=0", 422),
        ("GET", "/statements?limit=many", 422),
        ("GET", "/statements?predicate=loves", 422),
        ("GET", "/statements?modality=sure", 422),
        ("GET", "/entities?type=Robot", 422),
        ("GET", "/statements?since=yesterday", 422),
        ("GET", "/statements?cursor=x", 400),
        ("GET", "/documents?cursor=%C3%A4", 400),
        ("GET", "/entities?cursor=W10", 400),
        ("GET", "/sparql?query=", 400),
    ],
)
def test_wrong_requests(client: TestClient, method: str, path: str, status: int) -> None:
    check_problem(client.request(method, path), status)


@pytest.mark.parametrize(
    ("body", "location"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"[]", "body"),
        (b'{"title": "no text"}', "body.text"),
        (b'{"text": ""}', "body.text"),
        (b'{"text": 1}', "body.text"),
        (b'{"text": "a", "date": "2026-02-31"}', "body.date"),
        (b'{"text": "a", "colour": "red"}', "body.colour"),
        (b'{"text": "\\ud800"}', "body"),
        (b"\xff\xfe", "body"),
    ],
)
def test_wrong_documents(client: TestClient, body: bytes, location: str) -> None:
    answer = client.post("/documents", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    problem = check_problem(answer, answer.status_code)
    if problem["errors"]:
        assert problem["errors"][0]["location"].startswith(location)


def test_405_names_the_methods(client: TestClient) -> None:
    assert client.put("/documents").headers["allow"]


def test_422_names_the_fields(client: TestClient) -> None:
    body = check_problem(client.get("/statements?limit=0&since=x"), 422)
    assert [each["location"] for each in body["errors"]] == ["query.since", "query.limit"]


def test_another_querys_cursor_is_refused(client: TestClient) -> None:
    following = client.get("/statements?limit=1").json()["next"]
    check_problem(client.get(following + "&predicate=visits"), 400)


def test_large_bodies(client: TestClient) -> None:
    check_problem(client.post("/documents", json={"text": "x" * 100_000}), 413)

    def parts() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(200):
            yield b"x" * 1000
        yield b'"}'

    answer = client.post(
        "/documents", content=parts(), headers={"content-type": "application/json"}
    )
    check_problem(answer, 413)


@contextmanager
def failing(store: Store, error: Exception) -> Iterator[TestClient]:
    def extract(_: Document) -> Extraction:
        raise error

    app = create_app(store, extract=extract)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def test_errors_of_the_pipeline(store: Store) -> None:
    with failing(store, DocumentError("text: not English: send English text")) as client:
        body = check_problem(client.post("/documents", json=TEXT), 422)
        assert body["detail"] == "text: not English: send English text"
    with failing(store, BusyError("later")) as client:
        answer = client.post("/documents", json=TEXT)
        check_problem(answer, 503)
        assert answer.headers["retry-after"] == "2"


def test_bugs_give_500_and_no_details(store: Store) -> None:
    with failing(store, ZeroDivisionError("secret detail")) as client:
        answer = client.post("/documents", json=TEXT)
        check_problem(answer, 500)
        assert "secret" not in answer.text


def test_without_a_pipeline(store: Store) -> None:
    with TestClient(create_app(store, extract=None), base_url="http://localhost") as client:
        check_problem(client.post("/documents", json=TEXT), 501)


def test_every_domain_error_has_a_status() -> None:
    errors = {
        each
        for each in vars(kg.errors).values()
        if isinstance(each, type) and issubclass(each, EntenteError)
    }
    assert errors == set(STATUS)


def test_the_lower_layers_do_not_load_the_web() -> None:
    code = "import sys, kg.store.worker; sys.exit('fastapi' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "path",
    [
        "/statements?subject={}",
        "/statements?object={}",
        "/statements?entity={}",
        "/statements?entity=country/japan&subject={}",
        "/timeline?entity={}",
        "/timeline?entity=country/japan&other={}",
        "/neighbourhood?entity={}",
        "/paths?from={}&to=country/japan",
        "/paths?from=country/japan&to={}",
        "/export?entity={}",
        "/entities/{}",
    ],
)
def test_a_name_in_place_of_an_id(client: TestClient, path: str) -> None:
    detail = check_problem(client.get(path.format("Saudi Arabia")), 404)["detail"]
    assert detail == "No entity has the id Saudi Arabia: try /entities?q=Saudi+Arabia."
    for odd in ("country/", "%00", "a%3E%20%7B%7D%20%23", "a%20b%27%20OR%201=1%20--", "a" * 400):
        check_problem(client.get(path.format(odd)), 404)
