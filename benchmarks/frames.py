"""What the frames alone find in gold documents, given the gold entities.

    python -m benchmarks.frames ../shared/gold/train [--every N] [--errors PREDICATE]

The entities are put where the text has their names, so that the figures measure the frames and
the parser and neither the names nor the resolution; pronouns and descriptions are missing, which
costs recall. Statements are compared as `score.py` beside the gold documents does.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from spacy.tokens import Doc

import kg.nlp
from kg.documents import Mention
from kg.extract import frames, values
from kg.extract.records import Claim
from kg.statements import Amount, DateValue, EntityRef, Literal, Number, QualifierValue
from ontology import frames as frame_data


def mentions(text: str, entities: Sequence[Mapping[str, Any]]) -> list[Mention]:
    """The gold entities where the text names them, the longest names first, none overlapping.

    A model's alias that ends in its kind ("Spike missiles") gives way to the two parts.
    """
    kinds = {
        name.lower()
        for e in entities
        if e["type"] == "EquipmentCategory"
        for name in (e["name"], *e.get("aliases", ()))
    }
    names: list[tuple[str, int]] = []
    for number, e in enumerate(entities):
        own = {e["name"], *e.get("aliases", ())}
        for name in own:
            parts = [name[: -len(k) - 1] for k in kinds if name.lower().endswith(" " + k)]
            if name and not (e["type"] == "Equipment" and own.intersection(parts)):
                names.append((name, number))
    found: list[Mention] = []
    taken = bytearray(len(text))
    for name, number in sorted(names, key=lambda pair: (-len(pair[0]), pair)):
        soft = entities[number]["type"] in ("Topic", "EquipmentCategory", "Agreement")
        flags = re.IGNORECASE if soft else 0
        for match in re.finditer(rf"(?<!\w){re.escape(name)}s?(?!\w)", text, flags):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append(
                    Mention(
                        start=match.start(),
                        end=match.end(),
                        type=entities[number]["type"],
                        sentence=0,
                        entity=str(number),
                    )
                )
    return sorted(found, key=lambda m: m.start)


def plain(value: QualifierValue) -> object:
    """A value as `score.py` reads it."""
    match value:
        case EntityRef(id=ref):
            return ref
        case Literal(text=text):
            return text
        case Amount(amount=amount, currency=currency):
            return {"amount": amount, "currency": currency}
        case Number(value=number):
            return number
        case DateValue(text=text, edtf=edtf):
            return {"text": text, "iso": edtf} if edtf else {"text": text}


def as_statement(claim: Claim) -> dict[str, object]:
    """A claim as `score.py` reads it, with the frame that found it ("" where none did)."""
    match claim.object:
        case Literal(text=text):
            target: object = {"literal": text}
        case _:
            target = plain(claim.object)
    return {
        "subject": claim.subject,
        "predicate": claim.predicate,
        "object": target,
        "modality": claim.modality,
        "sentence": claim.sentence,
        "qualifiers": {k: [plain(v) for v in vs] for k, vs in claim.qualifiers.items()},
        "frame": next(iter(re.findall(r"frame ([\w-]+)", claim.reason)), ""),
    }


def documents(folder: Path, every: int) -> Iterator[tuple[str, dict[str, Any], str, Doc]]:
    """Name, gold annotation, text and parse of each document."""
    nlp = kg.nlp.load()
    for number, file in enumerate(sorted(folder.glob("*.json"))):
        if number % every == 0:
            gold = json.loads(file.read_text("utf-8"))
            text = file.with_suffix(".txt").read_text("utf-8").split("---\n", 2)[2].strip("\n")
            yield file.stem, gold, text, nlp(text)


def load_scorer(folder: Path) -> ModuleType:
    """`score.py`, which lies beside the folders of gold documents."""
    spec = importlib.util.spec_from_file_location("score", folder.parent / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder.parent}: no score.py; name a folder of gold documents")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(arguments: Sequence[str] | None = None) -> int:
    """Print precision and recall by predicate and by frame."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--errors", metavar="PREDICATE_OR_FRAME")
    options = parser.parse_args(arguments)
    total: Counter[str] = Counter()
    by_frame: dict[str, Counter[str]] = defaultdict(Counter)
    for folder in options.folders:
        score = load_scorer(folder)
        for name, raw, text, doc in documents(folder, options.every):
            found = frames.find(
                doc,
                mentions(text, raw["entities"]),
                values.find(text, article_date=raw.get("date")),
                doc.spans.get("titles", []),
                frames=frame_data.load(),
            )
            statements = [as_statement(c) for c in found]
            entities = [{**e, "id": str(i)} for i, e in enumerate(raw["entities"])]
            gold = score.Doc(raw)
            predicted = score.Doc({"entities": entities, "statements": statements})
            counts, notes = score.score(gold, predicted)
            total.update(counts)
            for statement, claim in zip(statements, found, strict=True):
                hit = any(
                    score.same_statement(gold, g, predicted, statement) for g in gold.statements
                )
                frame = str(statement["frame"])
                by_frame[frame]["right" if hit else "wrong"] += 1
                if options.errors in (frame, claim.predicate) and not hit:
                    sentence = list(doc.sents)[claim.sentence - 1].text.strip()
                    names = [entities[int(claim.subject)]["name"], claim.object]
                    if isinstance(claim.object, EntityRef):
                        names[1] = entities[int(claim.object.id)]["name"]
                    print(f"- {frame}: {names[0]} {claim.predicate} {names[1]} | {sentence}")
            if options.errors == "missed":
                print(name, *(n for n in notes if n.startswith("missed ")), sep="\n   ")
            if options.errors in ("modality", "qualifiers"):
                wanted = "wrong modality" if options.errors == "modality" else "missed qualifier"
                print(name, *(n for n in notes if n.startswith(wanted)), sep="\n   ")
    report(total, by_frame, score.figures(total))
    return 0


def report(
    total: Mapping[str, float],
    by_frame: Mapping[str, Mapping[str, int]],
    figures: Mapping[str, float],
) -> None:
    """Print the tables."""
    print(f"{'predicate':24}{'found':>7}{'wrong':>7}{'missed':>7}{'P':>7}{'R':>7}")
    for predicate in sorted({key.split(":", 1)[1] for key in total if ":" in key}):
        right, wrong, missed = (total.get(f"{k}:{predicate}", 0) for k in ("tp", "fp", "fn"))
        precision = right / (right + wrong) if right + wrong else 0.0
        recall = right / (right + missed) if right + missed else 0.0
        print(f"{predicate:24}{right:7.0f}{wrong:7.0f}{missed:7.0f}{precision:7.2f}{recall:7.2f}")
    print(f"\n{'frame':32}{'right':>7}{'wrong':>7}{'P':>7}")
    for frame, counts in sorted(by_frame.items()):
        right, wrong = counts.get("right", 0), counts.get("wrong", 0)
        print(f"{frame:32}{right:7}{wrong:7}{right / (right + wrong):7.2f}")
    names = ("statement_p", "statement_r", "statement_f1", "modality_accuracy", "qualifier_f1")
    print("\n" + "  ".join(f"{n} {figures[n]:.3f}" for n in (*names, "qualifier_p", "qualifier_r")))


if __name__ == "__main__":
    sys.exit(main())
