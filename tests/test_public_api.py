"""`kg.open` and what it gives, on a store and over a running server alike."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pandas
import pytest

import kg
from api.app import create_app
from kg.client.graph import Graph
from kg.client.reading import Reading
from kg.documents import Document, Sentence
from kg.entities import Entity
from kg.errors import (
    DocumentError,
    InputError,
    NotFoundError,
    QueryError,
    StoreError,
    StoreInUseError,
)
from kg.exports.formats import FORMATS
from kg.pipeline import Pipeline
from kg.statements import EntityRef, Evidence, Extraction, Statement
from kg.store import open_store
from tests.support.serving import running

ROOT = Path(__file__).parent.parent
TEXT = "Japan is assessing the Anka drone. Poland has not bought the Anka."
NASTY = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture(scope="module", params=["store", "server"])
def graph(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, pipeline: Pipeline
) -> Iterator[Graph]:
    folder = str(tmp_path_factory.mktemp("api") / "store")
    if request.param == "store":
        with kg.open(folder) as graph:
            graph.add(TEXT, title=NASTY, date="2026-01-08", source="https://www.example.org/1")
            yield graph
        return
    with open_store(folder) as store:
        app = create_app(store, extract=pipeline.extract)
        with running(app) as url, kg.open(url) as graph:
            graph.add(TEXT, title=NASTY, date="2026-01-08", source="https://www.example.org/1")
            yield graph


def test_statements_are_found_and_filtered(graph: Graph) -> None:
    found = graph.statements(entity="japan", predicate="evaluates")
    assert [(s.subject.name, s.object.name, s.modality) for s in found] == [
        ("Japan", "Anka", "asserted")
    ]
    assert found[0].belief is not None
    assert 0 < found[0].belief < 1
    assert [s.subject.name for s in graph.statements(modality="denied")] == ["Poland"]
    assert len(graph.statements(source="example.org")) == len(graph.statements())
    assert not graph.statements(since="2026-01-09")
    assert len(graph.statements(limit=1)) == 1


def test_questions_by_name_and_in_sparql(graph: Graph) -> None:
    answer = graph.ask("evaluations", who="Japan")
    assert {row["what"] for row in answer} == {"equipment/anka"}
    frame = graph.ask("SELECT ?who { ?who ent:evaluates ?what }").to_pandas()
    assert list(frame["who"]) == ["country/japan"]
    assert graph.ask("ASK { ?who ent:evaluates ?what }").truth is True
    assert "evaluates" in (graph.ask("CONSTRUCT WHERE { ?a ent:evaluates ?b }").turtle or "")


def test_sentences_pictures_and_networks(graph: Graph) -> None:
    quote = graph.statements(predicate="evaluates").quotes()[0]
    assert (quote.sentence, quote.date) == ("Japan is assessing the Anka drone.", "2026-01-08")
    network = graph.to_networkx(modality="asserted")
    assert network.nodes["country/japan"]["label"] == "Japan"
    page = graph._repr_html_()
    assert "sandbox" in page
    assert NASTY not in page
    assert "http" not in re.sub(r"http://www.w3.org/\S+", "", graph.draw().svg)
    assert NASTY not in graph.draw().html


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_exported(graph: Graph, form: str, tmp_path: Path) -> None:
    file = tmp_path / f"all.{FORMATS[form].extension}"
    graph.export(file, format=form)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    data = file.read_bytes()
    if FORMATS[form].extension == "zip":
        with zipfile.ZipFile(file) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Anka" in data


def test_a_part_is_exported(graph: Graph, tmp_path: Path) -> None:
    """The filters are those of `statements`; the same bytes over HTTP as from the store."""
    graph.export(tmp_path / "japan.csv", entity="Japan", modality="asserted", since="2026-01-01")
    table = pandas.read_csv(tmp_path / "japan.csv")
    assert list(zip(table.subject, table.predicate, table.object, strict=True)) == [
        ("Japan", "evaluates", "Anka")
    ]
    assert table.belief[0] == graph.statements(entity="Japan", modality="asserted")[0].belief
    for filters in (
        {"modality": ["planned", "possible"]},
        {"predicate": "supplies"},
        {"type": "Person"},
        {"until": "2026-01-07"},
        {"source": "example.com"},
        {"confidence": 1.0},
        {"belief": 1.0},
    ):
        graph.export(tmp_path / "none.csv", **filters)
        assert pandas.read_csv(tmp_path / "none.csv").empty, filters
    graph.export(str(tmp_path / "near.gexf"), entity="Poland", depth=2)
    assert set(nx.read_gexf(tmp_path / "near.gexf")) >= {"country/japan", "country/poland"}


def test_what_cannot_be_exported_is_told(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "old.gexf"
    file.write_text("old", encoding="utf-8")
    cases: list[tuple[Callable[[], None], type[Exception], str]] = [
        (lambda: graph.export("a.docx"), InputError, "a.docx: the name shows no format: say"),
        (lambda: graph.export("a.zip"), InputError, "a.zip: the name shows no format: say"),
        (lambda: graph.export("a.x", format="xls"), InputError, "'xls' is no format: take one"),
        (lambda: graph.export("a", format="neo4j"), InputError, "a: neo4j is several files: name"),
        (lambda: graph.export(file, subject="Japan"), InputError, "subject: this filter is not"),
        (lambda: graph.export(file, depth=2), InputError, "depth counts steps from an entity"),
        (lambda: graph.export(file, entity="Japan", depth=3), InputError, "depth 3: take 1 or 2"),
        (lambda: graph.export(file, modality="sure"), InputError, "modality: 'sure' is none"),
        (lambda: graph.export(file, entity="Japann"), NotFoundError, "did you mean Japan"),
    ]
    for call, kind, message in cases:
        with pytest.raises(kind, match=re.escape(message)):
            call()
    with pytest.raises(OSError, match="nowhere"):
        graph.export(tmp_path / "nowhere" / "a.gexf")
    assert file.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["old.gexf"]


def test_a_reading_is_shown_and_not_stored(graph: Graph) -> None:
    before = graph.totals()
    reading = graph.extract("Norway operates the F-35.", title=NASTY)
    assert [(s.statement.predicate, s.modality) for s in reading.statements] == [
        ("operates", "asserted")
    ]
    assert list(reading.to_pandas()["object"]) == ["F-35"]
    assert NASTY not in reading._repr_html_()
    assert graph.totals() == before


def test_documents_come_and_go(graph: Graph) -> None:
    before = graph.totals()
    assert graph.add("Norway operates the F-35.", title="gone soon") == 1
    assert graph.add("Norway operates the F-35.", title="gone soon") == 0
    added = next(d for d in graph.documents() if d.title == "gone soon")
    graph.retract(added.id)
    assert graph.totals() == before


def test_values_of_stored_queries_mean_one_entity(graph: Graph) -> None:
    for who in ("Japan", "country/japan", "https://w3id.org/entente/entity/country/japan"):
        assert [row["who"] for row in graph.ask("evaluations", who=who)] == ["country/japan"]


def test_a_preferred_name_beats_no_other_silently_in_a_query() -> None:
    entities = (
        Entity(id="company/sun", type="Company", name="Sun"),
        Entity(id="company/moon", type="Company", name="Moon", aliases=("Sun",)),
    )
    text = "Sun works with Moon."
    statement = Statement("company/sun", "cooperatesWith", EntityRef("company/moon"))
    evidence = Evidence(
        statement=statement, sentence=1, start=0, end=len(text), modality="asserted"
    )
    said = Extraction(
        document=Document(text=text),
        sentences=(Sentence(number=1, start=0, end=len(text)),),
        entities=entities,
        evidence=(evidence,),
    )
    with kg.open() as graph:
        graph.add(Reading(said))
        assert graph.entity("Sun").id == "company/sun"  # shown, so that who looks sees it
        with pytest.raises(NotFoundError, match=r"several.* company/\w+, company/"):
            graph.ask("one-source", entity="Sun")
        assert len(graph.ask("one-source", entity="Moon")) == 1


def test_wrong_input_is_told(graph: Graph) -> None:
    with pytest.raises(NotFoundError, match="did you mean Japan"):
        graph.entity("Japann")
    with pytest.raises(InputError, match="evaluates"):
        graph.statements(predicate="evaluated")
    with pytest.raises(InputError, match="no such filter"):
        graph.statements(predicates="evaluates")  # type: ignore[call-arg]
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        graph.statements(since="January")
    with pytest.raises(QueryError):
        graph.ask("SELECT * { ?s ?p }")
    with pytest.raises(QueryError):
        graph.ask("DELETE WHERE { ?s ?p ?o }")
    with pytest.raises(NotFoundError, match="evaluations"):
        graph.ask("evaluation")
    with pytest.raises(DocumentError):
        graph.extract("  ")
    with pytest.raises(InputError, match="pathlib"):
        graph.add(str(ROOT / "README.md"))
    with pytest.raises(InputError, match="pathlib"):
        graph.add("not-there.txt")
    with pytest.raises(DocumentError):
        graph.extract("")
    with pytest.raises(NotFoundError):
        graph.retract("0123456789abcdef")


@pytest.mark.parametrize(
    ("filter_", "value", "message"),
    [
        ("entity", 3, "entity: 3 is no text"),
        ("type", ["Country"], "is no text"),
        ("source", 1, "source: 1 is no text"),
        ("limit", "3", "limit: '3': take a whole number"),
        ("limit", 0, "limit: 0: take"),
        ("belief", "much", "belief: 'much' is no number from 0 to 1"),
        ("confidence", 2, "confidence: 2 is no number"),
        ("modality", 3, "modality: 3 is none: take one of asserted"),
        ("predicate", [None], "predicate: None is none: take one of"),
        ("until", 2025, "until: 2025 is no day"),
    ],
)
def test_a_filter_of_the_wrong_kind_is_told_and_not_passed_over(
    graph: Graph, filter_: str, value: object, message: str
) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        graph.statements(**{filter_: value})  # type: ignore[arg-type]


def test_what_is_no_text_is_told(graph: Graph) -> None:
    number: Any = 3
    nothing: Any = None
    path: Any = Path("a.txt")
    for call, message in (
        (lambda: graph.entity(number), "entity: 3 is no text: write it in quotes"),
        (lambda: graph.entity(" "), "names nothing: give a name or an id"),
        (lambda: graph.ask(nothing), "ask: None is no text: write it in quotes"),
        (lambda: graph.add(Document(text=TEXT, date="2026")), "date: '2026' is no day: write YYYY"),
        (lambda: graph.add(number), "3 is no text: give a str, a pathlib.Path or a Document"),
        (lambda: graph.add([TEXT, nothing]), "None is no text: give a str"),
        (lambda: graph.extract(path), "a.txt: a text is wanted, and no path: add() reads"),
        (lambda: kg.open(number), "3: kg.open takes the name of a folder or an address"),
    ):
        with pytest.raises(InputError, match=re.escape(message)):
            call()


def test_a_folder_is_added(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(TEXT, encoding="utf-8")
    with kg.open() as graph:
        assert graph.add(tmp_path) == 1
        assert graph.totals().documents == 1
        picture = graph.draw()
        picture.save(tmp_path / "one.svg")
        assert (tmp_path / "one.svg").read_text(encoding="utf-8").startswith("<svg")
        with pytest.raises(InputError, match=r"\.html or \.svg"):
            picture.save(tmp_path / "one.png")
    with pytest.raises(StoreError, match="closed"):
        graph.totals()


def test_a_store_that_is_in_use_or_no_store(tmp_path: Path) -> None:
    with kg.open(tmp_path / "store"), pytest.raises(StoreInUseError):
        kg.open(tmp_path / "store")
    with pytest.raises(StoreError, match="nobody answers"):
        kg.open("http://127.0.0.1:9")
    with pytest.raises(InputError, match="address"):
        kg.open("http://")
    for address in ("ftp://ann:secret@host/", "sparql+ftp://ann:secret@host/"):
        with pytest.raises(
            InputError, match=r"a folder .* http://127\.0\.0\.1:8000.* sparql\+h"
        ) as e:
            kg.open(address)
        assert "secret" not in str(e.value)


def test_importing_kg_loads_nothing_heavy() -> None:
    heavy = ("spacy", "pandas", "networkx", "pyoxigraph", "onnxruntime", "fastapi", "kg.client")
    code = f"import sys, kg; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
