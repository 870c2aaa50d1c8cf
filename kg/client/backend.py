"""What the public API asks of a graph, wherever that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Protocol

from kg.client.filters import Wanted
from kg.client.reading import Reading
from kg.client.records import StatementSummary
from kg.documents import Document
from kg.exports.excerpt import Selection
from kg.exports.formats import Format
from kg.store.guard import Checked


class Backend(Protocol):
    """A store that this process has open, or a server that answers over HTTP."""

    @property
    def location(self) -> str:
        """Where the graph is, as a person would say it."""

    def query(self, query: Checked, *, media_type: str) -> bytes:
        """The answer to a query; QueryError where it is wrong, QueryLimitError where it goes beyond
        a limit, StoreError where nobody answers."""

    def statements(self, wanted: Wanted) -> list[StatementSummary]:
        """The statements that are wanted, those with the newest evidence first."""

    def candidates(self, name: str) -> list[str]:
        """The ids of the entities that a name may mean, the best first."""

    def read(self, document: Document) -> Reading:
        """What a document says; nothing is stored."""

    def add(self, documents: Sequence[Document | Reading]) -> int:
        """Add documents; how many are new or changed."""

    def retract(self, document: str) -> None:
        """Take a document out by its id; NotFoundError if unknown."""

    def export(self, form: Format, wanted: Selection, file: IO[bytes]) -> None:
        """Write what is wanted to a file; InputError where the format cannot hold it, or it is too
        large for a server."""

    def close(self) -> None:
        """Let go of what is held."""
