"""How candidates for qualifiers are weighed, read from `ontology/attachment.yaml` and `.csv`.

The YAML file says which qualifiers a predicate takes, what can fill them, and from which score
on a candidate counts; the CSV file has the weight of each fact (`kg.extract.attach_facts`), one
row a role and fact, the row with an empty fact being what a candidate starts from. It is written
by `python -m benchmarks.attachment_weights`. `kg.errors.CatalogueError` names the file, the line
and the mend where either is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from kg.errors import CatalogueError
from ontology import vocabulary
from ontology.values import Sections

TABLE = Path(__file__).parent / "attachment.yaml"
WEIGHTS = Path(__file__).parent / "attachment.csv"
_KINDS = ("date", "money", "quantity", "percent")
_COLUMNS = ["role", "fact", "weight"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of the candidates for a role, by their score.

    `add`: from here on a candidate counts where model and frames say nothing. `over`: from here
    on it counts even where they do, in the place of what they say (beside it, in roles that take
    several values); above 1 is never. `keep`: what they say is dropped below this. `frames`:
    whether what only a frame says counts.
    """

    add: float
    over: float
    keep: float
    frames: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """The roles that predicates take, the types that fill roles, and how it is decided.

    `beyond` are the roles whose fillers may stand outside the claim's sentence, `several` those
    that take more than one value.
    """

    takes: Mapping[str, tuple[str, ...]]
    fillers: Mapping[str, frozenset[str]]
    beyond: frozenset[str]
    several: frozenset[str]
    decisions: Mapping[str, Decision]
    weights: Mapping[str, Mapping[str, float]]


@cache
def load(*, table: Path = TABLE, weights: Path = WEIGHTS) -> Attachment:
    """The tables, those that come with the project by default; read once."""
    file = Sections(table)
    file.only("fillers", "beyond", "several", "takes", "decisions")
    terms = vocabulary.load()
    fillers = file.lists("fillers", keys=tuple(terms.qualifiers))
    kinds = {*_KINDS, *terms.types}
    for role, types in fillers.items():
        node = file.pairs(file.sections["fillers"])[role]
        for name in types:
            if name not in kinds:
                raise file.fail(node, f"`{name}` is neither a type nor a kind of value")
    decisions = file.table(file.sections["decisions"], lambda node: _decision(file, node))
    takes = file.lists("takes", keys=tuple(terms.predicates))
    for predicate, roles in takes.items():
        node = file.pairs(file.sections["takes"])[predicate]
        _known(file, node, roles, fillers, "fillers")
    for section in ("beyond", "several", "fillers"):
        names = fillers if section == "fillers" else file.list(section)
        _known(file, file.sections[section], names, decisions, "decisions")
    return Attachment(
        takes=takes,
        fillers={role: frozenset(types) for role, types in fillers.items()},
        beyond=frozenset(file.list("beyond")),
        several=frozenset(file.list("several")),
        decisions=decisions,
        weights=_weights(weights, fillers),
    )


def _known(
    file: Sections,
    node: yaml.Node,
    names: Mapping[str, object] | tuple[str, ...],
    known: Mapping[str, object],
    section: str,
) -> None:
    for name in names:
        if name not in known:
            raise file.fail(node, f"the role `{name}` is missing under `{section}`; add it there")


def _decision(file: Sections, node: yaml.Node) -> Decision:
    row = file.pairs(node)
    if set(row) != {"add", "over", "keep", "frames"}:
        raise file.fail(node, "a decision has exactly the keys add, over, keep, frames")
    frames = file.scalar(row["frames"], str)
    if frames not in ("true", "false"):
        raise file.fail(row["frames"], "`frames` is true or false")
    scores = {}
    for name in ("add", "over", "keep"):
        try:
            scores[name] = float(file.scalar(row[name], str))
        except ValueError as error:
            raise file.fail(row[name], f"`{name}` is a score such as 0.4") from error
    return Decision(**scores, frames=frames == "true")


def _weights(path: Path, roles: Mapping[str, object]) -> dict[str, dict[str, float]]:
    """The weights by role; every role needs the row with an empty fact."""
    found: dict[str, dict[str, float]] = {role: {} for role in roles}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if next(rows, None) != _COLUMNS:
            raise CatalogueError(f"{path.name}, line 1: the columns are {', '.join(_COLUMNS)}")
        for row in rows:
            where = f"{path.name}, line {rows.line_num}"
            if len(row) != len(_COLUMNS) or row[0] not in found:
                raise CatalogueError(f"{where}: expected a known role, a fact and a weight")
            try:
                found[row[0]][row[1]] = float(row[2])
            except ValueError as error:
                raise CatalogueError(f"{where}: `{row[2]}` is no number") from error
    for role, weights in found.items():
        if "" not in weights:
            raise CatalogueError(
                f"{path.name}, line 1: {role} has no row with an empty fact; "
                "write the file anew with `python -m benchmarks.attachment_weights`"
            )
    return found
