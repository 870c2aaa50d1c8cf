"""What a question is answered with."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kg.client import tables
from kg.errors import InputError
from kg.graph.terms import BASE, XSD
from ontology.vocabulary import NAMESPACE

if TYPE_CHECKING:
    import pandas

Value = str | int | float | bool | datetime.date | Decimal | None
_SHORT = (f"{BASE}entity/", f"{BASE}statement/", f"{BASE}document/", NAMESPACE)
_WHOLE = frozenset(
    f"{XSD}{name}"
    for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")
)
_FRACTION = frozenset(f"{XSD}{name}" for name in ("double", "float", "decimal"))


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question.

    Of a SELECT query it is a table: `columns`, and `rows` with the values of each. IRIs of the
    graph are shortened to what the other methods take: `country/japan` for an entity, the bare id
    for a statement or a document, `evaluates` for a term of the ontology. Numbers, truth values
    and days are Python's. Of an ASK query `truth` is the answer, of CONSTRUCT and DESCRIBE
    `turtle`. An answer is true where there is anything in it.
    """

    sparql: str
    columns: tuple[str, ...] = ()
    rows: tuple[Mapping[str, Value], ...] = ()
    truth: bool | None = None
    turtle: str | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Mapping[str, Value]]:
        return iter(self.rows)

    def __bool__(self) -> bool:
        return self.truth if self.truth is not None else bool(self.rows or self.turtle)

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a data frame; InputError where the query was no SELECT."""
        if self.truth is not None or self.turtle is not None:
            raise InputError("only a SELECT query gives a table: take .truth or .turtle")
        return tables.frame([[row[name] for name in self.columns] for row in self.rows],
                            columns=self.columns)  # fmt: skip

    def _repr_html_(self) -> str:
        if self.truth is not None:
            return "<p>yes</p>" if self.truth else "<p>no</p>"
        if self.turtle is not None:
            return tables.preformatted(self.turtle)
        return tables.html(self.columns, [[row[n] for n in self.columns] for row in self.rows])

    def __repr__(self) -> str:
        if self.truth is not None:
            return f"Answer(truth={self.truth})"
        if self.turtle is not None:
            return f"Answer(turtle with {len(self.turtle.splitlines())} lines)"
        return f"Answer({len(self.rows)} rows: {', '.join(self.columns)})"


def read(sparql: str, body: bytes) -> Answer:
    """The answer in SPARQL 1.1 Query Results JSON."""
    data = json.loads(body)
    if "boolean" in data:
        return Answer(sparql, truth=bool(data["boolean"]))
    columns: Sequence[str] = data["head"].get("vars", ())
    rows = tuple(
        {name: _value(binding.get(name)) for name in columns}
        for binding in data["results"]["bindings"]
    )
    return Answer(sparql, columns=tuple(columns), rows=rows)


def _value(term: Mapping[str, Any] | None) -> Value:
    """A term as a value of Python."""
    if term is None:
        return None
    if not isinstance(term["value"], str):  # a triple term
        return json.dumps(term["value"], ensure_ascii=False, sort_keys=True)
    text, type_ = term["value"], term.get("datatype", "")
    if term["type"] == "uri":
        return short(text)
    try:
        if type_ in _WHOLE:
            return int(text)
        if type_ in _FRACTION:
            return float(text)
        if type_ == f"{XSD}date":
            return datetime.date.fromisoformat(text)
    except ValueError:
        return text
    if type_ == f"{XSD}boolean":
        return text in ("true", "1")
    return text


def short(iri: str) -> str:
    """An IRI of the graph as the other methods take it; another one as it is."""
    for prefix in _SHORT:
        if iri.startswith(prefix) and len(iri) > len(prefix):
            return iri.removeprefix(prefix)
    return iri
