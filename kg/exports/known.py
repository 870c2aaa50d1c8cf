"""The entities of a dataset by their ids, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.entities import Entity
from kg.graph import read
from kg.graph.terms import QuadReader
from kg.store.index_rows import entity


class Known(Mapping[str, Entity]):
    """All entities; each is read once, and all of them where somebody goes through them."""

    def __init__(self, reader: QuadReader) -> None:
        self._reader = reader
        self._found: dict[str, Entity | None] = {}
        self._whole = False

    def __getitem__(self, id_: str) -> Entity:
        if id_ not in self._found and not self._whole:
            self._found[id_] = entity(self._reader, id_) if _is_id(id_) else None
        found = self._found.get(id_)
        if found is None:
            raise KeyError(id_)
        return found

    def __iter__(self) -> Iterator[str]:
        if not self._whole:
            self._found = {each.id: each for each in read.entities(self._reader)}
            self._whole = True
        return iter(self._found)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Names(Mapping[str, str]):
    """The names of entities by their ids."""

    def __init__(self, known: Mapping[str, Entity]) -> None:
        self._known = known

    def __getitem__(self, id_: str) -> str:
        return self._known[id_].name

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _is_id(id_: str) -> bool:
    """Whether the text can be a part of an IRI; the engine refuses what cannot."""
    return id_.isprintable() and not any(c in ' <>"{}|^`\\' for c in id_)
