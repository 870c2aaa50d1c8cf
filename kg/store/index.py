"""The index beside a store: names to search by, statements to filter by, totals, and a history.

An SQLite file that follows from the dataset. It is kept in step with every change, and made anew
where it is missing, damaged, or of another revision than the store (a process that died between the
two). Only the history cannot be made anew: making the index compares the old state with the new one
and notes the difference.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kg.analyse import belief
from kg.analyse.belief import Piece
from kg.entities import Entity
from kg.errors import StoreError
from kg.graph.terms import ENTITIES, RDF_TYPE, QuadReader, document_id, ent, entity_id
from kg.store import index_rows as rows
from kg.store.index_copies import Copying, parts
from kg.store.index_rows import DocumentRows, EvidenceRow
from kg.store.index_schema import DROP, FORMAT, KEPT, TABLES, TRIGGERS
from kg.store.interface import Delta
from kg.store.names import Vocabulary
from ontology import sources
from ontology.normal import normal_name

_FILES = ("", "-wal", "-shm", "-journal")


def utc_now() -> str:
    """The time, as the history keeps it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Index:
    """The index in a file, or in memory where `path` is None. Threads may share it."""

    def __init__(self, path: Path | None, *, clock: Callable[[], str] = utc_now) -> None:
        """Open what is there; a file that is no index of ours, or damaged, is taken away.

        StoreError where the file cannot be opened at all.
        """
        self._path = path
        self._clock = clock
        self._lock = threading.RLock()
        self._words = Vocabulary()
        self._sources = sources.load()
        self._format = f"{FORMAT} {self._sources.version}"
        self._revision: int | None = None  # None: to be made anew
        try:
            self._open()
        except sqlite3.DatabaseError:
            self._discard()
            with self._told():
                self._open()

    def _open(self) -> None:
        target = ":memory:" if self._path is None else str(self._path)
        self._db = sqlite3.connect(target, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        # No other process: the store's lock sees to it. A lost end is made up for by `build`.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(KEPT)
        known = dict(tuple(row) for row in self._db.execute("SELECT key, value FROM meta"))
        if known.get("format") == self._format:
            self._revision = int(known["revision"])

    def _discard(self) -> None:
        self._db.close()
        self._revision = None
        if self._path is not None:
            for end in _FILES:
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of SQLite as ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"{self._path or 'the index'}: the index cannot be kept ({error}): look whether "
                "the disk is full, or delete the file; it is made anew from the store"
            ) from error

    @property
    def revision(self) -> int | None:
        """The revision of the store that the index shows; None where it shows none."""
        return self._revision

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The tables (`kg.store.index_schema`) in one state for as long as the block lasts.

        StoreError where they cannot be read. Nothing else is to be asked of the store meanwhile.
        """
        with self._lock, self._told():
            yield self._db

    @property
    def words(self) -> Vocabulary:
        """The words of all names. To be used within `reading`."""
        return self._words

    def close(self) -> None:
        """Leave the file."""
        with self._lock:
            self._db.close()

    # Writing -----------------------------------------------------------------------------------

    def build(self, reader: QuadReader, *, revision: int) -> None:
        """Make the index anew from the whole dataset, which is at `revision`.

        What came and went since the index was last in step goes into the history with the time of
        now. A damaged file is taken away and made again once. StoreError where that fails.
        """
        with self._lock:
            try:
                self._build(reader, revision=revision)
            except sqlite3.DatabaseError:
                self._discard()
                with self._told():
                    self._open()
                    self._build(reader, revision=revision)

    def _build(self, reader: QuadReader, *, revision: int) -> None:
        with self._transaction(revision):
            before = self._known()
            self._script(DROP)
            self._script(TABLES)
            self._script(TRIGGERS)
            self._words.clear()
            for entity in rows.entities(reader):
                self._add_entity(entity)
            found = reader.quads_for_pattern(None, RDF_TYPE, ent("Document"), None)
            said: dict[str, _Said | None] = {}
            copying = self._copying(reader)
            for id_ in sorted(document_id(quad.subject) for quad in found):
                document = rows.document(reader, id_)
                if document is not None:
                    said.update(self._add_document(document, copying))
            self._renew_statements(said)
            after = self._known()
            self._note("removed", {k: v for k, v in before.items() if k not in after}, revision)
            self._note("added", {k: v for k, v in after.items() if k not in before}, revision)

    def follow(self, reader: QuadReader, delta: Delta, *, revision: int) -> None:
        """Take over a change that the dataset has made; `revision` is the one after it.

        Where that fails, the index is made anew the next time that it is needed: the change itself
        is made already, and nothing is wrong with it.
        """
        with self._lock:
            if self._revision != revision - 1:
                self._revision = None
                return
            quads = (*delta.removed, *delta.added)
            documents = {document_id(quad.graph_name) for quad in quads} - {""}
            entities = {entity_id(quad.subject) for quad in quads if quad.graph_name == ENTITIES}
            try:
                with self._transaction(revision):
                    self._replace(reader, sorted(documents), sorted(entities - {""}), revision)
            except sqlite3.Error:
                self._revision = None

    def _replace(
        self, reader: QuadReader, documents: list[str], entities: list[str], revision: int
    ) -> None:
        """Read some documents and entities again."""
        touched: dict[str, _Said | None] = dict.fromkeys(self._statements_of(documents))
        found = [each for id_ in documents if (each := rows.document(reader, id_)) is not None]
        for each in found:
            touched |= {piece.statement: _said(piece) for piece in each.evidence}
        before = self._known(documents=documents, statements=touched)
        copying = self._copying(reader)
        copying.part(documents)
        for id_ in entities:
            self._db.execute("DELETE FROM name WHERE entity = ?", (id_,))
            self._db.execute("DELETE FROM entity WHERE id = ?", (id_,))
            entity = rows.entity(reader, id_)
            if entity is not None:
                self._add_entity(entity)
        for id_ in documents:
            self._db.execute("DELETE FROM evidence WHERE document = ?", (id_,))
            self._db.execute("DELETE FROM document WHERE id = ?", (id_,))
        for each in found:
            self._add_document(each, copying)
        # What copies say is believed otherwise where they have another original now.
        shifted = self._statements_of(copying.changed())
        self._renew_statements(dict.fromkeys(shifted) | touched)
        after = self._known(documents=documents, statements=touched)
        self._note("removed", {k: v for k, v in before.items() if k not in after}, revision)
        self._note("added", {k: v for k, v in after.items() if k not in before}, revision)

    def _statements_of(self, documents: Iterable[str]) -> set[str]:
        """The statements that some documents bear on."""
        return {
            row[0]
            for part in parts(documents)
            for row in self._db.execute(
                "SELECT DISTINCT statement FROM evidence "
                f"WHERE document IN ({', '.join('?' * len(part))})",
                part,
            )
        }

    @contextmanager
    def _transaction(self, revision: int) -> Iterator[None]:
        """All or nothing of the block; afterwards the index is at `revision`."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            for pair in (("format", self._format), ("revision", str(revision))):
                self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", pair)
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
                self._words.clear()
        self._revision = revision

    def _script(self, text: str) -> None:
        """Carry several statements out within the transaction, which executescript would end."""
        statement = ""
        for line in text.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self._db.execute(statement)
                statement = ""

    def _add_entity(self, entity: Entity) -> None:
        self._db.execute(
            "INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?)",
            (entity.id, entity.type, entity.name, normal_name(entity.name), entity.catalogue,
             json.dumps(entity.aliases, ensure_ascii=False)),
        )  # fmt: skip
        for name in rows.names(entity):
            self._db.execute(
                "INSERT INTO name (entity, shown, key, joined) VALUES (?, ?, ?, ?)",
                (entity.id, name.shown, name.key, name.joined),
            )
            self._words.add(name.key, name.joined)

    def _copying(self, reader: QuadReader) -> Copying:
        return Copying(
            self._db, settings=self._sources.copies, read=lambda id_: rows.text(reader, id_)
        )

    def _add_document(self, document: DocumentRows, copying: Copying) -> dict[str, _Said]:
        """Add a document and its evidence; what its statements say, by their ids."""
        statements: dict[str, _Said] = {p.statement: _said(p) for p in document.evidence}
        self._db.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (document.id, document.title, document.day, document.source, document.publisher,
             document.language, len(statements), document.id),
        )  # fmt: skip
        copying.add(document.id, document.text)
        for piece in document.evidence:
            cursor = self._db.execute(
                "INSERT INTO evidence (document, statement, day, modality, confidence) "
                "VALUES (?, ?, ?, ?, ?)",
                (document.id, piece.statement, document.day, piece.modality, piece.confidence),
            )
            self._db.executemany(
                "INSERT INTO dated VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (cursor.lastrowid, piece.statement, each.qualifier, each.edtf, each.text,
                     each.basis, each.precision, each.first, each.last)
                    for each in piece.dates
                ],
            )  # fmt: skip
        return statements

    def _renew_statements(self, statements: Mapping[str, _Said | None]) -> None:
        """Work out again what the evidence of some statements amounts to. They are given by their
        ids, with what they say where the tables may not have them."""
        for id_, said in sorted(statements.items()):
            known = said or self._db.execute(_SAID, (id_,)).fetchone()
            self._db.execute("DELETE FROM statement WHERE id = ?", (id_,))
            pieces = pieces_of(self._db, id_)
            if not pieces or known is None:
                continue
            counts = Counter(piece.modality for piece in pieces)
            believed = belief.values(belief.beliefs(pieces, sources=self._sources))
            firmest = next(iter(believed))
            self._db.execute(
                f"INSERT INTO statement VALUES ({', '.join('?' * 16)})",
                (
                    id_,
                    *tuple(known),
                    firmest,
                    json.dumps(dict(sorted(counts.items()))),
                    len(pieces),
                    len({piece.document for piece in pieces}),
                    min((piece.day for piece in pieces if piece.day), default=""),
                    max(piece.day for piece in pieces),
                    max(piece.confidence for piece in pieces),
                    believed[firmest],
                    json.dumps(dict(believed)),
                ),
            )

    # History -----------------------------------------------------------------------------------

    def _known(
        self, *, documents: Collection[str] | None = None, statements: Collection[str] | None = None
    ) -> dict[tuple[str, str], str]:
        """The documents and statements that are there, of those named or of all, as JSON."""
        tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master")}
        found: dict[tuple[str, str], str] = {}
        for kind, select, ids in (
            ("document", _DOCUMENTS, documents),
            ("statement", _STATEMENTS, statements),
        ):
            if kind not in tables:
                continue
            for query, values in _in_parts(select, ids):
                for row in self._db.execute(query, values):
                    found[kind, row["id"]] = json.dumps(dict(row), ensure_ascii=False)
        return found

    def _note(self, change: str, found: dict[tuple[str, str], str], revision: int) -> None:
        time = self._clock()
        self._db.executemany(
            "INSERT INTO history (time, revision, change, kind, id, said) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(time, revision, change, *key, said) for key, said in sorted(found.items())],
        )


