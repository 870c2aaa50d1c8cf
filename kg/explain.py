"""Why a document says what it is read to say: each sentence with all that was made of it.

`Steps` is what the pipeline has at its end; `explain` sorts it by sentence into plain records,
and `as_json` makes of those what `kg explain --format json` and `POST /explain` give.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.extract.records import Claim, Span, ValueSpan
from kg.extract.trace import Dropped, Said
from kg.json_form import plain
from kg.statements import EntityRef, Extraction, Object, Qualifiers

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from ontology.frames import Frames


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What each step of the pipeline found in a document."""

    doc: Doc
    mentions: tuple[Mention, ...]
    entities: tuple[Entity, ...]
    values: tuple[ValueSpan, ...]
    posts: tuple[Span, ...]
    frames: Frames
    by_frame: tuple[Claim, ...]
    by_model: tuple[Claim, ...]
    dropped: tuple[Dropped, ...]
    extraction: Extraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A token: `number` and `head` count the words of the sentence from 1, 0 is above the root."""

    number: int
    text: str
    lemma: str
    tag: str
    pos: str
    dependency: str
    head: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A mention: the span, the entity that it was linked to, and the reasons of both."""

    text: str
    start: int
    end: int
    type: str
    kind: str
    entity: str
    name: str
    reason: str
    entity_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A date, sum, count, percentage or post."""

    text: str
    start: int
    end: int
    kind: str
    value: str
    bound: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a frame or the model reads off the sentence, and what became of it.

    `score` is the frame's precision or the model's probability, `needed` the model's threshold.
    `cause` is "" for what is stated, else one of `kg.extract.trace.CAUSES`; `why` says it.
    """

    subject: str
    predicate: str
    object: str
    modality: str
    qualifiers: str
    score: float
    needed: float | None
    reason: str
    cause: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A frame with a trigger in the sentence that found nothing to say; `cause` is one of
    `kg.extract.trace.ATTEMPT_CAUSES`.
    """

    frame: str
    predicate: str
    word: str
    cause: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A statement that is not made of this sentence, and why."""

    subject: str
    predicate: str
    object: str
    extractor: str
    cause: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A statement that is made of this sentence."""

    id: str
    subject: str
    predicate: str
    object: str
    modality: str
    qualifiers: str
    confidence: float
    extractor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReading:
    """One sentence with all that was made of it."""

    number: int
    start: int
    end: int
    text: str
    words: tuple[Word, ...]
    mentions: tuple[Named, ...]
    values: tuple[Value, ...]
    said: tuple[Said, ...]
    frames: tuple[Reading, ...]
    tried: tuple[Tried, ...]
    model: tuple[Reading, ...]
    rejected: tuple[Rejected, ...]
    statements: tuple[Stated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The sentences of a document, in its order."""

    document: Document
    sentences: tuple[SentenceReading, ...]


def as_json(explanation: Explanation, *, sentence: int | None = None) -> dict[str, Any]:
    """The object for one document, or with one of its sentences, of what `json.dumps` takes."""
    document = explanation.document
    return {
        "document": {
            "id": document.name or document.id,
            "hash": document.id,
            "title": document.title,
            "date": document.date,
            "source": document.source,
        },
        "sentences": [
            json.loads(json.dumps(asdict(s)))
            for s in explanation.sentences
            if sentence in (None, s.number)
        ],
    }


def explain(steps: Steps) -> Explanation:
    """The explanation of a document, from the steps of its reading."""
    found = steps.extraction
    view = _View(steps)
    return Explanation(
        document=found.document, sentences=tuple(view.sentence(s) for s in found.sentences)
    )


@cache
def thresholds() -> Mapping[str, float]:
    """The probability from which the relation model states a predicate by itself."""
    from kg.nlp.component import MODEL

    text = (MODEL / "relations.json").read_text(encoding="utf-8")
    found: dict[str, float] = json.loads(text)["thresholds"]
    return found


