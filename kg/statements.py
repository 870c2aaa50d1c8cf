"""Statements and the evidence for them.

The model is Wikidata's: a statement is one subject–predicate–object triple; everything that only
one sentence says about it (modality, speaker, date, value …) belongs to the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity by its id, as the object of a statement or the value of a qualifier."""

    id: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, such as the title in `holdsPosition`."""

    text: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money. `text` keeps what the article wrote; equality looks at the sum only."""

    amount: float
    currency: str
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A count, or a percentage in the qualifier `change`."""

    value: float
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date as written and, where text and article date fix it, in EDTF level 0 or 1.

    `basis` is "stated" (the text gives it), "article" (worked out from the article's date) or
    "unknown" (then `edtf` is None). `precision` is "day", "month", "year", "interval" or "".
    """

    text: str
    edtf: str | None = None
    basis: str = "unknown"
    precision: str = ""


Object = EntityRef | Literal | Amount
QualifierValue = EntityRef | Literal | Amount | Number | DateValue
Qualifiers = Mapping[str, tuple[QualifierValue, ...]]


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple. `subject` is an entity id."""

    subject: str
    predicate: str
    object: Object

    @property
    def id(self) -> str:
        """The hash (16 hexadecimal digits) of subject, predicate and object, nothing else."""
        match self.object:
            case EntityRef(id=ref):
                key = f"e:{ref}"
            case Literal(text=text):
                key = f"l:{text}"
            case Amount(amount=amount, currency=currency):
                key = f"a:{amount:.2f}:{currency}"
        return sha256(f"{self.subject}\x1f{self.predicate}\x1f{key}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence that bears on a statement.

    `sentence` is the sentence's number, `start` and `end` its offsets in the document's text.
    `modality` is a term of the ontology (asserted, planned, possible, denied). `quoted` is true
    for a direct quotation, false for a paraphrase, None where nobody is quoted; the speaker is
    the qualifier `attributedTo`. `confidence` lies in [0, 1]. `extractor` names what found it and
    its version ("frame:… 0.1", "model 0.1"), `reason` says why in words.
    """

    statement: Statement
    sentence: int
    start: int
    end: int
    modality: str
    qualifiers: Qualifiers = field(default_factory=dict)
    confidence: float = 1.0
    quoted: bool | None = None
    extractor: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """All that one document says. Everything in it is sorted, so that two runs agree."""

    document: Document
    sentences: tuple[Sentence, ...] = ()
    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()
    evidence: tuple[Evidence, ...] = ()
