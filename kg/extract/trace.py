"""What frames and the settling of claims leave out, and why: for explanations."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extract.records import Claim


@dataclass(frozen=True, slots=True)
class Dropped:
    """A claim that is not stated; `cause` is one of `CAUSES`, `why` says it in words."""

    claim: Claim
    cause: str
    why: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """The frame `frame` of `predicate` has a trigger at token `index` and makes no claim.

    `cause` is one of `ATTEMPT_CAUSES`, `why` says it in words.
    """

    frame: str
    predicate: str
    index: int
    cause: str
    why: str


ATTEMPT_CAUSES = (
    "condition",  # a word that it needs is not there, or one that it forbids is
    "missing",  # nothing stands where an end should, or no qualifier that it needs
    "type",  # what stands there is of a type that it does not take
    "between",  # something between the ends keeps them apart
    "word",  # the object is a word that is never meant
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A report: the word that reports and how ("verb", "noun", "account", or "quotation" where the
    speaker of an earlier sentence goes on), the speaker by name ("" where none is named), and the
    words that the speaker is made to say. `why` tells why it stands with no statement of the
    sentence; it is "" where it does, or where there is none.
    """

    cue: str
    kind: str
    speaker: str
    words: str
    why: str


CAUSES = (
    "threshold",  # the model finds it too unlikely, and no frame says it
    "unconfirmed",  # a frame says it that is not sure enough by itself
    "apart",  # a word keeps one end away from what two would do together
    "implied",  # the sentence calls a maker the developer, and no more
    "reversed",  # the other direction is surer in the same sentence
    "repeat",  # another sentence says it better
    "itself",  # both ends are one entity
    "unknown",  # an end that is no entity of the document
    "confidence",  # less sure than was asked for
)


@dataclass(slots=True)
class Trace:
    """Collects what is dropped on the way, in the order of the steps."""

    dropped: list[Dropped] = field(default_factory=list)

    def drop(self, claim: Claim, cause: str, why: str) -> None:
        """Note that `claim` goes no further."""
        self.dropped.append(Dropped(claim, cause, why))
