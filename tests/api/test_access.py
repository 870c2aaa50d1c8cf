"""Who may do what: Host, Origin and the token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.access import host_of, is_loopback
from kg.store import Store

MakeApp = Callable[..., FastAPI]
TEXT = {"text": "Japan tests the Anka."}


@contextmanager
def served(make: MakeApp, *, host: str, token: str | None = None) -> Iterator[TestClient]:
    with TestClient(make(host=host, token=token), base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize(
    ("header", "loopback"),
    [
        ("localhost", True),
        ("LocalHost:8000", True),
        ("127.0.0.1:8000", True),
        ("127.9.9.9", True),
        ("[::1]:8000", True),
        ("", False),
        ("example.org", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org:80", False),
        ("[", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
    ],
)
def test_hosts(make_app: MakeApp, header: str, loopback: bool) -> None:
    assert is_loopback(host_of(header)) is loopback
    with served(make_app, host="127.0.0.1") as client:
        answer = client.get("/health", headers={"host": header})
        assert answer.status_code == (200 if loopback else 421)
        assert loopback or answer.headers["content-type"] == "application/problem+json"


def test_a_public_server_answers_to_any_host(make_app: MakeApp) -> None:
    with served(make_app, host="0.0.0.0") as client:
        assert client.get("/health", headers={"host": "example.org"}).json()["writable"] is False


def test_nobody_writes_on_a_public_server_without_a_token(make_app: MakeApp, store: Store) -> None:
    before = list(store.nquads())
    with served(make_app, host="0.0.0.0") as client:
        for headers in ({}, {"authorization": "Bearer "}, {"authorization": "Bearer None"}):
            assert client.post("/documents", json=TEXT, headers=headers).status_code == 403
            assert client.delete("/documents/00", headers=headers).status_code == 403
    assert list(store.nquads()) == before


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_the_token(make_app: MakeApp, host: str) -> None:
    with served(make_app, host=host, token="gizli-söz") as client:
        for sent in ("", "Bearer", "Bearer x", "Basic gizli-söz", "Bearer gizli-sö"):
            answer = client.post("/documents", json=TEXT, headers={b"authorization": sent.encode()})
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        answer = client.post(
            "/documents", json=TEXT, headers={b"authorization": "Bearer gizli-söz".encode()}
        )
        assert answer.status_code == 201
        assert client.get("/documents").status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://localhost", 201), ("http://evil.example", 403), ("null", 403), ("http://[", 403)],
)
def test_pages_of_other_origins_do_not_write(make_app: MakeApp, origin: str, status: int) -> None:
    with served(make_app, host="127.0.0.1") as client:
        answer = client.post("/documents", json=TEXT, headers={"origin": origin})
        assert answer.status_code == status
        assert "access-control-allow-origin" not in answer.headers


def test_a_form_of_another_page_cannot_write(make_app: MakeApp) -> None:
    """Forms may send text and files across origins without asking first."""
    with served(make_app, host="127.0.0.1") as client:
        for headers in (
            {"origin": "http://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},  # another port of this machine
        ):
            text = client.post(
                "/documents", content=b"x", headers=headers | {"content-type": "text/plain"}
            )
            assert text.status_code == 403
            files = client.post("/jobs", files={"file": ("a.txt", b"x")}, headers=headers)
            assert files.status_code == 403
        answer = client.post("/documents", data={"text": "a"})
        assert answer.status_code == 415
        own = {"sec-fetch-site": "same-origin", "content-type": "text/plain"}
        assert client.post("/documents", content=b"Japan", headers=own).status_code == 201
