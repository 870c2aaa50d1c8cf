"""The OpenAPI document: what FastAPI makes of the routes, and what only we know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import problems
from api.dependencies import names_of
from api.routes import queries

_METHODS = ("get", "post", "delete", "put", "patch")
# What a client may meet, beside what a route itself says.
_ERRORS = {
    "entities": ("400", "404", "422"),
    "statements": ("400", "404", "422"),
    "documents": ("400", "404", "422"),
    "export": ("400", "404", "422", "429", "503"),
    "jobs": ("400", "404", "422", "503"),
    "linked data": ("404", "406", "422", "503"),
    "network": ("400", "404", "422"),
    "overview": ("400", "422"),
    "reconciliation": ("400", "404", "422"),
    "vocabulary": ("422",),
    "queries": ("400", "404", "406", "422", "429", "503"),
    "sparql": ("400", "403", "406", "422", "429", "503"),
    "graphs": ("400", "404", "406", "422", "429", "503"),
}
_WRITTEN = frozenset(("documents", "graphs", "jobs"))
_WRITE_ERRORS = ("401", "403", "413", "501")
_MEANINGS = {
    "400": "The request cannot be understood",
    "401": "The token is missing or wrong",
    "403": "Not allowed here",
    "404": "Nothing has this id",
    "406": "No format that Accept asks for",
    "413": "The body is too large",
    "415": "The body is of a type that is not read here",
    "422": "The request does not fit, or goes beyond a limit",
    "429": "One address caused too much work: wait as long as Retry-After says",
    "501": "The server has no language pipeline",
    "503": "Too busy: try again in a moment",
}


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in document["paths"].values():
        for method in _METHODS:
            if method in item:
                yield method, item[method]


def _problem(status: str) -> dict[str, Any]:
    return {
        "description": _MEANINGS[status],
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def build(app: FastAPI) -> dict[str, Any]:
    """The document: problems instead of FastAPI's own errors, enumerations from the ontology."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    document["paths"] |= queries.paths()
    for method, operation in _operations(document):
        statuses: set[str] = set()
        for tag in operation.get("tags", ()):
            statuses.update(_ERRORS.get(tag, ()))
        tags = operation.get("tags", ())
        if method != "get" and _WRITTEN.intersection(tags):
            statuses.update(_WRITE_ERRORS)
            operation["security"] = [{}, {"token": []}]
        if method == "post" and "sparql" in tags:
            statuses.update(("401", "413", "415"))
            operation["security"] = [{}, {"token": []}]
        if method in ("put", "post") and _WRITTEN.intersection(tags):
            statuses.add("415")
        if method == "post" and "reconciliation" in tags:
            statuses.update(("413", "415"))
        if "graphs" in tags:
            statuses.discard("501")
        operation["responses"].pop("422", None)
        for described in (*operation["responses"].values(), operation.get("requestBody", {})):
            for media_type, content in described.get("content", {}).items():
                if media_type.endswith("json") and content.get("schema") == {"type": "string"}:
                    content["schema"] = {}  # as a value it is what it is written in
        for status in sorted(statuses):
            operation["responses"][status] = _problem(status)
        for parameter in operation.get("parameters", ()):
            # The reconciliation protocol has a parameter `type` of its own.
            if "reconciliation" not in tags and (names := names_of(parameter["name"])):
                one = {"type": "string", "enum": names}
                many = parameter["schema"].get("type") == "array"
                parameter["schema"] = {"type": "array", "items": one} if many else one
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    model = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(model.pop("$defs"))
    schemas["Problem"] = model
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return document
