"""How well confidences are calibrated, and what --min-confidence costs and gives.

    python -m benchmarks.calibration ../shared [--write docs]

Reads the held-out gold documents. Every statement gets the confidence of weights that were learned
on the documents of other folds (`kg.nlp.training.calibration`). With --write the tables go into
`confidence.md` of that folder, between its marks, and two plots beside it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.nlp.training.calibration import (
    Bin,
    Judged,
    bins,
    cross_validated,
    expected_error,
    judged,
    log_loss,
    noise,
)
from kg.nlp.training.thresholds import read

LEVELS = (0.0, *(i / 20 for i in range(4, 20)))
HARMLESS = 0.005  # of F1: what a level may cost that is said to lose nothing
MARKS = ("<!-- made by benchmarks/calibration.py -->", "<!-- end -->")
RAW, LEARNED = "#c2410c", "#1d4ed8"
_SIZE, _EDGE = 300, 50


@dataclass(frozen=True, slots=True)
class Level:
    """Precision, recall and F1 where what is less sure than `least` is left out."""

    least: float
    stated: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def levels(rows: Sequence[Judged], confidences: Sequence[float], required: int) -> list[Level]:
    """The figures by least confidence; `required` gold statements count for the recall.

    As everywhere, optional gold statements and repeats count neither for nor against.
    """
    out = []
    for least in LEVELS:
        kept = [r for r, c in zip(rows, confidences, strict=True) if c >= least]
        found = len({(r.document, r.gold) for r in kept if r.right and r.required})
        wrong = sum(not r.right for r in kept)
        precision = found / (found + wrong) if kept else 0.0
        out.append(Level(least, len(kept), precision, found / required if required else 0.0))
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; with --write, put them and the plots into the documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    reads = read(options.shared)
    rows = judged(reads)
    learned = cross_validated(rows)
    required = sum(not s.get("optional") for one in reads for s in one.gold.statements)
    single = [(r, c) for r, c in zip(rows, learned, strict=True) if not r.repeat]
    right = [r.right for r, _ in single]
    raw = [r.raw for r, _ in single]
    calibrated = [c for _, c in single]
    curve = levels(rows, learned, required)
    text = report(len(reads), raw, calibrated, right, curve)
    print(text)
    if options.write:
        page = options.write / "confidence.md"
        page.write_text(between(page.read_text(encoding="utf-8"), text), encoding="utf-8")
        before, after = bins(raw, right), bins(calibrated, right)
        plot = options.write / "confidence-reliability.svg"
        plot.write_text(reliability(before, after), encoding="utf-8")
        plot = options.write / "confidence-curve.svg"
        plot.write_text(curves(curve), encoding="utf-8")
    return 0


def report(
    documents: int,
    raw: Sequence[float],
    calibrated: Sequence[float],
    right: Sequence[bool],
    curve: Sequence[Level],
) -> str:
    """The tables as Markdown."""
    lines = [
        f"{documents} held-out documents, {len(right)} statements, "
        f"{sum(right) / len(right):.0%} of them right.",
        "",
        "| Confidence | expected calibration error | by chance alone | log loss |",
        "|---|---:|---:|---:|",
    ]
    for label, given in (("as the sources give it", raw), ("calibrated", calibrated)):
        found = bins(given, right)
        lines.append(
            f"| {label} | {expected_error(found):.3f} | {noise(found):.3f} "
            f"| {log_loss(given, right):.3f} |"
        )
    lines += ["", "| Statements | mean confidence | right |", "|---:|---:|---:|"]
    lines += [f"| {b.size} | {b.confidence:.2f} | {b.right:.2f} |" for b in bins(calibrated, right)]
    lines += [
        "",
        "| `--min-confidence` | stated | precision | recall | F1 |",
        "|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {v.least:.2f} | {v.stated} | {v.precision:.2f} | {v.recall:.2f} | {v.f1:.2f} |"
        for v in curve
    ]
    return "\n".join([*lines, "", *advice(curve)])


def advice(curve: Sequence[Level]) -> list[str]:
    """What the levels come to, in words: how far up nothing is lost, and where few are wrong."""
    everything = curve[0]
    free = max((v for v in curve if everything.f1 - v.f1 < HARMLESS), key=lambda v: v.least)
    left_out = everything.stated - free.stated
    lines = [
        f"Up to {free.least:.2f} F1 stays within {HARMLESS} of that of all statements "
        f"({left_out} of {everything.stated} are left out)."
    ]
    for least, words in ((0.9, "nine in ten"), (0.95, "nineteen in twenty")):
        sure = next((v for v in curve if v.stated and v.precision >= least), None)
        if sure is not None:
            lines.append(
                f"From {sure.least:.2f} on {words} are right, and recall is {sure.recall:.2f} "
                f"in place of {everything.recall:.2f}."
            )
    return lines


def between(page: str, text: str) -> str:
    """`page` with `text` between its marks; ValueError where it has no marks."""
    start, end = (page.index(mark) for mark in MARKS)
    return f"{page[: start + len(MARKS[0])]}\n{text}\n{page[end:]}"


# -- plots -----------------------------------------------------------------------------------


def reliability(before: Sequence[Bin], after: Sequence[Bin]) -> str:
    """Confidence against the share that is right, in bins of equal size, as SVG."""
    diagonal = _line([(0, 0), (1, 1)], "#9ca3af", dashed=True)
    dots = [
        f'<circle cx="{_x(b.confidence):.1f}" cy="{_y(b.right):.1f}" r="5" fill="{colour}" '
        f'fill-opacity="0.8"/>'
        for found, colour in ((before, RAW), (after, LEARNED))
        for b in found
    ]
    lines = [
        _line([(b.confidence, b.right) for b in found], colour)
        for found, colour in ((before, RAW), (after, LEARNED))
    ]
    return _frame(
        [diagonal, *lines, *dots],
        across="confidence",
        up="share that is right",
        title="Reliability: confidence against the share of statements that is right",
        keys=(("as the sources give it", RAW), ("calibrated", LEARNED)),
    )


def curves(found: Sequence[Level]) -> str:
    """Precision, recall and F1 by least confidence, as SVG."""
    drawn: tuple[tuple[str, str, Callable[[Level], float]], ...] = (
        ("precision", LEARNED, lambda v: v.precision),
        ("recall", RAW, lambda v: v.recall),
        ("F1", "#15803d", lambda v: v.f1),
    )
    some = [v for v in found if v.stated]
    return _frame(
        [_line([(v.least, value(v)) for v in some], colour) for _, colour, value in drawn],
        across="--min-confidence",
        up="share",
        title="Precision, recall and F1 by least confidence",
        keys=[(name, colour) for name, colour, _ in drawn],
    )


def _x(value: float) -> float:
    return _EDGE + value * _SIZE


def _y(value: float) -> float:
    return 20 + (1 - value) * _SIZE


def _line(points: Sequence[tuple[float, float]], colour: str, *, dashed: bool = False) -> str:
    joined = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    dashes = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def _frame(
    inside: Sequence[str],
    *,
    across: str,
    up: str,
    title: str,
    keys: Sequence[tuple[str, str]],
) -> str:
    """Axes from 0 to 1 around what is drawn, with a key."""
    width, height = _EDGE + _SIZE + 190, 20 + _SIZE + 50
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for i in range(6):
        v = i / 5
        parts += [
            f'<path d="M{_x(v):.1f} {_y(0):.1f}V{_y(1):.1f}M{_x(0):.1f} {_y(v):.1f}H{_x(1):.1f}" '
            'stroke="#e5e7eb"/>',
            f'<text x="{_x(v):.1f}" y="{_y(0) + 18:.1f}" text-anchor="middle">{v:.1f}</text>',
            f'<text x="{_x(0) - 8:.1f}" y="{_y(v) + 4:.1f}" text-anchor="end">{v:.1f}</text>',
        ]
    middle = _y(0.5)
    parts += [
        f'<text x="{_x(0.5):.1f}" y="{_y(0) + 38:.1f}" text-anchor="middle">{across}</text>',
        f'<g transform="translate(14 {middle:.1f}) rotate(-90)"><text text-anchor="middle">{up}'
        "</text></g>",
        *inside,
    ]
    for i, (name, colour) in enumerate(keys):
        y = 40 + 22 * i
        parts += [
            f'<rect x="{_x(1) + 20:.1f}" y="{y - 9}" width="12" height="12" fill="{colour}"/>',
            f'<text x="{_x(1) + 38:.1f}" y="{y + 2}">{name}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    sys.exit(main())
