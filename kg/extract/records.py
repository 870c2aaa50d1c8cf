"""What the steps of an extraction hand to each other, before it becomes an `Extraction`.

All offsets count characters of the document's text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.statements import Amount, DateValue, Literal, Number, Object, QualifierValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of text that names something of a type; not yet linked to an entity.

    `type` is a class of the ontology, or "Title" for a post such as "Defense Minister", which is
    a literal and no entity. `score` lies in [0, 1]; `reason` says what found it.
    """

    start: int
    end: int
    type: str
    score: float = 1.0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSpan:
    """A date, sum, count or percentage in the text.

    `kind` is "date", "money", "quantity" or "percent"; `bound` is "min", "about", "max" or None
    ("more than 20", "some 800", "up to $5bn").
    """

    start: int
    end: int
    kind: str
    value: DateValue | Amount | Number
    bound: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """The text calls a person by name the counterpart of another, between two offsets of a
    sentence; `state` is whose counterpart it is said to be, "" where that is left open.
    """

    person: str
    owner: str
    state: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One relation found in one sentence, between entities (by id) or an entity and a value.

    `subject_span` and `object_span` are the character spans it was read from; `reason` names the
    frame or the model's decision. `kept` is false for what the model finds too unlikely to say by
    itself: it may support a frame, and explanations show it. `probability` is the model's and
    `precision` the frame's part in a settled claim, None where that source does not say it.
    """

    subject: str
    predicate: str
    object: Object
    sentence: int
    modality: str = "asserted"
    qualifiers: Mapping[str, tuple[QualifierValue, ...]] = field(default_factory=dict)
    confidence: float = 1.0
    quoted: bool | None = None
    extractor: str = ""
    reason: str = ""
    kept: bool = True
    subject_span: tuple[int, int] = (0, 0)
    object_span: tuple[int, int] = (0, 0)
    probability: float | None = None
    precision: float | None = None


__all__ = ["Amount", "Claim", "Counterpart", "DateValue", "Literal", "Number", "Span", "ValueSpan"]
