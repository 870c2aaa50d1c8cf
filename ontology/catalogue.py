"""The catalogue: what the project knows before it reads the first article.

The catalogue is a folder of CSV files, one row an entity, each row with a source. The columns are
declared in `catalogue/schema.json`, a JSON Schema for one row; a file has a header line and uses
the columns that it needs. Items of a list are separated by `|`.

Users add files of their own. A row there either adds an entity or, where the id is known already,
adds to it: lists grow, an empty cell is filled, and `type` and `name` may be left empty. It cannot
contradict what is there, so that no file silently changes what another one means; a better name
goes into `aliases`; sources are joined. Within one file, and among the files that come with the
project, an id stands once.

Everything is checked on loading: the header, each cell against the schema, references between
rows, loops among parents and variants. What is wrong raises `CatalogueError` with the file, the
line, the column and what to do.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType

from kg.errors import CatalogueError
from ontology.normal import is_acronym, normal_name

FOLDER = Path(__file__).parent / "catalogue"
SCHEMA = FOLDER / "schema.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entity of the catalogue. An empty cell is an empty string or an empty tuple."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    code: str = ""
    country: str = ""
    seat: str = ""
    parent: tuple[str, ...] = ()
    maker: tuple[str, ...] = ()
    category: str = ""
    variant_of: str = ""
    members: tuple[str, ...] = ()
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The name, then the aliases."""
        return (self.name, *self.aliases)


# The catalogue ---------------------------------------------------------------------------------

