"""What the engine has against the text of a query of ours, before there is anything to ask."""

from __future__ import annotations

import re

import pyoxigraph as ox

_PLACE = re.compile(r"error at (\d+):(\d+): ")


def mistake(sparql: str) -> tuple[int, str] | None:
    """The line and what is wrong there; None where the query can be asked.

    Not for text from outside: the query is run here, on an empty store.
    """
    try:
        ox.Store().query(sparql)
    except (SyntaxError, ValueError) as error:
        place = _PLACE.search(str(error))
        return (int(place[1]) if place else 1), _PLACE.sub("", str(error))
    return None