class _View:
    """The steps, by sentence."""

    def __init__(self, steps: Steps) -> None:
        from kg.extract.attributions import Attributions
        from kg.extract.frames_attempts import attempts
        from kg.extract.syntax_mend import mended

        self.steps = steps
        self.text = steps.extraction.document.text
        self.entities = {e.id: e for e in steps.entities}
        self.names = {e.id: e.name for e in steps.entities}
        self.stated = {
            (e.statement.subject, e.statement.predicate, e.statement.object, e.sentence)
            for e in steps.extraction.evidence
        }
        self.fate: dict[tuple[str, str, Object, int], Dropped] = {}
        for dropped in steps.dropped:
            for key in _keys(dropped.claim):
                self.fate[key] = dropped
        self.tree = mended(steps.doc)  # as the frames read it
        self.attributions = Attributions(self.tree, steps.mentions, frames=steps.frames)
        self.attempts = attempts(
            steps.doc,
            steps.mentions,
            steps.values,
            list(steps.doc.spans.get("titles", ())),
            frames=steps.frames,
        )

    def sentence(self, place: Sentence) -> SentenceReading:
        number = place.number
        inside = [t for t in self.tree if place.start <= t.idx < place.end and not t.is_space]
        numbers = {t.i: n for n, t in enumerate(inside, 1)}
        return SentenceReading(
            number=number,
            start=place.start,
            end=place.end,
            text=self.text[place.start : place.end],
            words=tuple(
                Word(
                    number=numbers[t.i],
                    text=t.text,
                    lemma=t.lemma_,
                    tag=t.tag_,
                    pos=t.pos_,
                    dependency=t.dep_,
                    head=0 if t.head.i == t.i else numbers.get(t.head.i, 0),
                    start=t.idx,
                    end=t.idx + len(t),
                )
                for t in inside
            ),
            mentions=tuple(self._mentions(place)),
            values=tuple(self._values(place)),
            said=tuple(self._said(place)),
            frames=tuple(self._readings(c for c in self.steps.by_frame if c.sentence == number)),
            tried=tuple(
                Tried(
                    frame=a.frame,
                    predicate=a.predicate,
                    word=self.steps.doc[a.index].text,
                    cause=a.cause,
                    why=a.why,
                )
                for a in self.attempts
                if a.index in numbers
            ),
            model=tuple(self._readings(c for c in self.steps.by_model if c.sentence == number)),
            rejected=tuple(
                self._rejected(d) for d in self.steps.dropped if d.claim.sentence == number
            ),
            statements=tuple(self._stated(number)),
        )

    def _mentions(self, place: Sentence) -> Iterable[Named]:
        for m in self.steps.mentions:
            if place.start <= m.start < place.end:
                entity = self.entities.get(m.entity)
                yield Named(
                    text=self.text[m.start : m.end],
                    start=m.start,
                    end=m.end,
                    type=m.type,
                    kind=m.kind,
                    entity=m.entity,
                    name=self.names.get(m.entity, m.entity),
                    reason=m.reason,
                    entity_reason=entity.reason if entity else "",
                )

    def _values(self, place: Sentence) -> Iterable[Value]:
        found = [(v.start, v.end, v.kind, plain(v.value, {}), v.bound) for v in self.steps.values]
        found += [
            (p.start, p.end, "post", self.text[p.start : p.end], None) for p in self.steps.posts
        ]
        for start, end, kind, value, bound in sorted(found, key=lambda v: v[:3]):
            if place.start <= start < place.end:
                text = self.text[start:end]
                yield Value(text=text, start=start, end=end, kind=kind, value=value, bound=bound)

    def _said(self, place: Sentence) -> Iterable[Said]:
        here = [e for e in self.steps.extraction.evidence if e.sentence == place.number]
        return self.attributions.reports(place.start, here, show=lambda v: plain(v, self.names))

    def _ends(self, claim: Claim) -> dict[str, str]:
        return {
            "subject": self.names.get(claim.subject, claim.subject),
            "predicate": claim.predicate,
            "object": plain(claim.object, self.names),
        }

    def _qualifiers(self, qualifiers: Qualifiers) -> str:
        return "; ".join(
            f"{name}: {', '.join(plain(v, self.names) for v in values)}"
            for name, values in sorted(qualifiers.items())
        )

    def _readings(self, claims: Iterable[Claim]) -> Iterable[Reading]:
        for c in sorted(
            claims, key=lambda c: (-c.confidence, c.predicate, c.subject, str(c.object))
        ):
            keys = _keys(c)
            dropped = next((self.fate[k] for k in keys if k in self.fate), None)
            if any(k in self.stated for k in keys):
                dropped = None
            yield Reading(
                **self._ends(c),
                modality=c.modality,
                qualifiers=self._qualifiers(c.qualifiers),
                score=c.confidence,
                needed=thresholds().get(c.predicate) if c.extractor.startswith("model") else None,
                reason=c.reason,
                cause=dropped.cause if dropped else "",
                why=dropped.why if dropped else "",
            )

    def _rejected(self, dropped: Dropped) -> Rejected:
        return Rejected(
            **self._ends(dropped.claim),
            extractor=dropped.claim.extractor,
            cause=dropped.cause,
            why=dropped.why,
        )

    def _stated(self, number: int) -> Iterable[Stated]:
        for e in self.steps.extraction.evidence:
            if e.sentence == number:
                yield Stated(
                    id=e.statement.id,
                    subject=self.names.get(e.statement.subject, e.statement.subject),
                    predicate=e.statement.predicate,
                    object=plain(e.statement.object, self.names),
                    modality=e.modality,
                    qualifiers=self._qualifiers(e.qualifiers),
                    confidence=e.confidence,
                    extractor=e.extractor,
                    reason=e.reason,
                )


def _keys(claim: Claim) -> Sequence[tuple[str, str, Object, int]]:
    """A claim as it is looked up: as it is, and with its ends changed where both are entities.

    Settling turns the ends of symmetric predicates; no other claim has a twin the other way that
    is not dropped.
    """
    keys = [(claim.subject, claim.predicate, claim.object, claim.sentence)]
    from kg.extract import schema

    if isinstance(claim.object, EntityRef) and claim.predicate in schema.load().symmetric:
        turned = EntityRef(claim.subject)
        keys.append((claim.object.id, claim.predicate, turned, claim.sentence))
    return keys
