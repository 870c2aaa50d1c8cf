"""What an opened statement looks like: its sentences, and how the belief in it was reckoned."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api import models


class BeliefDocument(models.DocumentLink):
    """A document in the reckoning of belief."""

    copy_of: str | None = Field(
        description="the document that its text is a copy of, with which it counts once"
    )


class BeliefText(BaseModel):
    """A text that counts once."""

    confidence: float = Field(description="that of its surest sentence")
    documents: list[BeliefDocument] = Field(description="where it stands, the first one first")


class BeliefGroup(BaseModel):
    """What one independent source contributes."""

    publisher: str = Field(description="who it is; empty for texts of unknown origin, all together")
    systematic: float = Field(description="the chance that all that it says on this is wrong")
    factor: float = Field(description="the chance that it is wrong here")
    texts: list[BeliefText]


_ARITHMETIC: JsonDict = {
    "modality": "asserted",
    "value": 0.855,
    "formula": "1 − (0.05 + 0.95 × 0.1) = 0.855",
    "sentence": "asserted 0.85: 1 text by 1 independent source (example.org)",
    "groups": [
        {
            "publisher": "example.org",
            "systematic": 0.05,
            "factor": 0.145,
            "texts": [
                {
                    "confidence": 0.9,
                    "documents": [
                        {
                            "id": "5d41402abc4b2a76",
                            "title": "Turkey and Japan move towards a defence pact",
                            "date": "2026-01-08",
                            "source": "https://example.org/1",
                            "copy_of": None,
                        }
                    ],
                }
            ],
        }
    ],
}


class BeliefArithmetic(BaseModel):
    """How the belief in one modality was reckoned (docs/trust.md)."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ARITHMETIC]})

    modality: str
    value: float = Field(description="the belief, from 0 to 1")
    formula: str = Field(description="the reckoning in numbers")
    sentence: str = Field(description="the reckoning in words")
    groups: list[BeliefGroup] = Field(description="the independent sources, the surest first")


class StatementDetail(models.StatementSummary):
    """A statement with all of its evidence, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **models.SUMMARY,
                    "belief_arithmetic": _ARITHMETIC,
                    "other_beliefs": [],
                    "evidence": [models.EVIDENCE],
                }
            ]
        }
    )

    belief_arithmetic: BeliefArithmetic = Field(description="for its firmest modality")
    other_beliefs: list[BeliefArithmetic] = Field(
        description="for its other modalities, denials among them; none of them counts for another"
    )
    evidence: list[models.Evidence]
