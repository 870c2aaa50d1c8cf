"""How much more annotation is worth: the relation model trained on parts of the texts.

    python -m kg.nlp.training.curve --shared ../shared --state build/tagger.pt

The encoder of the first stage stays as it is, so that a run takes minutes; figures are lower than
those of the joint training and serve to be compared with each other. For each part it prints
precision, recall and F1 of the cells at 0.5 on the held-out documents.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kg.nlp.training.compare import Comparison
from kg.nlp.training.items import share

PARTS = ((0.25, False), (0.5, False), (1.0, False), (1.0, True))


def main() -> None:
    """Print the curve."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--shared", type=Path, required=True)
    ap.add_argument("--state", type=Path, required=True)
    ap.add_argument("--epochs", type=int, default=8)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    texts = Comparison(a.shared, a.state, None, epochs=a.epochs, seed=a.seed, part=1.0)
    for part, ours in PARTS:
        chosen = [r for r in texts.gold if share(r[0].example.name) <= part]
        chosen += texts.own if ours else []
        statements = sum(len(one.example.targets) for one, _ in chosen)
        label = f"{part:.2f} of the gold texts" + (" and our own" if ours else "")
        shown = texts.trained_on(chosen)
        print(f"{label}: {len(chosen)} documents, {statements} statements: {shown}", flush=True)


if __name__ == "__main__":
    main()
