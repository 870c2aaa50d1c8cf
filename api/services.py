"""What the routes share: the store, the query pool, the pipeline, and what the store says of
itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from api import reading
from api.access import Access
from api.jobs import Jobs
from kg.documents import Document
from kg.explain import Explanation
from kg.readers.killable import Readers
from kg.statements import Extraction
from kg.store import description as described
from kg.store.guard import check
from kg.store.interface import Store
from kg.store.updates import Updates
from kg.store.worker import Pool

_COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "objects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT ?key (COUNT(*) AS ?n) { ?s a ?key FILTER(isIRI(?key)) } GROUP BY ?key",
    "properties": "SELECT ?key (COUNT(*) AS ?n) { ?s ?key ?o } GROUP BY ?key",
}
_DOCUMENT = "https://w3id.org/entente/ontology#Document"


@dataclass(slots=True, kw_only=True)
class Services:
    """One for each app. `extract` and `explain` are None where the server has no language
    pipeline."""

    store: Store
    pool: Pool
    extract: Callable[[Document], Extraction] | None
    access: Access
    updates: Updates
    readers: Readers
    jobs: Jobs = field(init=False)
    public_url: str | None = None
    explain: Callable[[Document], Explanation] | None = None
    _pipeline: threading.Lock = field(default_factory=threading.Lock)
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _counts: tuple[int, described.Counts] | None = None

    def __post_init__(self) -> None:
        self.jobs = Jobs(
            known=lambda id_: reading.knows_document(self.store, id_),
            extract=self.run_pipeline,
            add=self.add,
        )

    def close(self) -> None:
        """End what works in the background, and the processes."""
        self.jobs.close()
        self.readers.close()
        self.pool.close()

    def check_reads(self) -> None:
        """HTTPException 501 without a language pipeline."""
        if self.extract is None:
            raise HTTPException(
                HTTPStatus.NOT_IMPLEMENTED,
                "This server was started without a language pipeline and cannot read documents.",
            )

    def run_pipeline(self, document: Document) -> Extraction:
        """What `document` says, one document at a time; HTTPException 501 without a pipeline."""
        self.check_reads()
        assert self.extract is not None
        with self._pipeline:
            return self.extract(document)

    def add(self, extractions: Sequence[Extraction]) -> int:
        """Store documents for good; the revision after it, which queries will see."""
        self.store.add(extractions)
        self.store.flush()
        revision = self.store.revision
        self.pool.expect(revision)
        return revision

    def run_explanation(self, document: Document) -> Explanation | None:
        """How `document` was read, one document at a time; None without a pipeline."""
        if self.explain is None:
            return None
        with self._pipeline:
            return self.explain(document)

    def site(self, request: Request) -> str:
        """The URL of this server, without a slash at its end."""
        return (self.public_url or str(request.base_url)).rstrip("/")

    def description(self, site: str, *, media_type: str) -> bytes:
        """The service description of the endpoint. It lists the graphs that are shared or belong
        to clients; there is one more for each document."""
        prefix = "https://w3id.org/entente/document/"
        return described.service(
            f"{site}/sparql",
            graphs=[graph for graph in self.store.graphs() if not graph.startswith(prefix)],
            writable=self.access.may_write,
            media_type=media_type,
        )

    def void(self, site: str, *, media_type: str) -> bytes:
        """The VoID description, with counts that are made anew when the store has changed."""
        with self._counting:
            revision = self.store.revision
            if self._counts is None or self._counts[0] != revision:
                self._counts = (revision, self._count())
            counts = self._counts[1]
        return described.void(site, counts=counts, media_type=media_type)

    def _count(self) -> described.Counts:
        found = {name: self._numbers(query) for name, query in _COUNTS.items()}
        return described.Counts(
            triples=found["triples"][""],
            subjects=found["subjects"][""],
            objects=found["objects"][""],
            documents=found["classes"].get(_DOCUMENT, 0),
            classes=found["classes"],
            properties=found["properties"],
        )

    def _numbers(self, query: str) -> dict[str, int]:
        """?n by ?key, or under "" where there is no ?key."""
        body = self.pool.run(check(query), media_type="application/sparql-results+json")
        rows = json.loads(body)["results"]["bindings"]
        return {row.get("key", {"value": ""})["value"]: int(row["n"]["value"]) for row in rows}
