"""Whose words a claim is: the speakers of `kg.extract.speakers` as entities of the document.

A speaker may be named, described ("the shipbuilder said") or a pronoun, which `kg.resolve` has
linked; "the Ukrainian government", "a spokesman for Saab" and "a report by the institute" speak
for the one whom they name. A medium that is no entity is a literal, by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.documents import Mention
from kg.extract.frames_arguments import Arguments
from kg.extract.speakers import Speech, Speeches
from kg.extract.syntax import Syntax
from kg.extract.trace import Said
from kg.statements import EntityRef, Evidence, Literal, QualifierValue
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
        return None if speech is None else self._named(speech)

    def reports(
        self, start: int, evidence: Sequence[Evidence], *, show: Callable[[QualifierValue], str]
    ) -> Iterator[Said]:
        """Every report of the sentence that begins at the character `start`, for explanations;
        `evidence` is what is stated there, `show` writes a speaker as a person would.
        """
        first = self._doc.char_span(start, start + 1, alignment_mode="expand")
        if first is None:
            return
        for speech, words in self._speeches.within(first[0].sent):
            found = self._named(speech)
            speaker = None if found is None else found.speaker
            yield Said(
                cue=speech.cue,
                kind=speech.kind,
                speaker="" if speaker is None else show(speaker),
                words=self._shown(words),
                why=_unattributed(speaker, evidence),
            )

    def _shown(self, words: Sequence[int]) -> str:
        """The words of a document, with an ellipsis where some are left out."""
        text = ""
        for before, i in zip([None, *words], words, strict=False):
            gap = "" if before is None or i == before + 1 else "… "
            text += gap + self._doc[i].text_with_ws
        return " ".join(text.split())

    def _named(self, speech: Speech) -> Attribution | None:
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


def _unattributed(speaker: QualifierValue | None, evidence: Sequence[Evidence]) -> str:
    """Why no evidence of a sentence names the speaker; "" where some does, or there is none."""
    if any(speaker in e.qualifiers.get("attributedTo", ()) for e in evidence) or not evidence:
        return ""
    if speaker is None:
        return "the speaker is no entity of the document and no medium that is named"
    if all(speaker in (EntityRef(e.statement.subject), e.statement.object) for e in evidence):
        return "the speaker is an end of what is stated, and such are left out"
    return "what is stated is not among these words, or the syntax speaks against it"


_OF = frozenset({"of", "for", "from", "by", "at", "in"})
