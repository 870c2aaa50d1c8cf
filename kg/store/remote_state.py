"""What a change on a SPARQL server leaves there and here: the state of the dataset on the server,
the folder on this machine, and the change as requests."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.graph.terms import BASE
from kg.store.deltas import update_text
from kg.store.endpoint import Endpoint
from kg.store.interface import Delta

STATE = f"{BASE}graph/state"
REVISION, CHANGING = f"{STATE}#revision", f"{STATE}#changing"
_LONGEST = 300_000  # characters of one update, where it has more than one quad
_TOKEN = re.compile(r"([0-9]{1,15}) [0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the server says of the dataset: the revision as `token` (a number and something random,
    "" where nobody wrote one), and which machine is at a change ("" for none)."""

    token: str = ""
    changing: str = ""

    @property
    def revision(self) -> int:
        match = _TOKEN.fullmatch(self.token)
        return int(match[1]) if match else 0

    def next(self) -> State:
        return State(token=f"{self.revision + 1} {secrets.token_hex(8)}")

    def update(self) -> str:
        """The operations that put it on the server in the place of what is there."""
        said = [(REVISION, self.token), (CHANGING, self.changing)]
        triples = " ".join(
            f"<{STATE}> <{name}> {ox.Literal(text)} ." for name, text in said if text
        )
        insert = f" ;\nINSERT DATA {{ GRAPH <{STATE}> {{ {triples} }} }}" if triples else ""
        return f"CLEAR SILENT GRAPH <{STATE}>{insert}"


def state_folder(endpoint: Endpoint) -> Path:
    """The folder on this machine that goes with a server."""
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "entente" / hashlib.sha256(endpoint.name.encode()).hexdigest()[:16]


def read_text(path: Path) -> str | None:
    """What stands in a small file of ours; None where there is none."""
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None


def machine_id(path: Path) -> str:
    """Something that tells this folder from those of other machines."""
    known = read_text(path)
    if known is None or not re.fullmatch(r"[0-9a-f]{16}", known):
        known = secrets.token_hex(8)
        path.write_text(known, encoding="ascii")
    return known


def _parts(quads_: Sequence[ox.Quad], *, quads: int) -> Iterator[tuple[ox.Quad, ...]]:
    """Cut so that no part has too many quads, or is too long where it has more than one."""
    start = size = 0
    for place, quad in enumerate(quads_):
        length = len(str(quad))
        if place > start and (place - start == quads or size + length > _LONGEST):
            yield tuple(quads_[start:place])
            start, size = place, 0
        size += length
    if quads_:
        yield tuple(quads_[start:])


def updates(delta: Delta, after: State, *, quads: int) -> Iterator[str]:
    """The update requests that carry a change out, the last one with the new state: one where the
    change is small."""
    removed, added = (list(_parts(each, quads=quads)) for each in (delta.removed, delta.added))
    pieces = [*(Delta(removed=part) for part in removed), *(Delta(added=part) for part in added)]
    whole = Delta(removed=delta.removed, added=delta.added)
    if len(list(_parts((*whole.removed, *whole.added), quads=quads))) == 1:
        pieces = [whole]
    if delta.created or delta.dropped:
        pieces.append(Delta(created=delta.created, dropped=delta.dropped))
    *first, last = [update_text(piece) for piece in pieces]
    yield from first
    yield f"{last} ;\n{after.update()}"
