"""The figures as Markdown."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.serving_load import Timing

if TYPE_CHECKING:
    from benchmarks.serving_ours import Snapshot

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
_OURS = "entente"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A question asked of a server: how many rows (None where no answer came in time), and how
    long with one client and with four."""

    rows: int | None
    one: Timing | None = None
    four: Timing | None = None


@dataclass(slots=True, kw_only=True)
class Comparison:
    """The figures at one size, by server and question."""

    floor: Mapping[str, Timing]
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    health: Mapping[str, Timing] = field(default_factory=dict)
    aggregates: Mapping[str, Timing] = field(default_factory=dict)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _ms(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _latency(cell: Cell) -> str:
    if cell.one is None:
        return "no answer"
    mark = f" ({cell.one.failed} failed)" if cell.one.failed else ""
    return f"{_ms(cell.one.percentile(0.5))} / {_ms(cell.one.percentile(0.99))}{mark}"


def _rate(cell: Cell) -> float | None:
    return None if cell.four is None else cell.four.rate


def _times(ours: float | None, other: float | None) -> str:
    if ours is None:
        return "–"
    return "no answer" if other is None else f"{ours / other:.1f}" if other else "–"


def comparison(heading: str, found: Comparison) -> str:
    """One size."""
    names = list(found.cells)
    peers = [name for name in names if name != _OURS]
    rates, latencies = [], []
    for question, floor in found.floor.items():
        cells = [found.cells[name][question] for name in names]
        ours = _rate(found.cells[_OURS][question])
        rates.append(
            [
                question,
                *(f"{rate:,.0f}" if (rate := _rate(cell)) is not None else "–" for cell in cells),
                *(_times(ours, _rate(found.cells[name][question])) for name in peers),
            ]
        )
        latencies.append(
            [
                question,
                ", ".join(dict.fromkeys("–" if c.rows is None else f"{c.rows:,}" for c in cells)),
                f"{_ms(floor.percentile(0.5))} / {_ms(floor.percentile(0.99))}",
                *map(_latency, cells),
            ]
        )
    memory = [[f"{found.memory[name]:,.0f}" for name in names]]
    health = [[name, _ms(t.percentile(0.5)), _ms(t.percentile(0.99)), _ms(t.percentile(1)),
               str(t.failed)] for name, t in found.health.items()]  # fmt: skip
    totals = [[f"`{path}`", _ms(t.percentile(0.5)), _ms(t.percentile(0.99)), str(t.failed)]
              for path, t in found.aggregates.items()]  # fmt: skip
    parts = (
        f"## {heading}\n",
        "Requests a second with four clients, and ours as a multiple of the other:\n",
        _table(["", *names, *(f"against {name}" for name in peers)], rates),
        "Milliseconds with one client, median / 99th percentile; rows that differ are listed:\n",
        _table(["", "rows", "engine alone", *names], latencies),
        "Memory after all of that, MiB:\n",
        _table(names, memory),
        "`/health`, milliseconds, while the server is asked:\n",
        _table(["load", "median", "p99", "longest", "failed"], health),
        "Counts from kept totals, milliseconds:\n",
        _table(["", "median", "p99", "failed"], totals),
    )
    return "\n".join(parts)


def protection(found: Mapping[str, tuple[float, float]]) -> str:
    """What the guard, the queue and the sandbox cost."""
    rows = [
        [name, f"{bare:.3f}", f"{guarded:.3f}", f"{guarded - bare:.3f}"]
        for name, (bare, guarded) in found.items()
    ]
    head = ["", "engine in-process", "guard, queue and sandbox", "difference"]
    return f"## What protection costs\n\nMilliseconds at the median:\n\n{_table(head, rows)}"


def snapshots(found: Sequence[Snapshot]) -> str:
    """How soon a change is seen."""
    rows = [
        [f"{each.megabytes:.1f}", _ms(each.commit), _ms(each.asked), _ms(each.by_itself)]
        for each in found
    ]
    head = [
        "N-Quads, MB",
        "commit of a document",
        "then a query that asks for the newest state",
        "then until others see it, at most",
    ]
    return f"## From a commit to a query\n\nMilliseconds:\n\n{_table(head, rows)}"


def put(path: Path, text: str) -> None:
    """Put the tables between the marks of a Markdown file, with the machine that they are from."""
    machine = (
        f"Measured on {os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python "
        f"{platform.python_version()}.\n\n"
    )
    old = path.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    if not pattern.search(old):
        raise SystemExit(f"{path}: there is no place between {BEGIN} and {END}")
    new = pattern.sub(lambda _: f"{BEGIN}\n{machine}{text}\n{END}", old)
    path.write_text(new, encoding="utf-8")
