"""How well the modality of gold statements is read: by frames, syntax and model.

    python -m benchmarks.modality ../shared/gold/train ../shared/gold/train-items [--every N]

The entities are put where the text has their names, as in `benchmarks.frames`. A gold statement
counts where its sentence names both ends. Each source is judged on the statements for which it
has an answer; the rules at the end, which say how the sources might be settled, on those that the
model answers. (The model was trained on part of these texts, the syntax was not.)
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from spacy.tokens import Doc

from benchmarks.frames import as_statement, documents, load_scorer, mentions
from kg.documents import Mention
from kg.extract import frames, modality, values
from kg.extract import model as models
from kg.extract.modality import Judgement
from kg.extract.records import Claim, ValueSpan
from kg.pipeline import titles
from kg.statements import Amount

ORDER = ("asserted", "planned", "possible", "denied")
_WORTH = 0.3  # model claims less likely than this are no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One gold statement, and what each source makes of it; None where a source is silent."""

    gold: str
    predicate: str
    sentence: str
    frame: str | None
    pair: Judgement | None
    model: str | None


def cases(folder: Path, every: int) -> Iterator[Case]:
    """The statements of a folder whose ends stand in their sentence."""
    score = load_scorer(folder)
    reader = models.load()
    for _, raw, text, doc in documents(folder, every):
        named = mentions(text, raw["entities"])
        found = values.find(text, article_date=raw.get("date"))
        by_frame = frames.find(doc, named, found, doc.spans.get("titles", []))
        by_model = [c for c in reader.find(doc, named, found, titles(doc)) if c.confidence > _WORTH]
        entities = [{**e, "id": str(i)} for i, e in enumerate(raw["entities"])]
        gold, mine = score.Doc(raw), score.Doc({"entities": entities, "statements": []})
        sentences = list(doc.sents)
        for statement in gold.statements:
            number = statement.get("sentence") or 0
            if not 0 < number <= len(sentences):
                continue
            where = sentences[number - 1].start_char, sentences[number - 1].end_char
            ends = _ends(statement, raw, named, found, doc, where)
            if ends is None:
                continue

            same = partial(_same, score, gold, mine, statement)
            frame = next(filter(same, by_frame), None)
            model = next(filter(same, by_model), None)
            yield Case(
                gold=statement.get("modality", "asserted"),
                predicate=statement["predicate"],
                sentence=sentences[number - 1].text.strip(),
                frame=frame.modality if frame else None,
                pair=modality.of_pair(doc, *ends, statement["predicate"]),
                model=model.modality if model else None,
            )


def _same(score: ModuleType, gold: Any, mine: Any, statement: Mapping[str, Any], c: Claim) -> bool:
    if c.sentence != statement["sentence"] or c.predicate != statement["predicate"]:
        return False
    return bool(score.same_statement(gold, statement, mine, as_statement(c)))


def _ends(
    statement: Mapping[str, Any],
    raw: Mapping[str, Any],
    named: Sequence[Mention],
    found: Sequence[ValueSpan],
    doc: Doc,
    where: tuple[int, int],
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Where the two ends stand in the sentence, as near to each other as they come."""
    numbers = {e["name"]: str(i) for i, e in enumerate(raw["entities"])}
    object_ = statement["object"]
    subjects = [(m.start, m.end) for m in named if m.entity == numbers.get(statement["subject"])]
    if isinstance(object_, dict):
        objects = [
            (v.start, v.end)
            for v in found
            if isinstance(v.value, Amount) and v.value.amount == object_.get("amount")
        ]
    elif object_ in numbers:
        objects = [(m.start, m.end) for m in named if m.entity == numbers[object_]]
    else:
        posts = doc.spans.get("titles", [])
        objects = [(t.start_char, t.end_char) for t in posts if t.text.lower() == object_.lower()]
    inside = [
        (abs(s[0] - o[0]), s, o)
        for s in subjects
        for o in objects
        if all(where[0] <= a and b <= where[1] for a, b in (s, o))
    ]
    if not inside:
        return None
    _, subject, target = min(inside)
    return subject, target


Rule = Callable[[Case], str]


def _model(case: Case) -> str:
    return case.model or ""


def _denied(case: Case) -> str:
    return "denied" if case.pair and case.pair.modality == "denied" else _model(case)


def _over_asserted(case: Case) -> str:
    """A clear cue of the syntax wins where the model has seen none."""
    if case.pair and case.pair.clear and case.model == "asserted":
        return case.pair.modality
    return _denied(case)


def _weighed(case: Case) -> str:
    return modality.weigh(case.pair, model=_model(case))


def _syntax(case: Case) -> str:
    return case.pair.modality if case.pair and case.pair.clear else _model(case)


RULES: Mapping[str, Rule] = {
    "the model": _model,
    "denied by the syntax wins": _denied,
    "a clear cue over the model's asserted": _over_asserted,
    "any clear cue (kg.extract.modality.weigh)": _weighed,
    "the syntax wherever it is clear": _syntax,
}


def report(found: Sequence[Case]) -> None:
    """Print the confusion of each source and the accuracy of each rule."""
    print(f"{len(found)} statements whose sentence names both ends")
    sources: Mapping[str, Callable[[Case], str | None]] = {
        "frames": lambda c: c.frame,
        "of_pair": lambda c: c.pair.modality if c.pair else None,
        "model": lambda c: c.model,
    }
    for name, answer in sources.items():
        counts = Counter((c.gold, said) for c in found if (said := answer(c)))
        right = sum(counts[m, m] for m in ORDER)
        total = sum(counts.values())
        print(f"\n{name}: {total} answers, {right / max(total, 1):.3f} right")
        print("gold        " + "".join(f"{m:>10}" for m in ORDER))
        for gold in ORDER:
            print(f"{gold:12}" + "".join(f"{counts[gold, m]:10}" for m in ORDER))
    known = [c for c in found if c.model]
    print(f"\nof {len(known)} statements that the model answers")
    for name, rule in RULES.items():
        right = sum(rule(c) == c.gold for c in known)
        missed = sum(c.gold == "denied" and rule(c) == "asserted" for c in known)
        wrong = sum(c.gold != "denied" and rule(c) == "denied" for c in known)
        print(
            f"{name:42}{right / max(len(known), 1):.4f} right, {missed} denials taken for facts, "
            f"{wrong} wrongly denied"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of the folders, all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument(
        "--errors", nargs=2, metavar=("GOLD", "FOUND"), help="list where of_pair errs like this"
    )
    options = parser.parse_args(arguments)
    found = [case for folder in options.folders for case in cases(folder, options.every)]
    for case in found if options.errors else ():
        if case.pair and [case.gold, case.pair.modality] == options.errors:
            print(f"- {case.predicate} {' '.join(case.pair.cues)} | {case.sentence}")
    report(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
