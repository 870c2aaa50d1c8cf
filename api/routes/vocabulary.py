"""The terms of the ontology, for who draws or filters."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from ontology import vocabulary as ontology

router = APIRouter(tags=["vocabulary"])


class Term(BaseModel):
    """A term of the ontology."""

    name: str = Field(description="its name, as in filters", examples=["asserted"])
    iri: str = Field(description="its IRI")
    label: str = Field(description="what to call it", examples=["asserted"])
    comment: str = Field(description="what it means")
    example: str = Field(description="text that shows it")


class TypeTerm(Term):
    """A class of entities, and how it is drawn."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Company",
                    "iri": "https://w3id.org/entente/ontology#Company",
                    "label": "company",
                    "comment": "A maker, a shipyard, a contractor or another firm.",
                    "example": "Saab",
                    "parent": "Agent",
                    "colour": "#ff7f0e",
                    "shape": "square",
                }
            ]
        }
    )

    parent: str = Field(description="Agent for whoever can act, or else Entity")
    colour: str = Field(description="as #rrggbb")
    shape: str = Field(description="circle, square, diamond …")


class PredicateTerm(Term):
    """A predicate, and what it can stand between."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "visits",
                    "iri": "https://w3id.org/entente/ontology#visits",
                    "label": "visits",
                    "comment": "A person or a delegation goes to a place.",
                    "example": "The minister toured the shipyard in Gdynia.",
                    "inverse": "is visited by",
                    "domain": ["Person"],
                    "range": ["Country", "Place"],
                    "symmetric": False,
                    "broader": [],
                }
            ]
        }
    )

    inverse: str = Field(description="what to call it when read from its object")
    domain: list[str] = Field(description="the classes of its subjects")
    range: list[str] = Field(description="the classes of its objects, Literal or Amount")
    symmetric: bool = Field(description="true where its direction says nothing")
    broader: list[str] = Field(description="the predicates that it implies")


class QualifierTerm(Term):
    """Something more that evidence can say."""

    range: list[str] = Field(
        description="classes of its values, Literal, Amount, Number or Date", examples=[["Date"]]
    )


class Vocabulary(BaseModel):
    """All terms, in the order of the ontology; modalities from the firmest on."""

    types: list[TypeTerm]
    predicates: list[PredicateTerm]
    modalities: list[Term]
    qualifiers: list[QualifierTerm]


@cache
def _vocabulary() -> Vocabulary:
    terms = ontology.load()
    return Vocabulary(
        types=[
            TypeTerm(
                **_shared(each),
                parent="Agent" if each.agent else "Entity",
                colour=each.colour,
                shape=each.shape,
            )
            for each in terms.types.values()
        ],
        predicates=[
            PredicateTerm(
                **_shared(each),
                inverse=each.inverse,
                domain=_ordered(each.domain, terms),
                range=_ordered(each.range, terms),
                symmetric=each.symmetric,
                broader=sorted(each.broader),
            )
            for each in terms.predicates.values()
        ],
        modalities=[Term(**_shared(each)) for each in terms.modalities.values()],
        qualifiers=[
            QualifierTerm(**_shared(each), range=_ordered(each.range, terms))
            for each in terms.qualifiers.values()
        ],
    )


def _shared(term: ontology.Term) -> dict[str, str]:
    return {
        "name": term.name,
        "iri": term.iri,
        "label": term.label,
        "comment": term.definition,
        "example": term.example,
    }


def _ordered(names: frozenset[str], terms: ontology.Vocabulary) -> list[str]:
    """Classes in the order of the ontology, then the kinds of values."""
    return [name for name in terms.types if name in names] + sorted(names - terms.types.keys())


@router.get("/vocabulary", response_model=Vocabulary, summary="What the graph can say")
def read() -> Vocabulary:
    """The classes, predicates, modalities and qualifiers of the ontology.

    Classes have a colour and a shape to draw them in, predicates a label for either direction.
    """
    return _vocabulary()
