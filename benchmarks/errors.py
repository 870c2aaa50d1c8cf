"""Why statements are missed and why wrong ones are made, counted by cause on a gold folder.

    python -m benchmarks.errors ../shared/gold/train [--format json] [--list CAUSE]

Each missed and each wrong statement has one cause, the first that holds in the order of `MISSED`
and `WRONG`. `--list` names the statements of a cause (or "all"). Besides, which predicates are
taken for which, modalities in gold and as found, and precision and recall of qualifiers by role.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg import evaluate, readers
from kg.commands.common import table
from kg.documents import Mention
from kg.errors import DocumentError
from kg.evaluate import MODALITIES, SYMMETRIC, Tally, View, alike, normal, same_value
from kg.explain import Steps
from kg.extract.records import Claim
from kg.extract.trace import Dropped
from kg.gold import Json, gold_files, read_gold
from kg.json_form import as_json
from kg.pipeline import Pipeline
from kg.statements import Amount, EntityRef, Literal
from ontology import vocabulary

MISSED: Mapping[str, str] = {
    "not found": "an end is no name, post or sum that was found",
    "linked elsewhere": "an end is named in the sentence, and taken for another entity there",
    "merged": "both ends are taken for one entity",
    "type": "an end was found with a type that the predicate does not take",
    "reversed": "the same predicate is stated the other way round",
    "predicate": "another predicate is stated between the same two, and wrong",
    "dropped": "it was found, and dropped while settling; see the outcomes",
    "across": "no sentence has both ends, names or pronouns",
    "model": "a sentence has both ends, and the model's probability is too low",
}
WRONG: Mapping[str, str] = {
    "reversed": "gold has it the other way round",
    "predicate": "gold has another predicate between the same two",
    "object": "gold has the predicate of this subject with another object",
    "subject": "gold has the predicate of this object with another subject",
    "entity": "an end is no entity of the gold document",
    "not said": "gold has both ends and says nothing of the two",
}
BANDS = (0.05, 0.2, 0.4, 0.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A gold document and what was found: `found` has every entity, `printed` are those of them
    that are printed.
    """

    gold: View
    found: View
    printed: Sequence[Json]
    mentions: Sequence[Mention]
    text: str
    posts: Sequence[str]
    sums: Sequence[Amount]
    claims: Sequence[Claim]
    dropped: Sequence[Dropped]

    @classmethod
    def of(cls, gold: View, steps: Steps) -> Case:
        """From the steps of a reading."""
        text = steps.extraction.document.text
        printed = as_json(steps.extraction)
        entities = [
            {"id": e.id, "name": e.name, "type": e.type, "aliases": list(e.aliases)}
            for e in steps.entities
        ]
        return cls(
            gold=gold,
            found=View({"entities": entities, "statements": printed["statements"]}),
            printed=printed["entities"],
            mentions=steps.mentions,
            text=text,
            posts=[text[p.start : p.end] for p in steps.posts],
            sums=[v.value for v in steps.values if isinstance(v.value, Amount)],
            claims=[*steps.by_model, *steps.by_frame],
            dropped=steps.dropped,
        )

    def same(self, reference: object) -> list[Json]:
        """The found entities that a gold reference means."""
        entity = self.gold.get(reference)
        if entity is None:
            return []
        return [f for f in self.found.entities if evaluate.same_entity(entity, f)]


@dataclass(slots=True)
class Causes:
    """Counts by cause, and the statements behind them as (document, cause, statement)."""

    tally: Tally = field(default_factory=Tally)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    bands: Counter[tuple[str, str]] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    listed: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, name: str, case: Case) -> None:
        """Count one document."""
        printed = {"entities": case.printed, "statements": case.found.statements}
        tally = evaluate.compare(case.gold, View(printed))
        self.tally.add(tally)
        for g in tally.missed:
            cause = self._missed(case, g, tally.wrong)
            self.missed[cause] += 1
            self.listed.append((name, f"missed: {cause}", shown(case.gold, g)))
        for f in tally.wrong:
            cause = wrong_cause(case, f)
            self.wrong[cause] += 1
            self.sources[cause, source(f)] += 1
            self.listed.append((name, f"wrong: {cause}", shown(case.found, f)))

    def _missed(self, case: Case, g: Json, wrong: Sequence[Json]) -> str:
        cause = missed_cause(case, g, wrong)
        if cause == "predicate":
            for f in between(case, g, wrong):
                self.confusion[g["predicate"], f["predicate"]] += 1
        if cause == "dropped":
            self.outcomes.update(outcomes(case, g))
        if cause in ("across", "model"):
            self.bands[cause, band(probability(case, g))] += 1
        return cause


