"""An entity of a graph, with the statements that it stands in."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Unpack

from kg.client.filters import Filters
from kg.client.records import Found
from kg.client.statements import Statements

if TYPE_CHECKING:
    from kg.client.graph import Graph
    from kg.client.picture import Picture


class Entity:
    """An entity of a graph, with the statements that it stands in."""

    def __init__(self, graph: Graph, found: Found) -> None:
        """Use `Graph.entity`."""
        self._graph, self._found = graph, found

    @property
    def id(self) -> str:
        """Its id, such as country/japan."""
        return self._found.id

    @property
    def type(self) -> str:
        """Its class in the ontology."""
        return self._found.type

    @property
    def name(self) -> str:
        """Its preferred name."""
        return self._found.name

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other names."""
        return self._found.aliases

    @property
    def catalogue(self) -> bool:
        """Whether the catalogue has it; what it has not was found in the texts alone."""
        return self._found.catalogue

    def statements(self, **filters: Unpack[Filters]) -> Statements:
        """The statements that it is the subject or the object of."""
        wanted: Filters = {**filters, "entity": self.id}
        return self._graph.statements(**wanted)

    def draw(self, **filters: Unpack[Filters]) -> Picture:
        """A picture of them."""
        return self.statements(**filters).draw()

    def __repr__(self) -> str:
        return f"Entity({self.name!r}, {self.type}, {self.id!r})"

    def _repr_html_(self) -> str:
        also = f"<p>also: {escape(', '.join(self.aliases))}</p>" if self.aliases else ""
        head = f"<b>{escape(self.name)}</b> ({self.type}, {escape(self.id)})"
        return f"<p>{head}</p>{also}{self.statements()._repr_html_()}"
