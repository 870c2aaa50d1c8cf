"""The public API: a graph in the hands of a program or a notebook. `kg.open` is where it begins."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.client.graph import Graph
from kg.errors import InputError
from kg.store import is_server

if TYPE_CHECKING:
    from kg.pipeline import Pipeline


def open_graph(
    location: str | Path | None = None,
    *,
    token: str | None = None,
    catalogue: Sequence[str | Path] = (),
    frames: Sequence[str | Path] = (),
    min_confidence: float = 0.0,
) -> Graph:
    """See `kg.open`."""
    if not isinstance(location, str | Path | None):
        raise InputError(f"{location!r:.40}: kg.open takes the name of a folder or an address")
    name = None if location is None else str(location)
    if name is not None and name.startswith(("http://", "https://")):
        from kg.client.http import Http

        if catalogue or frames or min_confidence:
            raise InputError(f"{name}: give catalogue, frames and min_confidence to kg serve")
        return Graph(Http(name, token=token or os.environ.get("ENTENTE_TOKEN")))

    if name is not None and "://" in name and not is_server(name):
        raise InputError(  # the address is not repeated: it may hold a password
            f"{name.partition('://')[0]}://…: kg.open takes a folder on this machine, the address "
            "of a running kg serve, such as http://127.0.0.1:8000, or that of a SPARQL server, "
            "such as sparql+http://localhost:8890/sparql"
        )

    def pipeline() -> Pipeline:
        from kg.pipeline import Pipeline

        return Pipeline(
            catalogue_files=[Path(each) for each in catalogue],
            frame_files=[Path(each) for each in frames],
            min_confidence=min_confidence,
        )

    from kg.client.local import Local

    return Graph(Local.open(name, pipeline=pipeline))


__all__ = ["Graph", "open_graph"]
