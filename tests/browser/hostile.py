"""Documents whose names, titles, sources and sentences try to act as something else than text."""

from __future__ import annotations

from pathlib import Path

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.statements import DateValue, EntityRef, Evidence, Extraction, Literal, Statement

TEXTS = (Path(__file__).parent / "hostile.txt").read_text(encoding="utf-8").splitlines()
"""One attempt a line."""

JAPAN = Entity(id="country/japan", type="Country", name="Japan", catalogue=True)


def extraction(number: int, *, text: str | None = None, title: str | None = None) -> Extraction:
    """A document in which everything that a document can choose is the attempt `number`.

    Japan evaluates what is called so, its maker says, and the words stand in the text, the title,
    the source, the aliases, the reason and a qualifier.
    """
    trap = TEXTS[number]
    body = text if text is not None else f"Japan evaluates {trap} these days."
    at = max(0, body.find(trap))
    thing = Entity(
        id=f"equipment/trap-{number:02}", type="Equipment", name=trap, aliases=(f"also {trap}",),
        reason=trap,
    )  # fmt: skip
    speaker = Entity(id=f"person/trap-{number:02}", type="Person", name=f"Mr {trap}")
    return Extraction(
        document=Document(
            text=body,
            title=trap if title is None else title,
            date="2026-01-08",
            source=f"https://example.org/{number}" if number % 2 else trap,
        ),
        sentences=(Sentence(number=1, start=0, end=len(body)),),
        mentions=(
            Mention(start=at, end=min(len(body), at + len(trap)), type="Equipment", sentence=1,
                    entity=thing.id, reason=trap),
        ),
        entities=(JAPAN, thing, speaker),
        evidence=(
            Evidence(
                statement=Statement(JAPAN.id, "evaluates", EntityRef(thing.id)),
                sentence=1,
                start=0,
                end=len(body),
                modality="asserted",
                qualifiers={
                    "attributedTo": (EntityRef(speaker.id),),
                    "date": (DateValue(trap, "2026-01", "stated", "month"),),
                    "topic": (Literal(trap),),
                },
                confidence=0.9,
                extractor="by hand 1",
                reason=f"“{trap}”",
            ),
            Evidence(
                statement=Statement(speaker.id, "holdsPosition", Literal(trap)),
                sentence=1,
                start=0,
                end=len(body),
                modality="asserted",
                qualifiers={},
                confidence=0.9,
                extractor="by hand 1",
                reason=trap,
            ),
        ),
    )  # fmt: skip
