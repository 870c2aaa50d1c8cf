"""What the settling of claims leaves out, and why: for explanations."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extract.records import Claim


@dataclass(frozen=True, slots=True)
class Dropped:
    """A claim that is not stated; `cause` is one of `CAUSES`, `why` says it in words."""

    claim: Claim
    cause: str
    why: str


CAUSES = (
    "threshold",  # the model finds it too unlikely, and no frame says it
    "unconfirmed",  # a frame says it that is not sure enough by itself
    "apart",  # a word keeps one end away from what two would do together
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
