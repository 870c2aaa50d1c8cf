"""Statements that were asked for, and the sentences that say them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

from kg.client import tables
from kg.client.records import Quote, StatementSummary

if TYPE_CHECKING:
    import networkx as nx
    import pandas

    from kg.client.graph import Graph
    from kg.client.picture import Picture

_COLUMNS = (
    *("subject", "predicate", "object", "modality", "belief", "confidence", "documents", "latest"),
    *("subject_type", "object_type", "subject_id", "object_id", "id"),
)
_SHOWN = 8  # columns for people


class Statements(Sequence[StatementSummary]):
    """Statements in the order in which they were found. `graph` is the one that was asked."""

    def __init__(self, graph: Graph, found: tuple[StatementSummary, ...]) -> None:
        """Use `Graph.statements`."""
        self.graph = graph
        self._found = found

    @overload
    def __getitem__(self, place: int) -> StatementSummary: ...
    @overload
    def __getitem__(self, place: slice) -> Statements: ...
    def __getitem__(self, place: int | slice) -> StatementSummary | Statements:
        if isinstance(place, slice):
            return Statements(self.graph, self._found[place])
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[StatementSummary]:
        return iter(self._found)

    def quotes(self) -> Quotes:
        """The sentences that bear on these statements, the newest first."""
        return self.graph.quotes(self._found)

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame, one row a statement; `latest` is a time."""
        frame = tables.frame(self._rows(), columns=_COLUMNS)
        frame["latest"] = frame["latest"].astype("datetime64[s]")
        return frame

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """A network: entities, titles and sums as nodes, an edge for each statement.

        Nodes have `label` and `type`, edges are keyed by the statement's id and have `predicate`,
        `label`, `symmetric`, `modality`, `belief`, `confidence`, `documents`, `latest` and a count
        for each modality.
        """
        from kg.analyse.network import Link, network

        return network(
            Link(
                id=each.id,
                source=(each.subject.id, each.subject.type, each.subject.name),
                target=(each.object.id, each.object.type, each.object.name),
                predicate=each.predicate,
                modality=each.modality,
                modalities=each.modalities,
                documents=each.documents,
                latest=each.latest or "",
                confidence=each.confidence,
                belief=each.belief,
            )
            for each in self._found
        )

    def draw(self) -> Picture:
        """A picture to look at in a notebook or to save: move over it, drag, click an edge."""
        from kg.client.picture import Picture

        return Picture.of(self)

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for each in self._found:
            yield (
                *(each.subject.name, each.predicate, each.object.name, each.modality),
                *(each.belief, each.confidence, each.documents, each.latest),
                *(each.subject.type, each.object.type, each.subject.id, each.object.id, each.id),
            )

    def _repr_html_(self) -> str:
        return tables.html(_COLUMNS[:_SHOWN], [row[:_SHOWN] for row in self._rows()])

    def __repr__(self) -> str:
        return f"Statements({len(self)})"


class Quotes(Sequence[Quote]):
    """Sentences with their documents."""

    _COLUMNS = ("modality", "confidence", "sentence", "speaker", "title", "source", "date")

    def __init__(self, found: tuple[Quote, ...]) -> None:
        """Use `Graph.quotes`."""
        self._found = found

    @overload
    def __getitem__(self, place: int) -> Quote: ...
    @overload
    def __getitem__(self, place: slice) -> Quotes: ...
    def __getitem__(self, place: int | slice) -> Quote | Quotes:
        return Quotes(self._found[place]) if isinstance(place, slice) else self._found[place]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Quote]:
        return iter(self._found)

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame, one row a sentence."""
        names = ("statement", *self._COLUMNS, "document", "number", "reason")
        return tables.frame(self._rows(names), columns=names)

    def _rows(self, names: Sequence[str]) -> list[tuple[object, ...]]:
        return [tuple(getattr(quote, name) for name in names) for quote in self._found]

    def _repr_html_(self) -> str:
        return tables.html(self._COLUMNS, self._rows(self._COLUMNS))

    def __repr__(self) -> str:
        return f"Quotes({len(self)} sentences)"
