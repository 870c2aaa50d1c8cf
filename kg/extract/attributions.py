"""Whose words a claim is: the speakers of `kg.extract.speakers` as entities of the document.

A speaker may be named, described ("the shipbuilder said") or a pronoun, which `kg.resolve` has
linked; "the Ukrainian government", "a spokesman for Saab" and "a report by the institute" speak
for the one whom they name. A medium that is no entity is a literal, by its name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.documents import Mention
from kg.extract.frames_arguments import Arguments
from kg.extract.speakers import Speech, Speeches
from kg.extract.syntax import Syntax
from kg.statements import EntityRef, Literal, QualifierValue
from ontology import vocabulary
from ontology.frames import Frames


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says it, how the text reports it, and the type of the speaker ("" for a medium)."""

    speaker: QualifierValue
    type: str
    speech: Speech


class Attributions:
    """Answers for the words of one document; `mentions` are resolved."""

    def __init__(
        self,
        doc: Doc,
        mentions: Sequence[Mention],
        *,
        frames: Frames,
        syntax: Syntax | None = None,
        arguments: Arguments | None = None,
    ) -> None:
        self._doc = doc
        self._words = frames.speakers
        self._syntax = syntax or Syntax(doc)
        self._arguments = arguments or Arguments(
            doc, mentions, (), (), syntax=self._syntax, frames=frames
        )
        self._speeches = Speeches(doc, syntax=self._syntax, words=frames.speakers)
        self._types = vocabulary.load().qualifiers["attributedTo"].range - {"Literal"}

    def of(self, index: int) -> Attribution | None:
        """Who says what the word says; None where the text does, or nobody in particular."""
        speech = self._speeches.of(self._doc[index])
        if speech is None:
            return None
        for word in speech.speakers:
            mention = self._who(word)
            if mention is not None:
                return Attribution(EntityRef(mention.entity), mention.type, speech)
        for word in speech.speakers:
            name = self._medium(word)
            if name:
                return Attribution(Literal(name), "", speech)
        return None

    def quoted(self, index: int) -> bool:
        """Whether the word stands within quotation marks."""
        return self._speeches.quoted(index)

    def _who(self, word: int) -> Mention | None:
        found = self._arguments.find(word, self._types)
        if found is not None:
            return found
        token = self._doc[word]
        if token.lemma_.lower() in self._words.spokesmen | self._words.nouns | self._words.accounts:
            edges = self._syntax.base(word)
            beside = [e.child for e in edges if e.role in ("nmod:poss", "amod", "compound")]
            beside += [e.child for e in edges if e.role == "nmod" and e.prep in _OF]
            return self._first(beside)
        return None

    def _first(self, words: Collection[int]) -> Mention | None:
        return next((m for w in words if (m := self._arguments.find(w, self._types))), None)

    def _medium(self, word: int) -> str:
        """The name of a medium or body that is no entity; "" for a common noun."""
        for span in self._doc.spans.get("names", ()):
            if span.label_ == "ORG" and span.start <= word < span.end:
                return " ".join(span.text.split())
        if self._doc[word].pos_ != "PROPN":
            return ""
        start, end = word, word + 1
        while start > 0 and self._doc[start - 1].pos_ == "PROPN":
            start -= 1
        while end < len(self._doc) and self._doc[end].pos_ == "PROPN":
            end += 1
        beside = self._doc[max(0, start - 1) : end + 1]
        said = any(t.lemma_.lower() in self._words.verbs for t in beside)
        return " ".join(self._doc[start:end].text.split()) if said or start > 0 else ""


_OF = frozenset({"of", "for", "from", "by", "at", "in"})
