"""Three hand-made extractions for small stores, and how to make more.

Two documents say that Japan evaluates the Anka, one of them from a speaker; a third says that a
visit is planned. Nothing of the web is imported here: processes that tests start and kill by the
dozen need these.
"""

from __future__ import annotations

import re

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
    QualifierValue,
    Statement,
)

JAPAN = Entity(
    id="country/japan", type="Country", name="Japan", aliases=("Nippon",), catalogue=True,
    reason="name of the catalogue",
)  # fmt: skip
TURKEY = Entity(
    id="country/turkey", type="Country", name="Turkey", aliases=("Türkiye",), catalogue=True
)
ANKA = Entity(id="equipment/anka", type="Equipment", name="Anka", aliases=("TAI Anka",))
BAYKAR = Entity(id="company/baykar", type="Company", name="Baykar", aliases=("Baykar Makina",))
GULER = Entity(id="person/yasar-guler", type="Person", name="Yaşar Güler", aliases=("Guler",))
EVALUATES = Statement("country/japan", "evaluates", EntityRef("equipment/anka"))
EXPORTS = Statement("country/turkey", "hasExportValue", Amount(10_000_000_000, "USD"))
POSITION = Statement("person/yasar-guler", "holdsPosition", Literal('Minister of "Defense"'))
VISIT = Statement("person/yasar-guler", "visits", EntityRef("country/japan"))


def extraction(
    text: str,
    entities: tuple[Entity, ...],
    *evidence: tuple[Statement, str, dict[str, tuple[QualifierValue, ...]]],
    title: str = "",
    date: str | None = None,
    source: str | None = None,
) -> Extraction:
    """One sentence that says each of (statement, modality, qualifiers)."""
    end = len(text)
    return Extraction(
        document=Document(text=text, title=title, date=date, source=source),
        sentences=(Sentence(number=1, start=0, end=end),),
        mentions=tuple(
            Mention(
                start=match.start(),
                end=match.end(),
                type=entity.type,
                sentence=1,
                entity=entity.id,
                reason="its name",
            )
            for entity in entities
            for match in re.finditer(re.escape(entity.name), text)
        ),
        entities=tuple(sorted(entities, key=lambda entity: entity.id)),
        evidence=tuple(
            Evidence(
                statement=statement,
                sentence=1,
                start=0,
                end=end,
                modality=modality,
                qualifiers=qualifiers,
                confidence=0.9,
                extractor="test 1",
                reason="by hand",
            )
            for statement, modality, qualifiers in evidence
        ),
    )


FIRST = extraction(
    "Japan is assessing the Anka, said Yaşar Güler.",
    (JAPAN, ANKA, GULER),
    (EVALUATES, "asserted", {"attributedTo": (EntityRef("person/yasar-guler"),)}),
    (POSITION, "asserted", {}),
    title="Tokyo looks at drones",
    date="2026-01-08",
    source="https://example.org/1",
)
SECOND = extraction(
    "Japan may evaluate the Anka; Turkey exported more than $10bn, up 48 percent.",
    (JAPAN, ANKA, TURKEY),
    (EVALUATES, "possible", {}),
    (
        EXPORTS,
        "asserted",
        {
            "period": (DateValue("in 2025", "2025", "stated", "year"),),
            "change": (Number(48, "48 percent"),),
            "bound": (Literal("min"),),
        },
    ),
    title="Exports <up> & away",
    date="2026-02-01",
)
THIRD = extraction(
    "Yaşar Güler will visit Japan, and Baykar waits.",
    (JAPAN, GULER, BAYKAR),
    (VISIT, "planned", {}),
    title="A visit",
)
