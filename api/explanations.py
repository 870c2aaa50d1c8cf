"""What `POST /explain` answers with: a document's sentences with all that was made of them.

The form is that of `kg.explain.as_json`, which `kg explain --format json` prints too.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.models import DocumentLink
from kg.extract.trace import ATTEMPT_CAUSES, CAUSES


class Word(BaseModel):
    """A token with its place in the syntax tree."""

    number: int = Field(description="its number in the sentence, from 1")
    text: str = Field(description="as it stands")
    lemma: str = Field(description="its dictionary form")
    tag: str = Field(description="Penn tag", examples=["VBG"])
    pos: str = Field(description="universal part of speech", examples=["VERB"])
    dependency: str = Field(description="its relation to its head, of Universal Dependencies")
    head: int = Field(description="the number of its head, 0 at the root")
    start: int = Field(description="where it begins in the text, in characters")
    end: int = Field(description="where it ends")


class Named(BaseModel):
    """A mention with the entity that it was linked to."""

    text: str = Field(description="the stretch")
    start: int = Field(description="where it begins in the text, in characters")
    end: int = Field(description="where it ends")
    type: str = Field(description="a class of the ontology")
    kind: str = Field(description="name, description or pronoun")
    entity: str = Field(description="the entity's id")
    name: str = Field(description="the entity's name")
    reason: str = Field(description="why the stretch is a mention of it")
    entity_reason: str = Field(description="why the entity is in the catalogue, or new")


class Value(BaseModel):
    """A date, sum, count, percentage or post."""

    text: str = Field(description="the stretch")
    start: int = Field(description="where it begins in the text, in characters")
    end: int = Field(description="where it ends")
    kind: str = Field(description="date, money, quantity, percent or post")
    value: str = Field(description="what it means", examples=["10,000,000,000 USD"])
    bound: str | None = Field(description="min, about or max, where the text says so")


class Reading(BaseModel):
    """What a frame or the model reads off the sentence, and what became of it."""

    subject: str = Field(description="the name of the subject")
    predicate: str = Field(description="a property of the ontology")
    object: str = Field(description="the object as a person would write it")
    modality: str = Field(description="asserted, planned, possible or denied")
    qualifiers: str = Field(description="the qualifiers in words")
    score: float = Field(description="the frame's precision or the model's probability")
    needed: float | None = Field(description="the model's threshold; null for a frame")
    reason: str = Field(description="what it was read from")
    cause: str = Field(description="why it is not stated, in one word; empty where it is")
    why: str = Field(description="the same in words")


class Said(BaseModel):
    """A report of the sentence: who is made to say which words."""

    cue: str = Field(description="the word that reports", examples=["said"])
    kind: str = Field(description="verb, noun, account or quotation (an earlier speaker goes on)")
    speaker: str = Field(description="who says it; empty where nobody is named")
    words: str = Field(description="what is said")
    why: str = Field(description="why no statement of the sentence is attributed; else empty")


class Tried(BaseModel):
    """A frame whose word stands in the sentence and that found nothing to say."""

    frame: str = Field(description="the frame's id", examples=["evaluate"])
    predicate: str = Field(description="what it would say")
    word: str = Field(description="the word that it looks for")
    cause: str = Field(description=", ".join(ATTEMPT_CAUSES))
    why: str = Field(description="the same in words")


class Rejected(BaseModel):
    """A statement that is not made of this sentence."""

    subject: str = Field(description="the name of the subject")
    predicate: str = Field(description="a property of the ontology")
    object: str = Field(description="the object as a person would write it")
    extractor: str = Field(description="what proposed it")
    cause: str = Field(description=", ".join(CAUSES))
    why: str = Field(description="the same in words")


class Stated(BaseModel):
    """A statement that is made of this sentence."""

    id: str = Field(description="its id, for /statements/{id}")
    subject: str = Field(description="the name of the subject")
    predicate: str = Field(description="a property of the ontology")
    object: str = Field(description="the object as a person would write it")
    modality: str = Field(description="asserted, planned, possible or denied")
    qualifiers: str = Field(description="the qualifiers in words")
    confidence: float = Field(description="how likely it is to be right, from 0 to 1")
    extractor: str = Field(description="what found it, with its version")
    reason: str = Field(description="why, in words")


class SentenceReading(BaseModel):
    """One sentence with all that was made of it."""

    number: int = Field(description="its number, from 1")
    start: int = Field(description="where it begins in the text, in characters")
    end: int = Field(description="where it ends")
    text: str
    words: list[Word]
    mentions: list[Named]
    values: list[Value]
    said: list[Said]
    frames: list[Reading] = Field(description="what the frames read")
    tried: list[Tried] = Field(description="frames that found nothing to say")
    model: list[Reading] = Field(description="what the relation model finds worth a look")
    rejected: list[Rejected]
    statements: list[Stated]


class ExplainedDocument(DocumentLink):
    """The document that was read."""

    hash: str = Field(description="its content hash, under which the store would have it")


class Explanation(BaseModel):
    """The sentences of a document, or the one that was asked for."""

    model_config = ConfigDict(extra="forbid")

    document: ExplainedDocument
    sentences: list[SentenceReading]
