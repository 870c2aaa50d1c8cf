"""Parameters in the URL that a route does not take: refused wherever the answer could be taken for
another one."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.test_problems import check_problem

# What these take is for a protocol, or a stored query, to say; and a probe may send anything.
OTHERS = ("/sparql", "/graphs", "/reconcile", "/queries/", "/entity/", "/statement/", "/amount/",
          "/document/", "/graph/", "/ontology", "/context.jsonld", "/.well-known/", "/health",
          "/ready", "/metrics")  # fmt: skip


def strict(client: TestClient) -> list[tuple[str, str, Any]]:
    """Method, path and description of the routes that refuse what they do not know."""
    return [
        (method, path.replace("{id}", "x"), operation)
        for path, item in client.get("/openapi.json").json()["paths"].items()
        for method, operation in item.items()
        if not path.startswith(OTHERS)
    ]


def test_every_route_refuses_what_it_does_not_know(client: TestClient) -> None:
    routes = strict(client)
    assert len(routes) == 22
    for method, path, operation in routes:
        assert "422" in operation["responses"], path
        answer = client.request(method, path, params={"limt": "3"})
        problem = check_problem(answer, 422)
        [field] = problem["errors"]
        assert field["location"] == "query.limt"
        known = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        _, _, told = field["message"].partition("there are ")
        assert set(told.split(", ")) - {""} == known, path


def test_a_misspelt_filter_is_told_with_those_there_are(client: TestClient) -> None:
    problem = check_problem(client.get("/statements?modality=denied&limt=3&Source=x&limt=4"), 422)
    assert [each["location"] for each in problem["errors"]] == ["query.limt", "query.Source"]
    assert "no such parameter: there are belief, confidence, cursor, document" in problem["detail"]


def test_very_many_unknown_parameters_make_no_long_answer(client: TestClient) -> None:
    answer = client.get("/statistics?" + "&".join(f"{n}{'x' * 90}=1" for n in range(400)))
    assert len(check_problem(answer, 422)["errors"]) == 10
    assert len(answer.content) < 4_000


@pytest.mark.parametrize(
    "path",
    ["/", "/plain", "/health", "/reconcile", "/sparql?query=ASK{}", "/entity/country/japan",
     "/.well-known/void", "/reconcile/suggest/entity?prefix=ja"],
)  # fmt: skip
def test_others_may_be_sent_what_they_do_not_know(client: TestClient, path: str) -> None:
    mark = "&" if "?" in path else "?"
    answer = client.get(f"{path}{mark}campaign=1", follow_redirects=False)
    assert answer.status_code in (200, 303)


def test_a_stored_query_refuses_what_it_does_not_take(client: TestClient) -> None:
    for path in ("/queries/evaluations", "/queries/evaluations/results"):
        problem = check_problem(client.get(f"{path}?whom=Japan"), 422)
        assert problem["errors"][0]["location"] == "query.whom"
        assert "who" in problem["detail"].replace("whom", "")
