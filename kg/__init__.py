"""Entente: from news about defence partnerships to a knowledge graph that can be checked.

    import kg

    with kg.open("kg-store") as graph:
        graph.add("Japan is assessing the Anka drone.", date="2026-01-08")
        graph.ask("evaluations", who="Japan").to_pandas()

`kg.open` is where the public API begins; `docs/python.md` describes all of it. Importing this
package loads nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.client import Graph as Graph

__version__ = "0.1.0"


def open(
    location: str | Path | None = None,
    *,
    token: str | None = None,
    catalogue: Sequence[str | Path] = (),
    frames: Sequence[str | Path] = (),
    min_confidence: float = 0.0,
) -> Graph:
    """Open a graph.

    Args:
        location: a folder (made where it is not there), the address of a SPARQL server
            (`sparql+http://localhost:8890/sparql`) or of a running `kg serve`
            (`http://127.0.0.1:8000`), or None for an empty graph that goes when it is closed
        token: the secret for writing to a server; else ENTENTE_TOKEN of the environment (a SPARQL
            server takes what ENTENTE_STORE_USER and the like say: docs/stores.md)
        catalogue: catalogue files of your own, beside what comes with kg
        frames: frame files of your own, beside what comes with kg
        min_confidence: state nothing that is less sure than this

    Returns:
        The graph, which is a context manager and is closed at the end of its block.

    Raises:
        kg.errors.StoreError: the store cannot be opened, or no server answers
        kg.errors.StoreInUseError: another process has the store open
        kg.errors.InputError: an address that is none, or something that is no text and no path
    """
    from kg.client import open_graph

    return open_graph(
        location, token=token, catalogue=catalogue, frames=frames, min_confidence=min_confidence
    )


def __getattr__(name: str) -> object:
    """`kg.Graph`, for annotations; it is loaded when it is first asked for."""
    if name == "Graph":
        from kg.client import Graph

        return Graph
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


__all__ = ["Graph", "__version__", "open"]
