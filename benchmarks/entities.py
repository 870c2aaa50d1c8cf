"""Entities against the gold documents: precision, recall, F1 and types, by type.

    python -m benchmarks.entities ../shared/gold/train --names gold

`--names` says what the names are made from: `none` (catalogue and patterns alone), `gold` (every
form that the gold lists, found in the text: an upper bound for the language model) or `model`
(the language pipeline). Entities are matched as `score.py` matches them. Kinds of equipment,
topics and agreements count for recall only: whether a statement uses them is not known here.
The language model has learnt the training documents; `--held-out` takes those that were kept back
from it (`kg.nlp.training.datasets.held_out`).
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from benchmarks.frames import load_scorer
from kg.extract.candidates import TERM_TYPES
from kg.extract.mentions import find
from kg.nlp.training.datasets import held_out
from kg.resolve import resolve
from ontology.catalogue import load

Annotate = Callable[[str, dict[str, Any]], Doc]


def body(path: Path) -> str:
    """The article of a gold file, without its front matter."""
    return path.read_text(encoding="utf-8").split("---", 2)[2].strip()


def with_gold_names(nlp: Language, text: str, gold: dict[str, Any]) -> Doc:
    """The text with every capitalised form of a gold entity as a name."""
    doc = nlp(text)
    spans = []
    for entity in gold["entities"]:
        for form in {entity["name"], *entity.get("aliases", [])}:
            if entity["type"] not in TERM_TYPES and not any(
                c.isupper() or c.isdigit() for c in form
            ):
                continue
            for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text):
                span = doc.char_span(match.start(), match.end(), label=entity["type"])
                if span is not None:
                    spans.append(span)
    doc.ents = filter_spans(spans)
    return doc


def annotator(names: str) -> Annotate:
    """How a text becomes a `Doc`."""
    if names == "model":
        from kg.nlp import load as load_pipeline

        pipeline = load_pipeline()
        return lambda text, _: pipeline(text)
    nlp = spacy.blank("en")
    if names == "gold":
        return lambda text, gold: with_gold_names(nlp, text, gold)
    return lambda text, _: nlp(text)


def main() -> None:
    """Print the figures of the folders that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--names", choices=("none", "gold", "model"), default="model")
    parser.add_argument("--errors", action="store_true", help="list what is missed and wrong")
    parser.add_argument("--held-out", action="store_true", help="only what was kept from training")
    options = parser.parse_args()
    annotate = annotator(options.names)
    catalogue = load()
    counts: Counter[tuple[str, str]] = Counter()
    for folder in options.folders:
        score = load_scorer(folder)
        for path in sorted(folder.glob("*.json")):
            if options.held_out and not held_out(path.stem):
                continue
            gold = json.loads(path.read_text(encoding="utf-8"))
            text = body(path.with_suffix(".txt"))
            doc = annotate(text, gold)
            found = resolve(doc, find(doc, catalogue=catalogue), catalogue=catalogue)
            free = [
                {"name": e.name, "type": e.type, "aliases": list(e.aliases)} for e in found.entities
            ]
            notes = []
            for entity in gold["entities"]:
                hit = next((p for p in free if score.same_entity(entity, p)), None)
                if hit is None:
                    counts[entity["type"], "missed"] += 1
                    notes.append(f"missed {entity['type']} {entity['name']}")
                    continue
                free.remove(hit)
                counts[entity["type"], "found"] += 1
                counts[entity["type"], "typed"] += hit["type"] == entity["type"]
                if hit["type"] != entity["type"]:
                    notes.append(f"typed {hit['type']} for {entity['type']} {entity['name']}")
            for spare in free:
                counts[str(spare["type"]), "spare"] += 1
                if spare["type"] not in TERM_TYPES:
                    notes.append(f"spare {spare['type']} {spare['name']} {spare['aliases']}")
            if options.errors:
                for note in notes:
                    print(f"{path.stem}\t{note}")
    print_table(counts)


def print_table(counts: Counter[tuple[str, str]]) -> None:
    """The figures, one line a type, and the totals with and without terms."""
    types = sorted({t for t, _ in counts}, key=lambda t: (t in TERM_TYPES, t))
    print(f"{'type':28}{'gold':>6}{'P':>7}{'R':>7}{'F1':>7}{'typed':>7}")
    groups = [([t], t) for t in types]
    groups.append(([t for t in types if t not in TERM_TYPES], "all names"))
    for members, label in groups:
        found, missed, spare, typed = (
            sum(counts[t, what] for t in members) for what in ("found", "missed", "spare", "typed")
        )
        p = found / (found + spare) if found + spare else 0.0
        r = found / (found + missed) if found + missed else 0.0
        f = 2 * p * r / (p + r) if p + r else 0.0
        right = typed / found if found else 0.0
        print(f"{label:28}{found + missed:6}{p:7.3f}{r:7.3f}{f:7.3f}{right:7.3f}")


if __name__ == "__main__":
    main()