# Subject, predicate, object, text, amount, currency.
_Said = tuple[str, str, str, str, float | None, str]
_SAID = "SELECT subject, predicate, object, text, amount, currency FROM statement WHERE id = ?"


def pieces_of(db: sqlite3.Connection, statement: str) -> list[Piece]:
    """The evidence of a statement, as `kg.analyse.belief` takes it."""
    return [
        Piece(**dict(row))
        for row in db.execute(
            "SELECT document, publisher, document.day, original, modality, confidence "
            "FROM evidence JOIN document ON document.id = document WHERE statement = ? "
            "ORDER BY document, modality, confidence DESC",
            (statement,),
        )
    ]


def _said(piece: EvidenceRow) -> _Said:
    return (
        *(piece.subject, piece.predicate, piece.object),
        *(piece.text, piece.amount, piece.currency),
    )


_DOCUMENTS = "SELECT id, title, day, source FROM document AS this"
_STATEMENTS = """SELECT this.id, subject, predicate, object, text, amount, currency,
    s.type AS subject_type, s.name AS subject_name, o.type AS object_type, o.name AS object_name
    FROM statement AS this LEFT JOIN entity AS s ON s.id = subject
    LEFT JOIN entity AS o ON o.id = object"""


def _in_parts(select: str, ids: Collection[str] | None) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The query for all rows, or for those with the ids."""
    if ids is None:
        yield select, ()
        return
    for part in parts(ids):
        yield f"{select} WHERE this.id IN ({', '.join('?' * len(part))})", part
