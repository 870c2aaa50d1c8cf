"""Small answers to queries, kept for as long as the store stays as it is.

A dashboard asks the same questions over and over. The second time the answer is here, with the
headers that it had, and neither a thread nor a process is needed. `Cache-Control: no-cache` has it
found anew.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from api.protocol import SparqlRequest

MOST_BYTES = 16 * 2**20  # of all bodies and questions together
_MOST_BODY = 64 * 2**10  # of one
_MOST_TEXT = 4_000
_OVERHEAD = 1_000  # bytes of an entry besides
_CHANGING = re.compile(r"now|rand|uuid|bnode|\\u", re.IGNORECASE)

Key = tuple[SparqlRequest, str]


def is_changing(text: str) -> bool:
    """Whether a query with this text may be answered differently each time: it has one of a few
    words in it, or escapes that might spell them."""
    return _CHANGING.search(text) is not None


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it goes out, and the revision of the store that it is from."""

    body: bytes
    media_type: str
    headers: Mapping[str, str]
    revision: int


class Answers:
    """The answers that were asked for last, of one revision only; for any number of threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._revision = -1

    def find(self, key: Key, *, revision: int) -> Kept | None:
        """What was answered to the same question (the request and its Accept header) on the store
        as it is now, at `revision`; None where that is not known."""
        if key[0].wish.fresh:
            return None
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.revision != revision:
                return None
            self._kept.move_to_end(key)
            return kept

    def keep(self, key: Key, kept: Kept) -> None:
        """Keep an answer, if it is small, and the same whenever it is asked for. What is from an
        older state of the store goes."""
        text = key[0].text
        size = len(text) + len(key[1]) + len(kept.body) + _OVERHEAD
        if (
            size > self._most
            or len(text) > _MOST_TEXT
            or len(key[1]) > _MOST_TEXT
            or len(kept.body) > _MOST_BODY
            or len(key[0].default_graphs) + len(key[0].named_graphs) > 2
            or is_changing(text)
        ):
            return
        with self._lock:
            if kept.revision > self._revision:
                self._kept.clear()
                self._bytes, self._revision = 0, kept.revision
            if kept.revision < self._revision or key in self._kept:
                return
            self._kept[key] = kept
            self._bytes += size
            while self._bytes > self._most:
                old, gone = self._kept.popitem(last=False)
                self._bytes -= len(old[0].text) + len(old[1]) + len(gone.body) + _OVERHEAD
