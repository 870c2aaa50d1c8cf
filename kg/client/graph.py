"""A graph in the hands of a program or a notebook: `kg.open` gives one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from kg.client import answers, exporting, questions, tables
from kg.client.answers import Answer
from kg.client.backend import Backend
from kg.client.entity import Entity
from kg.client.filters import Filters, checked
from kg.client.reading import Reading, document_of
from kg.client.records import DocumentSummary, Found, Quote, StatementSummary, Totals
from kg.client.statements import Quotes, Statements
from kg.documents import Document
from kg.errors import DocumentError, InputError, NotFoundError, StoreError
from kg.graph.terms import BASE, PREFIXES
from kg.store.guard import check
from ontology.normal import normal_name

if TYPE_CHECKING:
    import networkx as nx
    import pandas

    from kg.client.picture import Picture

_JSON, _TURTLE = "application/sparql-results+json", "text/turtle"
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_ID = re.compile(r"[a-z][a-z-]*/\S+")
_STATEMENT = re.compile(r"[0-9a-f]{1,64}")
_SHOWN = 120  # statements in the picture of a whole graph


class Graph:
    """Documents and what they say, in a store or behind a server.

    A graph is a context manager: `with kg.open("kg-store") as graph: …`. A store is locked until it
    is closed. Threads may share a graph; reading documents is for one at a time.
    """

    def __init__(self, backend: Backend) -> None:
        """Use `kg.open`, which makes the backend too."""
        self._backend: Backend | None = backend
        self._location = backend.location

    @property
    def location(self) -> str:
        """The folder or the address; "memory" for a graph that goes when it is closed."""
        return self._location

    # Reading ---------------------------------------------------------------------------------

    def extract(
        self,
        text: str | Document,
        *,
        title: str = "",
        date: str | datetime.date | None = None,
        source: str | None = None,
    ) -> Reading:
        """What a text says; nothing is stored.

        Dates such as "Monday" are read against `date`, the day of the text. `source` is a URL or a
        name. InputError for a date that is none, DocumentError for a text that cannot be read.
        """
        return self._open.read(document_of(text, title=title, date=date, source=source))

    def add(
        self,
        what: str | Path | Document | Reading | Iterable[str | Path | Document | Reading],
        *,
        title: str = "",
        date: str | datetime.date | None = None,
        source: str | None = None,
    ) -> int:
        """Add a text, a file or folder (a `Path`), a `Reading`, or several of them; how many
        documents are new or changed.

        `title`, `date` and `source` are those of a text; files bring their own. DocumentError at
        the first file that cannot be read; those before it are in the graph then. InputError for
        something else.
        """
        pieces: Iterable[str | Path | Document | Reading]
        pieces = what if isinstance(what, Iterable) and not isinstance(what, str) else [what]
        changed = 0
        for piece in pieces:
            if isinstance(piece, Path):
                changed += self._add_files(piece)
            elif isinstance(piece, Reading):
                changed += self._open.add([piece])
            else:
                document = document_of(piece, title=title, date=date, source=source)
                changed += self._open.add([document])
        return changed

    def _add_files(self, path: Path) -> int:
        from kg import readers

        changed = 0
        for location in readers.files([str(path)]):
            for found in readers.read(location):
                if isinstance(found, DocumentError):
                    raise found
                changed += self._open.add([found])
        return changed

    def retract(self, document: str) -> None:
        """Take a document out by its id, with whatever no other document supports.

        NotFoundError where there is no such document.
        """
        self._open.retract(document)

    def documents(self) -> list[DocumentSummary]:
        """All documents, the newest first."""
        return [
            DocumentSummary(
                id=str(row["document"]),
                title=str(row["title"] or ""),
                date=None if row["date"] is None else str(row["date"]),
                source=None if row["source"] is None else str(row["source"]),
                statements=int(str(row["statements"])),
            )
            for row in self._ask(questions.DOCUMENTS)
        ]

    # Asking ----------------------------------------------------------------------------------

    def ask(self, question: str, **parameters: object) -> Answer:
        """Answer a stored query by its name, with its parameters, or a query in SPARQL 1.1.

        `graph.ask("evaluations", who="country/japan")`, or
        `graph.ask("SELECT ?who ?what { ?who ent:evaluates ?what }")`. Entities, as values of
        parameters, are given by id, IRI or a name that only they have. The prefixes ent:, rdf:,
        rdfs:, skos:, prov:, oa:, schema:, dcterms: and xsd: need no declaration; the default graph
        is the union of all.
        QueryError where a query is wrong or changes something, QueryLimitError where it takes too
        long or its answer is too large, NotFoundError for a name that no query has, InputError for
        what is no text.
        """
        _text("ask", question)
        if _NAME.fullmatch(question.strip()):
            return self._ask(questions.stored(question.strip(), parameters, resolve=self._only))
        if parameters:
            raise InputError(
                f"{next(iter(parameters))}: only stored queries take parameters: put the value "
                "into the query"
            )
        return self._ask(question)

    def _ask(self, sparql: str) -> Answer:
        query = check(questions.with_prefixes(sparql, PREFIXES))
        if query.is_graph:
            body = self._open.query(query, media_type=_TURTLE)
            return Answer(query.text, turtle=body.decode())
        return answers.read(query.text, self._open.query(query, media_type=_JSON))

    def queries(self) -> pandas.DataFrame:
        """The stored queries: name, question and parameters."""
        return tables.frame(questions.listed(), columns=("name", "question", "parameters"))

    # Entities and statements -----------------------------------------------------------------

    def entity(self, name: str) -> Entity:
        """An entity by its id or any of its names, in any case and without diacritics.

        NotFoundError where there is none, which names those that are near, and where several have
        the name; InputError for what is no name.
        """
        found = self._entity(name)
        return Entity(self, found)

    def _entity(self, name: str, *, only: bool = False) -> Found:
        """As `entity`; where `only` is true a preferred name does not go before others' names."""
        if not _text("entity", name).strip():
            raise InputError("entity: '' names nothing: give a name or an id")
        if _ID.fullmatch(name):
            known = self._found([name])
            if known:
                return known[0]
        candidates = self._found(self._open.candidates(name)[:20])
        key = normal_name(name)
        hits = [e for e in candidates if key in map(normal_name, (e.name, *e.aliases))]
        first = [e for e in hits if normal_name(e.name) == key]
        best = first if len(first) == 1 and not only else hits
        if len(best) == 1:
            return best[0]
        if hits:
            ids = ", ".join(e.id for e in hits)
            raise NotFoundError(f"{name}: several entities have this name: take one of {ids}")
        near = " or ".join(e.name for e in candidates[:3])
        hint = f"did you mean {near}?" if near else "graph.to_pandas() shows what there is"
        raise NotFoundError(f"{name[:80]}: no such entity: {hint}")

    def _id(self, name: str) -> str:
        return self._entity(name).id

    def _only(self, value: str) -> str:
        """The id for a value of a stored query, of which no answer shows whom it was taken for."""
        return self._entity(value.removeprefix(f"{BASE}entity/"), only=True).id

    def _found(self, ids: Sequence[str]) -> list[Found]:
        """The entities with these ids, in this order; unknown ones are left out."""
        if not ids:
            return []
        aliases: dict[str, set[str]] = {}
        found: dict[str, Found] = {}
        for row in self._ask(questions.entities(ids)):
            id_, alias = str(row["entity"]), row["alias"]
            names = aliases.setdefault(id_, set())
            if alias is not None:
                names.add(str(alias))
            found[id_] = Found(
                id=id_,
                type=str(row["type"]),
                name=str(row["name"]),
                aliases=tuple(sorted(names)),
                catalogue=row["catalogue"] is True,
            )
        return [found[id_] for id_ in ids if id_ in found]

    def statements(self, **filters: Unpack[Filters]) -> Statements:
        """The statements that fit all `filters` (`kg.client.filters.Filters`), those with the
        newest evidence first.

        Modality, document, days, source and confidence must hold of one and the same piece of
        evidence. InputError for a filter that is none or cannot be met, NotFoundError for an
        entity that is not there.
        """
        ids = {
            name: self._id(value)
            for name in ("entity", "subject", "object")
            if isinstance(value := filters.get(name), str)
        }
        return Statements(self, tuple(self._open.statements(checked(filters, ids=ids))))

    def quotes(self, statements: str | StatementSummary | Iterable[StatementSummary]) -> Quotes:
        """The sentences that bear on a statement (or its id) or on several, the newest first."""
        if isinstance(statements, str):
            ids = [statements]
        elif isinstance(statements, StatementSummary):
            ids = [statements.id]
        else:
            ids = [each.id for each in statements]
        for id_ in ids:
            if not _STATEMENT.fullmatch(id_):
                raise InputError(f"{id_[:40]!r} is no id of a statement: take .id of one")
        rows: dict[object, list[Mapping[str, answers.Value]]] = {}
        for sparql in questions.quotes(list(dict.fromkeys(ids))):
            for row in self._ask(sparql):
                rows.setdefault(row["evidence"], []).append(row)
        found = [_quote(of_one) for of_one in rows.values()]
        found.sort(key=lambda q: (q.document, q.number, q.statement))
        found.sort(key=lambda q: q.date or "", reverse=True)
        return Quotes(tuple(found))

    # Elsewhere -------------------------------------------------------------------------------

    def to_pandas(self, **filters: Unpack[Filters]) -> pandas.DataFrame:
        """The statements that fit as a data frame, one row each."""
        return self.statements(**filters).to_pandas()

    def to_networkx(self, **filters: Unpack[Filters]) -> nx.MultiDiGraph[str]:
        """The statements that fit as a network of networkx: an edge for each."""
        return self.statements(**filters).to_networkx()

    def draw(self, **filters: Unpack[Filters]) -> Picture:
        """A picture of the statements that fit, to look at in a notebook or to save."""
        return self.statements(**filters).draw()

    def export(
        self,
        file: str | Path,
        *,
        format: str | None = None,
        depth: int = 1,
        **filters: Unpack[Filters],
    ) -> None:
        """Write the graph, or the statements that fit all `filters`, for other tools.

        The name of the file shows the format (`japan.gexf`), or `format` says it (`"neo4j"`, as a
        zip file); `docs/exports.md` lists them. `depth` is how many steps from `entity`, 1 or 2.
        The filters `subject`, `object`, `document` and `limit` are not for exports. What stood in
        the file before is there until the new is whole.
        InputError for a format that is none or cannot hold what is there, for what a server finds
        too large, and as `statements`; OSError where the file cannot be written.
        """
        wanted = exporting.selection(filters, depth=depth, find=self._id)
        form = exporting.format_for(Path(file), format)
        with exporting.whole(Path(file)) as target:
            self._open.export(form, wanted, target)

    def totals(self) -> Totals:
        """How many documents, entities and statements there are."""
        row = self._ask(questions.TOTALS).rows[0]
        return Totals(**{name: int(str(row[name])) for name in row})

    def _repr_html_(self) -> str:
        if self._backend is None:
            return f"<p>{escape(self.location)}: closed</p>"
        return f"<p>{escape(self._told())}</p>{self.draw(limit=_SHOWN)._repr_html_()}"

    def _told(self) -> str:
        totals = self.totals()
        if not totals.documents:
            return f"{self.location}: an empty graph: add() puts documents into it"
        return (
            f"{self.location}: {totals.documents:,} documents, {totals.entities:,} entities, "
            f"{totals.statements:,} statements"
        )

    def __repr__(self) -> str:
        state = "" if self._backend is not None else " (closed)"
        return f"<kg.Graph {self.location}{state}>"

    @property
    def _open(self) -> Backend:
        if self._backend is None:
            raise StoreError(f"{self.location}: the graph is closed: open it again")
        return self._backend

    def close(self) -> None:
        """Let go of the store; a graph in memory is gone then. Closing twice does no harm."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _text(what: str, value: object) -> str:
    """The value, which has to be a text; InputError, which names `what`, where it is none."""
    if not isinstance(value, str):
        raise InputError(f"{what}: {value!r:.40} is no text: write it in quotes")
    return value


def _quote(rows: Sequence[Mapping[str, answers.Value]]) -> Quote:
    """A piece of evidence from its rows, one for each speaker."""
    row = rows[0]
    return Quote(
        statement=str(row["statement"]),
        sentence=" ".join(str(row["sentence"]).split()),
        modality=str(row["modality"]),
        confidence=float(str(row["confidence"])),
        speaker=", ".join(sorted({str(each["speaker"]) for each in rows if each["speaker"]})),
        document=str(row["document"]),
        title=str(row["title"] or ""),
        date=None if row["date"] is None else str(row["date"]),
        source=None if row["source"] is None else str(row["source"]),
        number=int(str(row["number"])),
        reason=str(row["reason"] or ""),
    )
