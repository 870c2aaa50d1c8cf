"""Where the graph is kept: one interface, and the engines behind it."""

from __future__ import annotations

from kg.errors import StoreError
from kg.store.interface import Store


def open_store(location: str, *, create: bool = True, purpose: str = "") -> Store:
    """Open the store at `location`, a folder on this machine; no other process may have it open.

    A folder that is not there is made where `create` is true. `purpose` says to whoever finds the
    store taken what this process does with it ("serving at http://…"). StoreInUseError where
    another process holds the store, StoreError where it cannot be opened.
    """
    from kg.store.embedded import EmbeddedStore  # the engine only where it is needed

    if "://" in location:
        raise StoreError(f"{location}: a store is a folder on this machine: name one with --store")
    return EmbeddedStore.open(location, create=create, purpose=purpose)


__all__ = ["Store", "open_store"]
