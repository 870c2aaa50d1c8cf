"""`POST /explain`: the real pipeline behind the app, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.explanations import Explanation
from kg.documents import Document
from kg.explain import as_json
from kg.pipeline import Pipeline
from kg.store import Store

BODY = {"text": "Poland has bought the Bayraktar TB2. It likes it.", "date": "2026-01-08"}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture
def reader(store: Store, pipeline: Pipeline) -> Iterator[TestClient]:
    app = create_app(store, extract=pipeline.extract, explain=pipeline.explain, body_bytes=100_000)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def test_the_answer_is_what_the_command_line_prints(
    reader: TestClient, pipeline: Pipeline, store: Store
) -> None:
    before = list(store.nquads())
    answer = reader.post("/explain", json=BODY)
    assert answer.status_code == 200
    assert answer.json() == as_json(pipeline.explain(Document(**BODY)))
    Explanation.model_validate(answer.json())
    [statement] = answer.json()["sentences"][0]["statements"]
    assert (statement["subject"], statement["predicate"]) == ("Poland", "procures")
    assert list(store.nquads()) == before


def test_one_sentence(reader: TestClient) -> None:
    answer = reader.post("/explain?sentence=2", json=BODY)
    assert [s["number"] for s in answer.json()["sentences"]] == [2]


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("/explain?sentence=3", BODY, 404, "no sentence 3: its sentences are 1 to 2"),
        ("/explain?sentence=0", BODY, 422, "query.sentence"),
        ("/explain?sentence=one", BODY, 422, "query.sentence"),
        ("/explain?sentence=1", {"text": "  \n "}, 404, "no sentences"),
        ("/explain", {"text": ""}, 422, "body.text"),
        ("/explain", {}, 422, "body.text"),
        ("/explain", {"text": "x", "colour": "red"}, 422, "body.colour"),
        ("/explain", {"text": "x" * 100_000}, 413, "100,000 bytes"),
    ],
)
def test_refusals(
    reader: TestClient, path: str, body: dict[str, str], status: int, says: str
) -> None:
    answer = reader.post(path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]


def test_who_may_not_write_may_not_have_texts_read(store: Store, pipeline: Pipeline) -> None:
    app = create_app(store, extract=None, explain=pipeline.explain, token="secret")
    with TestClient(app, base_url="http://localhost") as client:
        assert client.post("/explain", json=BODY).status_code == 401
        allowed = {"authorization": "Bearer secret"}
        assert client.post("/explain", json=BODY, headers=allowed).status_code == 200


def test_without_a_pipeline(client: TestClient) -> None:
    answer = client.post("/explain", json=BODY)
    assert (answer.status_code, answer.json()["title"]) == (501, "Not Implemented")
    assert client.get("/explain").status_code == 405
