"""Statements by predicate frames: which words say what, read off the syntax tree.

The frames are data (`ontology.frames`); this module runs them. A frame yields a claim where its
trigger stands in the text, its conditions hold, its paths lead to mentions and their types fit
the predicate's domain and range. The claim's reason names the frame and the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from spacy.tokens import Doc, Span, Token

from kg.documents import Mention
from kg.extract import modality as modalities
from kg.extract.attributions import Attributions
from kg.extract.currency_states import CurrencyStates
from kg.extract.frames_arguments import Arguments
from kg.extract.frames_gates import Gates, inner_only
from kg.extract.frames_qualifiers import Qualifying
from kg.extract.frames_sequences import Sequences
from kg.extract.frames_triggers import triggered
from kg.extract.frames_walk import leads, walk
from kg.extract.phrases import singular
from kg.extract.records import Claim, ValueSpan
from kg.extract.syntax import Syntax
from kg.extract.syntax_mend import mended
from kg.extract.trace import Attempt
from kg.statements import Amount, EntityRef, Literal, Object, QualifierValue
from ontology import frames as frame_data
from ontology import vocabulary
from ontology.frame_paths import Path
from ontology.frames import Frame, Frames

VERSION = "1"
_KIND_FACTOR = {"name": 1.0, "description": 0.95, "pronoun": 0.95}
_VALUES = frozenset({"Amount", "Literal"})  # what is no mention

Found = tuple[Object, tuple[int, int], int, float]  # object, its span, its word, a factor


def find(
    doc: Doc,
    mentions: Sequence[Mention],
    values: Sequence[ValueSpan] = (),
    titles: Sequence[Span] = (),
    *,
    frames: Frames | None = None,
) -> list[Claim]:
    """All claims that the frames find in `doc`, sorted by place; no triple twice in a sentence.

    `mentions` carry the entities, `values` the dates, sums and counts, `titles` the posts.
    """
    doc = mended(doc)
    titles = _posts(doc, titles)
    engine = _Engine(doc, mentions, values, titles, frames=frames or frame_data.load())
    best: dict[tuple[str, str, Object, int], Claim] = {}
    for claim in engine.claims():
        key = (claim.subject, claim.predicate, claim.object, claim.sentence)
        mirror = (
            (claim.object.id, claim.predicate, EntityRef(claim.subject), claim.sentence)
            if isinstance(claim.object, EntityRef) and engine.symmetric(claim.predicate)
            else key
        )
        key = mirror if mirror in best else key
        known = best.get(key)
        best[key] = claim if known is None else _joined(known, claim)
    return sorted(
        best.values(),
        key=lambda c: (c.sentence, c.subject_span, c.object_span, c.predicate, c.subject),
    )


def refused(
    doc: Doc,
    mentions: Sequence[Mention],
    values: Sequence[ValueSpan] = (),
    titles: Sequence[Span] = (),
    *,
    frames: Frames | None = None,
) -> list[Attempt]:
    """What the frames would say of ends that they find, were it not for what stands there."""
    doc = mended(doc)
    titles = _posts(doc, titles)
    engine = _Engine(doc, mentions, values, titles, frames=frames or frame_data.load())
    for _ in engine.claims():
        pass
    return list(dict.fromkeys(engine.refused))


def _posts(doc: Doc, titles: Sequence[Span]) -> list[Span]:
    """The titles as spans of `doc`, without verbs: "who heads" says of itself that he is head."""
    spans = [doc[t.start : t.end] for t in titles]
    return [s for s in spans if any(t.pos_ not in ("VERB", "AUX") for t in s)]


def _joined(one: Claim, other: Claim) -> Claim:
    """The surer of two readings of one triple in one sentence, with the qualifiers of both."""
    first, second = (one, other) if one.confidence >= other.confidence else (other, one)
    qualifiers = {**second.qualifiers, **first.qualifiers}
    confidence = max(first.confidence, 1 - (1 - first.confidence) * (1 - second.confidence) * 0.9)
    return replace(first, qualifiers=dict(sorted(qualifiers.items())), confidence=confidence)


class _Engine:
    def __init__(
        self,
        doc: Doc,
        mentions: Sequence[Mention],
        values: Sequence[ValueSpan],
        titles: Sequence[Span],
        *,
        frames: Frames,
    ) -> None:
        self.doc = doc
        self.text = doc.text  # spaCy joins the tokens anew each time
        self.frames = frames
        self.syntax = Syntax(doc)
        self.vocabulary = vocabulary.load()
        self.arguments = Arguments(doc, mentions, values, titles, syntax=self.syntax, frames=frames)
        self.qualifying = Qualifying(
            self.arguments, values, vocabulary=self.vocabulary, frames=frames
        )
        self.attributions = Attributions(
            doc, mentions, frames=frames, syntax=self.syntax, arguments=self.arguments
        )
        self.gates = Gates(doc, mentions, titles)
        self.currencies = CurrencyStates(mentions)
        types = {frame.id: self._types(frame) for frame in frames.in_order}
        self.sequences = Sequences(doc, mentions, values, titles, frames=frames, types=types)
        self.refused: list[Attempt] = []
        self.sentences: dict[int, int] = {}
        for number, sentence in enumerate(doc.sents, 1):
            self.sentences.update(dict.fromkeys(range(sentence.start, sentence.end), number))
        self.named: dict[int, set[str]] = {}  # the types of the mentions in each sentence
        for index, types_here in self.arguments.types():
            self.named.setdefault(self.sentences[index], set()).update(types_here)

    def _types(self, frame: Frame) -> tuple[frozenset[str], frozenset[str]]:
        term = self.vocabulary.predicates[frame.predicate]
        return frame.subject_types or term.domain, frame.object_types or term.range

    def symmetric(self, predicate: str) -> bool:
        return self.vocabulary.predicates[predicate].symmetric

    def claims(self) -> Iterator[Claim]:
        for token in self.doc:
            for frame in triggered(token, self.frames):
                yield from self._run(frame, token, token.text)
        for index, mention in self.arguments.heads:
            for frame in self.frames.by_type.get(mention.type, ()):
                yield from self._run(frame, self.doc[index], self.text[mention.start : mention.end])
        yield from self._in_order()

    def _run(self, frame: Frame, token: Token, cue: str) -> Iterator[Claim]:
        if frame.predicate not in self.vocabulary.predicates or not self._named(frame, token):
            return
        if frame.require and not all(walk(p, token.i, syntax=self.syntax) for p in frame.require):
            return
        if frame.forbid and leads(frame.forbid, token.i, syntax=self.syntax):
            return
        for subject, word, target in self._pairs(frame, token):
            yield from self._stated(frame, token, cue, subject, word, target)

    def _named(self, frame: Frame, token: Token) -> bool:
        """Whether the sentence names anything that the ends of the frame may be."""
        here = self.named.get(self.sentences[token.i], set())
        subject, object_ = self._types(frame)
        if subject.isdisjoint(here) and not frame.by_currency:
            return False
        other = frame.pairs or frame.object_text is not None or object_ <= _VALUES
        return bool(other) or not object_.isdisjoint(here)

    def _in_order(self) -> Iterator[Claim]:
        """What the sequences say."""
        for match in self.sequences.find():
            (subject, word), (object_, other) = match.subject, match.object
            if subject.entity == object_.entity:
                continue
            kind = object_.type == "EquipmentCategory" and match.frame.predicate != "isA"
            if kind and (match.definite or self.arguments.definite(other)):
                continue
            target = self._entity(object_, other)
            if object_.type == "Literal":
                target = Literal(singular(object_.entity)), target[1], other, 1.0
            yield from self._stated(
                match.frame, match.trigger, match.trigger.text, subject, word, target
            )

    def _stated(
        self, frame: Frame, token: Token, cue: str, subject: Mention, word: int, target: Found
    ) -> Iterator[Claim]:
        """The claim of these ends, if nothing keeps them apart."""
        place, head = (subject.start, subject.end), self.doc[target[2]]
        alone = not any(c.isspace() or c == "-" for c in self.text[slice(*target[1])].strip())
        if head.lemma_.lower() in (frame.without | frame.without_alone if alone else frame.without):
            self._refuse(frame, token, place, target, "word", f"“{head.text}” is never meant")
            return
        between = self.gates.between(frame, place, target[1])
        if between:
            why = f"“{between}” between them keeps them apart"
            self._refuse(frame, token, place, target, "between", why)
            return
        claim = self._claim(frame, token, cue, subject, word, target)
        lacks = frame.needs - claim.qualifiers.keys()
        if lacks:
            why = " and ".join(f"no “{name}” is named" for name in sorted(lacks))
            self._refuse(frame, token, place, target, "missing", why)
            return
        yield claim

    def _refuse(
        self,
        frame: Frame,
        token: Token,
        subject: tuple[int, int],
        target: Found,
        cause: str,
        why: str,
    ) -> None:
        one, other = (" ".join(self.text[a:b].split()) for a, b in (subject, target[1]))
        found = f"“{one}” and “{other}” are found, but {why}"
        self.refused.append(Attempt(frame.id, frame.predicate, token.i, cause, found))

    # -- arguments -----------------------------------------------------------------------------

    def _pairs(self, frame: Frame, token: Token) -> Iterator[tuple[Mention, int, Found]]:
        term = self.vocabulary.predicates[frame.predicate]
        domain = frame.subject_types or term.domain
        if frame.pairs:
            members: dict[str, tuple[Mention, int]] = {}
            for path in frame.pairs:
                for i in walk(path, token.i, syntax=self.syntax):
                    for mention in self.arguments.find_all(i, domain):
                        members.setdefault(mention.entity, (mention, i))
            for (one, i), (other, j) in combinations(inner_only(list(members.values())), 2):
                if (one.type == "Person") == (other.type == "Person"):
                    yield one, i, self._entity(other, j)
            return
        subjects = self._mentions(frame.subject, token, domain)
        if not subjects and not frame.by_currency:
            return
        targets = self._targets(frame, token, frame.object_types or term.range)
        if not subjects:
            yield from self._by_currency(token, targets)
        for subject, word in subjects:
            for target in targets:
                if target[0] != EntityRef(subject.entity):
                    yield subject, word, target

    def _by_currency(
        self, token: Token, targets: Sequence[Found]
    ) -> Iterator[tuple[Mention, int, Found]]:
        """Sums with the states whose money they are."""
        for target in targets:
            if isinstance(target[0], Amount):
                owner = self.currencies.owner(target[0].currency, token.idx)
                if owner is not None:
                    yield owner, token.i, target

    def _mentions(
        self, paths: Sequence[Path], token: Token, types: frozenset[str]
    ) -> list[tuple[Mention, int]]:
        """What the first path that leads to fitting mentions leads to."""
        for path in paths:
            found: dict[str, tuple[Mention, int]] = {}
            for i in walk(path, token.i, syntax=self.syntax):
                for mention in self.arguments.find_all(i, types):
                    found.setdefault(mention.entity, (mention, i))
            if found:
                return list(found.values())
        return []

    def _targets(self, frame: Frame, token: Token, range_: frozenset[str]) -> list[Found]:
        if frame.object_text is not None:
            span = (token.idx, token.idx + len(token.text))
            return [(Literal(frame.object_text), span, token.i, 1.0)]
        if range_ <= _VALUES:
            for path in frame.object:
                found = [
                    target
                    for i in walk(path, token.i, syntax=self.syntax)
                    if (target := self._value(i, range_)) is not None
                ]
                if found:
                    return list({t[0]: t for t in found}.values())
            return []
        known = frame.predicate != "isA"
        return [
            self._entity(mention, i)
            for mention, i in self._mentions(frame.object, token, range_)
            if not (known and mention.type == "EquipmentCategory" and self.arguments.definite(i))
        ]

    def _entity(self, mention: Mention, word: int) -> Found:
        factor = _KIND_FACTOR.get(mention.kind, 1.0)
        return EntityRef(mention.entity), (mention.start, mention.end), word, factor

    def _value(self, index: int, range_: frozenset[str]) -> Found | None:
        if "Amount" in range_:
            value = self.arguments.value_at(index, "money")
            if value is not None and isinstance(value.value, Amount):
                return value.value, (value.start, value.end), index, 1.0
        if "Literal" in range_:
            title = self.arguments.title_at(index)
            if title is not None:
                return Literal(singular(title.text)), (title.start_char, title.end_char), index, 1.0
        return None

    # -- the claim -----------------------------------------------------------------------------

    def _claim(
        self, frame: Frame, token: Token, cue: str, subject: Mention, word: int, target: Found
    ) -> Claim:
        object_, span, object_word, factor = target
        judgement = self._judgement(frame, token)
        qualifiers: dict[str, tuple[QualifierValue, ...]] = dict(
            self.qualifying.of(frame, token, object_word=object_word, subject_word=word)
        )
        quoted: bool | None = None
        said = self.attributions.of(token.i)
        if said is not None and said.speaker != EntityRef(subject.entity):
            qualifiers["attributedTo"] = (said.speaker,)
            quoted = said.speech.quoted
        taken = {EntityRef(subject.entity), object_}
        qualifiers = {
            name: kept
            for name, found in sorted(qualifiers.items())
            if (kept := tuple(v for v in found if name == "attributedTo" or v not in taken))
        }
        if span != (subject.start, subject.end):  # of "the two nations" one doubt is enough
            factor *= _KIND_FACTOR.get(subject.kind, 1.0)
        because = f"frame {frame.id}: “{cue}”"
        if judgement.cues:
            because += f"; {judgement.modality} by " + ", ".join(f"“{c}”" for c in judgement.cues)
        return Claim(
            subject=subject.entity,
            predicate=frame.predicate,
            object=object_,
            sentence=self.sentences[token.i],
            modality=judgement.modality,
            qualifiers=qualifiers,
            confidence=round(frame.confidence * factor, 4),
            quoted=quoted,
            extractor=f"frames {VERSION}",
            reason=because,
            subject_span=(subject.start, subject.end),
            object_span=span,
        )

    def _judgement(self, frame: Frame, token: Token) -> modalities.Judgement:
        words = self.frames.modality
        timeless = frame.predicate in words.timeless and modalities.aside(token)
        if timeless or (
            frame.modality == "asserted" and ("type" in frame.triggers or frame.sequences)
        ):
            return modalities.Judgement(frame.modality or "asserted")
        neutral = words.neutral.get(frame.predicate, frozenset())
        judged = modalities.judge(token, words=words, base=frame.modality, neutral=neutral)
        if frame.modality == "asserted" and judged.modality != "denied":
            return modalities.Judgement("asserted")
        return judged
