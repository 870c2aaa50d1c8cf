"""Words for numbers, money, dates, quantities and bounds, read from `ontology/values/*.yaml`.

The files say what a figure in English looks like; `kg.extract.values` finds it. Each file is
checked on load, and `kg.errors.CatalogueError` names the file, the line and the mend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.errors import CatalogueError

_FOLDER = Path(__file__).parent / "values"


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency: ISO 4217 code, marks before a figure, nouns after it, and what speaks for it."""

    code: str
    marks: tuple[str, ...]
    nouns: tuple[str, ...]
    adjectives: tuple[str, ...]
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Number words with their figures; `vague` words make a figure unknown."""

    words: Mapping[str, int]
    scales: Mapping[str, int]
    short_scales: Mapping[str, int]
    collectives: Mapping[str, int]
    vague: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Currencies:
    """All currencies, and how shared names of currencies are settled."""

    currencies: tuple[Currency, ...]
    defaults: Mapping[str, str]
    fixed: frozenset[str]
    large_only: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Names of months (1 to 12) and weekdays (Monday is 0), and cues of time to come and gone."""

    months: Mapping[str, int]
    month_abbreviations: Mapping[str, int]
    weekdays: Mapping[str, int]
    future: frozenset[str]
    present: frozenset[str]
    past: frozenset[str]
    not_past: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Cues of a bound before and after a figure, by bound; `not_after` lists false friends."""

    before: Mapping[str, tuple[str, ...]]
    after: Mapping[str, tuple[str, ...]]
    before_article: frozenset[str]
    between: tuple[str, ...]
    not_after: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantities:
    """What stands round a number that counts nothing: units, designations, pronouns."""

    units: frozenset[str]
    designators: frozenset[str]
    names: frozenset[str]
    counted: frozenset[str]
    one_pronoun: frozenset[str]
    formations: frozenset[str]
    organisations: frozenset[str]


class Sections:
    """One YAML file as a tree with line numbers."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise CatalogueError(f"{self.name}, line {line}: not YAML; mend the syntax") from error
        if not isinstance(node, yaml.MappingNode):
            raise CatalogueError(f"{self.name}, line 1: the file must be a mapping of sections")
        self.sections: dict[str, yaml.Node] = self.pairs(node)

    def fail(self, node: yaml.Node, message: str) -> CatalogueError:
        return CatalogueError(f"{self.name}, line {node.start_mark.line + 1}: {message}")

    def pairs(self, node: yaml.Node) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.fail(node, "expected `key: value` pairs")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                raise self.fail(key, f"`{name}` stands here twice; keep one")
            found[name] = value
        return found

    def only(self, *names: str) -> None:
        for name, node in self.sections.items():
            if name not in names:
                raise self.fail(node, f"unknown section `{name}`; known are {', '.join(names)}")
        for name in names:
            if name not in self.sections:
                raise CatalogueError(f"{self.name}, line 1: section `{name}` is missing; add it")

    def scalar(self, node: yaml.Node, kind: type[Any]) -> Any:
        # YAML reads a bare `no` as false; here every scalar is the word that stands there.
        if isinstance(node, yaml.ScalarNode) and node.value:
            if kind is str:
                return node.value
            if node.value.isascii() and node.value.isdigit():
                return int(node.value)
        raise self.fail(node, f"expected {'a whole number' if kind is int else 'a word'}")

    def words(self, node: yaml.Node) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.fail(node, "expected a list of words in brackets")
        return tuple(self.scalar(item, str) for item in node.value)

    def table(self, node: yaml.Node, read: Callable[[yaml.Node], Any]) -> dict[str, Any]:
        return {key: read(value) for key, value in self.pairs(node).items()}

    def numbers(self, section: str) -> dict[str, int]:
        return self.table(self.sections[section], lambda node: self.scalar(node, int))

    def list(self, section: str) -> tuple[str, ...]:
        return self.words(self.sections[section])

    def lists(self, section: str, *, keys: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
        found = self.table(self.sections[section], self.words)
        for key in found:
            if keys and key not in keys:
                node = self.pairs(self.sections[section])[key]
                raise self.fail(node, f"unknown key `{key}`; known are {', '.join(keys)}")
        return found


@cache
def numbers(folder: Path = _FOLDER) -> Numbers:
    """The number words of `numbers.yaml`."""
    file = Sections(folder / "numbers.yaml")
    file.only("words", "scales", "short_scales", "collectives", "vague")
    return Numbers(
        words=file.numbers("words"),
        scales=file.numbers("scales"),
        short_scales=file.numbers("short_scales"),
        collectives=file.numbers("collectives"),
        vague=frozenset(file.list("vague")),
    )


@cache
def currencies(folder: Path = _FOLDER) -> Currencies:
    """The currencies of `currencies.yaml`."""
    file = Sections(folder / "currencies.yaml")
    file.only("currencies", "defaults", "fixed", "large_only")
    node = file.sections["currencies"]
    if not isinstance(node, yaml.SequenceNode):
        raise file.fail(node, "expected a list of currencies")
    rows = tuple(_currency(file, item) for item in node.value)
    codes = {row.code for row in rows}
    defaults = file.table(
        file.sections["defaults"],
        lambda item: _known(file, item, codes),
    )
    return Currencies(
        currencies=rows,
        defaults=defaults,
        fixed=frozenset(file.list("fixed")),
        large_only=frozenset(file.list("large_only")),
    )


def _known(file: Sections, node: yaml.Node, codes: set[str]) -> str:
    code = str(file.scalar(node, str))
    if code not in codes:
        raise file.fail(node, f"no currency has the code {code}; add it to `currencies`")
    return code


def _currency(file: Sections, node: yaml.Node) -> Currency:
    names = ("code", "marks", "nouns", "adjectives", "cues")
    row = file.pairs(node)
    if set(row) != set(names):
        raise file.fail(node, f"a currency has exactly the keys {', '.join(names)}")
    code = file.scalar(row["code"], str)
    if not (len(code) == 3 and code.isascii() and code.isupper()):
        raise file.fail(row["code"], f"`{code}` is no ISO 4217 code of three capitals")
    return Currency(code=code, **{name: file.words(row[name]) for name in names[1:]})


@cache
def calendar(folder: Path = _FOLDER) -> Calendar:
    """The names of `calendar.yaml`."""
    file = Sections(folder / "calendar.yaml")
    cues = ("future", "present", "past", "not_past")
    file.only("months", "month_abbreviations", "weekdays", *cues)
    return Calendar(
        months=file.numbers("months"),
        month_abbreviations=file.numbers("month_abbreviations"),
        weekdays=file.numbers("weekdays"),
        **{name: frozenset(file.list(name)) for name in cues},
    )


@cache
def bounds(folder: Path = _FOLDER) -> Bounds:
    """The cues of `bounds.yaml`."""
    file = Sections(folder / "bounds.yaml")
    file.only("before", "after", "before_article", "between", "not_after")
    return Bounds(
        before=file.lists("before", keys=("min", "max", "about")),
        after=file.lists("after", keys=("min", "max", "about")),
        before_article=frozenset(file.list("before_article")),
        between=file.list("between"),
        not_after=file.lists("not_after"),
    )


@cache
def quantities(folder: Path = _FOLDER) -> Quantities:
    """The words of `quantities.yaml`."""
    file = Sections(folder / "quantities.yaml")
    file.only(
        "units", "designators", "names", "counted", "one_pronoun", "formations", "organisations"
    )
    return Quantities(
        units=frozenset(file.list("units")),
        designators=frozenset(file.list("designators")),
        names=frozenset(file.list("names")),
        counted=frozenset(file.list("counted")),
        one_pronoun=frozenset(file.list("one_pronoun")),
        formations=frozenset(file.list("formations")),
        organisations=frozenset(file.list("organisations")),
    )
