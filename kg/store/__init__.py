"""Where the graph is kept: one interface, and the engines behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import StoreError
from kg.store.interface import Store

if TYPE_CHECKING:
    from kg.store.endpoint import Options


def is_server(location: str) -> bool:
    """Whether `location` names a SPARQL server, and no folder."""
    return location.startswith(("sparql+http://", "sparql+https://"))


def check_folder(location: str) -> None:
    """StoreError where `location` cannot be meant for a folder."""
    if "://" in location:  # not repeated in the message: it may hold a password
        raise StoreError(
            f"{location.partition('://')[0]}://…: a store is a folder on this machine, or the "
            "address of a SPARQL server, such as sparql+http://localhost:8890/sparql"
        )


def open_store(
    location: str, *, create: bool = True, purpose: str = "", options: Options | None = None
) -> Store:
    """Open the store at `location`, a folder on this machine, or a SPARQL server's address such as
    `sparql+http://localhost:8890/sparql`; no other process of this machine may have it open.

    A folder that is not there is made where `create` is true. `purpose` says to whoever finds the
    store taken what this process does with it ("serving at http://…"). `options` say how to speak
    with a server. StoreInUseError where another process holds the store, StoreError where it
    cannot be opened.
    """
    from kg.store.embedded import EmbeddedStore  # the engine only where it is needed

    if is_server(location):
        from kg.store.remote import RemoteStore

        return RemoteStore.open(location, purpose=purpose, options=options)
    check_folder(location)
    return EmbeddedStore.open(location, create=create, purpose=purpose)


__all__ = ["Store", "check_folder", "is_server", "open_store"]
