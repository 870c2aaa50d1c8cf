"""What who runs the server sees, and what keeps it usable: ids, logs, metrics, budgets, ETags."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.rates import Budget
from api.watching import ACCESS, AUDIT, log_to
from tests.api.conftest import MakeApp

ASK = {"query": "ASK {}"}


# Request ids and logs ------------------------------------------------------------------------


def test_every_answer_has_an_id(client: TestClient) -> None:
    for path in ("/health", "/nothing", "/sparql?query=ASK%7B%7D"):
        assert len(client.get(path).headers["x-request-id"]) == 16
    sent = {"x-request-id": "from-the.proxy_1"}
    assert client.get("/health", headers=sent).headers["x-request-id"] == "from-the.proxy_1"
    for odd in ("a b", "x" * 65, '"}', ""):
        found = client.get("/health", headers={"x-request-id": odd}).headers["x-request-id"]
        assert found != odd
    refused = client.get("/health", headers={"host": "evil.example"})
    assert (refused.status_code, len(refused.headers["x-request-id"])) == (421, 16)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "log"
    handler = log_to(str(file))
    assert handler is not None
    yield file
    for logger in (ACCESS, AUDIT):
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    handler.close()


def test_logs_are_lines_of_json(client: TestClient, log: Path) -> None:
    client.get("/entities?q=secret", headers={"x-request-id": "one"})
    client.post("/sparql", data={"update": "INSERT DATA { <a:a> <a:b> 1 }"})
    client.post("/sparql", data={"update": "DROP ALL"})
    client.put("/graphs?graph=a:g", content="", headers={"content-type": "text/turtle"})
    client.post("/documents", json={"text": "Japan tests the Anka again."})
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    access = [line for line in lines if line["log"] == "access"]
    audit = [line for line in lines if line["log"] == "audit"]
    assert [line["status"] for line in access] == [200, 204, 403, 201, 201]
    assert access[0].items() >= {"id": "one", "method": "GET", "path": "/entities"}.items()
    assert "secret" not in log.read_text()
    assert [line["path"] for line in audit] == ["/sparql", "/graphs", "/documents"]
    assert {line["writer"] for line in audit} == {"anybody on this machine"}
    assert audit[0]["added"] == "1"
    assert audit[1]["parameters"] == "graph=a:g"
    assert audit[2]["location"].startswith("/documents/")


def test_the_log_says_that_a_token_wrote(make_app: MakeApp, log: Path) -> None:
    with TestClient(make_app(token="secret"), base_url="http://localhost") as client:
        headers = {"authorization": "Bearer secret"}
        client.post("/sparql", data={"update": "DROP DEFAULT"}, headers=headers)
    assert '"writer": "token"' in log.read_text()
    assert "secret" not in log.read_text()


def test_no_log_and_no_place_for_it(tmp_path: Path) -> None:
    assert log_to("") is None
    with pytest.raises(OSError, match="No such file"):
        log_to(str(tmp_path / "none" / "log"))


# Readiness and metrics -----------------------------------------------------------------------


def test_ready(client: TestClient) -> None:
    assert client.get("/ready").json() == {"status": "ready", "running": 0, "waiting": 0}


def test_not_ready(client: TestClient, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    monkeypatch.setattr(app.state.services.pool, "load", lambda: (2, 1))
    with TestClient(app, base_url="http://localhost") as busy:
        answer = busy.get("/ready")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert client.get("/ready").status_code == 200


def test_metrics(client: TestClient) -> None:
    client.get("/health")
    client.get("/entities/nobody/knows")
    client.request("BREW", "/../x")
    text = client.get("/metrics").text
    assert 'entente_requests_total{method="GET",route="/health",status="200"} 1.0' in text
    assert 'entente_requests_total{method="GET",route="/entities",status="404"} 1.0' in text
    assert 'method="other",route="other"' in text
    assert "entente_store_revision 1.0" in text
    assert "entente_queries_running 0.0" in text
    assert 'entente_request_seconds_count{route="/health"} 1.0' in text


def test_every_route_is_counted_by_its_name(client: TestClient) -> None:
    paths = {"/", "/docs", "/plain", *client.get("/openapi.json").json()["paths"]}
    for path in paths:
        client.put(path)  # which most refuse at once
    text = client.get("/metrics").text
    assert 'route="other"' not in text
    assert 'entente_requests_total{method="GET",route="/openapi.json",status="200"} 1.0' in text
    for path in paths:
        assert f'method="PUT",route="/{path.split("/")[1]}"' in text


def test_metrics_beyond_this_machine_need_the_token(make_app: MakeApp) -> None:
    for token, headers, status in (
        (None, {}, 403),
        ("secret", {}, 401),
        ("secret", {"authorization": "Bearer secret"}, 200),
    ):
        app = make_app(host="0.0.0.0", token=token)
        with TestClient(app, base_url="http://kg.example") as client:
            assert client.get("/metrics", headers=headers).status_code == status


# Budgets -------------------------------------------------------------------------------------


def test_a_budget_comes_back_with_time() -> None:
    now = [0.0]
    budget = Budget(30, clock=lambda: now[0])
    assert budget.wait("a") == 0
    budget.spend("a", 40)
    assert budget.wait("a") == pytest.approx(20, abs=0.01)
    assert budget.wait("b") == 0
    now[0] = 20.1
    assert budget.wait("a") == 0
    now[0] = 1000
    budget.spend("a", 29)
    assert budget.wait("a") == 0


def test_budgets_of_many_clients_are_forgotten() -> None:
    now = [0.0]
    budget = Budget(30, clock=lambda: now[0])
    for number in range(10_000):
        budget.spend(str(number), 1)
    now[0] = 60
    budget.spend("one more", 1)
    assert len(budget._left) == 1


def test_who_asks_too_much_has_to_wait(make_app: MakeApp) -> None:
    with TestClient(make_app(rate=0.001), base_url="http://localhost") as client:
        assert client.get("/sparql", params=ASK).status_code == 200
        answer = client.get("/sparql", params=ASK)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 10
        assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/health").status_code == 200
        assert client.get("/ready").status_code == 200


# ETags ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/entities", "/entities/country/japan", "/statements", "/documents", "/.well-known/void",
     "/sparql", "/sparql?query=ASK%7B%7D", "/graphs?default"],
)  # fmt: skip
def test_who_knows_the_newest_state_gets_304(client: TestClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(path, headers={"if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.head(path, headers={"if-none-match": tag}).status_code == 304
    client.post("/sparql", data={"update": "INSERT DATA { <a:a> <a:b> 1 }"})
    changed = client.get(path, headers={"if-none-match": tag})
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)


@pytest.mark.parametrize(
    "path",
    ["/health", "/metrics", "/nothing", "/entities/nobody/knows", "/sparql?query=nonsense",
     "/sparql?query=SELECT%28NOW%28%29AS%3Fx%29%7B%7D",
     "/sparql?query=SELECT%28%4E%4FW%28%29AS%3Fx%29%7B%7D",
     "/sparql?query=SELECT%28%22%5Cu0041%22AS%3Fx%29%7B%7D"],
)  # fmt: skip
def test_what_has_no_tag(client: TestClient, path: str) -> None:
    assert "etag" not in client.get(path).headers


def test_tags_of_another_start_count_for_nothing(make_app: MakeApp) -> None:
    tags = []
    for _ in range(2):
        with TestClient(make_app(), base_url="http://localhost") as client:
            tags.append(client.get("/entities").headers["etag"])
    assert tags[0] != tags[1]
