"""What the routes that speak RDF have in common: the format, and the headers of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from api import negotiation
from kg.store.updates import Change
from kg.store.worker import Answer

REVISION = "Entente-Revision"
CUT = "Entente-Cut"


def chosen(request: Request, table: Mapping[str, str], *, what: str) -> str:
    """The media type in which the client wants `what`; HTTPException 406 where there is none."""
    accept = ", ".join(request.headers.getlist("accept")) or None
    offer = negotiation.choose(accept, list(table))
    if offer is None:
        raise HTTPException(
            HTTPStatus.NOT_ACCEPTABLE,
            f"{what} is answered as {', '.join(dict.fromkeys(table.values()))}, "
            "and Accept asks for none of these.",
        )
    return table[offer]


def answer_headers(found: Answer) -> dict[str, str]:
    """The state of the store that the answer is from, and whether it was cut."""
    headers = {"Vary": "Accept", REVISION: str(found.revision)}
    if found.rows is not None:
        headers[CUT] = f"rows={found.rows}"
    return headers


def change_headers(change: Change) -> dict[str, str]:
    """What a change came to."""
    return {
        REVISION: str(change.revision),
        "Entente-Added": str(change.added),
        "Entente-Removed": str(change.removed),
    }
