"""schemathesis over the OpenAPI document: whatever it makes of it is answered as the document says.

Each operation gets the examples of the document, the edges of its parameters, and some requests at
random (always the same ones). A schema cannot say what is a SPARQL query, a cursor or a name that
somebody has, so that refusing one is no mistake, if it is refused as described.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from api.app import create_app
from kg.readers.killable import ReadLimits
from kg.store import Store, open_store
from kg.store.worker import Limits
from tests.api.conftest import FIRST, SECOND, THIRD, extract
from tests.cli.stub_kg import Stub
from tests.support.serving import running

# All operations have one name as tests, so that they cannot be shared out among processes.
pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a small store."""
    with open_store(str(tmp_path_factory.mktemp("schema") / "store")) as store:
        store.add([FIRST, SECOND, THIRD])
        app = create_app(
            store,
            extract=extract,
            explain=Stub().explain,
            limits=Limits(seconds=2, answer_bytes=200_000),
            body_bytes=100_000,
            reading=ReadLimits(seconds=5),
        )
        with running(app, log_level="critical") as result:
            yield result


@schemathesis.serializer(
    "application/n-quads",
    "application/n-triples",
    "application/pdf",
    "application/sparql-query",
    "application/sparql-update",
    "application/trig",
    "application/x-ndjson",
    "application/zip",
)
def as_it_is(_: schemathesis.SerializationContext, value: object) -> bytes:
    """Bodies that are text or bytes to schemathesis."""
    data = getattr(value, "data", value)
    return data if isinstance(data, bytes) else str(data).encode("utf-8", "surrogatepass")


# The document does not depend on what is in a store.
schema = schemathesis.openapi.from_dict(create_app(MagicMock(spec=Store), extract=None).openapi())


@schema.parametrize()
@settings(max_examples=5, derandomize=True, suppress_health_check=list(HealthCheck))
def test_answers_are_as_described(case: schemathesis.Case[Any], url: str) -> None:
    left_out: list[Any] = [positive_data_acceptance]
    if case.media_type is not None and not case.media_type.endswith("json"):
        left_out.append(negative_data_rejection)  # what is no text in JSON is one when it is sent
    answer = case.call(base_url=url)
    while answer.status_code == 503 and "retry-after" in answer.headers:  # jobs come too quickly
        time.sleep(0.05)
        answer = case.call(base_url=url)
    case.validate_response(answer, excluded_checks=left_out)


def test_every_operation_is_tried() -> None:
    assert len(list(schema.get_all_operations())) > 55
