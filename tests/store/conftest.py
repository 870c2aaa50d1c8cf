"""Virtuoso, started once in a temporary folder and on free ports; each test that uses it begins and
ends with a server that holds nothing of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kg.graph.terms import BASE
from kg.store.endpoint import Endpoint, Options
from kg.store.remote_reader import RemoteReader
from kg.store.remote_state import STATE
from kg.store.server import Server
from tests.support.virtuoso import Virtuoso, is_installed


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """A running Virtuoso."""
    if not is_installed():
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
    server = Virtuoso(tmp_path_factory.mktemp("virtuoso"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


def clear(location: str) -> None:
    """Take all of our graphs from the server."""
    with closing(Server(Endpoint.parse(location), Options())) as server:
        for graph in (*RemoteReader(server).graphs(), STATE):
            assert graph.startswith(BASE)
            server.ask("update", f"DROP SILENT GRAPH <{graph}>", accept="*/*")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what belongs to this machine is kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def remote(virtuoso: Virtuoso, state: Path) -> Iterator[str]:
    """The address of an empty store on Virtuoso."""
    clear(virtuoso.location)
    yield virtuoso.location
    clear(virtuoso.location)
    assert state.is_dir()
