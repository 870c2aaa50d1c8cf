"""One hand-made extraction that uses every kind of value, for the tests of the graph."""

from __future__ import annotations

import pytest

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.statements import (
    Amount,
    DateValue,
    EntityRef,
    Evidence,
    Extraction,
    Literal,
    Number,
    Statement,
)

TEXT = (
    "Norway’s Defence Minister Tore Sandvik said Oslo could order 24 Gripen jets for about "
    "$3bn in 2027. Norway flies the F-35. Its defence budget is 10.5 billion dollars."
)


@pytest.fixture(scope="session")
def example() -> Extraction:
    first, second = TEXT.index(" Norway flies"), TEXT.index(" Its defence")
    norway, gripen, f35 = "country/norway", "equipment/gripen", "equipment/f-35"
    minister = "person/tore-sandvik"
    sentences = (
        Sentence(number=1, start=0, end=first),
        Sentence(number=2, start=first + 1, end=second),
        Sentence(number=3, start=second + 1, end=len(TEXT)),
    )
    return Extraction(
        document=Document(
            text=TEXT, title="Oslo’s jets", date="2026-01-08", source="wire", name="jets"
        ),
        sentences=sentences,
        mentions=(
            Mention(start=0, end=6, type="Country", sentence=1, entity=norway, reason="catalogue"),
            Mention(start=26, end=38, type="Person", sentence=1, entity=minister),
            Mention(start=44, end=48, type="Country", sentence=1, entity=norway),
            Mention(
                start=second + 1,
                end=second + 4,
                type="Country",
                sentence=3,
                entity=norway,
                kind="pronoun",
            ),
        ),
        entities=(
            Entity(
                id=norway,
                type="Country",
                name="Norway",
                aliases=("Norwegian", "Oslo"),
                catalogue=True,
                reason="name in the catalogue",
            ),
            Entity(id=f35, type="Equipment", name="F-35", catalogue=True),
            Entity(id=gripen, type="Equipment", name="Gripen"),
            Entity(id=minister, type="Person", name="Tore Sandvik", aliases=("Sandvik",)),
        ),
        evidence=(
            Evidence(
                statement=Statement(minister, "holdsPosition", Literal("Defence Minister")),
                sentence=1,
                start=0,
                end=first,
                modality="asserted",
                qualifiers={"of": (EntityRef(norway),)},
                extractor="frame:post 0.1",
            ),
            Evidence(
                statement=Statement(norway, "procures", EntityRef(gripen)),
                sentence=1,
                start=0,
                end=first,
                modality="possible",
                qualifiers={
                    "attributedTo": (EntityRef(minister),),
                    "bound": (Literal("about"),),
                    "date": (DateValue("in 2027", "2027", "stated", "year"),),
                    "quantity": (Number(24, "24"),),
                    "value": (Amount(3e9, "USD", "$3bn"),),
                },
                confidence=0.9,
                quoted=False,
                extractor="model 0.1",
                reason="the model is sure",
            ),
            Evidence(
                statement=Statement(norway, "operates", EntityRef(f35)),
                sentence=2,
                start=first + 1,
                end=second,
                modality="asserted",
            ),
            Evidence(
                statement=Statement(
                    norway, "hasDefenceBudget", Amount(1.05e10, "USD", "10.5 billion dollars")
                ),
                sentence=3,
                start=second + 1,
                end=len(TEXT),
                modality="asserted",
                confidence=0.85,
            ),
        ),
    )
