"""A graph in a store that this process has open."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.client.filters import Wanted
from kg.client.reading import Reading
from kg.client.records import Node, StatementSummary, object_node
from kg.documents import Document
from kg.errors import StoreInUseError
from kg.graph.terms import PREFIXES
from kg.statements import Extraction
from kg.store import Store, open_store
from kg.store.folder import served_at
from kg.store.guard import Checked
from kg.store.names import search
from kg.store.worker import Pool
from ontology import sources

if TYPE_CHECKING:
    from kg.pipeline import Pipeline

_BATCH = 16
_STATEMENTS = """
SELECT s.*, a.type AS subject_type, a.name AS subject_name,
    b.type AS object_type, b.name AS object_name
FROM statement AS s LEFT JOIN entity AS a ON a.id = s.subject
LEFT JOIN entity AS b ON b.id = s.object"""


class Local:
    """A `kg.client.backend.Backend` over a store."""

    def __init__(
        self, store: Store, *, location: str, pipeline: Callable[[], Pipeline], temporary: str = ""
    ) -> None:
        """`pipeline` makes what reads documents, when it is first needed; `temporary` is a folder
        that goes with the graph."""
        self._store = store
        self._location = location
        self._make = pipeline
        self._pipeline: Pipeline | None = None
        self._pool = Pool(store, prefixes=PREFIXES)
        self._temporary = temporary

    @classmethod
    def open(cls, location: str | None, *, pipeline: Callable[[], Pipeline]) -> Local:
        """The store at `location`, or an empty one that goes when it is closed; errors as those of
        `kg.store.open_store`."""
        if location is None:
            folder = tempfile.mkdtemp(prefix="entente-")
            store = open_store(str(Path(folder) / "store"))
            return cls(store, location="memory", pipeline=pipeline, temporary=folder)
        try:
            store = open_store(location, purpose="in use by a Python program")
        except StoreInUseError as error:
            url = served_at(Path(location))
            if url is None:
                raise
            raise StoreInUseError(f"{location}: it is served: kg.open({url!r})") from error
        return cls(store, location=location, pipeline=pipeline)

    @property
    def location(self) -> str:
        """Where the graph is, as a person would say it."""
        return self._location

    def query(self, query: Checked, *, media_type: str) -> bytes:
        """The answer, worked out in a process that reaches neither network nor files."""
        return self._pool.run(query, media_type=media_type)

    def statements(self, wanted: Wanted) -> list[StatementSummary]:
        """The statements that are wanted, those with the newest evidence first."""
        conditions, values = _conditions(wanted)
        limit = "" if wanted.limit is None else f" LIMIT {wanted.limit:d}"
        with self._store.index.reading() as db:
            rows = db.execute(
                f"{_STATEMENTS} WHERE {' AND '.join(conditions)}"
                f" ORDER BY s.latest DESC, s.id{limit}",
                values,
            ).fetchall()
        return [
            StatementSummary(
                id=row["id"],
                subject=Node(
                    id=row["subject"],
                    type=row["subject_type"] or "",
                    name=row["subject_name"] or row["subject"],
                ),
                predicate=row["predicate"],
                object=object_node(
                    id_=row["object"],
                    type_=row["object_type"] or "",
                    name=row["object_name"] or row["object"],
                    text=row["text"],
                    amount=row["amount"],
                    currency=row["currency"],
                ),
                modality=row["modality"],
                modalities=json.loads(row["modalities"]),
                documents=row["documents"],
                latest=row["latest"] or None,
                confidence=row["confidence"],
                belief=row["belief"],
            )
            for row in rows
        ]

    def candidates(self, name: str) -> list[str]:
        """The ids of the entities that a name may mean, the best first."""
        index = self._store.index
        with index.reading() as db:
            return [hit.id for hit in search(db, index.words, name)]

    def read(self, document: Document) -> Reading:
        """What a document says; nothing is stored."""
        if self._pipeline is None:
            self._pipeline = self._make()
        steps = self._pipeline.steps(document)
        return Reading(steps.extraction, steps.doc)

    def add(self, documents: Sequence[Document | Reading]) -> int:
        """Add documents; how many are new or changed."""
        changed = 0
        batch: list[Extraction] = []
        for each in documents:
            reading = each if isinstance(each, Reading) else self.read(each)
            batch.append(reading.extraction)
            if len(batch) == _BATCH:
                changed += self._store.add(batch)
                batch = []
        changed += self._store.add(batch)
        self._store.flush()
        return changed

    def retract(self, document: str) -> None:
        """Take a document out by its id; NotFoundError if unknown."""
        self._store.retract(document)
        self._store.flush()

    def close(self) -> None:
        """Let go of the store, and take a temporary one away."""
        self._pool.close()
        self._store.close()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)


def _conditions(wanted: Wanted) -> tuple[list[str], list[object]]:
    """What is wanted, as conditions of SQL and the values for their question marks."""
    parts = list(_of_statement(wanted))
    evidence = list(_of_evidence(wanted))
    if evidence:
        parts.append(
            (
                "EXISTS (SELECT 1 FROM evidence AS e JOIN document AS d ON d.id = e.document "
                f"WHERE e.statement = s.id AND {' AND '.join(text for text, _ in evidence)})",
                [value for _, values in evidence for value in values],
            )
        )
    conditions = [text for text, _ in parts]
    return conditions or ["TRUE"], [value for _, values in parts for value in values]


_Part = tuple[str, Sequence[object]]


def _of_statement(wanted: Wanted) -> Iterator[_Part]:
    if wanted.entity is not None:
        yield "(s.subject = ? OR s.object = ?)", (wanted.entity, wanted.entity)
    if wanted.subject is not None:
        yield "s.subject = ?", (wanted.subject,)
    if wanted.object is not None:
        yield "s.object = ?", (wanted.object,)
    if wanted.predicate:
        yield f"s.predicate IN ({_marks(wanted.predicate)})", wanted.predicate
    if wanted.type is not None:
        yield "(a.type = ? OR b.type = ?)", (wanted.type, wanted.type)
    if wanted.belief is not None:
        yield "s.belief >= ?", (wanted.belief,)


def _of_evidence(wanted: Wanted) -> Iterator[_Part]:
    """What has to hold of one and the same piece of evidence."""
    if wanted.modality:
        yield f"e.modality IN ({_marks(wanted.modality)})", wanted.modality
    if wanted.document is not None:
        yield "e.document = ?", (wanted.document,)
    if wanted.since is not None:
        yield "e.day >= ?", (wanted.since,)
    if wanted.until is not None:
        yield "e.day != '' AND e.day <= ?", (wanted.until,)
    if wanted.source is not None:
        yield "d.publisher = ?", (sources.load().publisher(wanted.source),)
    if wanted.confidence is not None:
        yield "e.confidence >= ?", (wanted.confidence,)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
