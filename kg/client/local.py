"""A graph in a store that this process has open."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kg.client.filters import Wanted
from kg.client.reading import Reading
from kg.client.records import Node, StatementSummary, object_node
from kg.documents import Document
from kg.errors import StoreInUseError
from kg.exports.beliefs import beliefs
from kg.exports.excerpt import Selection
from kg.exports.formats import Format
from kg.exports.write import export, frozen, needs_beliefs
from kg.graph.terms import PREFIXES
from kg.settings import Settings
from kg.statements import Extraction
from kg.store import Store, filters, is_server, open_store
from kg.store.endpoint import Options
from kg.store.folder import served_at
from kg.store.guard import Checked
from kg.store.index_copies import parts
from kg.store.names import search
from kg.store.worker import Pool

if TYPE_CHECKING:
    from kg.pipeline import Pipeline

_BATCH = 16
_ALL = 2**31


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
        options = Options.of(Settings.read(os.environ)) if is_server(location) else None
        try:
            store = open_store(location, purpose="in use by a Python program", options=options)
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
        with self._store.index.reading() as db:
            rows = filters.page(db, wanted.filter, limit=wanted.limit or _ALL, after=None)
            names = _names(db, {id_ for row in rows for id_ in (row.subject, row.object)})
        return [_summary(row, names) for row in rows]

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

    def export(self, form: Format, wanted: Selection, file: IO[bytes]) -> None:
        """Write what is wanted of the store as it is now."""
        with frozen(self._store, self._pool, fresh=True) as (reader, _):
            known = beliefs(self._store) if needs_beliefs(form, wanted) else None
            export(reader, form, wanted, beliefs=known).write(file)

    def close(self) -> None:
        """Let go of the store, and take a temporary one away."""
        self._pool.close()
        self._store.close()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)


_Names = Mapping[str, tuple[str, str]]


def _names(db: sqlite3.Connection, ids: Iterable[str]) -> _Names:
    """Type and name of the entities with these ids."""
    found: dict[str, tuple[str, str]] = {}
    for part in parts(ids):
        marks = ", ".join("?" * len(part))
        for row in db.execute(f"SELECT id, type, name FROM entity WHERE id IN ({marks})", part):
            found[row["id"]] = row["type"], row["name"]
    return found


def _summary(row: filters.Row, names: _Names) -> StatementSummary:
    type_, name = names.get(row.subject, ("", row.subject))
    object_type, object_name = names.get(row.object, ("", row.object))
    return StatementSummary(
        id=row.id,
        subject=Node(id=row.subject, type=type_, name=name),
        predicate=row.predicate,
        object=object_node(
            id_=row.object,
            type_=object_type,
            name=object_name,
            text=row.text,
            amount=row.amount,
            currency=row.currency,
        ),
        modality=row.modality,
        modalities=row.modalities,
        documents=row.documents,
        latest=row.latest or None,
        confidence=row.confidence,
        belief=row.belief,
    )
