"""Which evidence a selection keeps, and what an excerpt is in RDF."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from kg.errors import InputError, NotFoundError
from kg.exports.excerpt import Selection, excerpt
from kg.exports.formats import FORMATS
from kg.exports.known import Known, Names
from kg.exports.write import export
from kg.graph import read
from kg.graph.terms import BASE, RDF_STATEMENT, STATEMENTS
from kg.graph.validate import validate
from kg.statements import Extraction
from ontology.vocabulary import NAMESPACE
from tests.exports.conftest import DOCUMENTS, EVALUATES, LABELS, Half, made, stored, written

# What is wanted, and "predicate modality" of what is kept, sorted.
ALL = [
    "evaluates asserted", "evaluates possible", "hasDefenceBudget planned",
    "holdsPosition asserted", "manufactures denied", "meetsWith asserted", "meetsWith planned",
]  # fmt: skip
CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ALL),
    ({"modalities": ("denied", "possible")}, ["evaluates possible", "manufactures denied"]),
    ({"predicates": ("evaluates",)}, ["evaluates asserted", "evaluates possible"]),
    ({"predicates": ("evaluates",), "modalities": ("denied",)}, []),
    ({"since": "2026-02-01"}, ["evaluates possible", "manufactures denied", "meetsWith asserted"]),
    ({"until": "2026-01-08"}, ["evaluates asserted", "holdsPosition asserted"]),
    ({"since": "2026-01-09", "until": "2026-01-31"}, []),
    ({"source": "example.org"}, ["evaluates asserted", "holdsPosition asserted"]),
    ({"source": "www.example.org"}, ["evaluates asserted", "holdsPosition asserted"]),
    ({"source": "https://example.org/other"}, ["evaluates asserted", "holdsPosition asserted"]),
    ({"source": "Sample wire, service"},
     ["evaluates possible", "manufactures denied", "meetsWith asserted"]),
    ({"source": "example.com"}, []),
    ({"confidence": 0.2, "predicates": ("hasDefenceBudget",)}, []),
    ({"confidence": 0.6, "predicates": ("evaluates",)}, ["evaluates asserted"]),
    ({"confidence": 0.9, "predicates": ("evaluates",)}, ["evaluates asserted"]),
    ({"confidence": 0.91, "predicates": ("evaluates",)}, []),
    ({"types": ("Company",)}, ["manufactures denied"]),
    ({"types": ("Equipment", "Person")},
     ["evaluates asserted", "evaluates possible", "holdsPosition asserted", "manufactures denied"]),
    ({"entity": "company/saab"}, ["manufactures denied"]),
    ({"entity": "company/saab", "depth": 2},
     ["evaluates asserted", "evaluates possible", "manufactures denied"]),
    ({"entity": "company/saab", "depth": 2, "modalities": ("asserted",)}, []),
    ({"entity": "country/japan"},
     ["evaluates asserted", "evaluates possible", "meetsWith asserted", "meetsWith planned"]),
    ({"entity": "country/japan", "types": ("Country",)},
     ["meetsWith asserted", "meetsWith planned"]),
    ({"entity": "person/yasar-guler", "depth": 2}, ["holdsPosition asserted"]),
    ({"belief": 0.5}, ALL),
    ({"belief": 0.51}, []),
]  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Store:
    return stored(DOCUMENTS)


@pytest.mark.parametrize(("wanted", "kept"), CASES, ids=lambda value: str(value)[:60])
def test_what_is_kept(small: Store, wanted: dict[str, Any], kept: list[str]) -> None:
    found = excerpt(small, Selection(**wanted), beliefs=Half())
    pieces = [
        f"{f.statement.predicate} {p.evidence.modality}" for f in found.facts for p in f.pieces
    ]
    assert sorted(pieces) == kept
    # The same as RDF: exactly this evidence, and nothing new.
    back = Store()
    back.extend(parse(written(small, "trig", Selection(**wanted)), format=RdfFormat.TRIG))
    evidence = [
        f"{piece.statement.predicate} {piece.modality}"
        for each in read.documents(back)
        for piece in read.extraction(back, each.id).evidence
    ]
    assert sorted(evidence) == kept
    there = {str(quad) for quad in small}
    new = [quad for quad in back if str(quad) not in there]
    assert new == [], "an excerpt says something that the whole does not"


def test_an_excerpt_is_what_a_store_of_this_evidence_would_hold(small: Store) -> None:
    """Entities and statements follow from the evidence kept, as in a store."""
    back = Store()
    text = written(small, "trig", Selection(predicates=("evaluates", "manufactures")))
    back.extend(parse(text, format=RdfFormat.TRIG))
    rebuilt = stored(read.extraction(back, each.id) for each in read.documents(back))
    documents = [q for q in back if q.graph_name.value.startswith(f"{BASE}document/")]
    assert {*documents} <= {*rebuilt}
    assert {q for q in back if q.graph_name == STATEMENTS} == {
        q for q in rebuilt if q.graph_name == STATEMENTS
    }


@pytest.mark.parametrize("wanted", [{"entity": "company/saab"}, {"modalities": ("asserted",)}])
def test_an_excerpt_keeps_to_the_shapes(small: Store, wanted: dict[str, Any]) -> None:
    back = Store()
    back.extend(parse(written(small, "trig", Selection(**wanted)), format=RdfFormat.TRIG))
    assert len(back) > 50
    assert not validate(back).violations


def test_a_denial_alone_has_no_plain_triple() -> None:
    """One document asserts, another denies."""
    denial = _denied(DOCUMENTS[0])
    both = stored((DOCUMENTS[0], denial))
    plain = (NamedNode(f"{BASE}entity/country/japan"), NamedNode(NAMESPACE + "evaluates"), None)
    assert list(both.quads_for_pattern(*plain, STATEMENTS))
    back = Store()
    text = written(both, "trig", Selection(modalities=("denied",)))
    back.extend(parse(text, format=RdfFormat.TRIG))
    assert not list(back.quads_for_pattern(*plain, STATEMENTS))
    assert len(list(back.quads_for_pattern(None, None, RDF_STATEMENT, STATEMENTS))) == 2


def _denied(extraction: Extraction) -> Extraction:
    return replace(
        extraction,
        document=replace(extraction.document, title="Another"),
        evidence=tuple(replace(each, modality="denied") for each in extraction.evidence),
    )


def test_everything_has_graphs_of_clients_and_a_part_has_not(mixed: Store) -> None:
    assert b"http://example.org/graphs/mine" in written(mixed, "trig")
    assert b"http://example.org/graphs/mine" not in written(
        mixed, "trig", Selection(since="2020-01-01")
    )
    assert len(excerpt(mixed, Selection()).facts) == 5 + 2 * len(LABELS)


def test_clients_cannot_slip_documents_or_evidence_in(store: Store, mixed: Store) -> None:
    assert [*read.documents(mixed)] == [*read.documents(store)]
    for wanted in (Selection(), Selection(entity="country/japan")):
        assert excerpt(mixed, wanted).facts == excerpt(store, wanted).facts


def test_entities_are_read_when_they_are_asked_for(small: Store) -> None:
    known = Known(small)
    assert known["country/japan"].aliases == ("Nippon", "日本")
    assert "country/atlantis" not in known
    assert 'a"b' not in known
    assert known.get("") is None
    assert {**known} == {each.id: each for each in read.entities(small)}
    assert len(known) == len(Names(known)) == 5
    assert Names(known)["company/saab"] == "Saab"
    assert "country/atlantis" not in known


def test_entities_without_statements_belong_to_everything(small: Store) -> None:
    assert {*excerpt(small, Selection()).entities} == {e.id for e in read.entities(small)}
    found = excerpt(small, Selection(predicates=("evaluates",)))
    assert [*found.entities] == ["country/japan", "equipment/anka"]
    alone = excerpt(small, Selection(entity="company/saab", modalities=("planned",)))
    assert ([*alone.entities], alone.facts) == (["company/saab"], ())


@pytest.mark.parametrize(("wanted", "said"), [
    ({"predicates": ("loves",)}, "'loves' is no predicate: take one of cooperatesWith"),
    ({"modalities": ("sure",)}, "'sure' is no modality: take one of asserted"),
    ({"types": ("Planet",)}, "'Planet' is no type: take one of Country"),
    ({"depth": 3}, "depth 3: take 1 or 2"),
])  # fmt: skip
def test_names_that_the_ontology_does_not_know(
    small: Store, wanted: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        excerpt(small, Selection(**wanted))


def test_an_entity_that_is_not_there(small: Store) -> None:
    with pytest.raises(NotFoundError, match="country/atlantis"):
        excerpt(small, Selection(entity="country/atlantis"))


def test_belief_where_it_is_not_known(small: Store) -> None:
    with pytest.raises(InputError, match="belief"):
        excerpt(small, Selection(belief=0.5))
    assert not excerpt(small, Selection()).has_belief


@pytest.mark.parametrize(("wanted", "belief"), [
    ({}, 0.9), ({"modalities": ("possible",)}, 0.25), ({"modalities": ("denied",)}, None),
    ({"belief": 0.9}, 0.9), ({"belief": 0.91}, None),
    ({"modalities": ("possible",), "belief": 0.25}, 0.25),
    ({"modalities": ("possible",), "belief": 0.26}, None),
])  # fmt: skip
def test_belief_is_that_in_the_firmest_modality_kept(
    small: Store, wanted: dict[str, Any], belief: float | None
) -> None:
    """Evidence asserts it and evidence thinks it possible, each with a belief of its own."""
    beliefs = {EVALUATES.id: {"asserted": 0.9, "possible": 0.25}}
    found = excerpt(small, Selection(predicates=("evaluates",), **wanted), beliefs=beliefs)
    assert [fact.belief for fact in found.facts] == ([] if belief is None else [belief])


@pytest.mark.parametrize("form", ["trig", "gexf", "neo4j", "csv"])
def test_work_ends_where_it_is_told_to(small: Store, form: str) -> None:
    class EnoughError(Exception):
        pass

    def enough() -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        export(small, FORMATS[form], check=enough)


def test_evidence_read_alone_is_the_evidence_of_the_documents(store: Store) -> None:
    whole = {
        (document.id, piece.statement.id)
        for document in read.documents(store)
        for piece in read.extraction(store, document.id).evidence
    }
    alone = {
        (document, piece.statement.id)
        for record in read.statements(store)
        for document, piece in read.evidence_for(store, record.statement.id)
    }
    assert alone == whole
    everything = {f.id: f.pieces for f in excerpt(store, Selection()).facts}
    for entity in ("country/japan", "country/norway", "person/yasar-guler", "company/x3"):
        around = excerpt(store, Selection(entity=entity, depth=2))
        assert around.facts
        for fact in around.facts:
            assert fact.pieces == everything[fact.id]


def test_names_of_files(small: Store) -> None:
    assert made(small, "gexf").name == "entente.gexf"
    assert made(small, "neo4j", Selection(entity="country/japan")).name == (
        "entente-country-japan-neo4j.zip"
    )
