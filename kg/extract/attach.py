"""Which dates, sums, counts, places and names near a claim qualify it, by syntax and distance.

Every value and name of the claim's sentence that its predicate can take is a candidate. What the
syntax shows of it (`kg.extract.attach_facts`) is weighed: the weight of each fact, by role, is
data (`ontology/attachment.csv`), and their sum makes the candidate's score between 0 and 1. From
when on a candidate counts, and what becomes of it where the relation model says something else,
is a table by role (`ontology/attachment.yaml`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from types import MappingProxyType

from spacy.tokens import Doc

from kg.documents import Mention
from kg.extract.attach_facts import Reading
from kg.extract.attach_offices import Offices
from kg.extract.frames_gates import apart, listed
from kg.extract.nodes import Node, nodes
from kg.extract.records import Claim, Span, ValueSpan
from kg.statements import EntityRef, Literal, QualifierValue
from ontology import attachment
from ontology import frames as frame_data
from ontology.attachment import Attachment
from ontology.frames import Frames

_MEDIUM = 0.6  # how sure a speaker is who is no entity: media are named to be quoted
Qualifiers = Mapping[str, tuple[QualifierValue, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What may fill `role`, how sure that is, and the weighty facts in words.

    `bound` is that of a sum or count: "more than 20" has "min".
    """

    role: str
    value: QualifierValue
    score: float
    reason: str
    start: int
    bound: str | None = None


def value_of(node: Node) -> QualifierValue:
    """The value or the entity that a node stands for."""
    return node.source.value if isinstance(node.source, ValueSpan) else EntityRef(node.key)


