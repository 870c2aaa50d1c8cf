"""Which of two overlapping candidates stays: a visible table of small rules with reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from kg.extract.candidates import Candidate, by_place

_OWNED = frozenset(
    {"ArmedForce", "GovernmentBody", "InternationalOrganization", "Exercise", "Agreement"}
)
_HEADED = frozenset({"ArmedForce", "GovernmentBody", "Place", "Company", "Exercise"})
"""Types whose patterns have a head: "Air Wing" tells more than the model's type of a part."""
_TERMS = frozenset({"EquipmentCategory", "Topic"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The candidate that stays, and why."""

    winner: Candidate
    reason: str


def same_name_same_type(a: Candidate, b: Candidate) -> Verdict | None:
    """Two sources agree: the reasons add up."""
    if (a.i, a.j) != (b.i, b.j) or a.type != b.type:
        return None
    first, second = sorted((a, b), key=lambda c: (-c.score, c.source, c.reason))
    if second.reason in first.reason:
        return Verdict(first, "the same name")
    joined = replace(
        first,
        score=min(1.0, first.score + 0.1),
        reason=f"{first.reason}; {second.reason}",
        types=first.types | second.types,
    )
    return Verdict(joined, "two sources agree")


def model_chooses_among_rows(a: Candidate, b: Candidate) -> Verdict | None:
    """The catalogue knows the name under several types, and the model says one of them."""
    if (a.i, a.j) != (b.i, b.j):
        return None
    for model, listed in ((a, b), (b, a)):
        if model.source == "model" and listed.source == "catalogue" and model.type in listed.types:
            return Verdict(
                replace(model, types=listed.types, reason=f"{model.reason}; {listed.reason}"),
                "the catalogue allows the model's type",
            )
    return None


def catalogue_knows_the_name(a: Candidate, b: Candidate) -> Verdict | None:
    """The same span with another type: a sure catalogue name wins, a doubtful one loses."""
    if (a.i, a.j) != (b.i, b.j):
        return None
    for listed, other in ((a, b), (b, a)):
        if listed.source == "catalogue" and other.source != "catalogue":
            if listed.score >= 0.8 or other.source == "pattern":
                return Verdict(listed, "the catalogue is sure of the type")
            return Verdict(other, "the catalogue's name is a common one")
    return None


def nationality_stays_apart(a: Candidate, b: Candidate) -> Verdict | None:
    """ "Turkish Baykar", "French Rafale": a nationality is no part of such a name."""
    outer, inner = _nested(a, b)
    if outer is None or inner is None:
        return None
    if (
        inner.type == "Country"
        and inner.i == outer.i
        and inner.j < outer.j
        and outer.type not in _OWNED
        and outer.source not in ("catalogue", "repeat")
        and outer.type not in ("Place", "Company")
        and (outer.type != "Person" or (inner.adjective and outer.length > 2))
    ):
        return Verdict(inner, "a nationality before a name is a mention of its own")
    return None


def maker_stays_apart(a: Candidate, b: Candidate) -> Verdict | None:
    """ "Sukhoi Su-33": the maker is a mention of its own, unless the catalogue has the whole."""
    outer, inner = _nested(a, b)
    if outer is None or inner is None:
        return None
    if (
        outer.type == "Equipment"
        and inner.type == "Company"
        and inner.i == outer.i
        and outer.source != "catalogue"
        and "catalogue" not in outer.reason
    ):
        return Verdict(inner, "a maker before a model is a mention of its own")
    return None


def term_inside_name(a: Candidate, b: Candidate) -> Verdict | None:
    """A common noun inside a name belongs to the name."""
    outer, inner = _nested(a, b)
    if (
        outer is not None
        and inner is not None
        and inner.type in _TERMS
        and outer.type not in _TERMS
    ):
        return Verdict(outer, "the noun is part of the name")
    return None


def weak_pattern_outside(a: Candidate, b: Candidate) -> Verdict | None:
    """A pattern that swallows a name of the model or the catalogue has gone too far."""
    outer, inner = _nested(a, b)
    if outer is None or inner is None:
        return None
    if (
        outer.source == "pattern"
        and inner.source == "model"
        and inner.score > outer.score
        and inner.type not in ("Country", "Place", *_TERMS)
        and outer.type != inner.type
        and outer.type not in _HEADED
    ):
        return Verdict(inner, "the model's name beats the pattern around it")
    return None


def longer(a: Candidate, b: Candidate) -> Verdict | None:
    """The longer of two nested names."""
    outer, _ = _nested(a, b)
    return None if outer is None else Verdict(outer, "the longer name")


def likelier(a: Candidate, b: Candidate) -> Verdict | None:
    """Names that cross: the likelier, then the longer, then the first."""
    best = min((a, b), key=lambda c: (-c.score, -c.length, c.i, c.source, c.type, c.reason))
    return Verdict(best, "the likelier of two names that cross")


def _nested(a: Candidate, b: Candidate) -> tuple[Candidate | None, Candidate | None]:
    if a.contains(b):
        return a, b
    if b.contains(a):
        return b, a
    return None, None


RULES: tuple[Callable[[Candidate, Candidate], Verdict | None], ...] = (
    same_name_same_type,
    model_chooses_among_rows,
    catalogue_knows_the_name,
    nationality_stays_apart,
    maker_stays_apart,
    term_inside_name,
    weak_pattern_outside,
    longer,
    likelier,
)
"""The rules in the order in which they are asked; the first that answers decides."""


def judge(a: Candidate, b: Candidate) -> Verdict:
    """The winner of two overlapping candidates."""
    for rule in RULES:
        verdict = rule(a, b)
        if verdict is not None:
            return verdict
    raise AssertionError("the last rule always answers")


def settle(candidates: Iterable[Candidate]) -> list[Candidate]:
    """A set of candidates without overlaps, in the order of the text.

    Candidates are taken in a fixed order (longer first); each meets those kept so far. One that
    loses a meeting is dropped; one that wins all its meetings replaces what it beat.
    """
    kept: list[Candidate] = []
    queue = sorted(candidates, key=lambda c: (-c.length, c.i, -c.score, c.source, c.type, c.reason))
    for candidate in queue:
        current = candidate
        beaten: list[Candidate] = []
        i, j = candidate.i, candidate.j
        for other in [k for k in kept if k.i < j and i < k.j]:
            verdict = judge(current, other)
            if verdict.winner.i == other.i and verdict.winner.j == other.j:
                if (current.i, current.j) == (other.i, other.j):
                    current = verdict.winner
                    beaten.append(other)
                    continue
                beaten = []
                break
            beaten.append(other)
        else:
            if beaten:
                kept = [k for k in kept if k not in beaten]
            kept.append(current)
            continue
    return by_place(kept)
