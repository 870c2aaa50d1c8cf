"""What several routes answer with, or `api.views` makes; examples are from the founding article.
What one route alone answers with stands in its own module, or in one beside it where it is long.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.days import Day
from kg.documents import Document as SourceDocument

_BASE = "https://w3id.org/entente/"


class EntityLink(BaseModel):
    """An entity, as far as one needs to show and open it."""

    id: str = Field(description="its id, for /entities/{id}", examples=["country/japan"])
    type: str = Field(description="a class of the ontology", examples=["Country"])
    name: str = Field(description="its preferred name", examples=["Japan"])


class Entity(EntityLink):
    """Something with a name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "company/baykar",
                    "type": "Company",
                    "name": "Baykar",
                    "iri": _BASE + "entity/company/baykar",
                    "aliases": ["Baykar Makina", "Baykar Technologies"],
                    "catalogue": True,
                    "score": 100.0,
                    "statements": 31,
                }
            ]
        }
    )

    iri: str = Field(description="its IRI in the graph")
    aliases: list[str] = Field(description="its other names")
    catalogue: bool = Field(description="whether it was linked to the catalogue")
    score: float | None = Field(
        None, description="how well it fits the search, from 0 to 100; null without a search"
    )
    statements: int | None = Field(
        None, description="how many statements it stands in; null where a document is shown"
    )


class EntityObject(EntityLink):
    """An entity as the object of a statement or the value of a qualifier."""

    kind: Literal["entity"] = "entity"


class TextObject(BaseModel):
    """A string as the object of a statement or the value of a qualifier."""

    kind: Literal["text"] = "text"
    text: str = Field(description="the string", examples=["Defense Minister"])


class AmountObject(BaseModel):
    """A sum of money."""

    kind: Literal["amount"] = "amount"
    amount: float = Field(description="the sum", examples=[10_000_000_000.0])
    currency: str = Field(description="ISO 4217 code", examples=["USD"])
    text: str = Field("", description="as the article wrote it", examples=["$10 billion"])


class NumberObject(BaseModel):
    """A count or a percentage."""

    kind: Literal["number"] = "number"
    value: float = Field(description="the number", examples=[48.0])
    text: str = Field("", description="as the article wrote it", examples=["48 percent"])


class DateObject(BaseModel):
    """A date as written, and in EDTF where the text and the article's date fix it."""

    kind: Literal["date"] = "date"
    text: str = Field(description="as the article wrote it", examples=["in March"])
    edtf: str | None = Field(description="EDTF level 0 or 1", examples=["2026-03"])
    basis: str = Field(description="stated, article or unknown", examples=["article"])
    precision: str = Field(description="day, month, year, interval or empty", examples=["month"])


Value = Annotated[
    EntityObject | TextObject | AmountObject | NumberObject | DateObject,
    Field(discriminator="kind"),
]

_STATEMENT: JsonDict = {
    "id": "0f3b5a1c9d2e4f60",
    "iri": _BASE + "statement/0f3b5a1c9d2e4f60",
    "subject": {"id": "country/japan", "type": "Country", "name": "Japan"},
    "predicate": "evaluates",
    "object": {"kind": "entity", "id": "equipment/anka", "type": "Equipment", "name": "Anka"},
}
SUMMARY: JsonDict = {
    **_STATEMENT,
    "modality": "asserted",
    "modalities": {"asserted": 2},
    "belief": 0.979,
    "beliefs": {"asserted": 0.979},
    "confidence": 0.93,
    "documents": 2,
    "latest": "2026-01-08",
}
EVIDENCE: JsonDict = {
    "document": {
        "id": "5d41402abc4b2a76",
        "title": "Turkey and Japan move towards a defence pact",
        "date": "2026-01-08",
        "source": None,
    },
    "sentence": 3,
    "text": "Japan is assessing the Anka and Bayraktar unmanned aerial systems.",
    "start": 312,
    "end": 378,
    "modality": "asserted",
    "speaker": [
        {"kind": "entity", "id": "person/yasar-guler", "type": "Person", "name": "Yasar Guler"}
    ],
    "qualifiers": {},
    "confidence": 0.93,
    "quoted": False,
    "extractor": "frame:evaluate 0.1",
    "reason": "verb 'assess' with subject and object",
}


class DocumentLink(BaseModel):
    """A document, as far as one needs to cite and open it."""

    id: str = Field(description="its content hash", examples=["5d41402abc4b2a76"])
    title: str = Field(description="its headline, or empty")
    date: str | None = Field(description="the day it was published", examples=["2026-01-08"])
    source: str | None = Field(description="who published it, or where")


