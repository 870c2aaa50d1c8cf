"""Weights between two trainings of which the second went on from the first.

    python -m kg.nlp.training.blend build/first.pt build/second.pt --share 0.35 --out build/joint.pt

What a longer training gains in recall it loses in knowing how sure it is; weights on the way
between the two have some of both (Wortsman et al. 2022, robust fine-tuning).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    """Write the weights that lie `share` of the way from the first to the second."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("first", type=Path)
    ap.add_argument("second", type=Path)
    ap.add_argument("--share", type=float, required=True)
    ap.add_argument("--out", type=Path, required=True)
    a = ap.parse_args()
    first = torch.load(a.first, weights_only=False)
    second = torch.load(a.second, weights_only=False)
    for part in ("state", "relations"):
        for name, weights in second[part].items():
            if weights.is_floating_point():
                second[part][name] = torch.lerp(first[part][name], weights, a.share)
    torch.save(second, a.out)


if __name__ == "__main__":
    main()
