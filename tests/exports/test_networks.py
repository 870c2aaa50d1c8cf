"""GraphML, GEXF and the tables for Gephi and Neo4j, read by programs that are not ours."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pandas
import pytest
from lxml import etree
from pyoxigraph import Store

from kg.documents import Document
from kg.entities import Entity
from kg.exports.excerpt import Selection
from kg.exports.neo4j import relationship
from kg.graph import read
from kg.graph.update import changes
from kg.statements import Amount, EntityRef, Extraction, Literal, Statement
from ontology import vocabulary
from tests.exports.conftest import DOCUMENTS, LABELS, made, stored, written

_RNG = etree.RelaxNG(etree.parse(Path(__file__).parent / "gexf-1.3.rng"))
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_READERS: dict[str, Callable[[bytes], Any]] = {
    "graphml": lambda text: nx.read_graphml(io.BytesIO(text), force_multigraph=True),
    "gexf": lambda text: nx.MultiDiGraph(nx.read_gexf(io.BytesIO(text))),
}


def _in_xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _tables(text: bytes) -> dict[str, list[dict[str, str]]]:
    """The tables of a zip file by their names."""
    with zipfile.ZipFile(io.BytesIO(text)) as archive:
        assert archive.testzip() is None
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_networkx_reads_the_network(store: Store, form: str) -> None:
    back = _READERS[form](written(store, form))
    records = {each.statement.id: each for each in read.statements(store)}
    assert back.number_of_nodes() == len(_nodes(store)) > 2 * len(LABELS)
    entities = {each.id: each for each in read.entities(store)}
    for id_, entity in entities.items():
        node = back.nodes[id_]
        assert node["label"] == _in_xml(entity.name)
        assert (node["kind"], node["type"]) == ("entity", entity.type)
        assert node["catalogue"] is entity.catalogue
        assert node.get("aliases", "") == _in_xml(" | ".join(entity.aliases))
        assert node["statements"] == sum(id_ in _ends(each.statement) for each in records.values())
    found = {
        data.get("id", key): (source, target, data)
        for source, target, key, data in back.edges(data=True, keys=True)
    }
    assert found.keys() == records.keys()
    modalities = vocabulary.load().modalities
    for id_, record in records.items():
        source, target, data = found[id_]
        predicate = vocabulary.load().predicates[record.statement.predicate]
        assert (source, _shown(back, target)) == _ends(record.statement)
        assert (data["predicate"], data["label"]) == (predicate.name, predicate.label)
        assert data["symmetric"] is predicate.symmetric
        assert data["modality"] == next(name for name in modalities if name in record.modalities)
        counts = {name: data[name] for name in modalities if data[name]}
        assert counts == record.modalities
        assert data["evidence"] == sum(counts.values())
        assert data["documents"].split() == [*record.documents]
        assert data["weight"] == len(record.documents)
        assert data["belief"] == 0.5


def _ends(statement: Statement) -> tuple[str, str]:
    """The entities of a statement, or what stands in the place of one, as the files show it."""
    match statement.object:
        case EntityRef(id=ref):
            return statement.subject, ref
        case Literal(text=text):
            return statement.subject, _in_xml(text)
        case Amount(amount=amount, currency=currency):
            return statement.subject, f"{amount:,.0f} {currency}"


def _shown(graph: Any, node: str) -> str:
    """The id of an entity, the label of another node."""
    data = graph.nodes[node]
    return node if data["kind"] == "entity" else str(data["label"])


def _nodes(store: Store) -> set[str]:
    """What has a node: all entities, and other objects."""
    statements = [each.statement for each in read.statements(store)]
    objects = {str(s.object) for s in statements if not isinstance(s.object, EntityRef)}
    return {each.id for each in read.entities(store)} | objects


def test_gexf_fits_the_schema(store: Store) -> None:
    _RNG.assertValid(etree.fromstring(written(store, "gexf")))
    _RNG.assertValid(etree.fromstring(written(Store(), "gexf")))


@pytest.mark.parametrize(("was", "becomes"), [
    ('timeformat="date"', 'timeformat="day"'), ('type="double"', 'type="number"'),
    ('r="31"', 'r="310"'), ('start="2026-01-08"', 'start="January"'),
    ('version="1.3"', 'version="1.2"'), ("viz:shape", "viz:form"),
    ('shape value="disc"', 'shape value="hexagon"'), ('"solid"', '"faint"'),
])  # fmt: skip
def test_the_schema_can_be_broken(store: Store, was: str, becomes: str) -> None:
    text = written(store, "gexf").decode()
    assert was in text
    assert not _RNG.validate(etree.fromstring(text.replace(was, becomes).encode()))


def test_gexf_has_days_colours_and_shapes(store: Store) -> None:
    graph = nx.read_gexf(io.BytesIO(written(store, "gexf")))
    edges = {data["id"]: data for *_, data in graph.edges(data=True)}
    by_name = {(d["predicate"], s): d for s, _, d in graph.edges(data=True)}
    evaluates = by_name["evaluates", "country/japan"]
    day = ("2026-01-08", "2026-01-08")
    assert evaluates["spells"] == [day, ("2026-02-01", "2026-02-01")]
    assert (evaluates["first"], evaluates["latest"]) == ("2026-01-08", "2026-02-01")
    assert evaluates["dates"] == "2026-03"
    # One of the documents has no day, so the time of the edge is not known.
    meets = by_name["meetsWith", "country/norway"]
    assert "spells" not in meets
    assert (meets["first"], meets["modality"], meets["planned"]) == ("2026-02-01", "asserted", 1)
    assert "spells" not in graph.nodes["country/japan"]
    assert graph.nodes["equipment/anka"]["spells"] == evaluates["spells"]
    colour = vocabulary.load().types["Country"].colour
    shown = graph.nodes["country/japan"]["viz"]["color"]
    assert "#{r:02x}{g:02x}{b:02x}".format(**shown) == colour
    assert len(edges) == graph.number_of_edges()


def test_gexf_has_no_shape_that_the_format_does_not_know() -> None:
    shapes = {each.shape for each in vocabulary.load().types.values()}
    assert shapes > {"circle", "square", "triangle", "diamond"}
    for name, type_ in vocabulary.load().types.items():
        entity = Entity(id=f"x/{name.lower()}", type=name, name=name)
        store = stored([Extraction(document=Document(text=name), entities=(entity,))])
        text = written(store, "gexf")
        _RNG.assertValid(etree.fromstring(text))
        [shape] = re.findall(rb'shape value="(\w+)"', text)
        same = type_.shape in ("square", "triangle", "diamond")
        assert shape.decode() == (type_.shape if same else "disc")


def test_types_of_attributes(store: Store) -> None:
    root = etree.fromstring(written(store, "graphml"))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    keys = list(root.iter(space + "key"))
    types = {(key.get("for"), key.get("attr.name")): key.get("attr.type") for key in keys}
    assert types["edge", "symmetric"] == "boolean"
    assert types["edge", "confidence"] == types["edge", "belief"] == "double"
    assert types["edge", "evidence"] == types["node", "statements"] == "int"
    assert types["node", "label"] == "string"


# Gephi ------------------------------------------------------------------------------------------


def test_gephi_tables(store: Store) -> None:
    with zipfile.ZipFile(io.BytesIO(written(store, "gephi"))) as archive:
        assert archive.namelist() == ["README.txt", "nodes.csv", "edges.csv"]
        nodes = pandas.read_csv(
            io.BytesIO(archive.read("nodes.csv")), keep_default_na=False, index_col="Id"
        )
        edges = pandas.read_csv(
            io.BytesIO(archive.read("edges.csv")), keep_default_na=False, index_col="Id"
        )
    assert list(edges.columns[:6]) == ["Source", "Target", "Type", "Kind", "Label", "Weight"]
    names = {each.id: each.name for each in read.entities(store)}
    assert {id_: nodes.Label[id_] for id_ in names} == names
    assert len(nodes) == len(_nodes(store))
    assert sorted(edges.index) == sorted(each.statement.id for each in read.statements(store))
    assert edges.Weight.dtype == "float64"
    assert edges.evidence.dtype == "int64"
    assert set(edges.Type[edges.symmetric]) == {"Undirected"}
    assert set(edges.Type[~edges.symmetric]) == {"Directed"}
    assert {*edges.Source, *edges.Target} <= {*nodes.index}


# Neo4j ------------------------------------------------------------------------------------------


def test_neo4j_tables_hang_together(store: Store) -> None:
    tables = _tables(written(store, "neo4j"))
    assert [*tables] == [
        "nodes.csv",
        "documents.csv",
        "evidence.csv",
        "statements.csv",
        "links.csv",
    ]
    ids = [
        row["id:ID"] for name in ("nodes", "documents", "evidence") for row in tables[f"{name}.csv"]
    ]
    assert len(ids) == len(set(ids))
    for row in (*tables["statements.csv"], *tables["links.csv"]):
        assert {row[":START_ID"], row[":END_ID"]} <= {*ids}
        assert re.fullmatch("[A-Z_]+", row[":TYPE"])
    names = {row["id:ID"]: row["name"] for row in tables["nodes.csv"]}
    for entity in read.entities(store):
        assert names[entity.id] == entity.name
    labels = {row["id:ID"]: row[":LABEL"] for row in tables["nodes.csv"]}
    assert labels["country/japan"] == "Entity;Country"
    assert labels["amount/NOK/1500000000"] == "Value;Amount"
    statements = {row["id"] for row in tables["statements.csv"]}
    assert {row["statement"] for row in tables["evidence.csv"]} == statements
    assert len(tables["evidence.csv"]) == 2 * len(LABELS) + 7
    assert len(tables["documents.csv"]) == len(LABELS) + 3


def test_neo4j_keeps_what_evidence_says(store: Store) -> None:
    tables = _tables(written(store, "neo4j"))
    texts = {row["id:ID"]: row["text"] for row in tables["documents.csv"]}
    assert sorted(texts.values()) == sorted(d.text for d in read.documents(store))
    [budget] = [row for row in tables["evidence.csv"] if row["confidence:double"] == "0.123456"]
    said = json.loads(budget["qualifiers"])
    assert said["change"] == [{"value": -4.5, "text": "down 4.5 percent"}]
    assert said["topic"] == [{"text": "=HYPERLINK(1)"}, {"text": "b;c"}]
    assert said["period"][0]["edtf"] == "2025/2026"
    speakers = [row for row in tables["links.csv"] if row[":TYPE"] == "ATTRIBUTED_TO"]
    assert [row[":END_ID"] for row in speakers] == ["person/yasar-guler"]
    anka = next(row for row in tables["nodes.csv"] if row["id:ID"] == "equipment/anka")
    assert anka["aliases:string[]"] == "a,b"


def test_neo4j_lists_speakers_from_beyond_the_neighbourhood(store: Store) -> None:
    tables = _tables(written(store, "neo4j", Selection(entity="equipment/anka")))
    ids = [row["id:ID"] for row in tables["nodes.csv"]]
    assert ids == ["company/saab", "country/japan", "equipment/anka", "person/yasar-guler"]


@pytest.mark.parametrize("name", [*vocabulary.load().predicates, *vocabulary.load().qualifiers])
def test_types_of_relationships(name: str) -> None:
    assert re.fullmatch("[A-Z]+(_[A-Z]+)*", relationship(name))
    assert relationship(name).replace("_", "").lower() == name.lower()


# All of them ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["graphml", "gexf", "gephi", "neo4j", "csv", "jsonld", "rdf12"])
def test_equal_stores_give_equal_bytes(form: str) -> None:
    forwards, backwards = stored(DOCUMENTS), stored([])
    for each in reversed(DOCUMENTS):
        backwards.extend(changes(backwards, add=[each]).added)
    assert written(forwards, form) == written(backwards, form)


@pytest.mark.parametrize("form", ["gephi", "neo4j"])
def test_a_folder_has_the_same_files(store: Store, form: str, tmp_path: Path) -> None:
    made(store, form).write_folder(tmp_path / "out")
    with zipfile.ZipFile(io.BytesIO(written(store, form))) as archive:
        there = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
        assert there == {name: archive.read(name) for name in archive.namelist()}
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_an_empty_network(form: str) -> None:
    assert _READERS[form](written(Store(), form)).number_of_nodes() == 0
