"""The rules by which shared graphs follow from document graphs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import NamedNode, Quad, Store

from kg.documents import Document
from kg.entities import Entity
from kg.errors import NotFoundError
from kg.graph.read import documents, entities, extraction, statements
from kg.graph.terms import STATEMENTS, ent, entity_node
from kg.graph.update import changes, joined
from kg.statements import Extraction


def store_of(*items: Extraction) -> Store:
    store = Store()
    apply(store, *items)
    return store


def apply(store: Store, *add: Extraction, remove: tuple[str, ...] = ()) -> None:
    change = changes(store, add=add, remove=remove)
    for quad in change.removed:
        store.remove(quad)
    store.extend(change.added)


def plain(store: Store, predicate: str) -> list[Quad]:
    return list(store.quads_for_pattern(None, ent(predicate), None, STATEMENTS))


def other(item: Extraction, *, modality: str) -> Extraction:
    """Another document with the same words, all evidence of the modality."""
    return replace(
        item,
        document=replace(item.document, source=f"another wire, {modality}"),
        evidence=tuple(replace(e, modality=modality) for e in item.evidence),
    )


def test_a_plain_triple_stands_as_long_as_something_asserts_it(example: Extraction) -> None:
    denied, asserted = other(example, modality="denied"), other(example, modality="asserted")
    store = store_of(denied)
    assert plain(store, "procures") == []
    apply(store, example)
    assert plain(store, "procures") == []
    assert len(plain(store, "operates")) == 1
    apply(store, asserted)
    assert len(plain(store, "procures")) == 1
    apply(store, remove=(asserted.document.id,))
    assert plain(store, "procures") == []
    assert len(plain(store, "operates")) == 1
    apply(store, remove=(example.document.id,))
    assert plain(store, "operates") == []
    assert len(list(statements(store))) == 4
    apply(store, remove=(denied.document.id,))
    assert list(store) == []


def test_a_name_goes_with_the_last_document_that_has_it(example: Extraction) -> None:
    more = replace(
        other(example, modality="asserted"),
        entities=tuple(replace(e, aliases=("Noreg",)) for e in example.entities),
    )
    store = store_of(example, more)
    norway = next(entities(store))
    assert norway.aliases == ("Noreg", "Norwegian", "Oslo")
    apply(store, remove=(example.document.id,))
    assert next(entities(store)).aliases == ("Noreg",)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([("ANKA", False), ("Anka", False)], "Anka"),
        ([("anka", False), ("Anka", False)], "Anka"),
        ([("Anka", False), ("ANKA", True)], "ANKA"),
        ([("B", True), ("A", True)], "A"),
    ],
)
def test_the_preferred_name(names: list[tuple[str, bool]], expected: str) -> None:
    described = [Entity(id="e/a", type="Equipment", name=n, catalogue=c) for n, c in names]
    for order in (described, described[::-1]):
        entity = joined(order)
        assert entity.name == expected
        assert {entity.name, *entity.aliases} == {n for n, _ in names}


def test_nothing_to_do(example: Extraction) -> None:
    store = store_of(example)
    assert changes(store, add=[example]).documents == ()
    assert changes(store, remove=["0000000000000000"]).removed == ()
    assert changes(store).added == ()


def test_the_last_of_two_versions_counts(example: Extraction) -> None:
    newer = replace(example, evidence=())
    assert set(store_of(example, newer)) == set(store_of(newer))


def test_reading(example: Extraction) -> None:
    store = store_of(example, other(example, modality="planned"))
    assert [d.id for d in documents(store)] == sorted(d.id for d in documents(store))
    assert example.document in list(documents(store))
    record = next(s for s in statements(store) if s.statement.predicate == "operates")
    assert record.modalities == {"asserted": 1, "planned": 1}
    assert len(record.documents) == 2
    with pytest.raises(NotFoundError, match="no document 0000"):
        extraction(store, "0000")


def test_a_document_about_nothing() -> None:
    item = Extraction(document=Document(text=""))
    store = store_of(item)
    assert extraction(store, item.document.id) == item
    assert list(entities(store)) == []
    node = NamedNode("https://w3id.org/entente/entity/country/norway")
    assert entity_node("country/norway") == node
