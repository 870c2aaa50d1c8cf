"""What must hold of one and the same piece of evidence, as SQL over the tables of the index
(`kg.store.index_schema`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# A test, and the values of its question marks.
Condition = tuple[str, tuple[object, ...]]
TABLES = "evidence AS e JOIN document AS d ON d.id = e.document"


def conditions(
    *,
    modalities: Sequence[str],
    document: str | None = None,
    since: str | None,
    until: str | None,
    source: str | None,
    confidence: float | None,
) -> Iterator[Condition]:
    """The tests of a row of `TABLES`; what is None or empty does not matter.

    `since` and `until` are days of documents, both included; a document without a day comes after
    no day and before none. `source` is a publisher as `ontology.sources` names it, `confidence` the
    least.
    """
    if modalities:
        yield f"e.modality IN ({marks(modalities)})", tuple(modalities)
    for value, test in (
        (document, "e.document = ?"),
        (since, "e.day >= ?"),
        (until, "e.day != '' AND e.day <= ?"),
        (confidence, "e.confidence >= ?"),
        (source, "d.publisher = ?"),
    ):
        if value is not None:
            yield test, (value,)


def all_of(tests: Sequence[Condition]) -> Condition:
    """One condition that holds where all hold."""
    joined = " AND ".join(test for test, _ in tests) or "TRUE"
    return joined, tuple(value for _, values in tests for value in values)


def marks(values: Sequence[object]) -> str:
    """A question mark for each value."""
    return ", ".join("?" * len(values))
