"""Many documents sent to /jobs, and waited for."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from starlette.testclient import TestClient

from kg.documents import Document
from kg.statements import Extraction
from tests.api.conftest import extract as extract_unnamed

LINES = {"content-type": "application/x-ndjson"}


def extract(document: Document) -> Extraction:
    """What the pipeline of these tests finds in a document, which may have a name."""
    return replace(extract_unnamed(replace(document, name=None)), document=document)


def ended(client: TestClient, path: str) -> Any:
    """The job, when it is through."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        job = client.get(path).json()
        assert len(job["items"]) == job["total"]
        if job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.02)
    raise AssertionError(job)


def sent(client: TestClient, body: bytes, headers: dict[str, str]) -> Any:
    """The job that comes of a body, when it is through."""
    answer = client.post("/jobs", content=body, headers=headers)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/jobs/{answer.json()['id']}"
    return ended(client, answer.headers["location"])
