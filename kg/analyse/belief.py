"""How far a statement can be believed to have been said: by independent sources, not by reports.

The formula is that of INDRA (Gyori et al. 2017): a statement is wrong only if every source that
bears it out is. A source is wrong where something is wrong with all that it says (its systematic
error), or where each of its texts was misread (their random errors, multiplied):

    belief = 1 − Π over sources (systematic + (1 − systematic) × Π over texts (1 − confidence))

INDRA adds the two errors. Confidences go down to nothing here and the sum could pass 1, so the
random error counts only where the systematic one has not struck.

A source is a publisher. A text that is a copy of another counts with it, once, and for the
publisher of the one that came first; several sentences of a text count once, by the surest. So one
article with three sentences, or printed by ten papers, is believed no more than one sentence of it.

Each modality is reckoned by itself: what is only planned does not bear out that it was done, and a
denial takes nothing away, but stands beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from kg.analyse.copies import in_time
from ontology import vocabulary
from ontology.sources import Sources

_MOST = 0.9999  # nothing is certain
_DIGITS = 4
_SHOWN = 20  # sources in a formula


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of evidence, as far as it matters here.

    `publisher` and `day` of its document are "" where unknown. `original` is the document that
    its document is a copy of, or that document itself.
    """

    document: str
    publisher: str
    day: str
    original: str
    modality: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that counts once: the document that came first, its copies, its surest sentence."""

    document: str
    copies: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a publisher contributes: `error` is the chance that it is wrong."""

    publisher: str
    systematic: float
    texts: tuple[Text, ...]
    error: float

    @property
    def formula(self) -> str:
        """How the error comes about, in numbers."""
        random = " × ".join(_number(1 - text.confidence) for text in self.texts[:_SHOWN])
        more = len(self.texts) - _SHOWN
        if more > 0:
            random += f" × … ({more} more)"
        return f"{_number(self.systematic)} + {_number(1 - self.systematic)} × {random}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The belief in a statement in one modality, with all that it was reckoned from."""

    modality: str
    value: float
    sources: tuple[Source, ...]

    @property
    def formula(self) -> str:
        """The reckoning in numbers, such as "1 − (0.05 + 0.95 × 0.1) = 0.855"."""
        factors = " × ".join(f"({each.formula})" for each in self.sources[:_SHOWN])
        more = len(self.sources) - _SHOWN
        if more > 0:
            factors += f" × … ({more} more)"
        return f"1 − {factors} = {_number(self.value)}"

    @property
    def sentence(self) -> str:
        """The reckoning in words."""
        texts = sum(len(each.texts) for each in self.sources)
        copies = sum(len(text.copies) for each in self.sources for text in each.texts)
        names = [each.publisher or "of unknown origin" for each in self.sources]
        shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
        also = "" if not copies else f", not counting {_counted(copies, 'copy', 'copies')}"
        return (
            f"{self.modality} {self.value:.2f}: {_counted(texts, 'text')} by "
            f"{_counted(len(names), 'independent source')} ({shown}){also}"
        )


def beliefs(pieces: Iterable[Piece], *, sources: Sources) -> tuple[Belief, ...]:
    """The belief in each modality that there is evidence of, the firmest modality first."""
    by_modality: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_modality.setdefault(piece.modality, []).append(piece)
    order = list(vocabulary.load().modalities)
    known = [name for name in order if name in by_modality]
    return tuple(
        _belief(name, by_modality[name], sources)
        for name in (*known, *sorted(set(by_modality) - set(order)))
    )


def _belief(modality: str, pieces: Sequence[Piece], sources: Sources) -> Belief:
    by_publisher: dict[str, list[Text]] = {}
    for publisher, text in _texts(pieces):
        by_publisher.setdefault(publisher, []).append(text)
    found = [
        _source(name, texts, systematic=sources.systematic(name))
        for name, texts in by_publisher.items()
    ]
    found.sort(key=lambda each: (each.error, each.publisher))
    value = 1 - prod(each.error for each in found)
    return Belief(modality=modality, value=min(round(value, _DIGITS), _MOST), sources=tuple(found))


def _texts(pieces: Sequence[Piece]) -> Iterable[tuple[str, Text]]:
    """The texts that count, each with its publisher."""
    by_original: dict[str, list[Piece]] = {}
    for piece in sorted(pieces, key=lambda each: in_time(each.day, each.document)):
        by_original.setdefault(piece.original, []).append(piece)
    for group in by_original.values():
        documents = list(dict.fromkeys(piece.document for piece in group))
        text = Text(
            document=documents[0],
            copies=tuple(documents[1:]),
            confidence=max(piece.confidence for piece in group),
        )
        yield group[0].publisher, text


def _source(publisher: str, texts: Sequence[Text], *, systematic: float) -> Source:
    ordered = sorted(texts, key=lambda text: (-text.confidence, text.document))
    random = prod(1 - text.confidence for text in ordered)
    return Source(
        publisher=publisher,
        systematic=systematic,
        texts=tuple(ordered),
        error=systematic + (1 - systematic) * random,
    )


def values(found: Iterable[Belief]) -> Mapping[str, float]:
    """The belief by modality, the firmest first."""
    return {each.modality: each.value for each in found}


def _number(value: float) -> str:
    return f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".") or "0"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
