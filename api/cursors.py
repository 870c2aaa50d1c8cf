"""Where a page ended: opaque to the client, and only good for the query that it was made for."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from hashlib import sha256

from kg.errors import InputError

_MOST = 2000


def _digest(query: Sequence[object]) -> str:
    return sha256(json.dumps(list(query), sort_keys=True).encode()).hexdigest()[:8]


def encode(place: Sequence[str], *, query: Sequence[object]) -> str:
    """A cursor for `place` in the results of `query`."""
    text = json.dumps([_digest(query), *place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, *, query: Sequence[object], size: int) -> tuple[str, ...]:
    """The place of `size` strings that `encode` got; InputError where it is another query's or
    nobody's."""
    wrong = InputError(
        "The cursor is not one of this query's: start without it, and follow `next`."
    )
    if len(cursor) > _MOST or not cursor.isascii():
        raise wrong
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise wrong from None
    if (
        not isinstance(place, list)
        or len(place) != size + 1
        or not all(isinstance(part, str) for part in place)
        or place[0] != _digest(query)
    ):
        raise wrong
    return tuple(place[1:])
