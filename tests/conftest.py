"""Fixtures that many tests share.

Small things are built in the tests themselves. What needs the language model loads it once a
session; what needs the gold documents and corpora, which users of the project do not have, skips
where they are absent (CI asserts that nothing skipped there).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from spacy.language import Language

# A busy machine is no fault of what is tested.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with gold documents, corpora and conformance suites."""
    if not (SHARED / "gold").is_dir():
        pytest.skip("../shared (gold documents and corpora) is not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The trained language pipeline."""
    from kg import nlp as language

    return language.load()
