"""Chooses the thresholds of the relation model on held-out gold documents.

    python -m kg.nlp.training.thresholds --shared ../shared [--write]

For every predicate the threshold that gives the best F1, drawn towards the best one for all
predicates together, since most have few examples, and never below a floor; and how far frames are
trusted beside the model. What is compared is what `kg extract` would print.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.documents import Document
from kg.evaluate import Tally, View, compare, same_statement
from kg.extract import claims as settling
from kg.extract import counterpart_posts, modality
from kg.extract import frames as frame_step
from kg.extract import mentions as mention_step
from kg.extract import model as models
from kg.extract import values as value_step
from kg.extract.attach import Attaching
from kg.extract.claims import Policy
from kg.extract.records import Claim
from kg.json_form import as_json
from kg.nlp import load as load_language
from kg.nlp.component import MODEL
from kg.nlp.training import gold
from kg.nlp.training.datasets import held_out
from kg.pipeline import sentences, titles
from kg.resolve import Resolution, resolve
from kg.statements import Extraction
from ontology import catalogue as catalogues

GRID = tuple(i / 20 for i in range(3, 19))
FLOOR = 0.6  # precision before recall: nothing less likely is stated without a frame
# What the model takes too readily: about half of what it says of these at 0.6 is right on held-out
# texts, and of two who are merely named together the least.
CAREFUL: Mapping[str, float] = {
    **dict.fromkeys(("operates", "procures", "supplies"), 0.75),
    **dict.fromkeys(
        ("cooperatesWith", "holdsExerciseWith", "meetsWith", "signsAgreementWith"), 0.8
    ),
}
PULL = 8.0  # how many statements' worth of evidence the common threshold counts for


@dataclass(frozen=True, slots=True)
class Read:
    """A held-out document as both sources read it, before anything is chosen."""

    gold: View
    document: Document
    sentences: tuple[object, ...]
    resolution: Resolution
    model: list[Claim]
    frames: list[Claim]
    attaching: Attaching

    def extraction(self, thresholds: Mapping[str, float], policy: Policy) -> Extraction:
        """What would be printed with these thresholds."""
        chosen = [
            replace(c, kept=c.confidence >= thresholds.get(c.predicate, 0.5)) for c in self.model
        ]
        return settling.extraction(
            self.document,
            sentences=self.sentences,  # type: ignore[arg-type]
            mentions=self.resolution.mentions,
            entities=self.resolution.entities,
            claims=settling.settle(chosen, self.frames, policy=policy, attaching=self.attaching),
        )


def read(shared: Path, *, every: bool = False) -> list[Read]:
    """The held-out documents (or all), read once."""
    language, catalogue, model = load_language(), catalogues.load(), models.load()
    out = []
    for folder in ("train", "train-items"):
        for one in gold.read(shared / "gold" / folder):
            if not every and not held_out(one.name):
                continue
            document = Document(text=one.text, date=one.date or None, name=one.name)
            doc = language(one.text)
            found = value_step.find(one.text, article_date=document.date)
            resolution = resolve(
                doc, mention_step.find(doc, catalogue=catalogue), catalogue=catalogue
            )
            posts = titles(doc)
            by_model = model.find(doc, resolution.mentions, found, posts)
            by_frame = frame_step.find(doc, resolution.mentions, found, doc.spans["titles"])
            by_frame += counterpart_posts.find(by_frame, resolution.counterparts)
            out.append(
                Read(
                    View(one.raw),
                    document,
                    sentences(doc),
                    resolution,
                    modality.reread(doc, by_model),
                    by_frame,
                    Attaching(
                        doc,
                        found,
                        resolution.mentions,
                        titles=posts,
                        homes=resolution.homes,
                    ),
                )
            )
    return out


def total(reads: Sequence[Read], thresholds: Mapping[str, float], policy: Policy) -> Tally:
    """The tally over the documents."""
    tally = Tally()
    for one in reads:
        tally.add(compare(one.gold, View(as_json(one.extraction(thresholds, policy)))))
    return tally


def by_predicate(
    reads: Sequence[Read], predicates: Sequence[str]
) -> dict[str, list[tuple[float, bool]]]:
    """For each predicate the model's claims as (probability, right), a statement once."""
    out: dict[str, list[tuple[float, bool]]] = {p: [] for p in predicates}
    for one in reads:
        everything = as_json(one.extraction(dict.fromkeys(predicates, 0.0), Policy()))
        found = View(everything)
        best: dict[tuple[str, str, str], tuple[float, bool]] = {}
        for s in found.statements:
            right = any(same_statement(one.gold, g, found, s) for g in one.gold.statements)
            key = (s["subject"], s["predicate"], str(s["object"]))
            if key not in best or best[key][0] < s["confidence"]:
                best[key] = (s["confidence"], right)
        for (_, predicate, _), pair in best.items():
            out[predicate].append(pair)
    return out


