"""What a change on a SPARQL server leaves there and here: the state of the dataset on the server,
the folder on this machine with the journal, and the change as requests."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from kg.graph.terms import BASE
from kg.store import deltas
from kg.store.endpoint import Endpoint
from kg.store.interface import Delta

STATE = f"{BASE}graph/state"
REVISION, CLAIM, CHANGING = (f"{STATE}#{name}" for name in ("revision", "claim", "changing"))
_LONGEST = 300_000  # characters of one update, where it has more than one quad
_TOKEN = re.compile(r"([0-9]{1,15}) [0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the server says of the dataset: the revision as `token` (a number and something random,
    "" where nobody wrote one), and the flags of machines that `claim` a turn to change it, and that
    are `changing` it (`kg.store.remote_turn`)."""

    token: str = ""
    claims: frozenset[str] = frozenset()
    changing: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rows: Sequence[tuple[str, str]]) -> Self:
        """What properties and values say; the highest revision, where a death left two of them."""
        values = {name: {v for n, v in rows if n == name} for name in (REVISION, CLAIM, CHANGING)}
        return cls(
            token=max(values[REVISION], key=lambda token: (_number(token), token), default=""),
            claims=frozenset(values[CLAIM]),
            changing=frozenset(values[CHANGING]),
        )

    @property
    def revision(self) -> int:
        return _number(self.token)

    @property
    def flags(self) -> frozenset[str]:
        """All flags that are up."""
        return self.claims | self.changing

    def next(self) -> str:
        """A token for the next revision."""
        return f"{self.revision + 1} {secrets.token_hex(8)}"


def _number(token: str) -> int:
    match = _TOKEN.fullmatch(token)
    return int(match[1]) if match else 0


def said(name: str, value: str) -> str:
    """The data of an update that says it in the graph of the state."""
    return f"{{ GRAPH <{STATE}> {{ <{STATE}> <{name}> {ox.Literal(value)} }} }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is about to be done: the journal holds it. `flag` is ours, `before` and `after` are
    tokens of revisions."""

    delta: Delta
    flag: str
    before: str
    after: str

    def write(self) -> bytes:
        """As bytes that `read` understands."""
        head = {"flag": self.flag, "before": self.before, "after": self.after}
        return json.dumps(head).encode() + b"\n" + deltas.write(self.delta)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """What `write` wrote; ValueError, KeyError or SyntaxError where it is something else."""
        head, _, body = data.partition(b"\n")
        found = json.loads(head)
        return cls(
            delta=deltas.read(body),
            flag=found["flag"],
            before=found["before"],
            after=found["after"],
        )

    def end(self) -> str:
        """The operations that make the new revision known, and then take our flags down."""
        old = [(REVISION, self.before)] if self.before else []
        gone = [*old, (CHANGING, self.flag), (CLAIM, self.flag)]
        operations = [f"INSERT DATA {said(REVISION, self.after)}"]
        operations += [f"DELETE DATA {said(name, value)}" for name, value in gone]
        return " ;\n".join(operations)


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


def write_text(path: Path, text: str) -> None:
    """Make a small file of ours hold `text`, on the disk before this returns."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="ascii", errors="replace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


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


def updates(delta: Delta, end: str, *, quads: int) -> Iterator[str]:
    """The update requests that carry a change out, the last one with `end`: one where the change is
    small."""
    removed, added = (list(_parts(each, quads=quads)) for each in (delta.removed, delta.added))
    pieces = [*(Delta(removed=part) for part in removed), *(Delta(added=part) for part in added)]
    whole = Delta(removed=delta.removed, added=delta.added)
    if len(list(_parts((*whole.removed, *whole.added), quads=quads))) == 1:
        pieces = [whole]
    if delta.created or delta.dropped:
        pieces.append(Delta(created=delta.created, dropped=delta.dropped))
    texts = [deltas.update_text(piece) for piece in pieces]
    yield from texts[:-1]
    yield " ;\n".join([*texts[-1:], end])
