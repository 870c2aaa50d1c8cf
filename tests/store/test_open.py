"""`kg.open` on a SPARQL server: the public API asks the same of it as of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.errors import ServerError
from tests.support.virtuoso import Virtuoso

TEXT = "Japan is assessing the Anka drone. Poland has not bought the Anka."


def told(graph: kg.Graph) -> list[tuple[str, str, str, str]]:
    """What a graph has, and who says so."""
    return [
        (quote.sentence, quote.modality, quote.statement, quote.document)
        for quote in graph.quotes(graph.statements())
    ]


def test_credentials_of_the_environment(
    virtuoso: Virtuoso, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    protected = f"{virtuoso.location}-auth"
    with pytest.raises(ServerError, match="ENTENTE_STORE_USER"):
        kg.open(protected)
    monkeypatch.setenv("ENTENTE_STORE_USER", "dba")
    monkeypatch.setenv("ENTENTE_STORE_PASSWORD", "dba")
    with kg.open(protected) as graph:
        assert graph.totals().documents == 0
    assert state.is_dir()


def test_a_server_answers_as_a_folder(remote: str) -> None:
    with kg.open() as near, kg.open(remote) as far:
        reading = near.extract(TEXT, title="Anka", date="2026-01-08")
        assert near.add(reading) == far.add(reading) == 1
        assert "127.0.0.1" in far.location
        assert told(near) == told(far) != []
        assert near.totals() == far.totals()
        assert near.documents() == far.documents()
        for graph in (near, far):
            assert [s.object.name for s in graph.statements(entity="Japan")] == ["Anka"]
            assert [row["whatName"] for row in graph.ask("evaluations", who="Japan")] == ["Anka"]
            graph.retract(reading.document.id)
            assert graph.totals().documents == 0