def best_thresholds(
    scored: Mapping[str, list[tuple[float, bool]]], common: float
) -> dict[str, float]:
    """A threshold for each predicate, drawn towards the common one."""
    out = {}
    for predicate, pairs in scored.items():
        gold_count = sum(right for _, right in pairs)

        def f1(t: float, pairs: list[tuple[float, bool]] = pairs, n: int = gold_count) -> float:
            kept = [right for p, right in pairs if p >= t]
            return 2 * sum(kept) / max(len(kept) + n, 1)

        own = max(GRID, key=lambda t: (f1(t), -abs(t - common)))
        weight = gold_count / (gold_count + PULL)
        least = CAREFUL.get(predicate, FLOOR)
        out[predicate] = round(max(least, weight * own + (1 - weight) * common), 3)
    return out


def differences(shipped: Mapping[str, float], chosen: Mapping[str, float]) -> list[str]:
    """What --write would change, a line for each predicate; one line where it is nothing."""
    lines = [
        f"{name}: {shipped.get(name)} ships, {chosen.get(name)} is chosen"
        for name in sorted({*shipped, *chosen})
        if shipped.get(name) != chosen.get(name)
    ]
    return lines or ["what is chosen is what ships"]


def main() -> None:
    """Print the figures of the alternatives, and write the choice with --write."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--shared", type=Path, required=True)
    ap.add_argument("--write", action="store_true")
    a = ap.parse_args()
    path = MODEL / "relations.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    predicates: list[str] = settings["predicates"]
    reads = read(a.shared)
    print(f"{len(reads)} held-out documents")

    def show(label: str, thresholds: Mapping[str, float], policy: Policy) -> float:
        f = total(reads, thresholds, policy).figures()
        keys: tuple[str, ...] = (
            "statement_p",
            "statement_r",
            "statement_f1",
            "entity_f1",
            "modality_accuracy",
        )
        keys += ("sentence_accuracy", "qualifier_f1")
        print(f"{label:40} " + " ".join(f"{k[:11]} {f[k]:.3f}" for k in keys), flush=True)
        return f["statement_f1"]

    off = Policy(sure=2.0, support=2.0)
    show("frames only", dict.fromkeys(predicates, 2.0), Policy(sure=0.0))
    show("model only, as shipped", settings["thresholds"], off)
    show("both, as shipped", settings["thresholds"], Policy())
    f1s = {t: show(f"model only, {t}", dict.fromkeys(predicates, t), off) for t in GRID[::2]}
    common = max(f1s, key=lambda t: f1s[t])
    chosen = best_thresholds(by_predicate(reads, predicates), common)
    show("model only, own thresholds", chosen, off)
    for sure in (0.8, 0.85, 0.9, 0.95, 2.0):
        for support in (0.05, 0.1, 0.2, 0.3):
            show(f"both, sure {sure} support {support}", chosen, Policy(sure=sure, support=support))
    for line in differences(settings["thresholds"], chosen):
        print(line)
    if a.write:
        settings["thresholds"] = chosen
        path.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
