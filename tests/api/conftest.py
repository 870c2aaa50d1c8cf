"""A small store on disk from the three extractions of `tests.support.articles`, and a client for
the app over it.

No language model takes part: `extract` finds "Japan" and "Anka" where they stand and says that
the one evaluates the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from kg.documents import Document
from kg.statements import Extraction
from kg.store import Store, open_store
from kg.store.worker import Limits
from tests.support.articles import (
    ANKA,
    BAYKAR,
    EVALUATES,
    EXPORTS,
    FIRST,
    GULER,
    JAPAN,
    POSITION,
    SECOND,
    THIRD,
    TURKEY,
    VISIT,
    extraction,
)

__all__ = [
    "ANKA",
    "BAYKAR",
    "EVALUATES",
    "EXPORTS",
    "FIRST",
    "GULER",
    "JAPAN",
    "LIMITS",
    "POSITION",
    "SECOND",
    "THIRD",
    "TURKEY",
    "VISIT",
    "MakeApp",
    "client",
    "extract",
    "extraction",
    "make_app",
    "store",
]

LIMITS = Limits(seconds=2, answer_bytes=200_000)


def extract(document: Document) -> Extraction:
    """A pipeline that knows one sentence pattern."""
    found = extraction(
        document.text,
        (JAPAN, ANKA),
        (EVALUATES, "asserted", {}),
        title=document.title,
        date=document.date,
        source=document.source,
    )
    assert found.document == document
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store")) as result:
        result.add([FIRST, SECOND, THIRD])
        yield result


MakeApp = Callable[..., FastAPI]


@pytest.fixture
def make_app(store: Store) -> MakeApp:
    """`create_app` over the small store; keywords as there."""
    return partial(create_app, store, extract=extract, limits=LIMITS, body_bytes=100_000)


@pytest.fixture
def client(make_app: MakeApp) -> Iterator[TestClient]:
    app = make_app()
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as result:
        yield result
