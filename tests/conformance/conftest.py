"""Servers for the suite: one with all its data as graphs of their files' names, one to write to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from kg.store import open_store
from kg.store.worker import Limits
from tests.conformance import suite

LIMITS = Limits(seconds=20, rows=10_000, processes=1)
TYPES = {".ttl": "text/turtle", ".nt": "application/n-triples", ".rdf": "application/rdf+xml"}


@pytest.fixture(scope="session")
def w3c(shared: Path) -> Path:
    """The folder with the suite."""
    assert (shared / "w3c-sparql11").resolve() == suite.ROOT.resolve()
    return suite.ROOT


def _client(folder: Path) -> Iterator[TestClient]:
    with open_store(str(folder / "store")) as store:
        app = create_app(store, extract=None, limits=LIMITS)
        with TestClient(app, base_url="http://localhost") as client:
            yield client


def put(client: TestClient, at: dict[str, str], iri: str) -> None:
    """Make the file of the suite with this IRI the content of a graph."""
    file = suite.file_of(iri)
    answer = client.put(
        "/graphs",
        params=at,
        # Relative names are those of the file, whatever graph it goes to.
        content=with_base(file, iri),
        headers={"content-type": TYPES[file.suffix]},
    )
    assert answer.status_code in (201, 204), f"{iri}: {answer.text}"


def with_base(file: Path, iri: str) -> bytes:
    """The file's text, which says against what its relative names are resolved."""
    text = file.read_bytes()
    return b"BASE <%s>\n" % iri.encode() + text if file.suffix in (".ttl", ".rq", ".ru") else text


@dataclass(frozen=True, slots=True)
class Loaded:
    """A client whose store holds files of the suite, as graphs named as they are."""

    client: TestClient
    known: set[str]

    def __call__(self, iris: list[str]) -> TestClient:
        """The client, after these files were loaded."""
        for iri in iris:
            if iri not in self.known:
                put(self.client, {"graph": iri}, iri)
                self.known.add(iri)
        return self.client


@pytest.fixture(scope="session")
def loaded(w3c: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The server for queries."""
    assert w3c
    for client in _client(tmp_path_factory.mktemp("queries")):
        yield Loaded(client, set())


@pytest.fixture(scope="session")
def writable(w3c: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client whose store is written to; each test empties it first."""
    assert w3c
    yield from _client(tmp_path_factory.mktemp("updates"))


def empty(client: TestClient) -> TestClient:
    """The client, after all graphs have gone."""
    assert client.post("/sparql", data={"update": "DROP ALL"}).status_code == 204
    return client
