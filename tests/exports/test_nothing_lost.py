"""Every value of every statement and entity, in each format that can hold it.

What is expected was reckoned from the records that went in (`tests/exports/reckoned.py`); what is
found comes from readers that are not ours.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import networkx as nx
import pytest
from lxml import etree
from pyoxigraph import Store

from kg.documents import Document
from kg.exports.excerpt import Selection
from kg.exports.neo4j import relationship
from kg.statements import Amount, EntityRef, Extraction
from kg.statements import Literal as Title
from ontology import sources, vocabulary
from tests.exports.conftest import SAAB, stored, written
from tests.exports.reckoned import (
    ALL,
    MODALITIES,
    Row,
    expected_edges,
    pieces,
    publisher,
    split,
    tables,
)


@pytest.fixture(scope="module")
def store() -> Store:
    return stored(ALL)


def test_the_documents_have_what_a_format_may_lose() -> None:
    ends = Counter((s.subject, str(s.object)) for s in {p.statement for _, p in pieces()})
    assert max(ends.values()) == 3
    assert {piece.modality for _, piece in pieces()} == set(MODALITIES)
    assert {document.date for document, _ in pieces()} >= {None, "2025-12-31", "2026-01-08"}
    assert {type(piece.statement.object) for _, piece in pieces()} == {EntityRef, Title, Amount}


def test_publishers_are_those_of_the_ontology() -> None:
    for document, _ in pieces():
        assert sources.load().publisher(document.source) == publisher(document)


# Statements as edges ------------------------------------------------------------------------------


def _from_networkx(graph: Any, edge_id: Callable[[Any, Row], str]) -> dict[str, Row]:
    found = {}
    for source, target, key, data in graph.edges(data=True, keys=True):
        node = graph.nodes[target]
        end = target if node["kind"] == "entity" else node["label"]
        found[edge_id(key, data)] = {
            **{name: data[name] for name in ("predicate", "label", "symmetric", "iri", "modality")},
            **{name: data[name] for name in (*MODALITIES, "evidence", "confidence", "belief")},
            "ends": (source, end),
            "weight": data["weight"],
            "documents": data["documents"].split(" "),
            "publishers": split(data.get("publishers", ""), " | "),
            "first": data.get("first", ""),
            "latest": data.get("latest", ""),
            "dates": split(data.get("dates", ""), " "),
        }
        if "spells" in data:
            assert all(start == end for start, end in data["spells"])
        found[edge_id(key, data)]["days"] = [start for start, _ in data.get("spells", [])]
    return found


def _graphml(store: Store) -> dict[str, Row]:
    text = io.BytesIO(written(store, "graphml"))
    return _from_networkx(nx.read_graphml(text, force_multigraph=True), lambda key, _: str(key))


def _gexf(store: Store) -> dict[str, Row]:
    graph = nx.read_gexf(io.BytesIO(written(store, "gexf")))
    return _from_networkx(graph, lambda _, data: str(data["id"]))


def _from_table(row: dict[str, str], names: Mapping[str, str], *, listed: str) -> Row:
    """A row of CSV; `names` are those of the columns where they are not those of the values."""

    def cell(name: str) -> str:
        return row[names.get(name, name)]

    return {
        **{name: cell(name) for name in ("predicate", "iri", "modality")},
        **{name: int(cell(name)) for name in (*MODALITIES, "evidence")},
        "symmetric": {"true": True, "false": False}[cell("symmetric")],
        "confidence": float(cell("confidence")),
        "belief": float(cell("belief")),
        "documents": cell("documents").split(listed if listed == ";" else " "),
        "publishers": split(cell("publishers"), listed),
        "first": cell("first"),
        "latest": cell("latest"),
    }


def _neo4j(store: Store) -> dict[str, Row]:
    read = tables(store, "neo4j")
    nodes = {row["id:ID"]: row for row in read["nodes.csv"]}
    types = {name.partition(":")[0]: name for name in read["statements.csv"][0]}
    assert types["first"] == "first:date"
    assert types["symmetric"] == "symmetric:boolean"
    found = {}
    for row in read["statements.csv"]:
        assert row[":TYPE"] == relationship(row["predicate"])
        node = nodes[row[":END_ID"]]
        end = row[":END_ID"] if node["kind"] == "entity" else node["name"]
        found[row["id"]] = {
            **_from_table(row, types, listed=";"),
            "ends": (row[":START_ID"], end),
            "dates": split(row["dates:string[]"], ";"),
        }
    return found


def _gephi(store: Store) -> dict[str, Row]:
    read = tables(store, "gephi")
    nodes = {row["Id"]: row for row in read["nodes.csv"]}
    found = {}
    for row in read["edges.csv"]:
        assert row["Type"] == ("Undirected" if row["symmetric"] == "true" else "Directed")
        assert row["Kind"] == row["predicate"]
        node = nodes[row["Target"]]
        end = row["Target"] if node["kind"] == "entity" else node["Label"]
        found[row["Id"]] = {
            **_from_table(row, {}, listed=" | "),
            "ends": (row["Source"], end),
            "label": row["Label"],
            "weight": float(row["Weight"]),
            "dates": split(row["dates"].strip("{}"), ", "),
            "days": _days(row["Timeset"]),
            **{name: _hyphens(row[name]) for name in ("first", "latest")},
        }
    return found


def _days(timeset: str) -> list[str]:
    """The days of `<[2026-01-08, 2026-01-08]; …>`, which is how Gephi itself writes spells."""
    if not timeset:
        return []
    assert (timeset[0], timeset[-1]) == ("<", ">")
    spells = [spell.strip("[]").split(", ") for spell in timeset[1:-1].split("; ")]
    assert all(start == end for start, end in spells)
    return [start for start, _ in spells]


def _hyphens(number: str) -> str:
    return f"{number[:4]}-{number[4:6]}-{number[6:]}" if number else ""


_EDGES: Mapping[str, Callable[[Store], dict[str, Row]]] = {
    "graphml": _graphml,
    "gexf": _gexf,
    "gephi": _gephi,
    "neo4j": _neo4j,
}
_GEXF, _VIZ = "{http://gexf.net/1.3}", "{http://gexf.net/1.3/viz}"
# What has no place in a format, and why the page on exports may say so.
_WITHOUT = {"graphml": {"days"}, "neo4j": {"label", "weight", "days"}}


@pytest.mark.parametrize("form", _EDGES)
def test_every_value_of_every_statement(store: Store, form: str) -> None:
    found, expected = _EDGES[form](store), expected_edges()
    assert found.keys() == expected.keys()
    without = _WITHOUT.get(form, set())
    for id_, edge in expected.items():
        wanted = {name: value for name, value in edge.items() if name not in without}
        assert {name: found[id_][name] for name in wanted} == wanted


def test_lines_in_gexf_show_modality_and_belief(store: Store) -> None:
    """networkx leaves out how edges look, and their kinds, which keep them apart in Gephi."""
    lines = {"asserted": "solid", "planned": "dashed", "possible": "dotted", "denied": "double"}
    edges = etree.fromstring(written(store, "gexf")).findall(f".//{_GEXF}edge")
    found = {
        edge.get("id"): [
            edge.get("kind"),
            *(edge.find(f"{_VIZ}{name}").get("value") for name in ("shape", "thickness")),
        ]
        for edge in edges
    }
    assert found == {
        id_: [edge["predicate"], lines[edge["modality"]], "2.5"]
        for id_, edge in expected_edges().items()
    }


def test_days_of_nodes_are_those_of_their_edges(store: Store) -> None:
    edges = expected_edges().values()
    nodes = {row["Id"]: row for row in tables(store, "gephi")["nodes.csv"]}
    spells = dict(nx.read_gexf(io.BytesIO(written(store, "gexf"))).nodes(data="spells", default=()))
    for id_ in ("country/japan", "equipment/anka", "company/saab", "person/yasar-guler"):
        own = [edge["days"] for edge in edges if id_ in edge["ends"]]
        days = sorted({day for each in own for day in each}) if all(own) else []
        assert _days(nodes[id_]["Timeset"]) == days
        assert [start for start, _ in spells[id_]] == days
    assert _days(nodes["equipment/anka"]["Timeset"]) == ["2025-12-31", "2026-01-08", "2026-02-01"]


@pytest.mark.parametrize("form", _EDGES)
def test_every_value_of_every_entity(store: Store, form: str) -> None:
    entities = {each.id: each for extraction in ALL for each in extraction.entities}
    found = _nodes(store, form)
    assert entities.keys() <= found.keys()
    for id_, entity in entities.items():
        type_ = vocabulary.load().types[entity.type]
        row = found[id_]
        # Neo4j's importer splits lists at semicolons.
        aliases = [a.replace(";", ",") if form == "neo4j" else a for a in sorted(entity.aliases)]
        assert (row["name"], row["type"], row["kind"]) == (entity.name, entity.type, "entity")
        assert row["iri"] == f"https://w3id.org/entente/entity/{id_}"
        assert sorted(row["aliases"]) == aliases
        assert row["catalogue"] == entity.catalogue
        assert row["statements"] == sum(id_ in e["ends"] for e in expected_edges().values())
        assert row.get("colour", type_.colour) == type_.colour


def _nodes(store: Store, form: str) -> dict[str, Row]:
    if form in ("graphml", "gexf"):
        text = io.BytesIO(written(store, form))
        graph = nx.read_graphml(text) if form == "graphml" else nx.read_gexf(text)
        return {
            id_: data | {"name": data["label"], "aliases": split(data.get("aliases", ""), " | ")}
            for id_, data in graph.nodes(data=True)
        }
    found = {}
    for row in tables(store, form)["nodes.csv"]:
        said: Row = {name.partition(":")[0]: value for name, value in row.items()}
        listed = ";" if form == "neo4j" else " | "
        said |= {"aliases": split(said["aliases"], listed), "statements": int(said["statements"])}
        said["catalogue"] = said["catalogue"] == "true"
        found[row["id:ID"] if form == "neo4j" else row["Id"]] = said | {
            "name": row["name"] if form == "neo4j" else row["Label"]
        }
        if form == "neo4j":
            kinds = {"entity": "Entity", "text": "Value", "amount": "Value"}
            assert row[":LABEL"] == f"{kinds[row['kind']]};{row['type']}"
    return found


def test_cells_for_neo4j_are_of_the_types_of_their_headings(store: Store) -> None:
    """As its importer reads them: an empty cell is no value."""
    types: Mapping[str, Callable[[str], object]] = {
        "int": int,
        "double": float,
        "boolean": {"true": True, "false": False}.__getitem__,
        "date": date.fromisoformat,
        "string[]": lambda cell: cell.split(";"),
    }
    seen = set()
    for rows in tables(store, "neo4j").values():
        for row in rows:
            for heading, cell in row.items():
                name, _, type_ = heading.partition(":")
                if cell and type_ in types:
                    assert name
                    assert types[type_](cell) not in ([], [""])
                    seen.add(type_)
                else:
                    assert type_ in ("", "ID", "LABEL", "START_ID", "END_ID", "TYPE", *types)
    assert seen == types.keys()


# Nothing, and what has no statements ------------------------------------------------------------


@pytest.mark.parametrize("form", ["neo4j", "gephi"])
def test_tables_of_an_empty_store_have_their_headings(form: str) -> None:
    with zipfile.ZipFile(io.BytesIO(written(Store(), form))) as archive:
        for name in archive.namelist():
            lines = archive.read(name).decode().splitlines()
            assert name == "README.txt" or len(lines) == 1
            assert len(lines[0]) > 10


@pytest.mark.parametrize("form", _EDGES)
def test_an_entity_without_statements_is_a_node(store: Store, form: str) -> None:
    """It is there in an export of everything, and alone where it was asked for."""
    lonely = stored([Extraction(document=Document(text="Saab."), entities=(SAAB,))])
    assert [*_nodes(lonely, form)] == ["company/saab"]
    alone = written(store, form, Selection(entity="company/saab", modalities=("planned",)))
    assert b"company/saab" in alone or form in ("neo4j", "gephi")
    everything = _nodes(store, form)
    assert everything["person/yasar-guler"]["statements"] == 1
