"""The network."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from kg.analyse.network import network
from kg.documents import Document, Sentence
from kg.entities import Entity
from kg.graph.update import changes
from kg.statements import Amount, EntityRef, Evidence, Extraction, Literal, Object, Statement

TEXT = "Norway and Sweden met."


@pytest.fixture
def store() -> Store:
    norway = "country/norway"
    said: list[tuple[str, Object, str]] = [
        ("meetsWith", EntityRef("country/sweden"), "planned"),
        ("meetsWith", EntityRef("country/sweden"), "asserted"),
        ("hasDefenceBudget", Amount(1.5e9, "NOK"), "possible"),
    ]
    evidence = [
        Evidence(
            statement=Statement(norway, predicate, target),
            sentence=1,
            start=0,
            end=len(TEXT),
            modality=modality,
        )
        for predicate, target, modality in said
    ]
    evidence.append(
        Evidence(
            statement=Statement("person/a", "holdsPosition", Literal("King\x02")),
            sentence=1,
            start=0,
            end=len(TEXT),
            modality="asserted",
        )
    )
    item = Extraction(
        document=Document(text=TEXT),
        sentences=(Sentence(number=1, start=0, end=len(TEXT)),),
        entities=(
            Entity(id=norway, type="Country", name="Norway", catalogue=True),
            Entity(id="country/sweden", type="Country", name="Sweden\x01", catalogue=True),
            Entity(id="person/a", type="Person", name="A"),
        ),
        evidence=tuple(evidence),
    )
    store = Store()
    store.extend(changes(store, add=[item]).added)
    return store


def test_nodes_and_edges(store: Store) -> None:
    graph = network(store)
    assert graph.nodes["country/norway"] == {
        "label": "Norway",
        "type": "Country",
        "catalogue": True,
    }
    assert graph.nodes["amount/NOK/1500000000"]["type"] == "Amount"
    edges = {d["predicate"]: d for _, _, d in graph.edges(data=True)}
    assert sorted(edges) == ["hasDefenceBudget", "holdsPosition", "meetsWith"]
    meeting = edges["meetsWith"]
    assert meeting["modality"] == "asserted"
    assert meeting["evidence"] == 2
    assert (meeting["planned"], meeting["denied"]) == (1, 0)
    assert meeting["symmetric"] is True
    assert edges["hasDefenceBudget"]["modality"] == "possible"
    assert len(meeting["documents"]) == 16


def test_an_empty_dataset() -> None:
    assert network(Store()).number_of_nodes() == 0
