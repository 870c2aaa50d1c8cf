"""The graph, or a part of it, in the formats of other tools."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from api import reading, running
from api.answers import REVISION
from api.dependencies import Shared
from api.filters import EdgeFilter
from api.services import Services
from kg.errors import BusyError, EntenteError, InputError, QueryLimitError
from kg.exports.beliefs import beliefs
from kg.exports.excerpt import Selection
from kg.exports.formats import FORMATS, Format
from kg.exports.write import Export, export, export_answer, frozen, needs_beliefs
from kg.store.flows import CancelledError
from kg.store.guard import check

router = APIRouter(tags=["export"])

_LISTED = "; ".join(f"{each.name}: {each.title}" for each in FORMATS.values())
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, with a name in Content-Disposition",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in sorted({each.media_type.split(";")[0] for each in FORMATS.values()})
        },
    }
}
_PATIENCE = 4  # times as long as a query an export may take: it is one of ours, and they go in turn
# An export takes memory by its size, so there is one at a time; a few may wait for their turn.
_ONE = threading.Semaphore(1)
_FEW = threading.Semaphore(5)


class _Bounded(io.BytesIO):
    """Bytes in memory, up to a number of them."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > self._most:
            raise QueryLimitError(
                f"The export is larger than {self._most // 2**20:,} MiB: filter it, or have kg "
                "export write it on the machine of the store."
            )
        return super().write(data)


@contextmanager
def _turn(patience: float) -> Iterator[None]:
    """The right to make an export; BusyError where too many others want it."""
    if not _FEW.acquire(blocking=False):
        raise BusyError("Too many exports are waiting: try again in a moment.")
    try:
        if not _ONE.acquire(timeout=patience):
            raise BusyError("Other exports took too long: try again in a moment.")
        try:
            yield
        finally:
            _ONE.release()
    finally:
        _FEW.release()


def _watch(seconds: float, gone: threading.Event) -> Callable[[], None]:
    """What ends the work where the client has gone, or it has taken too long."""
    deadline = time.monotonic() + seconds

    def look() -> None:
        if gone.is_set():
            raise CancelledError
        if time.monotonic() > deadline:
            raise QueryLimitError(
                f"The export took longer than {seconds:g} s: filter it, or have kg export write it "
                "on the machine of the store."
            )

    return look


def _made(
    services: Services, form: Format, wanted: Selection, query: str | None, gone: threading.Event
) -> tuple[bytes, str, int]:
    """The bytes of an export, a name for the file, and the revision that it is of."""
    limits = services.pool.limits
    look = _watch(_PATIENCE * limits.seconds, gone)

    def written(made: Export) -> bytes:
        file = _Bounded(limits.answer_bytes)
        made.write(file)
        return file.getvalue()

    if query is not None:
        checked = check(query)
        if not checked.is_graph:
            raise InputError(
                "query: this query gives a table, and no graph: /sparql answers it as CSV, TSV, "
                "JSON or XML."
            )
        found = services.pool.answer(checked, media_type="application/n-triples", cancel=gone)
        if found.rows is not None:
            raise QueryLimitError(f"The graph has more than {found.rows:,} triples: add a LIMIT.")
        made = export_answer(found.body, form)
        return written(made), made.name, found.revision
    with frozen(services.store, services.pool, fresh=False) as (reader, revision):
        known = beliefs(services.store) if needs_beliefs(form, wanted) else None
        made = export(reader, form, wanted, beliefs=known, check=look, most=limits.rows)
        return written(made), made.name, revision


@router.get(
    "/export",
    response_class=Response,
    summary="Take the graph elsewhere",
    responses=_FILE,
)
async def read(
    services: Shared,
    request: Request,
    edges: EdgeFilter,
    format: Annotated[
        str, Query(description=_LISTED, json_schema_extra={"enum": [*FORMATS]})
    ] = "turtle",
    entity: Annotated[
        str | None,
        Query(
            max_length=400,
            description="an entity's id: only what is around it",
            examples=["country/japan"],
        ),
    ] = None,
    depth: Annotated[int, Query(ge=1, le=2, description="steps from the entity")] = 1,
    query: Annotated[
        str | None,
        Query(
            description="a CONSTRUCT or DESCRIBE query, whose graph is wanted in place of all "
            "this; for RDF formats"
        ),
    ] = None,
) -> Response:
    """A file for other tools: all of the graph, what is around an entity, or a query's graph.

    With filters it has the evidence that fits and what hangs on it, as if nothing else had ever
    been read. One export is made at a time, with at most as many triples and bytes as an answer to
    a query, and in four times its seconds; `kg export` has no limits.
    """
    wanted = Selection(
        entity=entity,
        depth=depth,
        predicates=edges.predicates,
        modalities=edges.modalities,
        types=edges.types,
        since=edges.since,
        until=edges.until,
        source=edges.source,
        confidence=edges.confidence,
        belief=edges.belief,
    )
    if query is not None and not wanted.is_everything:
        raise InputError("query: a query says itself what is wanted: leave the filters out.")
    form = FORMATS.get(format)
    if form is None:
        message = f"{format[:40]!r} is none of {', '.join(FORMATS)}"
        raise RequestValidationError([{"loc": ("query", "format"), "msg": message}])

    def work(gone: threading.Event) -> tuple[bytes, str, int]:
        reading.check_entities(services.store, entity)
        with _turn(services.pool.limits.patience):
            try:
                return _made(services, form, wanted, query, gone)
            except (EntenteError, CancelledError) as error:
                # The frames of the work hold iterators of the engine, which may not leave this
                # thread.
                raise error.with_traceback(None) from None

    body, name, revision = await running.run(request, work)
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    headers = {
        "Content-Disposition": f'attachment; filename="{safe}"',
        REVISION: str(revision),
    }
    return Response(body, media_type=form.media_type, headers=headers)