def missed_cause(case: Case, g: Json, wrong: Sequence[Json]) -> str:
    """The cause for which a gold statement was not found: a key of `MISSED`.

    `wrong` are the found statements that are wrong.
    """
    ends = [end_cause(case, g, end) for end in ("subject", "object")]
    for cause in ("not found", "linked elsewhere"):
        if cause in ends:
            return cause
    first, second = ({f["id"] for f in case.same(g[end])} for end in ("subject", "object"))
    if len(first) == 1 and first == second:
        return "merged"
    if "type" in ends:
        return "type"
    stated = between(case, g, wrong)
    if any(f["predicate"] == g["predicate"] for f in stated):
        return "reversed"
    if stated:
        return "predicate"
    if outcomes(case, g) - {"threshold"}:
        return "dropped"
    return "model" if together(case, g) else "across"


def end_cause(case: Case, g: Json, end: str) -> str:
    """What is wrong with an end of a gold statement; "" for nothing."""
    value = g[end]
    if isinstance(value, Mapping):
        found = any(same_value(case.gold, value, case.found, amount(s)) for s in case.sums)
        return "" if found else "not found"
    entity = case.gold.get(value)
    if entity is None:
        return "" if any(alike(value, p) for p in case.posts) else "not found"
    found_as = case.same(value)
    forms = {normal(f) for f in evaluate.forms(entity)}
    named = [m for m in case.mentions if normal(case.text[m.start : m.end]) in forms]
    if not found_as:
        if not named:
            return "not found"
        return "linked elsewhere" if entity["type"] in {m.type for m in named} else "type"
    ids = {f["id"] for f in found_as}
    meant = any(m.entity in ids for m in case.mentions if m.sentence == g.get("sentence"))
    if not meant and any(m.sentence == g.get("sentence") for m in named):
        return "linked elsewhere"
    term = vocabulary.load().predicates[g["predicate"]]
    takes = term.domain if end == "subject" else term.range
    return "" if any(f["type"] in takes for f in found_as) else "type"


def amount(value: Amount) -> Json:
    """A sum as `same_value` reads it."""
    return {"amount": value.amount, "currency": value.currency}


def between(case: Case, g: Json, statements: Sequence[Json]) -> list[Json]:
    """The found statements that stand between the ends of a gold statement, either way round."""
    return [
        f
        for f in statements
        if _ends(case, g, f["subject"], f["object"]) or _ends(case, g, f["object"], f["subject"])
    ]


def _ends(case: Case, g: Json, subject: object, object_: object) -> bool:
    return same_value(case.gold, g["subject"], case.found, subject) and same_value(
        case.gold, g["object"], case.found, object_
    )


def _claimed(case: Case, g: Json, claim: Claim) -> bool:
    if claim.predicate != g["predicate"]:
        return False
    match claim.object:
        case EntityRef(id=ref):
            target: object = ref
        case Literal(text=text):
            target = {"literal": text}
        case Amount() as value:
            target = amount(value)
    if _ends(case, g, claim.subject, target):
        return True
    return g["predicate"] in SYMMETRIC and _ends(case, g, target, claim.subject)


def outcomes(case: Case, g: Json) -> set[str]:
    """The causes for which claims of a gold statement were dropped."""
    return {d.cause for d in case.dropped if _claimed(case, g, d.claim)}


def probability(case: Case, g: Json) -> float:
    """The most that the model gives to a gold statement in any sentence; 0 where it gives none."""
    found = [c for c in case.claims if c.extractor.startswith("model") and _claimed(case, g, c)]
    return max((c.confidence for c in found), default=0.0)


def band(value: float) -> str:
    """The band of a probability."""
    above = [b for b in BANDS if value >= b]
    if not above:
        return f"under {BANDS[0]}"
    higher = [b for b in BANDS if value < b]
    return f"{above[-1]} to {higher[0]}" if higher else f"from {above[-1]}"


def together(case: Case, g: Json) -> bool:
    """Whether some sentence mentions both ends (posts and sums stand where they are said)."""
    places = []
    for end in ("subject", "object"):
        ids = {f["id"] for f in case.same(g[end])}
        if case.gold.get(g[end]) is not None:
            places.append({m.sentence for m in case.mentions if m.entity in ids})
    if len(places) == 2:
        return bool(places[0] & places[1])
    return bool(places) and g.get("sentence") in places[0]


