"""Every value of every piece of evidence, in each format that can hold it.

What is expected was reckoned from the records that went in (`tests/exports/reckoned.py`); what is
found comes from readers that are not ours.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg.exports.csv_text import unguarded
from kg.exports.excerpt import Selection
from kg.exports.formats import FORMATS
from kg.exports.rdf import write
from kg.graph.terms import BASE
from kg.statements import Amount
from ontology import vocabulary
from tests.exports.conftest import DOCUMENTS, stored, written
from tests.exports.reckoned import ALL, MEETS, SECOND, TESTS, Row, expected_pieces, pieces, tables


@pytest.fixture(scope="module")
def store() -> Store:
    return stored(ALL)


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["statement"], row["document"]))


def _spreadsheet(store: Store) -> list[dict[str, str]]:
    text = written(store, "csv").decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [{name: unguarded(value) for name, value in row.items()} for row in rows]


def test_every_value_of_every_piece_of_evidence_in_the_spreadsheet(store: Store) -> None:
    found = []
    for row in _spreadsheet(store):
        sum_ = f"{float(row['amount']):,.0f} {row['currency']}" if row["amount"] else ""
        found.append(
            {
                **{name: row[name] for name in ("statement", "predicate", "modality", "sentence")},
                **{name: row[name] for name in ("quoted", "extractor", "reason")},
                **{n: row[f"document_{n}"] for n in ("title", "date", "source", "publisher")},
                "subject": row["subject_id"],
                "object": row["object_id"] or sum_ or row["object"],
                "confidence": float(row["confidence"]),
                "number": int(row["sentence_number"]),
                "offsets": (int(row["start"]), int(row["end"])),
                "document": row["document_id"],
            }
        )
    assert _sorted(found) == _sorted(expected_pieces())
    types = {e.id: (e.name, e.type) for extraction in ALL for e in extraction.entities}
    for row in _spreadsheet(store):
        assert (row["subject"], row["subject_type"]) == types[row["subject_id"]]
        if row["object_id"]:
            assert (row["object"], row["object_type"]) == types[row["object_id"]]
        assert row["belief"] == "0.5"


def test_qualifiers_in_the_spreadsheet(store: Store) -> None:
    rows = {(row["document_id"], row["statement"]): row for row in _spreadsheet(store)}
    names = [*vocabulary.load().qualifiers]
    said = {key: {name: row[name] for name in names if row[name]} for key, row in rows.items()}
    first, second, third = (each.document.id for each in DOCUMENTS)
    own = SECOND.document.id
    budget = next(p.statement.id for _, p in pieces() if isinstance(p.statement.object, Amount))
    evaluates = next(p.statement.id for _, p in pieces() if p.statement.predicate == "evaluates")
    makes = next(p.statement.id for _, p in pieces() if p.statement.predicate == "manufactures")
    assert {key: row for key, row in said.items() if row} == {
        (first, evaluates): {"attributedTo": "Yaşar Güler", "date": "in March (2026-03)"},
        (second, makes): {"quantity": "12"},
        (third, budget): {
            "period": "2025 to 2026 (2025/2026)",
            "change": "-4.5",
            "value": "2000000 USD",
            "topic": "=HYPERLINK(1) | b;c",
        },
        (own, MEETS.id): {"quantity": "2"},
        (own, TESTS.id): {
            "attributedTo": "Saab",
            "date": "since May (2023-05/..) | in 2024 (2024)",
        },
    }


def test_every_value_of_every_piece_of_evidence_for_neo4j(store: Store) -> None:
    read = tables(store, "neo4j")
    documents = {row["id:ID"]: row for row in read["documents.csv"]}
    names = {row["id:ID"]: row["name"] for row in read["nodes.csv"] if row["kind"] != "entity"}
    edges = {row["id"]: row for row in read["statements.csv"]}
    links: dict[str, dict[str, list[str]]] = {}
    for row in read["links.csv"]:
        links.setdefault(row[":START_ID"], {}).setdefault(row[":TYPE"], []).append(row[":END_ID"])
    found: list[Row] = []
    qualifiers: dict[tuple[str, str], Row] = {}
    for row in read["evidence.csv"]:
        assert row[":LABEL"] == "Evidence"
        own = links[row["id:ID"]]
        [at], [subject], [target] = own["IN_DOCUMENT"], own["SUBJECT"], own["OBJECT"]
        document = documents[at]
        said = edges[row["statement"]]
        assert (said[":START_ID"], said[":END_ID"]) == (subject, target)
        found.append(
            {
                **{name: row[name] for name in ("statement", "modality", "extractor", "reason")},
                **{name: document[name] for name in ("title", "source", "publisher")},
                "date": document["date:date"],
                "subject": subject,
                "object": names.get(target, target),
                "predicate": said["predicate"],
                "confidence": float(row["confidence:double"]),
                "sentence": row["text"],
                "number": int(row["sentence:int"]),
                "offsets": (int(row["start:int"]), int(row["end:int"])),
                "quoted": row["quoted:boolean"],
                "document": at.removeprefix("document/"),
            }
        )
        key = (at.removeprefix("document/"), row["statement"])
        qualifiers[key] = json.loads(row["qualifiers"]) if row["qualifiers"] else {}
        speakers = qualifiers[key].get("attributedTo", [])
        assert own.get("ATTRIBUTED_TO", []) == [speaker["id"] for speaker in speakers]
    assert _sorted(found) == _sorted(expected_pieces())
    assert qualifiers == {
        (document.id, piece.statement.id): {
            name: [asdict(value) for value in values] for name, values in piece.qualifiers.items()
        }
        for document, piece in pieces()
    }
    assert {row["iri"] for row in documents.values()} == {
        f"{BASE}document/{extraction.document.id}" for extraction in ALL
    }
    for extraction in ALL:
        row = documents[f"document/{extraction.document.id}"]
        assert (row["text"], row["language"]) == (extraction.document.text, "en")
        assert row[":LABEL"] == "Document"


# RDF ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "kind"), [
    ("trig", RdfFormat.TRIG), ("nquads", RdfFormat.N_QUADS), ("jsonld", RdfFormat.JSON_LD),
])  # fmt: skip
def test_a_part_is_what_a_store_of_that_document_alone_holds(
    store: Store, form: str, kind: RdfFormat
) -> None:
    """All that `SECOND` has belongs to its evidence: sentences, mentions, entities with aliases."""
    text = written(store, form, Selection(source="example.com"))
    assert set(parse(text, format=kind)) == set(stored([SECOND]))


def test_languages_stay_where_characters_go() -> None:
    """What XML cannot hold becomes U+FFFD, and the literal keeps its language."""
    quads = [
        Quad(
            NamedNode("http://example.org/a"),
            NamedNode("http://example.org/p"),
            Literal("cloche\x07", language="fr"),
        )
    ]
    [found] = rdflib.Graph().parse(data=write(quads, FORMATS["rdfxml"]), format="xml").objects()
    assert found == rdflib.Literal("cloche\ufffd", lang="fr")