_Index = Mapping[str, tuple[tuple[str, bool], ...]]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All rows by id, sorted. Made by `load`; the indices over names are made when first used.

    Two are the same only if they are one object, so that one may be the key of a cache.
    """

    rows: Mapping[str, Row]

    @cached_property
    def _names(self) -> _Index:
        return _index((r.id, r.names) for r in self.rows.values())

    @cached_property
    def _demonyms(self) -> _Index:
        return _index((r.id, r.demonyms) for r in self.rows.values())

    @cached_property
    def _metonyms(self) -> _Index:
        return _index((r.id, r.metonyms) for r in self.rows.values())

    def find(self, name: str) -> tuple[Row, ...]:
        """The rows that have this name or alias, sorted by id.

        Compared by `normal_name`; demonyms and metonyms have methods of their own. An acronym of
        up to five letters is only found if the name has a capital: "us" and "who" are no names.
        """
        return self._look_up(self._names, name)

    def find_demonym(self, name: str) -> tuple[Row, ...]:
        """The rows with this demonym ("Turkish", "Turks"), sorted by id."""
        return self._look_up(self._demonyms, name)

    def find_metonym(self, name: str) -> tuple[Row, ...]:
        """The rows that this name can stand for ("Ankara", "Kremlin"), sorted by id."""
        return self._look_up(self._metonyms, name)

    def of_type(self, type_: str) -> tuple[Row, ...]:
        """The rows of a type, sorted by id."""
        return tuple(r for r in self.rows.values() if r.type == type_)

    def _look_up(self, index: _Index, name: str) -> tuple[Row, ...]:
        found = index.get(normal_name(name), ())
        if not found:
            return ()
        lower = not any(c.isupper() for c in name)
        return tuple(self.rows[i] for i, acronym in found if not (acronym and lower))


def load(*extra: Path) -> Catalogue:
    """The catalogue that comes with the project, and the users' files `extra` on top of it.

    Raises CatalogueError where a file cannot be read or breaks the schema. Without extra files
    the result is made once.
    """
    return _read(sorted(FOLDER.glob("*.csv")), extra) if extra else _built_in()


@cache
def _built_in() -> Catalogue:
    return _read(sorted(FOLDER.glob("*.csv")), ())


def _read(base: Sequence[Path], extra: Sequence[Path]) -> Catalogue:
    columns = _columns()
    rows: dict[str, Row] = {}
    places: dict[str, _Place] = {}
    for path in base:
        for place, cells in _lines(path, columns):
            row = _row(place, cells, known=None)
            if row.id in rows:
                raise place.error("id", f"{row.id} stands in {places[row.id]} too", "remove one")
            rows[row.id], places[row.id] = row, place
    for path in extra:
        seen: dict[str, _Place] = {}
        for place, cells in _lines(path, columns):
            id_ = str(cells.get("id", ""))
            if id_ in seen:
                raise place.error("id", f"{id_} stands in {seen[id_]} too", "join the two rows")
            row = _row(place, cells, known=rows.get(id_))
            seen[row.id] = places[row.id] = place
            rows[row.id] = row
    _check_references(rows, places, columns)
    _check_loops(rows, places, "parent", lambda r: r.parent)
    _check_loops(rows, places, "variant_of", lambda r: (r.variant_of,) if r.variant_of else ())
    return Catalogue(MappingProxyType({i: rows[i] for i in sorted(rows)}))


def _index(names: Iterable[tuple[str, tuple[str, ...]]]) -> _Index:
    """Normal name to the ids with it, each with whether only acronyms gave it."""
    index: dict[str, dict[str, bool]] = {}
    for id_, written in names:
        for name in written:
            key = normal_name(name)
            if key:
                entry = index.get(key)
                if entry is None:
                    index[key] = {id_: is_acronym(name)}
                else:
                    entry[id_] = entry.get(id_, True) and is_acronym(name)
    return {key: tuple(entry.items()) for key, entry in index.items()}


# Reading and checking --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of a file."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file.name}, line {self.line}"

    def error(self, column: str, problem: str, mend: str) -> CatalogueError:
        where = f"{self.file}, line {self.line}" + (f", column {column}" if column else "")
        return CatalogueError(f"{where}: {problem}; {mend}")


@dataclass(frozen=True, slots=True)
class _Column:
    """What the schema says of one column."""

    name: str
    is_list: bool
    fits: Callable[[str], object]
    cell_fits: Callable[[str], object]
    wanted: str
    only_for: frozenset[str]
    refers_to: frozenset[str]
    or_name: bool


@cache
def _columns() -> Mapping[str, _Column]:
    """The columns as the schema declares them, in its order."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    columns = {}
    for name, rule in schema["properties"].items():
        item = rule.get("items", rule)
        allowed = item.get("enum")
        one = "|".join(map(re.escape, allowed)) if allowed else item["pattern"].strip("^$")
        fits = re.compile(one).fullmatch
        columns[name] = _Column(
            name=name,
            is_list=rule["type"] == "array",
            fits=fits,
            cell_fits=re.compile(rf"(?:{one})(?:\|(?:{one}))*").fullmatch
            if item is not rule
            else fits,
            wanted="one of " + ", ".join(allowed) if allowed else rule["description"],
            only_for=frozenset(rule.get("x-for", ())),
            refers_to=frozenset(rule.get("x-refers-to", ())),
            or_name=bool(rule.get("x-or-name", False)),
        )
    if list(columns) != [f.name for f in fields(Row)]:
        raise CatalogueError(f"{SCHEMA}: the properties are not the fields of Row; make them agree")
    return columns


_Cells = dict[str, str | tuple[str, ...]]


def _lines(path: Path, columns: Mapping[str, _Column]) -> Iterator[tuple[_Place, _Cells]]:
    """The rows of a file as checked cells, without the empty ones."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8") from error
    except OSError as error:
        raise CatalogueError(f"{path}: {error.strerror}; name a CSV file") from error
    return _records(path, text, columns)


def _records(
    path: Path, text: str, columns: Mapping[str, _Column]
) -> Iterator[tuple[_Place, _Cells]]:
    """The rows of a file's text."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        top = _Place(path, 1)
        if not header:
            raise top.error("", "the header line is missing", "begin with id,type,name,source")
        for number, name in enumerate(header):
            if name not in columns:
                mend = "use " + ", ".join(columns)
                raise top.error(name or str(number + 1), f"no such column {name!r}", mend)
            if name in header[:number]:
                raise top.error(name, "the column stands twice", "remove one")
        for name in ("id", "source"):
            if name not in header:
                raise top.error(name, "the column is missing", "add it")
        used = [columns[name] for name in header]
        for record in reader:
            if record:
                place = _Place(path, reader.line_num)
                yield place, _cells(place, record, used)
    except csv.Error as error:
        place = _Place(path, reader.line_num)
        raise place.error("", f"not CSV ({error})", "mend the quotes") from error


