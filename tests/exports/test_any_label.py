"""Whatever a name is made of, each format gives it back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable

import networkx as nx
import pandas
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import RdfFormat, Store, parse

from kg.exports.csv_text import unguarded
from kg.graph.terms import ALT_LABEL, PREF_LABEL
from tests.exports.conftest import LABELS, labelled, stored, written

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# All that a graph takes: no NUL, no half of a surrogate pair; and the names above in between.
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
_LABEL = st.one_of(_TEXT, st.tuples(st.sampled_from(LABELS), _TEXT).map("".join))
_OXIGRAPH = {
    "turtle": RdfFormat.TURTLE,
    "trig12": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}


def _rdf(form: str) -> Callable[[bytes], set[str]]:
    def names(text: bytes) -> set[str]:
        quads = parse(text, format=_OXIGRAPH[form])
        return {q.object.value for q in quads if q.predicate in (PREF_LABEL, ALT_LABEL)}

    return names


def _graphml(text: bytes) -> set[str]:
    graph = nx.read_graphml(io.BytesIO(text), force_multigraph=True)
    return {str(label) for _, label in graph.nodes(data="label")}


def _gexf(text: bytes) -> set[str]:
    root = etree.fromstring(text)
    return {str(node.get("label")) for node in root.iter("{http://gexf.net/1.3}node")}


def _zipped(file: str, column: str) -> Callable[[bytes], set[str]]:
    def names(text: bytes) -> set[str]:
        with zipfile.ZipFile(io.BytesIO(text)) as archive:
            data = archive.read(file)
        table = pandas.read_csv(io.BytesIO(data), keep_default_na=False, dtype=str)
        return {*table[column]}

    return names


def _spreadsheet(text: bytes) -> set[str]:
    rows = csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""))
    return {unguarded(value) for row in rows for value in (row["subject"], row["object"])}


READERS: dict[str, Callable[[bytes], set[str]]] = {
    **{form: _rdf(form) for form in _OXIGRAPH},
    "graphml": _graphml,
    "gexf": _gexf,
    "gephi": _zipped("nodes.csv", "Label"),
    "neo4j": _zipped("nodes.csv", "name"),
    "csv": _spreadsheet,
}
_XML = ("rdfxml", "graphml", "gexf")


@pytest.mark.parametrize("form", READERS)
@given(label=_LABEL)
@example(label="\r")
@example(label="\ufeff")
@example(label="\x85\u2028")
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_any_label_comes_back(form: str, label: str) -> None:
    store: Store = stored(labelled([label]))
    shown = _NOT_XML.sub("\ufffd", label) if form in _XML else label
    assert shown in READERS[form](written(store, form))


@pytest.mark.parametrize("form", READERS)
def test_the_labels_that_are_known_to_be_hard(form: str) -> None:
    shown = {_NOT_XML.sub("\ufffd", each) if form in _XML else each for each in LABELS}
    assert shown <= READERS[form](written(stored(labelled(LABELS)), form))
