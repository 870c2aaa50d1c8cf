"""Whose turn it is to write on a SPARQL server that several machines share.

The standard knows neither locks nor conditions, and says nothing of how requests of several clients
fall together. What is asked of the server is only that a query sees what every update before it
said, and that one triple comes or goes as a whole. Then it is enough that each machine puts up a
flag of its own, and afterwards looks for those of others: of two, the later one sees the earlier.

There are two flags, triples of the graph `STATE`, each with a random name:

- the *claim* keeps others from beginning while one reads what there is to change. Its machine may
  be gone, so that others take it down when they have seen it for long. Nothing wrong comes of that.
- the *mark* says that quads change. It is put up when it is known what to do; who then sees the
  flag of another, or another revision than the one that was read, takes both down and starts anew.
  Nobody takes the mark of another down: only its machine has the journal to finish with.
"""

from __future__ import annotations

import random
import re
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from kg.errors import ServerError, StoreError, StoreInUseError
from kg.store.remote_state import CHANGING, CLAIM, STATE, State, read_text, said, write_text

_DEAD = 20.0  # seconds for which a claim is seen before it is taken down
_PATIENCE = 30.0  # seconds that one waits for others
_PAUSES = (0.02, 0.5)  # seconds between looks: by chance, so that two machines differ


class Turn:
    """The right to change what the server holds; used by one thread at a time."""

    def __init__(
        self, look: Callable[[], State], update: Callable[[str], None], *, note: Path, name: str
    ) -> None:
        """`look` reads the state from the server and `update` changes it; `note` is a file of this
        machine that keeps the name of the flags, `name` what messages call the store."""
        self._look, self._update = look, update
        self._note, self._name = note, name
        self._seen: dict[str, float] = {}

    @property
    def flag(self) -> str:
        """The name of our flags; "" where none was ever up."""
        return (read_text(self._note) or "").strip()

    def clear(self) -> State:
        """Take down what an earlier run has left up; the state before that."""
        state = self._look()
        if self.flag in state.flags:
            self.give_back()
        return state

    def take(self) -> State | None:
        """Put up a claim; the state that is to be changed, or None where others are at it."""
        state = self.clear()
        others = state.flags - {self.flag}
        self._forget(others)
        if others:
            self._take_down((CLAIM,), self._dead(state))
            return None
        flag = f"{_host()} {secrets.token_hex(8)}"
        write_text(self._note, f"{flag}\n")
        self._update(f"INSERT DATA {said(CLAIM, flag)}")
        state = self._look()
        if state.flags == {flag}:
            self._seen.clear()
            return state
        self.give_back()
        if not state.flags:
            raise ServerError(
                f"{self._name}: the server does not show at once what was written, so that "
                "machines cannot be kept apart: name the address of the one that writes, no copy",
                answered=True,
            )
        return None

    def begin(self, token: str) -> bool:
        """Put up the mark, where nobody else is there and the revision is still `token`; else take
        our flags down and return false."""
        self._update(f"INSERT DATA {said(CHANGING, self.flag)}")
        state = self._look()
        if state.flags == {self.flag} and state.token == token and self.flag in state.changing:
            return True
        self.give_back()
        return False

    def give_back(self) -> None:
        """Take our flags down."""
        self._take_down((CLAIM, CHANGING), [self.flag] if self.flag else [])

    def leave(self) -> None:
        """Take our flags down because something failed, which is told and not that the server may
        be away: then they are taken down at the next start."""
        with suppress(StoreError):
            self.give_back()

    def wait(self, since: float) -> None:
        """Wait a moment for others; StoreInUseError where that has gone on for long."""
        if time.monotonic() - since > _PATIENCE:
            state = self._look()
            hosts = [flag.partition(" ")[0] for flag in sorted(state.changing or state.flags)]
            raise StoreInUseError(
                f"{self._name}: store in use by {', '.join(hosts) or 'other machines'}, where a "
                "change was begun and is not finished: wait, or run kg stats there with this "
                f"--store; if that machine is gone, have the server drop the graph <{STATE}>, and "
                "ingest the documents again"
            )
        time.sleep(random.uniform(*_PAUSES))

    def _forget(self, others: frozenset[str]) -> None:
        """Note since when each of the flags has been there, and forget those that are gone."""
        now = time.monotonic()
        self._seen = {flag: self._seen.get(flag, now) for flag in others}

    def _dead(self, state: State) -> list[str]:
        """The claims of others that have stood for long, without a mark."""
        now = time.monotonic()
        return [
            flag
            for flag, since in sorted(self._seen.items())
            if now - since > _DEAD and flag not in state.changing
        ]

    def _take_down(self, kinds: Sequence[str], flags: Sequence[str]) -> None:
        gone = [f"DELETE DATA {said(kind, flag)}" for flag in flags for kind in kinds]
        if gone:
            self._update(" ;\n".join(gone))


def _host() -> str:
    """The name of this machine, as a word of ASCII."""
    return re.sub(r"[^!-~]", "-", socket.gethostname())[:60] or "unnamed"