def wrong_cause(case: Case, f: Json) -> str:
    """The cause for which a found statement is wrong: a key of `WRONG`."""
    said = [g for g in case.gold.statements if between(case, g, [f])]
    if any(g["predicate"] == f["predicate"] for g in said):
        return "reversed"
    if said:
        return "predicate"
    alike_ = [g for g in case.gold.statements if g["predicate"] == f["predicate"]]
    if any(same_value(case.gold, g["subject"], case.found, f["subject"]) for g in alike_):
        return "object"
    if any(same_value(case.gold, g["object"], case.found, f["object"]) for g in alike_):
        return "subject"
    return "not said" if all(known(case, f[end]) for end in ("subject", "object")) else "entity"


def known(case: Case, reference: object) -> bool:
    """Whether an end of a found statement is an entity of the gold document, or no entity."""
    entity = case.found.get(reference)
    return entity is None or any(evaluate.same_entity(g, entity) for g in case.gold.entities)


def source(f: Json) -> str:
    """Whether frames, the model or both made a statement."""
    return " + ".join(sorted(p.split()[0] for p in str(f["extractor"]).split(" + ")))


def shown(view: View, s: Json) -> str:
    """A statement in one line."""
    triple = f"{view.show(s['subject'])} {s['predicate']} {view.show(s['object'])}"
    return f"{triple} [{s.get('modality')}, sentence {s.get('sentence')}]"


def cases(folder: Path) -> Iterator[tuple[str, Case]]:
    """Name and case of each document; DocumentError where one cannot be read."""
    pipeline = Pipeline()
    for path in gold_files(folder):
        gold = View(read_gold(path))
        for document in readers.read(str(path.with_suffix(".txt"))):
            if isinstance(document, DocumentError):
                raise document
            yield path.stem, Case.of(gold, pipeline.steps(document))


# -- output ----------------------------------------------------------------------------------


def tables(found: Causes) -> dict[str, tuple[tuple[str, ...], list[tuple[str | float, ...]]]]:
    """Headings and rows, by title."""
    tally = found.tally
    roles = sorted({k.split(":")[1] for k in tally.counts if k.startswith("role:")})
    return {
        "missed statements": (
            ("cause", "number", "meaning"),
            [(c, found.missed[c], what) for c, what in MISSED.items()],
        ),
        "probability of the model where it decides": (
            ("cause", "probability", "number"),
            [(c, b, n) for (c, b), n in sorted(found.bands.items())],
        ),
        "outcomes of dropped claims": (
            ("outcome", "number"),
            sorted(found.outcomes.items()),
        ),
        "wrong statements": (
            ("cause", "number", "frames", "model", "both", "meaning"),
            [
                (
                    c,
                    found.wrong[c],
                    *(found.sources[c, s] for s in ("frames", "model", "frames + model")),
                    what,
                )
                for c, what in WRONG.items()
            ],
        ),
        "predicates taken for others": (
            ("gold", "found", "number"),
            [(g, f, n) for (g, f), n in sorted(found.confusion.items(), key=lambda x: (-x[1], x))],
        ),
        "modality": (
            ("gold", *MODALITIES),
            [(g, *(tally.confusion[g, f] for f in MODALITIES)) for g in MODALITIES],
        ),
        "qualifiers": (
            ("role", "found", "wrong", "missed", "precision", "recall"),
            [
                (
                    role,
                    *(tally.counts[f"role:{role}:{k}"] for k in ("found", "wrong", "missed")),
                    *(round(v, 2) for v in tally.prf(f"role:{role}")[:2]),
                )
                for role in roles
            ],
        ),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables of one or more gold folders together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--list", metavar="CAUSE", help="name the statements of a cause, or of all")
    options = parser.parse_args(arguments)
    found = Causes()
    for folder in options.folders:
        for name, case in cases(folder):
            found.add(name, case)
    made = tables(found)
    if options.format == "json":
        content: dict[str, Any] = {
            title: [dict(zip(headings, row, strict=True)) for row in rows]
            for title, (headings, rows) in made.items()
        }
        content["figures"] = found.tally.figures()
        print(json.dumps(content, indent=2))
        return 0
    for title, (headings, rows) in made.items():
        cells = [[str(v) for v in row] for row in rows]
        print(f"{title}\n{table(headings, cells, limit=80)}\n" if rows else f"{title}\nnone\n")
    print("  ".join(f"{k} {v:.3f}" for k, v in found.tally.figures().items()))
    for name, cause, statement in found.listed:
        if options.list in ("all", cause.split(": ")[1]):
            print(f"{name}: {cause}: {statement}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
