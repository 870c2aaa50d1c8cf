"""Claims of the frames and of the model, settled into evidence.

Both sources judge the same sentence; what they agree on is surer than what one of them says. A
claim that only the frames make counts where the frame is sure by itself or the model does not
find it unlikely; the reason names both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.extract import schema
from kg.extract.records import Claim
from kg.statements import (
    EntityRef,
    Evidence,
    Extraction,
    QualifierValue,
    Statement,
)

# Entities of these types are kept only where a statement or qualifier speaks of them.
TERMS = frozenset({"Agreement", "EquipmentCategory", "Topic"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How the two sources are weighed; the figures come from cross-validation on gold texts.

    `sure` is the confidence from which a frame needs no support; `support` is the least
    probability that the model must give to what a less sure frame says.
    """

    sure: float = 0.72
    support: float = 0.1
    min_confidence: float = 0.0


def settle(model: Sequence[Claim], frames: Sequence[Claim], *, policy: Policy) -> list[Claim]:
    """One claim for each statement and sentence, sorted.

    `model` are all claims that the model finds worth a look, with the threshold that each has to
    reach; those below it only support `frames`, what the syntax says.
    """
    by_key: dict[tuple[Statement, int], Claim] = {}
    hints: dict[tuple[Statement, int], Claim] = {}
    for claim in sorted(_turned(model), key=lambda c: (c.confidence, c.reason)):
        (by_key if claim.kept else hints)[_key(claim)] = claim
    for claim in _turned(frames):
        key = _key(claim)
        known, hint = by_key.get(key), hints.get(key)
        if known is not None:
            by_key[key] = _joined(known, claim)
        elif claim.confidence >= policy.sure or (hint and hint.confidence >= policy.support):
            by_key[key] = claim if hint is None else _supported(claim, hint)
    return _one_way([c for c in by_key.values() if c.confidence >= policy.min_confidence])


def _turned(claims: Iterable[Claim]) -> list[Claim]:
    """Symmetric claims with their ends in alphabetical order; nothing about itself."""
    symmetric = schema.load().symmetric
    turned = []
    for c in claims:
        if isinstance(c.object, EntityRef):
            if c.object.id == c.subject:
                continue
            if c.predicate in symmetric and c.object.id < c.subject:
                c = replace(
                    c,
                    subject=c.object.id,
                    object=EntityRef(c.subject),
                    subject_span=c.object_span,
                    object_span=c.subject_span,
                )
        turned.append(c)
    return turned


def _key(claim: Claim) -> tuple[Statement, int]:
    return Statement(claim.subject, claim.predicate, claim.object), claim.sentence


def _joined(model: Claim, frame: Claim) -> Claim:
    """What both say: the qualifiers of both, a higher confidence, and the model's modality.

    A negation that stands in the syntax is never overruled: a missed "not" is the worst error.
    """
    modality = "denied" if frame.modality == "denied" else model.modality
    qualifiers = {**frame.qualifiers, **model.qualifiers}
    both = 1 - (1 - model.confidence) * (1 - frame.confidence)
    return replace(
        model,
        modality=modality,
        qualifiers=qualifiers,
        confidence=round(both, 4),
        quoted=frame.quoted,
        extractor=f"{model.extractor} + {frame.extractor}",
        reason=f"{frame.reason}; {model.reason}",
    )


def _supported(frame: Claim, hint: Claim) -> Claim:
    qualifiers = {**frame.qualifiers, **hint.qualifiers}
    reason = f"{frame.reason}; {hint.reason}"
    return replace(frame, qualifiers=qualifiers, reason=reason)


def _one_way(claims: Sequence[Claim]) -> list[Claim]:
    """Of "A supplies B" and "B supplies A" in one sentence the surer; sorted."""
    symmetric = schema.load().symmetric
    best: dict[tuple[str, frozenset[str], int], Claim] = {}
    rest: list[Claim] = []
    for c in claims:
        if not isinstance(c.object, EntityRef) or c.predicate in symmetric:
            rest.append(c)
            continue
        key = (c.predicate, frozenset({c.subject, c.object.id}), c.sentence)
        if key not in best or (best[key].confidence, best[key].subject) < (c.confidence, c.subject):
            best[key] = c
    kept = [*rest, *best.values()]
    return sorted(kept, key=lambda c: (c.sentence, c.subject, c.predicate, str(c.object)))


def extraction(
    document: Document,
    *,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    entities: Sequence[Entity],
    claims: Sequence[Claim],
) -> Extraction:
    """The settled claims of a document as evidence, with what they speak of."""
    by_number = {s.number: s for s in sentences}
    known = {e.id for e in entities}
    evidence = []
    for c in _spoken(claims, by_number):
        place = by_number[c.sentence]
        qualifiers = _resolved(c.qualifiers, known)
        if c.subject not in known:
            continue
        if isinstance(c.object, EntityRef) and c.object.id not in known:
            continue
        evidence.append(
            Evidence(
                statement=Statement(c.subject, c.predicate, c.object),
                sentence=c.sentence,
                start=place.start,
                end=place.end,
                modality=c.modality,
                qualifiers=qualifiers,
                confidence=c.confidence,
                quoted=c.quoted if "attributedTo" in qualifiers else None,
                extractor=c.extractor,
                reason=c.reason,
            )
        )
    used = {i for e in evidence for i in _ids(e)}
    kept = [e for e in entities if e.id in used or e.type not in TERMS]
    ids = {e.id for e in kept}
    return Extraction(
        document=document,
        sentences=tuple(sentences),
        mentions=tuple(m for m in mentions if m.entity in ids),
        entities=tuple(sorted(kept, key=lambda e: e.id)),
        evidence=tuple(evidence),
    )


def _spoken(claims: Sequence[Claim], sentences: Mapping[int, Sentence]) -> list[Claim]:
    """Without the repeats that their sentence does not say.

    A fact may follow from a sentence that names one of its ends only; where it is found in
    another sentence as well, that one is its evidence. A sentence that names both ends may
    repeat it.
    """
    by_statement: dict[Statement, list[Claim]] = {}
    for c in claims:
        statement = Statement(c.subject, c.predicate, c.object)
        by_statement.setdefault(statement, []).append(c)
    kept: list[Claim] = []
    for found in by_statement.values():
        whole = [c for c in found if _inside(c, sentences[c.sentence])]
        best = max(found, key=lambda c: (c.confidence, -c.sentence))
        kept += whole or [best]
    return sorted(kept, key=lambda c: (c.sentence, c.subject, c.predicate, str(c.object)))


def _inside(claim: Claim, sentence: Sentence) -> bool:
    spans = (claim.subject_span, claim.object_span)
    return all(sentence.start <= a and b <= sentence.end for a, b in spans)


def _resolved(
    qualifiers: Mapping[str, tuple[QualifierValue, ...]], known: set[str]
) -> dict[str, tuple[QualifierValue, ...]]:
    out = {}
    for name in sorted(qualifiers):
        kept = tuple(v for v in qualifiers[name] if not isinstance(v, EntityRef) or v.id in known)
        if kept:
            out[name] = kept
    return out


def _ids(evidence: Evidence) -> Iterable[str]:
    yield evidence.statement.subject
    values = [evidence.statement.object, *(v for vs in evidence.qualifiers.values() for v in vs)]
    for value in values:
        if isinstance(value, EntityRef):
            yield value.id
