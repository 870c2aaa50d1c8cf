"""The explorer page as it is served, built or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import explorer, pages


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the build leaves it."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Explorer</title>", "utf-8")
    (tmp_path / "assets" / "page-ABC.js").write_text("1;", "utf-8")
    (tmp_path / "assets" / "icon.svg").write_text("<svg/>", "utf-8")
    (tmp_path / "assets" / "page-ABC.js.map").write_text("{}", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    return tmp_path


@pytest.fixture
def served(make_app: Callable[..., FastAPI]) -> Callable[[Path], TestClient]:
    app = make_app()

    def serve(folder: Path) -> TestClient:
        app.dependency_overrides[explorer.explorer] = lambda: explorer.read(folder)
        return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)

    return serve


def test_the_page_has_its_own_policy(served: Callable[[Path], TestClient], built: Path) -> None:
    answer = served(built).get("/")
    assert "Explorer" in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy == explorer.POLICY
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"


def test_hashed_files_are_kept_and_others_asked_anew(
    served: Callable[[Path], TestClient], built: Path
) -> None:
    client = served(built)
    script = client.get("/page/assets/page-ABC.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in script.headers["cache-control"]
    assert client.get("/page/assets/icon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    ["none.js", "page-ABC.js.map", "..%2fsecret.txt", "%2e%2e/secret.txt", "..", "%00", "a" * 201],
)
def test_nothing_else_is_served(
    served: Callable[[Path], TestClient], built: Path, name: str
) -> None:
    answer = served(built).get(f"/page/assets/{name}")
    assert answer.status_code in (404, 422)
    assert "secret" not in answer.text.replace("secret.txt", "")


def test_without_the_page_the_plain_one_says_why(
    served: Callable[[Path], TestClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = tmp_path / "reason.txt"
    reason.write_text("npm ci failed: <no network>\nmore", "utf-8")
    monkeypatch.setattr(pages, "MISSING", reason)
    answer = served(tmp_path / "nothing").get("/")
    assert answer.status_code == 200
    assert "is not built here (npm ci failed: &lt;no network&gt;)" in answer.text
    assert "make page" in answer.text
    assert "Newest documents" in answer.text
    assert served(tmp_path / "nothing").get("/page/assets/page.js").status_code == 404


def test_the_plain_page_is_always_there(served: Callable[[Path], TestClient], built: Path) -> None:
    answer = served(built).get("/plain")
    assert "Newest documents" in answer.text
    assert "not built" not in answer.text
