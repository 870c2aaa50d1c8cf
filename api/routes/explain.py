"""Why a text says what it is read to say."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException

from api import explanations, models
from api.dependencies import Shared, Writer
from kg.errors import NotFoundError
from kg.explain import as_json

router = APIRouter(tags=["documents"])


@router.post(
    "/explain",
    response_model=explanations.Explanation,
    summary="Explain a text",
    dependencies=[Writer],
)
def explain(
    services: Shared,
    body: models.NewDocument,
    sentence: Annotated[
        int | None, Query(ge=1, description="the number of a sentence; without it, all of them")
    ] = None,
) -> explanations.Explanation:
    """Reads a text and shows, for each sentence, what was made of it and what was not, and why.

    Nothing is stored. Who may read a text here is who may write.
    """
    found = services.run_explanation(body.document())
    if found is None:
        raise HTTPException(
            HTTPStatus.NOT_IMPLEMENTED,
            "This server was started without a language pipeline and cannot read documents.",
        )
    if sentence is not None and sentence > len(found.sentences):
        raise NotFoundError(
            f"The text has no sentence {sentence}: its sentences are 1 to {len(found.sentences)}."
            if found.sentences
            else "The text has no sentences."
        )
    return explanations.Explanation.model_validate(as_json(found, sentence=sentence))
