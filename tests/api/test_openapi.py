"""The OpenAPI document is complete, and its examples fit its models."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

import api
from ontology import vocabulary

MODULES = [import_module(each.name) for each in pkgutil.walk_packages(api.__path__, prefix="api.")]
MODELS = sorted(
    {
        each
        for module in MODULES
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, BaseModel)
        and each.__module__.startswith("api.")
    },
    key=lambda model: (model.__module__, model.__name__),
)


def operations(client: TestClient) -> list[tuple[str, str, Any]]:
    document = client.get("/openapi.json").json()
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def test_every_route_is_described(client: TestClient) -> None:
    found = operations(client)
    assert len(found) >= 26
    for method, path, operation in found:
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"], where
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], f"{where} {parameter['name']}"
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], where


def test_the_reference_names_every_route(client: TestClient) -> None:
    page = client.get("/docs").text
    for method, path, _ in operations(client):
        assert f"{method.upper()} {path}" in page


def test_enumerations_come_from_the_ontology(client: TestClient) -> None:
    terms = vocabulary.load()
    [search] = [o for m, p, o in operations(client) if (m, p) == ("get", "/statements")]
    schemas = {each["name"]: each["schema"] for each in search["parameters"]}
    assert schemas["predicate"]["items"]["enum"] == list(terms.predicates)
    assert schemas["type"]["enum"] == list(terms.types)
    assert schemas["modality"]["items"]["enum"] == list(terms.modalities)


def test_models_are_found() -> None:
    assert len(MODELS) > 40


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_examples_fit(model: type[BaseModel]) -> None:
    extra = model.model_config.get("json_schema_extra")
    examples = extra.get("examples", []) if isinstance(extra, dict) else []
    assert isinstance(examples, list)
    for example in examples:
        model.model_validate(example)
    assert model.__doc__
