"""Settling says what it drops, and why; every claim is either stated or dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.extract.claims import Policy, extraction, settle
from kg.extract.confidence import Calibration, Signals
from kg.extract.records import Claim
from kg.extract.trace import CAUSES, Trace
from kg.statements import EntityRef, Extraction

TEXT = "Japan may buy the Anka. Turkey sells it to Japan."
SENTENCES = (Sentence(number=1, start=0, end=23), Sentence(number=2, start=24, end=49))
ENTITIES = (
    Entity(id="country/japan", type="Country", name="Japan"),
    Entity(id="country/turkey", type="Country", name="Turkey"),
    Entity(id="equipment/anka", type="Equipment", name="Anka"),
)
MENTIONS = (
    Mention(start=0, end=5, type="Country", sentence=1, entity="country/japan"),
    Mention(start=18, end=22, type="Equipment", sentence=1, entity="equipment/anka"),
    Mention(start=24, end=30, type="Country", sentence=2, entity="country/turkey"),
    Mention(
        start=37, end=39, type="Equipment", sentence=2, entity="equipment/anka", kind="pronoun"
    ),
    Mention(start=43, end=48, type="Country", sentence=2, entity="country/japan"),
)
BUYS = Claim(
    subject="country/japan", predicate="procures", object=EntityRef("equipment/anka"), sentence=1,
    confidence=0.8, extractor="model 1", subject_span=(0, 5), object_span=(18, 22),
)  # fmt: skip
SELLS = Claim(
    subject="country/turkey", predicate="supplies", object=EntityRef("country/japan"), sentence=2,
    confidence=0.8, extractor="model 1", subject_span=(24, 30), object_span=(43, 48),
)  # fmt: skip
SOLD = replace(
    SELLS, subject="country/japan", object=EntityRef("country/turkey"), confidence=0.7,
    subject_span=(43, 48), object_span=(24, 30),
)  # fmt: skip
AGAIN = replace(BUYS, sentence=2, object_span=(18, 22), subject_span=(43, 48))


MADE = replace(BUYS, predicate="manufactures")
DEVELOPED = replace(BUYS, predicate="develops", extractor="frames 1", reason="frame develop")


def framed(confidence: float) -> Claim:
    """What a frame says of the first sentence."""
    return replace(BUYS, confidence=confidence, extractor="frames 1", reason="frame buy: “buy”")


def run(
    model: list[Claim], frames: list[Claim], *, least: float = 0.0
) -> tuple[Extraction, list[str]]:
    """What is stated, and the causes of what is dropped."""
    trace = Trace()
    claims = settle(model, frames, policy=Policy(), trace=trace)
    found = extraction(
        Document(text=TEXT),
        sentences=SENTENCES,
        mentions=MENTIONS,
        entities=ENTITIES,
        claims=claims,
        min_confidence=least,
        trace=trace,
    )
    assert all(d.why and d.cause in CAUSES for d in trace.dropped)
    return found, [d.cause for d in trace.dropped]


@pytest.mark.parametrize(
    ("model", "frames", "stated", "causes"),
    [
        ([BUYS], [], 1, []),
        ([replace(BUYS, confidence=0.3, kept=False)], [], 0, ["threshold"]),
        ([], [framed(0.5)], 0, ["unconfirmed"]),
        ([], [framed(0.9)], 1, []),
        (
            [replace(BUYS, confidence=0.05, kept=False)],
            [framed(0.5)],
            0,
            ["unconfirmed", "threshold"],
        ),
        (
            [replace(BUYS, confidence=0.2, kept=False)],
            [framed(0.5)],
            1,
            [],
        ),
        ([SELLS, SOLD], [], 1, ["reversed"]),
        ([MADE], [DEVELOPED], 1, ["implied"]),
        ([MADE], [DEVELOPED, replace(MADE, extractor="frames 1", confidence=0.9)], 2, []),
        ([replace(MADE, sentence=2)], [DEVELOPED], 2, []),
        ([BUYS, AGAIN], [], 1, ["repeat"]),
        ([replace(BUYS, object=EntityRef("country/japan"))], [], 0, ["itself"]),
        ([replace(BUYS, object=EntityRef("equipment/kaan"))], [], 0, ["unknown"]),
    ],
)
def test_stated_or_dropped(
    model: list[Claim], frames: list[Claim], stated: int, causes: list[str]
) -> None:
    found, dropped = run(model, frames)
    assert (len(found.evidence), dropped) == (stated, causes)


def test_less_sure_than_asked_for() -> None:
    found, dropped = run([BUYS, SELLS, replace(SOLD, confidence=0.1)], [], least=0.9)
    assert (found.evidence, dropped) == ((), ["reversed", "confidence", "confidence"])


def test_a_settled_claim_keeps_what_each_source_gave() -> None:
    [joined] = settle([BUYS], [framed(0.5)], policy=Policy())
    assert (joined.probability, joined.precision) == (0.8, 0.5)
    hint = replace(BUYS, confidence=0.2, kept=False)
    [supported] = settle([hint], [framed(0.5)], policy=Policy())
    assert (supported.probability, supported.precision) == (0.2, 0.5)
    [alone] = settle([BUYS], [], policy=Policy())
    assert (alone.probability, alone.precision) == (0.8, None)


class Seen(Calibration):
    """Notes the signals that it is asked about."""

    asked: list[Signals] = []  # noqa: RUF012

    def confidence(self, signals: Signals) -> float:
        self.asked.append(signals)
        return 0.25


def test_confidence_comes_from_the_calibration() -> None:
    pronoun = replace(BUYS, sentence=2, subject_span=(43, 48), object_span=(37, 39))
    for claim, named, inside in ((BUYS, True, True), (AGAIN, True, False), (pronoun, False, True)):
        seen = Seen({})
        seen.asked.clear()
        found = extraction(
            Document(text=TEXT),
            sentences=SENTENCES,
            mentions=MENTIONS,
            entities=ENTITIES,
            claims=settle([claim], [], policy=Policy()),
            calibration=seen,
        )
        assert [e.confidence for e in found.evidence] == [0.25]
        [signals] = seen.asked
        assert (signals.named, signals.inside, signals.probability) == (named, inside, 0.8)
