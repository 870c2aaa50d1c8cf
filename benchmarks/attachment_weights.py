"""Fits the weights of `ontology/attachment.csv` to the qualifiers of gold statements.

    python -m benchmarks.attachment_weights ../shared/gold/train ../shared/gold/train-items

writes the file anew: for each role a logistic regression over the facts that
`kg.extract.attach_facts` sees of each candidate, with gold entities where the text has their
names. Documents that are held back from training (`kg.nlp.training.datasets.held_out`) are left
out, so that `benchmarks.qualifiers --held-out` measures on texts that no weight was fitted to.
The same documents and the same parser give the same file.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.frames import mentions as gold_mentions
from benchmarks.frames import plain
from benchmarks.qualifiers import Case, gold_homes, located, numbered, readings
from kg.evaluate import View, same_qualifier
from kg.evaluate import values as flat
from kg.extract.attach import Attaching, value_of
from ontology.attachment import WEIGHTS

Example = tuple[tuple[str, ...], bool]
_LEAST = 15  # a fact seen less often has no weight
_PULL = 4.0  # how strongly weights are drawn to 0
_SMALL = 0.05  # a weight below this is left out


def examples(case: Case) -> Iterator[tuple[str, Example]]:
    """(role, what is seen of a candidate and whether the gold has it) for a document."""
    raw = case.gold["entities"]
    mentions = numbered(case.doc, gold_mentions(case.doc.text, raw))
    gold = View(case.gold)
    found = View({"entities": [{**e, "id": str(i)} for i, e in enumerate(raw)]})
    rules = Attaching(case.doc, case.values, mentions, titles=case.titles, homes=gold_homes(raw))
    for statement, claim in located(case, mentions):
        qualifiers: Mapping[str, object] = statement.get("qualifiers") or {}
        for role, node, facts in rules.facts(claim):
            value = plain(value_of(node))
            wanted = flat(qualifiers[role]) if role in qualifiers else []
            right = any(same_qualifier(gold, w, found, value) for w in wanted)
            yield role, (facts, right)


def fit(rows: Sequence[Example]) -> dict[str, float]:
    """The weight of each fact by Newton's method; "" is what every candidate starts from."""
    counts = Counter(f for facts, _ in rows for f in set(facts))
    column = {
        f: i for i, f in enumerate(["", *sorted(f for f, n in counts.items() if n >= _LEAST)])
    }
    x = np.zeros((len(rows), len(column)))
    x[:, 0] = 1.0
    for i, (facts, _) in enumerate(rows):
        x[i, [column[f] for f in facts if f in column]] = 1.0
    y = np.array([right for _, right in rows], dtype=float)
    weights = np.zeros(len(column))
    pull = np.full(len(column), _PULL)
    pull[0] = 0.01
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - p) - pull * weights
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + np.diag(pull), slope)
        weights += step
        if float(np.abs(step).max()) < 1e-6:
            break
    found = {f: round(float(weights[i]), 2) for f, i in column.items()}
    return {f: w for f, w in sorted(found.items()) if not f or abs(w) >= _SMALL}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args(arguments)
    rows: dict[str, list[Example]] = defaultdict(list)
    for case in readings(options.folders, kept_back=False):
        for role, example in examples(case):
            rows[role].append(example)
    write(rows, options.out)
    return 0


def write(rows: Mapping[str, Sequence[Example]], out: Path) -> None:
    """Fit each role and write one row a weight."""
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("role", "fact", "weight"))
        for role in sorted(rows):
            for fact, weight in fit(rows[role]).items():
                table.writerow((role, fact, f"{weight:g}"))


if __name__ == "__main__":
    raise SystemExit(main())
