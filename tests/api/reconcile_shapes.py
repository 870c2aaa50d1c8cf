"""The shapes that version 0.2 of the Reconciliation Service API demands, in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema
from httpx2 import Response


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> Any:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
_TERM = _object({"id": _TEXT, "name": _TEXT})
_TEMPLATE = {"type": "string", "pattern": r"\{\{id\}\}"}
_SERVICE = _object({"service_url": _TEXT, "service_path": _TEXT})
_CELL = {
    "oneOf": [
        _object({"id": _TEXT, "name": _TEXT}),
        _object({"str": _TEXT}),
        _object({"int": {"type": "integer"}}),
    ]
}
SHAPES: dict[str, Any] = {
    "manifest": _object(
        {
            "versions": {"type": "array", "contains": {"const": "0.2"}},
            "name": _TEXT,
            "identifierSpace": {"type": "string", "pattern": "^https://"},
            "schemaSpace": {"type": "string", "pattern": "^https://"},
            "view": _object({"url": _TEMPLATE}),
            "preview": _object(
                {"url": _TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}
            ),
            "suggest": _object(dict.fromkeys(("entity", "type", "property"), _SERVICE)),
            "extend": _object(
                {
                    "propose_properties": _SERVICE,
                    "property_settings": {
                        "type": "array",
                        "items": {"type": "object", "required": ["type", "label", "name"]},
                    },
                }
            ),
            "defaultTypes": {"type": "array", "items": _TERM, "uniqueItems": True},
            "batchSize": {"type": "integer"},
        },
        {"documentation": _TEXT, "serviceVersion": _TEXT},
    ),
    "results": {
        "type": "object",
        "additionalProperties": _object(
            {
                "result": {
                    "type": "array",
                    "items": _object(
                        {
                            "id": _TEXT,
                            "name": _TEXT,
                            "score": {"type": "number"},
                            "match": {"type": "boolean"},
                            "type": {"type": "array", "items": _TERM},
                        },
                        {
                            "description": _TEXT,
                            "features": {
                                "type": "array",
                                "items": _object({"id": _TEXT, "value": {"type": "number"}}),
                            },
                        },
                    ),
                }
            }
        ),
    },
    "suggested": _object(
        {
            "result": {
                "type": "array",
                "items": _object(
                    {"id": _TEXT, "name": _TEXT},
                    {"description": _TEXT, "notable": {"type": "array", "items": _TERM}},
                ),
            }
        }
    ),
    "proposal": _object(
        {"type": _TEXT, "properties": {"type": "array", "items": _TERM}},
        {"limit": {"type": "integer"}},
    ),
    "extension": _object(
        {
            "meta": {
                "type": "array",
                "items": _object({"id": _TEXT, "name": _TEXT}, {"type": _TERM}),
            },
            "rows": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": _CELL},
                },
            },
        }
    ),
}


def shaped(answer: Response, shape: str) -> Any:
    """The body, which has to have the shape."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    jsonschema.validate(body, SHAPES[shape])
    return body
