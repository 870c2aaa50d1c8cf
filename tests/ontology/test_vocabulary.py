"""The vocabulary has what the guide lists, and a broken file says where it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDFS, SKOS

from kg.errors import CatalogueError
from ontology.vocabulary import FILE, load

TYPES = (
    "Country InternationalOrganization GovernmentBody ArmedForce Company Person Equipment "
    "EquipmentCategory Place Agreement Exercise Topic"
)
PREDICATES = (
    "cooperatesWith meetsWith visits signsAgreementWith holdsExerciseWith memberOf holdsPosition "
    "subsidiaryOf basedIn locatedIn develops manufactures developsJointlyWith supplies procures "
    "awardsContractTo operates evaluates tests hasCapability variantOf equippedWith isA "
    "hasExportValue hasDefenceBudget sanctions prioritizes"
)
SYMMETRIC = "cooperatesWith meetsWith signsAgreementWith holdsExerciseWith developsJointlyWith"
QUALIFIERS = (
    "date period location topic equipment quantity value agreement exercise supplier destination "
    "of change bound attributedTo"
)
AGENTS = "Country InternationalOrganization GovernmentBody ArmedForce Company Person"


def test_the_terms_of_the_guide() -> None:
    terms = load()
    assert list(terms.types) == TYPES.split()
    assert list(terms.predicates) == PREDICATES.split()
    assert list(terms.modalities) == ["asserted", "planned", "possible", "denied"]
    assert list(terms.qualifiers) == QUALIFIERS.split()
    assert {n for n, p in terms.predicates.items() if p.symmetric} == set(SYMMETRIC.split())
    for predicate in terms.predicates.values():
        assert (predicate.inverse == predicate.label) is predicate.symmetric
    assert {n for n, t in terms.types.items() if t.agent} == set(AGENTS.split())


def test_each_term_is_explained_and_each_type_can_be_told_apart() -> None:
    terms = load()
    groups = (terms.types, terms.predicates, terms.modalities, terms.qualifiers)
    for group in groups:
        assert len({t.definition for t in group.values()}) == len(group)
        for name, term in group.items():
            assert term.name == name
            assert term.iri == f"https://w3id.org/entente/ontology#{name}"
    assert len({t.colour for t in terms.types.values()}) == len(terms.types)


@pytest.mark.parametrize(
    ("predicate", "subject", "object_", "fits"),
    [
        ("evaluates", "Country", "Equipment", True),
        ("evaluates", "Country", "Place", False),
        ("evaluates", "Agent", "Equipment", False),
        ("visits", "Person", "Place", True),
        ("visits", "Place", "Person", False),
        ("holdsPosition", "Person", "Literal", True),
        ("holdsPosition", "Person", "Country", False),
        ("hasExportValue", "Company", "Amount", True),
        ("hasExportValue", "Company", "Literal", False),
        ("subsidiaryOf", "Country", "Country", False),
        ("memberOf", "Country", "InternationalOrganization", True),
        ("likes", "Country", "Country", False),
    ],
)
def test_fits(predicate: str, subject: str, object_: str, fits: bool) -> None:
    assert load().fits(predicate, subject, object_) is fits


def test_the_ontology_is_aligned_to_other_vocabularies() -> None:
    graph = rdflib.Graph().parse(FILE)
    links = (RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch)
    targets = {str(o) for link in links for o in graph.objects(None, link)}
    for vocabulary in (
        "https://schema.org/",
        "http://www.w3.org/ns/org#",
        "http://www.w3.org/ns/prov#",
        "http://www.w3.org/ns/oa#",
        "https://w3id.org/entente/plover#",
    ):
        assert any(t.startswith(vocabulary) for t in targets), vocabulary


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('rdfs:label "visits"@en ;', "rdfs:label ;", "not Turtle"),
        ('rdfs:label "visits"@en ;', "", "ent:visits: 0 values of label; give it one text"),
        ('"visits"@en', '"visits"@en, "goes to"', "ent:visits: 2 values of label"),
        ('ent:inverseLabel "is visited by"@en ;', "", "ent:visits: 0 values of inverseLabel"),
        ("( ent:Agent ent:Place )", "( ent:Agent ent:Plaice )", "ent:visits: .*Plaice is no type"),
        ("rdfs:domain ent:Person ;", "", "ent:holdsPosition: no domain"),
        ('ent:colour "#1f77b4"', 'ent:colour "blue"', "ent:Country: 'blue' is no colour"),
        ("subPropertyOf ent:cooperatesWith", "subPropertyOf ent:works", "works is no predicate"),
        ("rdfs:subClassOf ent:Entity", "rdfs:comment ent:Entity", "."),
    ],
)
def test_a_broken_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "broken.ttl"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogueError, match=rf"broken\.ttl, line \d+: .*{message}"):
        load(path)


def test_the_line_is_that_of_the_term(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8").replace('rdfs:label "visits"@en ;', "")
    path = tmp_path / "broken.ttl"
    path.write_text(text, encoding="utf-8")
    line = text.splitlines().index(
        next(line for line in text.splitlines() if line.startswith("ent:visits "))
    )
    with pytest.raises(CatalogueError, match=f"line {line + 1}:"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"\xff"])
def test_no_vocabulary_at_all(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.ttl"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=r"empty\.ttl"):
        load(path)
    with pytest.raises(CatalogueError, match="name a Turtle file"):
        load(tmp_path / "missing.ttl")
