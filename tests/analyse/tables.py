"""The index's tables filled by hand: entities, and statements between them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from kg.statements import Amount, EntityRef, Literal, Statement
from kg.store.index_schema import TABLES, TRIGGERS


class Tables:
    """An empty index in memory, and how to fill it."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.row_factory = sqlite3.Row
        self.db.executescript(TABLES + TRIGGERS)

    def _insert(self, table: str, **values: object) -> None:
        """A row; columns that are not named are empty."""
        row = {
            column["name"]: {"TEXT": "", "INTEGER": 0}.get(column["type"], 0.0)
            for column in self.db.execute(f"PRAGMA table_info({table})")
        } | values
        self.db.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )

    def entities(self, ids: Iterable[str]) -> None:
        """Entities of the types in their ids, by the names in their ids."""
        for id_ in ids:
            type_, _, name = id_.partition("/")
            self._insert("entity", id=id_, type=type_.capitalize(), name=name.capitalize())

    def says(
        self,
        subject: str,
        predicate: str,
        object_: str | Literal | Amount,
        *,
        modality: str = "asserted",
        belief: float = 0.5,
        day: str = "2026-01-01",
        publisher: str = "one.example",
    ) -> str:
        """A statement with one piece of evidence in a document of its own; the statement's id."""
        target = EntityRef(object_) if isinstance(object_, str) else object_
        id_ = Statement(subject, predicate, target).id
        self._insert("document", id=f"d-{id_}", day=day, publisher=publisher)
        self._insert(
            "evidence",
            n=None,
            document=f"d-{id_}",
            statement=id_,
            day=day,
            modality=modality,
            confidence=belief,
        )
        self._insert(
            "statement",
            id=id_,
            subject=subject,
            predicate=predicate,
            object=object_ if isinstance(object_, str) else "",
            text=object_.text if isinstance(object_, Literal) else "",
            amount=object_.amount if isinstance(object_, Amount) else None,
            currency=object_.currency if isinstance(object_, Amount) else "",
            modality=modality,
            modalities=json.dumps({modality: 1}),
            evidence=1,
            documents=1,
            latest=day,
            confidence=belief,
            belief=belief,
        )
        return id_
