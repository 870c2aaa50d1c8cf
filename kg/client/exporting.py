"""What `Graph.export` is asked for: the format that a name shows, and the part that is wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg.client.filters import Filters, checked
from kg.errors import InputError
from kg.exports.excerpt import Selection
from kg.exports.formats import FORMATS, Format, by_extension, format_of
from kg.exports.write import whole

__all__ = ["format_for", "selection", "whole"]

_NOT_HERE = ("subject", "object", "document", "limit")


def format_for(file: Path, name: str | None) -> Format:
    """The format of that name, or the one that the file's name shows; InputError where there is
    none, or where several files are to go into one that is no zip file."""
    form = by_extension(file.name) if name is None else format_of(name)
    if form is None:
        raise InputError(
            f"{file}: the name shows no format: say format= and one of {', '.join(FORMATS)}"
        )
    if form.extension == "zip" and file.suffix.lower() != ".zip":
        raise InputError(f"{file}: {form.name} is several files: name one that ends in .zip")
    return form


def selection(filters: Filters, *, depth: int, find: Callable[[str], str]) -> Selection:
    """The part that is wanted; `find` gives the id of an entity for its name.

    InputError for a filter that is none, or none for exports, and for a depth without an entity.
    """
    for name in _NOT_HERE:
        if name in filters:
            raise InputError(f"{name}: this filter is not for exports: leave it out")
    entity = filters.get("entity")
    if depth != 1 and entity is None:
        raise InputError("depth counts steps from an entity: name one with entity=")
    ids = {"entity": find(entity)} if isinstance(entity, str) else {}
    wanted = checked(filters, ids=ids).filter
    made = Selection(
        entity=wanted.entity,
        depth=depth,
        predicates=wanted.predicates,
        modalities=wanted.modalities,
        types=() if wanted.type is None else (wanted.type,),
        since=wanted.since,
        until=wanted.until,
        source=wanted.source,
        confidence=wanted.confidence,
        belief=wanted.belief,
    )
    made.check()
    return made