class Evidence(BaseModel):
    """One sentence that bears on a statement."""

    model_config = ConfigDict(json_schema_extra={"examples": [EVIDENCE]})

    document: DocumentLink
    sentence: int = Field(description="the number of the sentence, from 1")
    text: str = Field(description="the sentence")
    start: int = Field(description="where it begins in the document's text, in characters")
    end: int = Field(description="where it ends")
    modality: str = Field(description="asserted, planned, possible or denied")
    speaker: list[Value] = Field(description="who says so, where the text only reports it")
    qualifiers: dict[str, list[Value]] = Field(description="date, quantity, value, place, topic …")
    confidence: float = Field(description="how sure the extraction is, from 0 to 1")
    quoted: bool | None = Field(description="true for a quotation, false for a paraphrase")
    extractor: str = Field(description="what found it, with its version")
    reason: str = Field(description="why, in words")


class Statement(BaseModel):
    """One subject–predicate–object triple."""

    id: str = Field(description="its id, for /statements/{id}")
    iri: str = Field(description="its IRI in the graph")
    subject: EntityLink
    predicate: str = Field(description="a property of the ontology")
    object: Value


class StatementSummary(Statement):
    """A statement, and how well it is supported."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUMMARY]})

    modality: str = Field(description="the firmest of its evidence", examples=["asserted"])
    modalities: dict[str, int] = Field(description="how many pieces of evidence have a modality")
    belief: float = Field(
        description="how far it can be believed to have been said in its firmest modality, by "
        "independent sources, from 0 to 1"
    )
    beliefs: dict[str, float] = Field(description="the belief in each modality, firmest first")
    confidence: float = Field(description="that of the surest piece of evidence, from 0 to 1")
    documents: int = Field(description="how many documents bear on it")
    latest: str | None = Field(description="the date of the newest of them")


class Mention(BaseModel):
    """A stretch of the text that refers to an entity."""

    start: int = Field(description="where it begins in the text, in characters")
    end: int = Field(description="where it ends")
    text: str = Field(description="the stretch")
    sentence: int = Field(description="the number of the sentence, from 1")
    entity: str = Field(description="the entity's id")
    type: str = Field(description="a class of the ontology")
    kind: str = Field(description="name, description or pronoun")
    reason: str = Field(description="why it was linked to the entity")


class DocumentStatement(Statement):
    """A statement with what one document says about it."""

    evidence: list[Evidence]


class Document(DocumentLink):
    """A document in a list."""

    iri: str = Field(description="its IRI, which is also the name of its graph")
    language: str = Field(description="ISO 639-1", examples=["en"])
    statements: int = Field(description="how many statements it bears on")


class DocumentDetail(Document):
    """A document and all that it says."""

    text: str
    mentions: list[Mention]
    entities: list[Entity]
    supports: list[DocumentStatement] = Field(description="its statements with their evidence")


class DocumentResult(DocumentDetail):
    """What became of a document that was sent."""

    stored: bool = Field(description="whether it is in the store now: false for a dry run")
    known: bool = Field(description="whether it was there before")


class NewDocument(BaseModel):
    """A document to add."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": "Japan is assessing Turkey's Anka drone, Defense Minister Yasar Guler "
                    "said on Thursday.",
                    "title": "Tokyo looks at Turkish drones",
                    "date": "2026-01-08",
                    "source": "https://example.org/news/1",
                }
            ]
        },
    )

    text: str = Field(min_length=1, description="the article, without its headline")
    title: str = Field("", max_length=1000, description="the headline")
    date: Day | None = Field(None, description="the day it was published, YYYY-MM-DD")
    source: str | None = Field(None, max_length=2000, description="who published it, or where")

    def document(self) -> SourceDocument:
        """The document as the pipeline reads it."""
        return SourceDocument(
            text=self.text,
            title=self.title,
            date=None if self.date is None else self.date.isoformat(),
            source=self.source,
        )


class EntityPage(BaseModel):
    """Some entities, and where to find the next ones."""

    items: list[Entity]
    next: str | None = Field(description="the path of the next page, or null on the last one")


class StatementPage(BaseModel):
    """Some statements, and where to find the next ones."""

    items: list[StatementSummary]
    next: str | None = Field(description="the path of the next page, or null on the last one")


class DocumentPage(BaseModel):
    """Some documents, and where to find the next ones."""

    items: list[Document]
    next: str | None = Field(description="the path of the next page, or null on the last one")


class EntityDetail(Entity):
    """An entity and the statements that it stands in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "country/japan",
                    "type": "Country",
                    "name": "Japan",
                    "iri": _BASE + "entity/country/japan",
                    "aliases": ["Tokyo"],
                    "catalogue": True,
                    "statements": 1,
                    "reasons": ["name in the catalogue"],
                    "statements_out": {"items": [SUMMARY], "next": None},
                    "statements_in": {"items": [], "next": None},
                }
            ]
        }
    )

    reasons: list[str] = Field(
        description="why documents linked it to the catalogue, or took it for a new one"
    )
    statements_out: StatementPage = Field(description="the statements that it is the subject of")
    statements_in: StatementPage = Field(description="the statements that it is the object of")
