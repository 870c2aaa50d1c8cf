"""Whether the server answers."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter

from api import models
from api.dependencies import Shared

router = APIRouter(tags=["server"])


@router.get("/health", response_model=models.Health, summary="Is the server there?")
async def health(services: Shared) -> models.Health:
    """Answers at once, whatever else the server does."""
    return models.Health(
        version=version("entente"),
        revision=services.store.revision,
        writable=services.access.may_write,
    )
