"""What every store does: run against the embedded one and against Virtuoso over HTTP.

Of stores on servers alone: `test_remote.py`, `test_server.py`, `test_forward.py`.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.documents import Document, Sentence
from kg.entities import Entity
from kg.errors import NotFoundError, QueryError, StoreInUseError
from kg.graph.canonical import canonical
from kg.statements import EntityRef, Evidence, Extraction, Statement
from kg.store import Store, open_store
from kg.store.guard import check
from kg.store.interface import Delta
from kg.store.worker import Limits, Pool, Wish


def said(text: str, *names: str, confidence: float = 0.9) -> Extraction:
    """A document which says that Japan evaluates some equipment."""
    return canonical(
        Extraction(
            document=Document(text=text, date="2026-01-08", name='a "name" with \\ and é'),
            sentences=(Sentence(number=1, start=0, end=len(text)),),
            entities=(
                Entity(id="country/japan", type="Country", name="Japan", catalogue=True),
                *(Entity(id=f"equipment/{n.lower()}", type="Equipment", name=n) for n in names),
            ),
            evidence=tuple(
                Evidence(
                    statement=Statement(
                        "country/japan", "evaluates", EntityRef(f"equipment/{name.lower()}")
                    ),
                    sentence=1,
                    start=0,
                    end=len(text),
                    modality="asserted",
                    confidence=confidence,
                    extractor="test",
                )
                for name in names
            ),
        )
    )


ONE = said("Japan is assessing the Anka.", "Anka")
TWO = said("Tōkyō “looks” at\nthe Anka 🛩 and the Kaan.", "Anka", "Kaan", confidence=0.5)
MANY = [said(f"Japan is assessing drone {n}.", f"D{n}") for n in range(25)]


def content(store: Store) -> bytes:
    return b"".join(store.nquads())


@pytest.fixture(params=["embedded", "virtuoso"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store is."""
    if request.param == "embedded":
        return str(tmp_path / "kg-store")
    found: str = request.getfixturevalue("remote")
    return found


def test_adding_replacing_and_retracting(location: str, tmp_path: Path) -> None:
    better = replace(ONE, evidence=(replace(ONE.evidence[0], confidence=0.25),))
    with open_store(location) as store, open_store(str(tmp_path / "peer")) as peer:
        assert store.add([ONE, TWO]) == peer.add([ONE, TWO]) == 2
        assert content(store) == content(peer)
        assert store.graphs() == peer.graphs()
        assert all(store.has_graph(graph) for graph in store.graphs())
        assert store.extraction(TWO.document.id) == TWO
        before = store.revision
        assert store.add([ONE]) == 0
        assert store.revision == before
        assert store.add([better]) == peer.add([better]) == 1
        assert store.revision > before
        assert content(store) == content(peer)
        store.retract(TWO.document.id)
        peer.retract(TWO.document.id)
        assert content(store) == content(peer)
        store.retract(ONE.document.id)
        assert content(store) == b""
        assert store.graphs() == []


def test_what_is_added_is_there_when_opened_again(location: str) -> None:
    with open_store(location) as store:
        assert store.add(MANY) == len(MANY)  # more than one request over HTTP
        before, revision = content(store), store.revision
    with open_store(location, create=False) as store:
        assert content(store) == before
        assert store.revision == revision
        assert store.extraction(MANY[7].document.id) == MANY[7]


@pytest.mark.parametrize("document", ["0123456789abcdef", "no id", "> } #"])
def test_unknown_documents(location: str, document: str) -> None:
    with open_store(location) as store:
        with pytest.raises(NotFoundError, match="no such document"):
            store.retract(document)
        with pytest.raises(NotFoundError):
            store.extraction(document)


def test_queries(location: str) -> None:
    with open_store(location) as store:
        store.add([ONE])
        labels = (
            "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT DISTINCT ?l ?none "
            "{ <https://w3id.org/entente/entity/equipment/anka> skos:prefLabel ?l }"
        )
        assert store.select(labels) == [{"l": "Anka", "none": None}]
        answer = json.loads(store.query(labels, media_type="application/sparql-results+json"))
        assert [row["l"]["value"] for row in answer["results"]["bindings"]] == ["Anka"]
        with pytest.raises(QueryError):
            store.select("SELECT { nonsense")


