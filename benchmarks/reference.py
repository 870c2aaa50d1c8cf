"""Pronouns and descriptions against the statements of gold documents: links right and wrong.

    python -m benchmarks.reference ../shared/gold/train

The whole language pipeline and the resolution run. A link is right where a gold statement of its
sentence needs the entity and no name there gives it, and wrong where a statement needs another
entity of that type which no name there gives; other links are neither (the gold says each fact
once), and are counted as idle.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.entities import body
from benchmarks.frames import load_scorer
from kg.documents import Mention
from kg.extract.mentions import find
from kg.nlp import load as load_pipeline
from kg.resolve import Resolution, resolve
from ontology.catalogue import load


def used(statement: dict[str, Any]) -> Iterator[str]:
    """The names that a gold statement uses: its ends and the strings among its qualifiers."""
    for value in (
        statement["subject"],
        statement["object"],
        *statement.get("qualifiers", {}).values(),
    ):
        yield from (
            v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)
        )


def judge(found: Resolution, gold: dict[str, Any], score: ModuleType) -> Iterator[tuple[str, str]]:
    """The kind of each link (with the noun or pronoun's kind) and how it is judged."""
    types = {e["name"]: e["type"] for e in gold["entities"]}
    golden: dict[str, str] = {}
    for entity in found.entities:
        mine = {"name": entity.name, "type": entity.type, "aliases": list(entity.aliases)}
        same = (e["name"] for e in gold["entities"] if score.same_entity(e, mine))
        golden[entity.id] = next(same, "")
    needed: dict[int, set[str]] = defaultdict(set)
    for statement in gold["statements"]:
        needed[statement["sentence"]].update(n for n in used(statement) if n in types)
    for mention in found.mentions:
        if mention.kind == "name":
            needed[mention.sentence].discard(golden[mention.entity])
    for mention in found.mentions:
        if mention.kind != "name":
            unnamed = needed[mention.sentence]
            if golden[mention.entity] in unnamed:
                yield mention.kind, "right"
            elif any(types[n] == mention.type for n in unnamed) and not _named(found, mention):
                yield mention.kind, "wrong"
            else:
                yield mention.kind, "idle"


def _named(found: Resolution, link: Mention) -> bool:
    """Whether the sentence names the entity of a link too."""
    return any(
        m.kind == "name" and m.sentence == link.sentence and m.entity == link.entity
        for m in found.mentions
    )


def main() -> None:
    """Print the counts of the folders that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    pipeline, catalogue = load_pipeline(), load()
    counts: Counter[tuple[str, str]] = Counter()
    for folder in options.folders:
        score = load_scorer(folder)
        for path in sorted(folder.glob("*.json")):
            gold = json.loads(path.read_text(encoding="utf-8"))
            doc = pipeline(body(path.with_suffix(".txt")))
            found = resolve(doc, find(doc, catalogue=catalogue), catalogue=catalogue)
            counts.update(judge(found, gold, score))
    for kind in ("pronoun", "description"):
        right, wrong, idle = (counts[kind, what] for what in ("right", "wrong", "idle"))
        precision = right / (right + wrong) if right + wrong else 0.0
        print(f"{kind:12} right {right:4}  wrong {wrong:4}  idle {idle:4}", end="  ")
        print(f"precision {precision:.3f}")


if __name__ == "__main__":
    main()
