"""What the routes share: the store, the query pool, the pipeline and the index of names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from api.access import Access
from api.reading import entities
from api.search import NameIndex
from kg.documents import Document
from kg.explain import Explanation
from kg.statements import Extraction
from kg.store.interface import Store
from kg.store.worker import Pool


@dataclass(slots=True, kw_only=True)
class Services:
    """One for each app. `extract` and `explain` are None where the server has no language
    pipeline."""

    store: Store
    pool: Pool
    extract: Callable[[Document], Extraction] | None
    access: Access
    explain: Callable[[Document], Explanation] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pipeline: threading.Lock = field(default_factory=threading.Lock)
    _names: tuple[int, NameIndex] | None = None

    def names(self) -> NameIndex:
        """The index of all entities, made anew when the store has changed."""
        with self._lock:
            revision = self.store.revision
            if self._names is None or self._names[0] != revision:
                self._names = (revision, NameIndex(entities(self.store)))
            return self._names[1]

    def run_pipeline(self, document: Document) -> Extraction | None:
        """What `document` says, one document at a time; None without a pipeline."""
        if self.extract is None:
            return None
        with self._pipeline:
            return self.extract(document)

    def run_explanation(self, document: Document) -> Explanation | None:
        """How `document` was read, one document at a time; None without a pipeline."""
        if self.explain is None:
            return None
        with self._pipeline:
            return self.explain(document)