def test_changes_and_snapshots(location: str, tmp_path: Path) -> None:
    node = ox.NamedNode("https://w3id.org/entente/graph/test")
    quad = ox.Quad(node, node, ox.Literal("it's"), node)
    with open_store(location) as store:
        assert not store.apply(Delta(added=(quad,)), revision=store.revision + 1)
        assert store.apply(Delta(added=(quad,)), revision=store.revision)
        assert list(store.quads_for_pattern(None, node, None)) == [quad]
        store.snapshot(tmp_path / "copy")
        assert list(ox.Store.read_only(str(tmp_path / "copy"))) == [quad]
        assert store.apply(Delta(removed=(quad,)), revision=store.revision)
        assert content(store) == b""


def test_a_second_process_is_told(location: str) -> None:
    with open_store(location, purpose="ingesting"), pytest.raises(StoreInUseError, match="ingest"):
        open_store(location)


def test_the_index_is_in_step(location: str) -> None:
    with open_store(location) as store:
        store.add([ONE])
        store.add([TWO])
        with store.index.reading() as tables:
            assert _column(tables, "SELECT id FROM document ORDER BY id") == sorted(
                [ONE.document.id, TWO.document.id]
            )
            assert _column(tables, "SELECT name FROM entity ORDER BY name") == [
                "Anka",
                "Japan",
                "Kaan",
            ]
            history = tables.execute("SELECT COUNT(DISTINCT revision) FROM history").fetchone()[0]
            assert history == 2
        store.retract(TWO.document.id)
        with store.index.reading() as tables:
            assert _column(tables, "SELECT name FROM entity ORDER BY name") == ["Anka", "Japan"]
        assert store.index.revision == store.revision
    with open_store(location) as store, store.index.reading() as tables:
        assert _column(tables, "SELECT id FROM document") == [ONE.document.id]
        assert tables.execute("SELECT COUNT(*) FROM history WHERE change = 'removed'").fetchone()[0]


def _column(tables: sqlite3.Connection, query: str) -> list[str]:
    return [row[0] for row in tables.execute(query)]


def test_queries_from_outside(location: str) -> None:
    labels = (
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?l "
        "{ GRAPH <https://w3id.org/entente/graph/entities> { ?e skos:prefLabel ?l } } ORDER BY ?l"
    )
    with open_store(location) as store, Pool(store, limits=Limits(seconds=5)) as pool:
        store.add([TWO])
        csv = pool.answer(check(labels), media_type="text/csv")
        assert csv.body == b"l\r\nAnka\r\nJapan\r\nKaan\r\n"
        assert csv.rows is None
        cut = pool.answer(check(labels), media_type="text/csv", wish=Wish(rows=2))
        assert cut.body == b"l\r\nAnka\r\nJapan\r\n"
        assert cut.rows == 2
        xml = pool.answer(check(labels), media_type="application/sparql-results+xml")
        assert xml.body.count(b"<result>") == 3
        yes = pool.run(check("ASK { ?s ?p ?o }"), media_type="application/sparql-results+json")
        assert json.loads(yes)["boolean"] is True
        graph = pool.run(
            check(
                "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
                "CONSTRUCT { ?e <a:l> ?l } { ?e skos:prefLabel ?l }"
            ),
            media_type="application/n-triples",
        )
        assert b'<a:l> "Kaan"' in graph
        one = f"https://w3id.org/entente/document/{TWO.document.id}"
        inside = pool.run(
            check("ASK { ?d a <https://w3id.org/entente/ontology#Document> }"),
            media_type="application/sparql-results+json",
            default_graphs=[one],
        )
        assert json.loads(inside)["boolean"] is True
        for wrong in ("SELECT * { ?s ex:undeclared ?o }", "SELECT { nonsense"):
            with pytest.raises(QueryError):
                pool.run(check(wrong), media_type="text/csv")
