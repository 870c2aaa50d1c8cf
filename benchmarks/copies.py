"""From which share of common rows of words on a text is a copy: what the threshold was chosen by.

    python -m benchmarks.copies ../shared

Compares every two of the gold texts and samples, which were written independently, and each of them
with copies made of it: cut, with sentences left out, with words exchanged. Prints what share of
pairs (or how few) each threshold takes for copies, and the settings of `ontology/sources.yaml` do.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.analyse.copies import LEAST_FINGERPRINTS, Likeness, fingerprints, likeness, shingles
from ontology.sources import load

SEED = 20260108
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
LEAST_SENTENCES = 4  # of a text that copies are made of
SAMPLES = Path(__file__).parent.parent / "samples"


def texts(shared: Path) -> list[str]:
    """The gold texts and the samples without their front matter."""
    files = [*sorted((shared / "gold").rglob("*.txt")), *sorted(SAMPLES.glob("*.md"))]
    return [path.read_text("utf-8").split("---", 2)[-1] for path in files]


def copies(text: str, *, chance: random.Random, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Copies of a text, each with how it was made."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    yield "the same", text
    yield "first half", " ".join(sentences[: max(len(sentences) // 2, 1)])
    kept = [each for each in sentences if chance.random() >= 0.3] or sentences
    yield "3 sentences in 10 left out", " ".join(kept)
    first = " ".join(chance.choices(words, k=len(sentences[0].split())))
    yield "first sentence written anew", " ".join([first, *sentences[1:]])
    for share in (0.05, 0.1, 0.15):
        changed = [chance.choice(words) if chance.random() < share else w for w in text.split()]
        yield f"{share:.0%} of the words exchanged", " ".join(changed)


def main(shared: Path) -> None:
    """Print the table."""
    settings = load().copies
    chance = random.Random(SEED)
    every = texts(shared)
    words = sorted({word for text in every for word in text.split()})
    rows = [frozenset(shingles(text, words=settings.words)) for text in every]
    kinds: dict[str, list[Likeness]] = {}
    missed = 0
    for one, other in itertools.combinations(rows, 2):
        found = likeness(one, other)
        if found.length >= settings.length:
            kinds.setdefault("independent texts", []).append(found)
    for text, own in zip(every, rows, strict=True):
        if len(re.findall(r"[.!?]\s", text)) < LEAST_SENTENCES:
            continue
        prints = fingerprints(shingles(text, words=settings.words))
        for kind, made in copies(text, chance=chance, words=words):
            listed = shingles(made, words=settings.words)
            found = likeness(own, frozenset(listed))
            kinds.setdefault(kind, []).append(found)
            other_prints = fingerprints(listed)
            common = len(prints & other_prints)
            fewest = min(len(prints), len(other_prints))
            missed += found.is_copy(settings) and common < LEAST_FINGERPRINTS * fewest
    print(f"{len(every)} texts")
    heads = [*(f"{t:.1f}" for t in THRESHOLDS), "as set", "greatest, least"]
    print(f"| Pairs | number | {' | '.join(heads)} |")
    print("|---|---:|" + "---:|" * len(heads))
    for kind, pairs in kinds.items():
        shares = [pair.shared for pair in pairs]
        counts = [sum(share >= t for share in shares) for t in THRESHOLDS]
        counts.append(sum(pair.is_copy(settings) for pair in pairs))
        cells = [f"{count / len(pairs):.1%}" if count > 9 else str(count) for count in counts]
        span = f"{max(shares):.2f}, {min(shares):.2f}"
        print(f"| {kind} | {len(pairs)} | {' | '.join(cells)} | {span} |")
    print(f"copies that the fingerprints miss: {missed}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    main(parser.parse_args().shared)
