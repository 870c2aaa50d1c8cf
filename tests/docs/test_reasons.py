"""The reasons that docs/extraction.md quotes are given for the samples."""

from __future__ import annotations

import re
from pathlib import Path

from kg import readers
from kg.errors import DocumentError
from kg.pipeline import Pipeline

ROOT = Path(__file__).parent.parent.parent


def without_chances(reason: str) -> str:
    """A reason without the model's probabilities, whose last digit depends on the processor."""
    return re.sub(r"(relation model:|modality) \d\.\d\d", r"\1", reason)


def test_the_reasons_are_those_of_the_samples() -> None:
    page = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")
    section = page[page.index("## Reasons") : page.index("## Who is meant")]
    quoted = re.findall(r"^\| [a-z ]+ \| `(.+)` \|$", section, re.MULTILINE)
    assert len(quoted) == 9
    pipeline = Pipeline()
    given: set[str] = set()
    for file in readers.files([str(ROOT / "samples")]):
        for document in readers.read(file):
            assert not isinstance(document, DocumentError)
            found = pipeline.extract(document)
            for records in (found.entities, found.mentions, found.evidence):
                given |= {without_chances(record.reason) for record in records}
    assert [
        q
        for q in quoted
        if not any(g.startswith(without_chances(q.removesuffix("…"))) for g in given)
    ] == []
