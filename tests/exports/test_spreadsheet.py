"""The table for spreadsheets: what it says, and that nothing in it is a formula."""

from __future__ import annotations

import csv
import io

import pandas
import pytest
from pyoxigraph import Store

from kg.exports.csv_text import guarded, unguarded
from kg.exports.excerpt import Selection
from kg.graph import read
from ontology import vocabulary
from tests.exports.conftest import LABELS, written

_MARK = "\ufeff"
_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def _rows(store: Store, selection: Selection | None = None) -> list[dict[str, str]]:
    text = written(store, "csv", selection).decode()
    assert text.startswith(_MARK)
    return list(csv.DictReader(io.StringIO(text.removeprefix(_MARK), newline="")))


def test_a_row_for_each_piece_of_evidence(store: Store) -> None:
    rows = _rows(store)
    pieces = [
        (extraction.document, piece)
        for document in read.documents(store)
        for extraction in [read.extraction(store, document.id)]
        for piece in extraction.evidence
    ]
    assert len(rows) == len(pieces) == 2 * len(LABELS) + 7
    found = {(row["document_id"], row["statement"]): row for row in rows}
    for document, piece in pieces:
        row = found[document.id, piece.statement.id]
        assert unguarded(row["sentence"]) == document.text[piece.start : piece.end]
        assert unguarded(row["document_title"]) == document.title
        assert row["document_date"] == (document.date or "")
        assert row["modality"] == piece.modality
        assert float(row["confidence"]) == piece.confidence
        assert row["subject_id"] == piece.statement.subject
        assert row["belief"] == "0.5"


def test_names_come_back(store: Store) -> None:
    names = {each.id: each.name for each in read.entities(store)}
    for row in _rows(store):
        assert unguarded(row["subject"]) == names[row["subject_id"]]
        if row["object_id"]:
            assert unguarded(row["object"]) == names[row["object_id"]]
    titles = {
        unguarded(row["object"]) for row in _rows(store) if row["predicate"] == "holdsPosition"
    }
    assert titles >= {*LABELS}


def test_no_cell_is_a_formula(store: Store) -> None:
    numbers = {"confidence", "belief", "sentence_number", "start", "end", "amount"}
    cells = [v for row in _rows(store) for name, v in row.items() if name not in numbers]
    assert not [cell for cell in cells if cell.startswith(_STARTS)]
    assert [cell for cell in cells if cell.startswith("'=cmd|'")]
    assert [cell for cell in cells if cell.startswith("'=HYPERLINK")]


@pytest.mark.parametrize(("text", "shown"), [
    ("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\t=1", "'\t=1"), ("\rx", "'\rx"),
    ("\nx", "'\nx"), ("＝1", "'＝1"), ("'=1", "''=1"), ("''-", "'''-"),
    ("'Ndrangheta", "'Ndrangheta"),
    ("'", "'"), ("''", "''"), ("a=1", "a=1"), ("", ""), (" =1", " =1"),
    ("0012345678901234", "'0012345678901234"), ("123e4567890", "'123e4567890"), ("1E5", "'1E5"),
    ("'1e5", "''1e5"), ("2026", "2026"), ("12345678901", "12345678901"), ("1e5x", "1e5x"),
    ("4d02084229bccaa3", "4d02084229bccaa3"), ("e5", "e5"), ("1e5\n", "1e5\n"),
])  # fmt: skip
def test_guards_come_and_go(text: str, shown: str) -> None:
    assert guarded(text) == shown
    assert unguarded(shown) == text


@pytest.mark.parametrize("value", [-1.5, 0, True, None])
def test_what_is_no_text_has_no_guard(value: float | bool | None) -> None:
    assert guarded(value) is value


def test_qualifiers_have_columns(store: Store) -> None:
    table = pandas.read_csv(io.BytesIO(written(store, "csv")), keep_default_na=False)
    assert {*vocabulary.load().qualifiers} <= {*table.columns}
    assert table.columns[0] == "statement"
    [budget] = table[table.predicate == "hasDefenceBudget"].to_dict("records")
    assert budget["period"] == "2025 to 2026 (2025/2026)"
    assert budget["value"] == "2000000 USD"
    assert unguarded(budget["change"]) == "-4.5"
    assert unguarded(budget["topic"]) == "=HYPERLINK(1) | b;c"
    assert (budget["object"], budget["amount"], budget["currency"]) == (
        "1500000000 NOK",
        "1500000000.0",
        "NOK",
    )
    evaluates = table[(table.predicate == "evaluates") & (table.modality == "asserted")]
    assert list(evaluates.attributedTo) == ["Yaşar Güler"]
    assert list(evaluates.quoted) == ["true"] or list(evaluates.quoted) == [True]
    assert table.confidence.dtype == "float64"
    assert {*table.document_publisher} >= {"example.org"}


def test_an_empty_table_has_its_heading() -> None:
    assert _rows(Store()) == []
    assert written(Store(), "csv").count(b"\n") == 1
