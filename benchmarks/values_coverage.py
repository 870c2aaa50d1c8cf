"""How many of the gold's dates, sums, counts, percentages and bounds `kg.extract.values` finds.

    python benchmarks/values_coverage.py GOLD_FOLDER … [--errors KIND]

GOLD_FOLDER holds NAME.txt and NAME.json pairs, and its parent `score.py`, whose `same_qualifier`
decides what agrees. For every gold value the table says whether a span in the statement's sentence
agrees, or one anywhere in the document, and how many of the spans found agree with some gold value
of the document. The gold annotates only what statements need, so the last column is no precision;
it shows how much else is found.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from kg.extract import values
from kg.extract.records import ValueSpan
from kg.statements import Amount, DateValue, Number

_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Adm|Capt|Cmdr|Sgt|Brig|Sen|Rep|Gov|Prof|St|No|Jr|Sr|Inc|Ltd|"
    r"Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Vice|Rear|Mk|[A-Z](?:\.[A-Z])*)\.$"
)
KINDS = {"date": "date", "period": "date", "quantity": "quantity", "change": "percent"}


def sentences(text: str) -> list[tuple[int, int]]:
    """A plain splitter; good enough to find a gold statement's sentence by its number."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in re.finditer(r"[.!?][\"”’')\]]*(?=\s)|\n+|\Z", text):
        if not match.group().startswith("\n") and match.end() < len(text):
            if _ABBREVIATION.search(text[start : match.start() + 1][-12:]):
                continue
            if text[match.end() :].lstrip()[:1].islower():
                continue
        if text[start : match.end()].strip():
            found.append((start, match.end()))
        start = match.end()
    return found


def gold_values(statement: dict[str, Any]) -> list[tuple[str, Any]]:
    """The statement's dates, sums, counts, percentages and bound, as (row of the table, value)."""
    out: list[tuple[str, Any]] = []
    for key, value in (statement.get("qualifiers") or {}).items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and "amount" in one:
                out.append(("money", one))
            elif isinstance(one, dict) and key == "date":
                out.append(("date with iso" if one.get("iso") else "date, text only", one))
            elif key == "period":
                out.append(("period", one))
            elif key == "bound":
                out.append(("bound", (one, statement)))
            elif key in KINDS and isinstance(one, int | float):
                out.append((KINDS[key], one))
    if isinstance(statement["object"], dict):
        out.append(("money", statement["object"]))
    return out


def plain(span: ValueSpan) -> Any:
    """The span's value as `score.py` reads it."""
    match span.value:
        case DateValue(text=text, edtf=edtf):
            return {"text": text, "iso": edtf} if edtf else {"text": text}
        case Amount(amount=amount, currency=currency):
            return {"amount": amount, "currency": currency}
        case Number(value=value):
            return value


def agrees(score: Any, row: str, gold: Any, span: ValueSpan) -> bool:
    nothing = score.Doc({})
    if row == "bound":
        bound, statement = gold
        numbers = [value for name, value in gold_values(statement) if name in ("money", "quantity")]
        return span.bound == bound and any(
            agrees(score, "money" if isinstance(value, dict) else "quantity", value, span)
            for value in numbers
        )
    if row == "period":
        theirs = span.value.text
        if span.kind != "date" or not isinstance(span.value, DateValue):
            return False
        return bool(
            score.loosely(gold, theirs)
            or (span.value.edtf and score.loosely(gold, span.value.edtf.replace("/..", "")))
        )
    kind = "date" if row.startswith("date") else row
    return span.kind == kind and bool(score.same_qualifier(nothing, gold, nothing, plain(span)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--errors", help="list what was missed in this row of the table")
    parser.add_argument("--extra", help="list spans of this kind that agree with no gold value")
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location(
        "score", options.folders[0].resolve().parent / "score.py"
    )
    if spec is None or spec.loader is None:
        parser.error("no score.py beside the gold folder")
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    total, near, far = Counter[str](), Counter[str](), Counter[str]()
    emitted, used = Counter[str](), Counter[str]()
    for path in sorted(p for folder in options.folders for p in folder.glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        text = path.with_suffix(".txt").read_text("utf-8").split("---\n", 2)[2]
        spans = values.find(text, article_date=gold["date"])
        cuts = sentences(text)
        matched: set[int] = set()
        for statement in gold["statements"]:
            number = statement.get("sentence", 0) - 1
            start, end = cuts[number] if 0 <= number < len(cuts) else (0, 0)
            for row, value in gold_values(statement):
                total[row] += 1
                hits = [i for i, span in enumerate(spans) if agrees(score, row, value, span)]
                matched.update(hits)
                here = any(start <= spans[i].start < end for i in hits)
                near[row] += here
                far[row] += bool(hits)
                if options.errors == row and not here:
                    shown = value if row != "bound" else (value[0], gold_values(value[1]))
                    found = [(plain(s), s.bound) for s in spans if start <= s.start < end]
                    flag = "elsewhere" if hits else "MISSED"
                    print(f"{flag} {path.stem} {gold['date']} {shown} | {text[start:end].strip()}")
                    print(f"        found {found}")
        kinds: dict[str, list[int]] = defaultdict(list)
        for i, span in enumerate(spans):
            kinds[span.kind].append(i)
            if options.extra == span.kind and i not in matched:
                before, after = text[max(0, span.start - 60) : span.start], text[span.end :][:40]
                print(f"{before!r} [[{span.value.text}]] {plain(span)} {after!r}")
        for kind, places in kinds.items():
            emitted[kind] += len(places)
            used[kind] += len(matched.intersection(places))
    print(f"{'gold value':18}{'number':>8}{'in its sentence':>18}{'in the document':>18}")
    for row in sorted(total):
        print(f"{row:18}{total[row]:8}{near[row] / total[row]:18.3f}{far[row] / total[row]:18.3f}")
    print(f"\n{'kind':18}{'found':>8}{'agree with gold':>18}")
    for kind in sorted(emitted):
        print(f"{kind:18}{emitted[kind]:8}{used[kind] / emitted[kind]:18.3f}")


if __name__ == "__main__":
    main()