class Attaching:
    """Judges the claims of one document. `mentions` are resolved: they name entities; `homes` has
    the states of persons, as far as they are known.
    """

    def __init__(
        self,
        doc: Doc,
        values: Sequence[ValueSpan],
        mentions: Sequence[Mention],
        *,
        titles: Sequence[Span] = (),
        homes: Mapping[str, str] = MappingProxyType({}),
        frames: Frames | None = None,
        table: Attachment | None = None,
    ) -> None:
        self._table = table or attachment.load()
        self._values = values
        self._text = doc.text
        found = nodes(doc, mentions, titles, values)
        offices = Offices(found, homes)
        self._reading = Reading(doc, found, mentions, offices, frames=frames or frame_data.load())

    # -- candidates ------------------------------------------------------------------------------

    def facts(self, claim: Claim) -> Iterator[tuple[str, Node, tuple[str, ...]]]:
        """(role, candidate, what is seen of it) for all that may qualify the claim."""
        at = self._reading.setting(claim)
        if at is None:
            return
        own = {claim.subject, claim.object.id if isinstance(claim.object, EntityRef) else ""}
        for role in self._table.takes.get(claim.predicate, ()):
            fillers = self._table.fillers[role]
            here = [
                n
                for n in self._reading.nodes.get(claim.sentence, ())
                if n.type in fillers
                and n.key not in own
                and (n.source.start, n.source.end) != claim.object_span
                and self._reading.total(claim, n) is not False
            ]
            if role in self._table.beyond:
                here += self._elsewhere(claim, fillers, own)
            for node in here:
                yield role, node, tuple(self._reading.facts(at, node, here))

    def _elsewhere(self, claim: Claim, fillers: frozenset[str], own: Collection[str]) -> list[Node]:
        here = self._reading.nodes.get(claim.sentence, ())
        found = self._reading.offices.elsewhere(claim, fillers, here)
        return [n for n in found if n.key not in own]

    def candidates(self, claim: Claim) -> list[Candidate]:
        """All that may qualify the claim, with its score; the surest first in each role."""
        best: dict[tuple[str, QualifierValue], Candidate] = {}
        for role, node, facts in self.facts(claim):
            weights = self._table.weights[role]
            found = self._candidate(role, node, facts, weights)
            if role == "change" and self._reading.no_change(claim, node):
                found = replace(found, score=0.0, reason=f"{found.reason}; no change of this sum")
            if role == "period" and self._reading.total(claim, node):
                found = replace(found, score=1.0, reason=f"{found.reason}; its total")
            key = role, found.value
            if key not in best or best[key].score < found.score:
                best[key] = found
        medium = self._medium(claim)
        if medium is not None:
            best[medium.role, medium.value] = medium
        return sorted(best.values(), key=lambda c: (c.role, -c.score, c.start))

    def _medium(self, claim: Claim) -> Candidate | None:
        """The speaker that is no entity: a newspaper or agency that is named."""
        if "attributedTo" not in self._table.takes.get(claim.predicate, ()):
            return None
        said = self._reading.said_by(claim)
        if said is None or not isinstance(said.speaker, Literal):
            return None
        cue = said.speech.cue
        return Candidate(
            role="attributedTo",
            value=said.speaker,
            score=_MEDIUM,
            reason=f"attributedTo “{said.speaker.text}”: “{cue}”",
            start=said.speech.speakers[0],
        )

    def apart(self, claim: Claim) -> str:
        """The word that keeps one end away from what two are said to do together; "" for none."""
        spans = (claim.subject_span, claim.object_span)
        return apart(self._reading.doc, spans, frames=self._reading.frames)

    def listed(self, claim: Claim) -> str:
        """The word that lists the ends side by side ("Baku and Ganja"); "" where none does."""
        return listed(self._reading.doc, (claim.subject_span, claim.object_span))

    def quoted(self, claim: Claim) -> bool | None:
        """Whether the claim stands within quotation marks; None where it is not in the document."""
        return self._reading.quoted(claim)

    def _candidate(
        self, role: str, node: Node, facts: Sequence[str], weights: Mapping[str, float]
    ) -> Candidate:
        known = sorted({f for f in facts if f in weights}, key=lambda f: (-weights[f], f))
        total = weights[""] + sum(weights[f] for f in known)
        source = node.source
        value = value_of(node)
        words = " ".join(self._text[source.start : source.end].split())
        score = 1 / (1 + exp(-total))
        return Candidate(
            role=role,
            value=value,
            score=score,
            reason=f"{role} “{words}” {score:.2f}: " + ", ".join(known[:3]),
            start=node.start,
            bound=source.bound if isinstance(source, ValueSpan) else None,
        )

    # -- decisions -------------------------------------------------------------------------------

    def qualify(self, claim: Claim) -> Mapping[str, tuple[Candidate, ...]]:
        """What qualifies the claim by the syntax alone, by role."""
        return self._chosen(self.candidates(claim))

    def _chosen(self, candidates: Sequence[Candidate]) -> dict[str, tuple[Candidate, ...]]:
        found: dict[str, tuple[Candidate, ...]] = {}
        for c in candidates:
            if c.score < self._table.decisions[c.role].add:
                continue
            if c.role not in found or c.role in self._table.several:
                found[c.role] = (*found.get(c.role, ()), c)
        return found

    def merge(
        self, claim: Claim, *, frame: Qualifiers, model: Qualifiers
    ) -> dict[str, tuple[QualifierValue, ...]]:
        """The qualifiers of a claim, from those that frames and model give it and the syntax.

        For each role: what the model says, else what the frames say, unless the syntax makes it
        unlikely; a candidate where neither says anything or where it is sure. The bound is that
        of the sum or count that is chosen.
        """
        candidates = self.candidates(claim)
        found: dict[str, tuple[QualifierValue, ...]] = {}
        for role in sorted({*frame, *model, *(c.role for c in candidates)} - {"bound"}):
            own = [c for c in candidates if c.role == role]
            values = self._settle(role, own, frame.get(role, ()), model.get(role, ()))
            if values:
                found[role] = values
        bound = self._bound(claim, found, candidates) or model.get("bound") or frame.get("bound")
        if bound:
            found["bound"] = bound
        return dict(sorted(found.items()))

    def _settle(
        self,
        role: str,
        own: Sequence[Candidate],
        frame: tuple[QualifierValue, ...],
        model: tuple[QualifierValue, ...],
    ) -> tuple[QualifierValue, ...]:
        decision = self._table.decisions.get(role)
        if decision is None:
            return model or frame
        scores = {c.value: c.score for c in own}
        given = model or (frame if decision.frames else ())
        given = tuple(v for v in given if scores.get(v, 1.0) >= decision.keep)
        least = decision.over if given else decision.add
        added = [c.value for c in own if c.score >= least]
        if role in self._table.several:
            return tuple(dict.fromkeys([*given, *added]))
        return tuple(added[:1]) or given

    def _bound(
        self,
        claim: Claim,
        found: Qualifiers,
        candidates: Sequence[Candidate],
    ) -> tuple[QualifierValue, ...]:
        for value in self._values:
            if (value.start, value.end) == claim.object_span and value.bound:
                return (Literal(value.bound),)
        for role in ("quantity", "value"):
            for c in candidates:
                if c.role == role and c.bound and c.value in found.get(role, ()):
                    return (Literal(c.bound),)
        return ()
