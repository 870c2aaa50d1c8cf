"""The whole pipeline on text of any kind, and on what must change with the text and what not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import readers
from kg.documents import Document
from kg.pipeline import Pipeline
from kg.statements import EntityRef, Extraction

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.md"))
WORDS = ["Japan", "Baykar's", "TB2", "will", "not", "buy", "24", "F-16s", "from", "the", "in March"]
WORDS += [",", ".", "\n\n", "said", "its", "Minister", "$2.5bn", "(TAI)", "“", "”", "and", "Ankara"]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def read(pipeline: Pipeline, text: str) -> Extraction:
    return pipeline.extract(Document(text=text, date="2026-01-08"))


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS)).map(" ".join)))
def test_any_text(pipeline: Pipeline, text: str) -> None:
    found = read(pipeline, text)
    ids = {e.id for e in found.entities}
    numbers = {s.number for s in found.sentences}
    for mention in found.mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.entity in ids
    for evidence in found.evidence:
        assert evidence.sentence in numbers
        assert 0 <= evidence.start < evidence.end <= len(text)
        assert evidence.statement.subject in ids
        assert 0 <= evidence.confidence <= 1
        assert evidence.reason


def triples(found: Extraction) -> set[tuple[str, str, str, str]]:
    return {
        (e.statement.subject, e.statement.predicate, e.statement.object.id, e.modality)
        for e in found.evidence
        if isinstance(e.statement.object, EntityRef)
    }


@pytest.mark.parametrize(
    ("buyer", "id_"),
    [("Poland", "poland"), ("Chile", "chile"), ("Vietnam", "vietnam"), ("Morocco", "morocco")],
)
def test_another_country_another_subject(pipeline: Pipeline, buyer: str, id_: str) -> None:
    found = triples(read(pipeline, f"{buyer} has bought the Bayraktar TB2."))
    assert (f"country/{id_}", "procures", "equipment/bayraktar-tb2", "asserted") in found


def test_not_makes_it_denied(pipeline: Pipeline) -> None:
    found = triples(read(pipeline, "Poland has not bought the Bayraktar TB2."))
    assert ("country/poland", "procures", "equipment/bayraktar-tb2", "denied") in found


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_what_only_explanations_show_changes_nothing(pipeline: Pipeline, path: Path) -> None:
    (document,) = readers.read(str(path))
    assert isinstance(document, Document)
    steps = pipeline.steps(document)
    assert pipeline.extract(document) == steps.extraction
    assert any(not claim.kept for claim in steps.by_model)


def test_an_unrelated_paragraph_at_the_end_changes_nothing(pipeline: Pipeline) -> None:
    text = "Poland has bought the Bayraktar TB2. Baykar is based in Istanbul."
    more = text + "\n\nThe weather was fine on all three days."
    assert triples(read(pipeline, text)) == triples(read(pipeline, more))