def _cells(place: _Place, record: Sequence[str], used: Sequence[_Column]) -> _Cells:
    if len(record) != len(used):
        problem = f"{len(record)} cells under {len(used)} columns"
        raise place.error("", problem, "write one cell a column, and quote cells with commas")
    cells: _Cells = {}
    for column, cell in zip(used, record, strict=True):
        if not cell:
            continue
        items = tuple(cell.split("|")) if column.is_list else (cell,)
        if not column.cell_fits(cell):
            wrong = next(item for item in items if not column.fits(item))
            wanted = f"write {column.wanted[0].lower()}{column.wanted[1:]}"
            raise place.error(column.name, f"{wrong!r} does not fit", wanted)
        if len(items) > 1 and len(set(items)) < len(items):
            twice = next(i for i in items if items.count(i) > 1)
            raise place.error(column.name, f"{twice!r} stands twice", "remove one")
        cells[column.name] = items if column.is_list else cell
    return cells


def _row(place: _Place, cells: _Cells, *, known: Row | None) -> Row:
    """The row that the cells make, alone or on top of the known row with their id."""
    for name in ("id", "source") if known else ("id", "type", "name", "source"):
        if name not in cells:
            raise place.error(name, "the cell is empty", "fill it")
    if known:
        return _extended(place, cells, known)
    row = Row(**cells)  # type: ignore[arg-type]  # _cells checked the names and the kinds
    prefix = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", row.type).lower()
    if not row.id.startswith(prefix + "/"):
        raise place.error("id", f"{row.id} is not of type {row.type}", f"begin it with {prefix}/")
    _check_columns(place, row.type, cells)
    return row


def _extended(place: _Place, cells: _Cells, known: Row) -> Row:
    changes: _Cells = {}
    for name, cell in cells.items():
        old = getattr(known, name)
        if isinstance(cell, tuple):
            changes[name] = (*old, *(item for item in cell if item not in old))
        elif not old:
            changes[name] = cell
        elif name == "source":
            changes[name] = f"{old}; {cell}"
        elif cell != old:
            mend = "leave the cell empty" if name != "name" else "put it into aliases"
            raise place.error(name, f"{cell!r} contradicts {old!r} of {known.id}", mend)
    _check_columns(place, known.type, cells)
    return replace(known, **changes)  # type: ignore[arg-type]


def _check_columns(place: _Place, type_: str, cells: _Cells) -> None:
    columns = _columns()
    for name in cells:
        only_for = columns[name].only_for
        if only_for and type_ not in only_for:
            wanted = ", ".join(sorted(only_for))
            raise place.error(
                name, f"not for a row of type {type_}", f"only for {wanted}: empty it"
            )


def _check_references(
    rows: Mapping[str, Row], places: Mapping[str, _Place], columns: Mapping[str, _Column]
) -> None:
    for column in columns.values():
        if not column.refers_to:
            continue
        for row in rows.values():
            value = getattr(row, column.name)
            for ref in value if column.is_list else (value,):
                if not ref or (column.or_name and "/" not in ref):
                    continue
                target = rows.get(ref)
                if target is None:
                    problem, mend = f"there is no {ref}", "add a row with that id, or mend this one"
                elif target.type not in column.refers_to:
                    wanted = ", ".join(sorted(column.refers_to))
                    problem, mend = f"{ref} is of type {target.type}", f"name one of type {wanted}"
                else:
                    continue
                raise places[row.id].error(column.name, problem, mend)


def _check_loops(
    rows: Mapping[str, Row],
    places: Mapping[str, _Place],
    column: str,
    up: Callable[[Row], tuple[str, ...]],
) -> None:
    """Refuse a row that is its own ancestor."""
    done: set[str] = set()
    for start in rows:
        if start in done or not up(rows[start]):
            continue
        path = [start]
        branches = [iter(up(rows[start]))]
        while branches:
            ref = next(branches[-1], None)
            if ref is None:
                branches.pop()
                done.add(path.pop())
            elif ref in path:
                loop = " → ".join([*path[path.index(ref) :], ref])
                raise places[path[-1]].error(column, f"a loop: {loop}", "break it")
            elif ref not in done:
                path.append(ref)
                branches.append(iter(up(rows[ref])))


__all__ = ["Catalogue", "Row", "load", "normal_name"]
