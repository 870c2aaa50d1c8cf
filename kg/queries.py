"""Stored queries: `.rq` files with a header, asked by name and with parameters.

A file begins with comments that say what it answers::

    # question: Who evaluates what?
    # description: Who looks at which equipment, with the sentence that says so.
    # parameter who entity, optional: the one who evaluates
    # parameter modality modality = asserted: how far the sentence commits itself

Below them stands one SELECT query, in which `$who` stands for the value of a parameter (variables
are written with `?`). A value enters the query as one term of its type, never as text: an entity,
predicate or modality as an IRI, a date, number or text as a literal. An optional parameter without
a value becomes UNDEF, so it has to stand in a VALUES block. `docs/queries.md` is for who writes
queries.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import CatalogueError, InputError, QueryError
from kg.graph.terms import BASE, XSD
from kg.store.guard import check
from ontology import vocabulary

FOLDER = Path(vocabulary.__file__).parent / "queries"
MAX_TEXT = 500
# Names that parameters cannot have: options of `kg ask`, and of queries over HTTP.
RESERVED = frozenset(("format", "help", "list", "sparql", "store", "timeout"))

_HEADER = re.compile(r"#\s*(question|description|parameter)\b\s*:?\s*(.*)")
_PARAMETER = re.compile(
    r"(?P<name>[a-z][a-z0-9]*) (?P<type>[a-z]+)"
    r"(?:(?P<optional>, optional)| = (?P<default>[^:\s]+))?: (?P<description>\S.*)"
)
_NAME = re.compile(r"[a-z][a-z0-9-]*")
# What may hold a $ that is no parameter, and the parameters.
_PIECE = re.compile(
    r"""\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"""
    r"""|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|<[^<>"{}|^`\\\x00-\x20]*>|\#[^\r\n]*"""
    r"|\$(?P<name>\w+)",
    re.DOTALL,
)
_ENTITY = re.compile(r"[a-z][a-z-]*/[^<>\"{}|^`\\\x00-\x20\x7f\ud800-\udfff]{1,200}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")
_COUNT = re.compile(r"[1-9][0-9]{0,4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ParameterError(InputError):
    """A parameter that a stored query does not have, lacks, or cannot use; `name` says which.

    `candidates` are the entities that may be meant where the value is a name: (id, type, name).
    """

    def __init__(
        self, name: str, message: str, *, candidates: Sequence[tuple[str, str, str]] = ()
    ) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.candidates = tuple(candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a query may be told. `default` is None where there is none."""

    name: str
    type: str
    description: str
    optional: bool
    default: str | None

    @property
    def required(self) -> bool:
        """Whether it has to be given."""
        return not self.optional and self.default is None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuery:
    """A question, how it is asked in SPARQL, and what it may be told."""

    name: str
    question: str
    description: str
    parameters: tuple[Parameter, ...]
    text: str

    def sparql(self, values: Mapping[str, str]) -> str:
        """The query with `values` in it; ParameterError where one of them does not fit."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                have = ", ".join(known) or "no parameters"
                raise ParameterError(name[:40], f"{self.name} has no such parameter: it has {have}")
        terms = {name: _filled(each, values.get(name)) for name, each in known.items()}

        def put(match: re.Match[str]) -> str:
            return terms[match["name"]] if match["name"] else match[0]

        return _PIECE.sub(put, self.text)


def _filled(parameter: Parameter, given: str | None) -> str:
    """The SPARQL term for what was given, or for what holds otherwise."""
    value = given if given is not None else parameter.default
    if value is None:
        if parameter.required:
            raise ParameterError(parameter.name, f"is needed: {parameter.description}")
        return "UNDEF"
    try:
        return TYPES[parameter.type].term(value)
    except ValueError as error:
        raise ParameterError(parameter.name, f"{value[:60]!r} {error}") from None


# Types -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type of parameters: how a value becomes a term (ValueError says why it does not), what is
    said of it, and a value that fits."""

    term: Callable[[str], str]
    meaning: str
    sample: str


def _entity(value: str) -> str:
    id_ = value.removeprefix(f"{BASE}entity/")
    if not _ENTITY.fullmatch(id_):
        raise ValueError("is no id of an entity: write country/japan; search by name gives ids")
    return f"<{BASE}entity/{id_}>"


def _predicate(value: str) -> str:
    return _one_of(value, vocabulary.load().predicates, "predicate")


def _modality(value: str) -> str:
    return _one_of(value, vocabulary.load().modalities, "modality")


def _one_of(value: str, terms: Mapping[str, vocabulary.Term], what: str) -> str:
    if value not in terms:
        raise ValueError(f"is no {what}: take one of {', '.join(terms)}")
    return f"<{terms[value].iri}>"


def _date(value: str) -> str:
    try:
        if not _DATE.fullmatch(value):
            raise ValueError
        datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError("is no date: write YYYY-MM-DD") from None
    return f'"{value}"^^<{XSD}date>'


def _number(value: str) -> str:
    if not _NUMBER.fullmatch(value):
        raise ValueError("is no number: write digits, with a point if need be")
    return f'"{value}"^^<{XSD}decimal>'


def _count(value: str) -> str:
    if not _COUNT.fullmatch(value):
        raise ValueError("is no whole number from 1 to 99999")
    return value


def _text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise ValueError(f"is longer than {MAX_TEXT} characters")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("has characters that are no text")
    # JSON's escapes are SPARQL's, but for those that it writes as pairs of surrogates.
    return json.dumps(value, ensure_ascii=False)


TYPES: Mapping[str, Type] = {
    "entity": Type(
        term=_entity,
        meaning="an entity's id or IRI, or a name that only it has",
        sample="country/japan",
    ),
    "predicate": Type(term=_predicate, meaning="a predicate of the ontology", sample="evaluates"),
    "modality": Type(term=_modality, meaning="a modality of the ontology", sample="asserted"),
    "date": Type(term=_date, meaning="a day, YYYY-MM-DD", sample="2025-01-31"),
    "number": Type(term=_number, meaning="a number", sample="1.5"),
    "count": Type(term=_count, meaning="a whole number from 1 to 99999", sample="10"),
    "text": Type(term=_text, meaning="text", sample="USD"),
}


# Files -------------------------------------------------------------------------------------------


@cache
def load(folder: Path = FOLDER) -> Mapping[str, StoredQuery]:
    """The queries in the `.rq` files of `folder`, by name; CatalogueError with file and line where
    one cannot be used."""
    return {query.name: query for query in map(read, sorted(folder.glob("*.rq")))}


def read(path: Path) -> StoredQuery:
    """The query in one file; CatalogueError with the line where it cannot be used."""
    if not _NAME.fullmatch(path.stem):
        raise CatalogueError(f"{path}: name the file in small letters, digits and dashes")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: this is not UTF-8: save it as UTF-8") from error
    said: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    for number, line in enumerate(lines[:start], start=1):
        match = _HEADER.fullmatch(line)
        if match is None:
            raise _wrong(path, number, "begin it with # question:, # description: or # parameter")
        kind, rest = match.groups()
        if kind == "parameter":
            parameter = _parameter(path, number, rest)
            if parameter.name in parameters:
                raise _wrong(path, number, f"the parameter {parameter.name} is there twice")
            parameters[parameter.name] = parameter
        elif kind in said or not rest:
            raise _wrong(path, number, f"one {kind} is needed, with words in it")
        else:
            said[kind] = rest
    for kind in ("question", "description"):
        if kind not in said:
            raise _wrong(path, 1, f"there is no # {kind}: line")
    used = set(_used(path, text, parameters))
    for name in parameters:
        if name not in used:
            raise _wrong(path, 1, f"the query does not use the parameter ${name}")
    body = "\n".join(lines[start:]).strip() + "\n"
    query = StoredQuery(
        name=path.stem,
        question=said["question"],
        description=said["description"],
        parameters=tuple(parameters.values()),
        text=body,
    )
    blank = next((n for n, line in enumerate(lines[start:]) if line.strip()), 0)
    _check(path, query, first=start + blank)
    return query


def _parameter(path: Path, number: int, rest: str) -> Parameter:
    match = _PARAMETER.fullmatch(rest)
    if match is None:
        raise _wrong(
            path, number, "write # parameter NAME TYPE[, optional| = DEFAULT]: what it means"
        )
    if match["name"] in RESERVED:
        raise _wrong(path, number, f"{match['name']} is an option of its own: take another name")
    if match["type"] not in TYPES:
        raise _wrong(path, number, f"{match['type']} is no type: take one of {', '.join(TYPES)}")
    if match["default"] is not None:
        try:
            TYPES[match["type"]].term(match["default"])
        except ValueError as error:
            raise _wrong(path, number, f"the default {match['default']!r} {error}") from None
    return Parameter(
        name=match["name"],
        type=match["type"],
        description=match["description"],
        optional=match["optional"] is not None,
        default=match["default"],
    )


def _used(path: Path, text: str, known: Mapping[str, Parameter]) -> Iterator[str]:
    """The parameters in the query."""
    for match in _PIECE.finditer(text):
        name = match["name"]
        if name is None:
            continue
        if name not in known:
            line = text.count("\n", 0, match.start()) + 1
            raise _wrong(path, line, f"${name} is no parameter: declare it, or write ?{name}")
        yield name


def _check(path: Path, query: StoredQuery, *, first: int) -> None:
    """CatalogueError where the query cannot be asked, with all values or only those needed.

    Above it there are `first` lines of the file."""
    from kg.store.syntax import mistake

    samples = {each.name: TYPES[each.type].sample for each in query.parameters}
    needed = {each.name for each in query.parameters if each.required}
    for values in (samples, {name: samples[name] for name in needed}):
        sparql = query.sparql(values)
        try:
            checked = check(sparql)
        except QueryError as error:
            raise CatalogueError(f"{path}: {error}") from error
        if checked.form != "SELECT":
            raise CatalogueError(f"{path}: this is no SELECT query: write one")
        found = mistake(sparql)
        if found is not None:
            line, message = found
            # The engine names the place up to which it could read, which may be past the mistake.
            raise _wrong(path, first + line, f"{message} (here or a little above)")


def _wrong(path: Path, line: int, message: str) -> CatalogueError:
    return CatalogueError(f"{path}, line {line}: {message}")
