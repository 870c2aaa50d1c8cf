"""Qualifiers of a claim: what a frame names, and the dates, sums and places near its trigger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.tokens import Token

from kg.extract.frames_arguments import Arguments
from kg.extract.frames_walk import walk
from kg.extract.records import ValueSpan
from kg.extract.syntax import preposition
from kg.statements import Amount, EntityRef, Literal, QualifierValue
from ontology.frames import Frame, Frames
from ontology.vocabulary import Vocabulary

_PLACES = frozenset({"in", "at", "near", "off", "on", "over", "outside", "aboard"})
_NOMINAL = frozenset({"NOUN", "PROPN", "NUM", "ADP", "SYM", "ADJ", "ADV", "DET", "X", "PRON"})
_CLAUSES = frozenset({"acl", "acl:relcl", "advcl", "advcl:relcl", "ccomp", "parataxis", "appos"})
_KINDS = {"Date": "date", "Amount": "money", "Number": "quantity"}
_LIMIT = 10

Found = dict[str, tuple[QualifierValue, ...]]


class Qualifying:
    """Finds qualifiers in one document."""

    def __init__(
        self,
        arguments: Arguments,
        values: Sequence[ValueSpan],
        *,
        vocabulary: Vocabulary,
        frames: Frames,
    ) -> None:
        self.arguments = arguments
        self.vocabulary = vocabulary
        self.frames = frames
        self.doc = arguments.doc
        self._values: dict[int, list[tuple[int, ValueSpan]]] = {}  # sentence start → head, value
        for value in sorted(values, key=lambda v: (v.start, v.end)):
            span = self.doc.char_span(value.start, value.end, alignment_mode="expand")
            if span is not None:
                root = span.root
                self._values.setdefault(root.sent.start, []).append((root.i, value))

    def of(
        self, frame: Frame, trigger: Token, *, object_word: int, subject_word: int
    ) -> Mapping[str, tuple[QualifierValue, ...]]:
        """The qualifiers of what `frame` found at `trigger`."""
        found: Found = {}
        words = [object_word]
        for name, paths in frame.qualifiers.items():
            for path in paths:
                at = walk(path, trigger.i, syntax=self.arguments.syntax)
                values = self._read(name, at, exclude=(object_word, subject_word))
                if values:
                    found[name] = values
                    if name == "equipment":
                        words += at
                    break
        attach = self.frames.attach.get(frame.predicate, frozenset())
        self._near(found, attach, trigger, words, object_word)
        return found

    # -- what the frame names --------------------------------------------------------------------

    def _read(
        self, name: str, at: Sequence[int], *, exclude: tuple[int, ...]
    ) -> tuple[QualifierValue, ...]:
        range_ = self.vocabulary.qualifiers[name].range
        found: dict[QualifierValue, None] = {}
        for index in at:
            if index in exclude and name != "quantity":
                continue
            for type_, kind in _KINDS.items():
                value = self.arguments.value_at(index, kind) if type_ in range_ else None
                if value is not None:
                    found[value.value] = None
            mention = self.arguments.find(index, range_)
            if mention is not None:
                found[EntityRef(mention.entity)] = None
        return tuple(found)

    # -- what stands near the trigger ------------------------------------------------------------

    def _near(
        self,
        found: Found,
        attach: frozenset[str],
        trigger: Token,
        words: Sequence[int],
        object_word: int,
    ) -> None:
        chain = _chain(trigger)
        bounds: list[str] = []
        for index, value in self._values.get(trigger.sent.start, ()):
            token = self.doc[index]
            if index == object_word or self.arguments.value_at(object_word, "money") is value:
                if value.bound:
                    bounds.append(value.bound)
                continue
            name = self._name(value, attach)
            if name is None or name in found:
                continue
            if value.kind == "quantity":
                near = index in words or token.head.i in words
            else:
                near = _attached(token, chain)
            if not near:
                continue
            found[name] = (value.value,)
            if value.bound and value.kind in ("quantity", "money"):
                bounds.append(value.bound)
        if bounds and "bound" in attach:
            found["bound"] = (Literal(bounds[0]),)
        if "location" in attach and "location" not in found:
            self._location(found, chain, words)

    def _name(self, value: ValueSpan, attach: frozenset[str]) -> str | None:
        match value.kind:
            case "date":
                return next((n for n in ("period", "date") if n in attach), None)
            case "money":
                fits = "value" in attach and isinstance(value.value, Amount)
                return "value" if fits else None
            case "quantity":
                return "quantity" if "quantity" in attach else None
            case "percent":
                return "change" if "change" in attach else None
        return None

    def _location(self, found: Found, chain: Sequence[int], words: Sequence[int]) -> None:
        for index in chain:
            for e in self.arguments.syntax.base(index):
                if e.role in ("obl", "nmod") and e.prep in _PLACES and e.child not in words:
                    mention = self.arguments.find(e.child, {"Place"})
                    if mention is not None:
                        found["location"] = (EntityRef(mention.entity),)
                        return


def _chain(trigger: Token) -> tuple[int, ...]:
    """The trigger, and as far as it is a noun or a complement, what it belongs to."""
    chain = [trigger.i]
    here = trigger
    for _ in range(_LIMIT):
        head = here.head
        if head == here:
            break
        verbal = here.pos_ in ("VERB", "AUX")
        if verbal and here.dep_ != "xcomp":
            break
        if here.dep_ in _CLAUSES or here.dep_ == "conj":
            break
        chain.append(head.i)
        here = head
    return tuple(chain)


def _attached(token: Token, chain: Sequence[int]) -> bool:
    """Whether the value hangs on the chain through nominals only."""
    here = token
    for _ in range(_LIMIT):
        if here.i in chain:
            return True
        head = here.head
        if head == here or here.dep_ in _CLAUSES or preposition(here) in ("according to", "than"):
            return False
        if head.i in chain:
            return True
        if head.pos_ not in _NOMINAL:
            return False
        here = head
    return False
