"""Untrusted queries to a store that cannot be copied: its server answers them itself.

The guard has looked at the text before; here come the dialects of servers. A server may know
functions that reach the network (`bif:http_get` of Virtuoso) or load programs (`java:` of Jena),
and declarations of its own. So a text is forwarded only where our own engine, in a sandbox process,
reads it as standard SPARQL, and where no IRI in it is of a scheme that servers take for more than a
name.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from kg.errors import QueryError
from kg.store.guard import Checked, tokens, unescaped
from kg.store.server import Reply

# Of Virtuoso, Jena, and what may name files of the server.
_SCHEMES = re.compile(r"<(?:bif|sql|java|javascript|js|file|jar|ftp|gopher|local):", re.IGNORECASE)


@runtime_checkable
class Forwarding(Protocol):
    """A `kg.store.interface.Store` whose server answers queries from outside."""

    def forward(
        self,
        query: Checked,
        *,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        seconds: float,
        most: int,
        cancel: threading.Event | None,
    ) -> Reply:
        """The server's answer: a table as JSON, a graph as N-Triples where the server can.

        QueryError where the server refuses the text, QueryLimitError where it takes longer than
        `seconds` or its answer is longer than `most` bytes, CancelledError where `cancel` was set,
        ServerError where the server fails.
        """


def check_dialect(query: Checked) -> None:
    """QueryError where the text names what a server may take for more than a name."""
    for text in {query.text, unescaped(query.text)}:
        if ":" in text and any(
            token.kind == "iri" and _SCHEMES.match(token.text) for token in tokens(text)
        ):
            raise QueryError(
                "IRIs that begin with bif:, sql:, java:, file: and the like are not asked for "
                "here: a server may run what they name."
            )
