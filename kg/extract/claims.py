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
from kg.extract.attach import Attaching
from kg.extract.confidence import Calibration, Signals
from kg.extract.records import Claim
from kg.extract.trace import Trace
from kg.statements import (
    EntityRef,
    Evidence,
    Extraction,
    QualifierValue,
    Statement,
)

_PLAIN = 0.9  # the precision of a frame whose verb says that somebody makes something
# Entities of these types are kept only where a statement or qualifier speaks of them.
TERMS = frozenset({"Agreement", "EquipmentCategory", "Topic"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How the two sources are weighed; the figures come from cross-validation on gold texts.

    `sure` is the confidence from which a frame needs no support; `support` is the least
    probability that the model must give to what a less sure frame says.
    """

    sure: float = 0.8
    support: float = 0.1


def settle(
    model: Sequence[Claim],
    frames: Sequence[Claim],
    *,
    policy: Policy,
    attaching: Attaching | None = None,
    trace: Trace | None = None,
) -> list[Claim]:
    """One claim for each statement and sentence, sorted.

    `model` are all claims that the model finds worth a look, with the threshold that each has to
    reach; those below it only support `frames`, what the syntax says. `trace` is told what is
    dropped. `attaching` settles the qualifiers; without it they are those of the frames and, before
    them, of the model.
    """
    trace = trace or Trace()
    model, frames = _turned(model, trace), _turned(frames, trace)
    if attaching is not None:
        model = _together(model, attaching, trace)
    by_key: dict[tuple[Statement, int], Claim] = {}
    hints: dict[tuple[Statement, int], Claim] = {}
    for claim in sorted(model, key=lambda c: (c.confidence, c.reason)):
        judged = replace(claim, probability=claim.confidence)
        (by_key if claim.kept else hints)[_key(claim)] = judged
    for found in frames:
        claim = replace(found, precision=found.confidence)
        key = _key(claim)
        known, hint = by_key.get(key), hints.get(key)
        if known is not None:
            by_key[key] = _joined(known, claim)
        elif claim.confidence >= policy.sure or (hint and hint.confidence >= policy.support):
            by_key[key] = claim if hint is None else _supported(claim, hint)
        else:
            judged_at = f"gives it {hint.confidence:.2f}" if hint else "does not see it"
            why = f"{claim.confidence:.2f} of the frame is under {policy.sure:.2f}, at which it "
            why += f"stands by itself, and the model {judged_at} ({policy.support:.2f} is needed)"
            trace.drop(claim, "unconfirmed", why)
    for key, hint in hints.items():
        if key not in by_key:
            trace.drop(hint, "threshold", "below the model's threshold, and no frame says it")
    settled = list(by_key.values())
    if attaching is not None:
        settled = _qualified(settled, model, frames, attaching)
    return _one_way(_developers(settled, trace), trace)


def _together(claims: Sequence[Claim], attaching: Attaching, trace: Trace) -> list[Claim]:
    """The model's claims, without those of two doing together what a word keeps one away from, and
    of a place in another one beside which it is listed.
    """
    symmetric = schema.load().symmetric
    kept = []
    for c in claims:
        why = ""
        if c.kept and c.predicate in symmetric and (word := attaching.apart(c)):
            why = f"“{word}” keeps one end away from what the two would do together"
        elif c.kept and c.predicate == "locatedIn" and (word := attaching.listed(c)):
            why = f"the two are listed side by side, with “{word}”"
        if why:
            trace.drop(c, "apart", why)
        else:
            kept.append(c)
    return kept


def _developers(claims: Sequence[Claim], trace: Trace) -> list[Claim]:
    """The claims, without the maker whom a sentence calls the developer and no more than that."""
    developed = {
        _key(replace(c, predicate="manufactures")) for c in claims if c.predicate == "develops"
    }
    kept = []
    for c in claims:
        plain = c.precision is not None and c.precision >= _PLAIN
        if c.predicate == "manufactures" and _key(c) in developed and not plain:
            trace.drop(c, "implied", "the sentence says develops of the two, which is less")
        else:
            kept.append(c)
    return kept


def _qualified(
    settled: Sequence[Claim],
    model: Sequence[Claim],
    frames: Sequence[Claim],
    attaching: Attaching,
) -> list[Claim]:
    """The claims with the qualifiers that model, frames and the syntax together give them."""
    by_model = {_key(c): c.qualifiers for c in sorted(model, key=lambda c: (c.kept, c.confidence))}
    by_frame = {_key(c): c.qualifiers for c in frames}
    out = []
    for c in settled:
        key = _key(c)
        qualifiers = attaching.merge(c, frame=by_frame.get(key, {}), model=by_model.get(key, {}))
        quoted = attaching.quoted(c) if "attributedTo" in qualifiers else None
        out.append(replace(c, qualifiers=qualifiers, quoted=quoted))
    return out


def _turned(claims: Iterable[Claim], trace: Trace) -> list[Claim]:
    """Symmetric claims with their ends in alphabetical order; nothing about itself."""
    symmetric = schema.load().symmetric
    turned = []
    for c in claims:
        if isinstance(c.object, EntityRef):
            if c.object.id == c.subject:
                trace.drop(c, "itself", "both ends are the same entity")
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
        precision=frame.precision,
    )


def _supported(frame: Claim, hint: Claim) -> Claim:
    qualifiers = {**frame.qualifiers, **hint.qualifiers}
    reason = f"{frame.reason}; {hint.reason}"
    return replace(frame, qualifiers=qualifiers, reason=reason, probability=hint.probability)


def _one_way(claims: Sequence[Claim], trace: Trace) -> list[Claim]:
    """Of "A supplies B" and "B supplies A" in one sentence the surer; sorted."""
    symmetric = schema.load().symmetric
    best: dict[tuple[str, frozenset[str], int], Claim] = {}
    rest: list[Claim] = []
    for c in claims:
        if not isinstance(c.object, EntityRef) or c.predicate in symmetric:
            rest.append(c)
            continue
        key = (c.predicate, frozenset({c.subject, c.object.id}), c.sentence)
        known = best.get(key)
        if known is None or (known.confidence, known.subject) < (c.confidence, c.subject):
            best[key], loser = c, known
        else:
            loser = c
        if loser is not None:
            trace.drop(loser, "reversed", "the other direction is surer in this sentence")
    kept = [*rest, *best.values()]
    return sorted(kept, key=lambda c: (c.sentence, c.subject, c.predicate, str(c.object)))


def extraction(
    document: Document,
    *,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    entities: Sequence[Entity],
    claims: Sequence[Claim],
    calibration: Calibration | None = None,
    min_confidence: float = 0.0,
    trace: Trace | None = None,
) -> Extraction:
    """The settled claims of a document as evidence, with what they speak of.

    `calibration` makes their confidence the share of such claims that is right; without it, it is
    what the sources gave. What is less sure than `min_confidence` is left out. `trace` is told.
    """
    trace = trace or Trace()
    by_number = {s.number: s for s in sentences}
    known = {e.id for e in entities}
    kinds = {(m.start, m.end): m.kind for m in mentions}
    evidence = []
    for c in _spoken(claims, by_number, trace):
        place = by_number[c.sentence]
        qualifiers = _resolved(c.qualifiers, known)
        if not {c.subject, *([c.object.id] if isinstance(c.object, EntityRef) else [])} <= known:
            trace.drop(c, "unknown", "one of its ends is no entity of the document")
            continue
        confidence = c.confidence
        if calibration is not None:
            confidence = calibration.confidence(signals(c, place, kinds))
        if confidence < min_confidence:
            trace.drop(c, "confidence", f"{confidence:.2f}, and {min_confidence:.2f} was asked for")
            continue
        evidence.append(
            Evidence(
                statement=Statement(c.subject, c.predicate, c.object),
                sentence=c.sentence,
                start=place.start,
                end=place.end,
                modality=c.modality,
                qualifiers=qualifiers,
                confidence=confidence,
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


def signals(claim: Claim, sentence: Sentence, kinds: Mapping[tuple[int, int], str]) -> Signals:
    """What the confidence in a settled claim depends on; `kinds` are those of mentions by place."""
    return Signals(
        probability=claim.probability,
        precision=claim.precision,
        named=all(kinds.get(s, "name") == "name" for s in (claim.subject_span, claim.object_span)),
        inside=_inside(claim, sentence),
        predicate=claim.predicate,
    )


def _spoken(
    claims: Sequence[Claim], sentences: Mapping[int, Sentence], trace: Trace
) -> list[Claim]:
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
        stated = whole or [best]
        kept += stated
        for c in found:
            if c not in stated:
                said = ", ".join(str(k.sentence) for k in stated)
                trace.drop(
                    c,
                    "repeat",
                    f"sentence {said} says it"
                    + (", and names both ends" if whole else " more surely"),
                )
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
