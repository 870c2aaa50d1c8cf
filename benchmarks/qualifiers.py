"""Which of the rules, the frames and the relation model gives statements the right qualifiers.

    python -m benchmarks.qualifiers ../shared/gold/train ../shared/gold/train-items [--errors ROLE]

Two tables, by role, in each precision, recall and F1. The first gives the rules of
`kg.extract.attach` the gold statements, with the gold entities where the text has their names:
it measures the rules and the parser. The second takes the statements of the pipeline that agree
with gold ones, and compares what rules, frames and model say of the same statement, and what is
made of it. The shipped model has seen most of these texts, so its figures are fair only with
`--held-out`, which leaves all documents out but those that it was not trained on.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from benchmarks.frames import mentions as gold_mentions
from benchmarks.frames import plain
from kg.documents import Mention
from kg.entities import Entity
from kg.evaluate import View, forms, same_qualifier, same_statement, values
from kg.extract import attach, claims
from kg.extract import values as value_spans
from kg.extract.nodes import sentence_numbers
from kg.extract.records import Claim, Span, ValueSpan
from kg.nlp.training.datasets import held_out
from kg.statements import Amount, EntityRef, Literal, Object, QualifierValue
from ontology import catalogue as catalogues

Qualifiers = Mapping[str, tuple[QualifierValue, ...]]
SOURCES = ("rules", "frames", "model", "frames, model first", "settled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A gold document, and what the pipeline makes of it before its claims are settled."""

    name: str
    gold: Mapping[str, Any]
    doc: Doc
    values: Sequence[ValueSpan]
    titles: Sequence[Span]
    mentions: Sequence[Mention] = ()
    homes: Mapping[str, str] = field(default_factory=dict)
    entities: Sequence[Entity] = ()
    frames: Sequence[Claim] = ()
    model: Sequence[Claim] = ()


def readings(folders: Iterable[Path], *, kept_back: bool | None) -> Iterator[Case]:
    """The documents of gold folders, parsed and no more; `kept_back` chooses by `held_out`."""
    import kg.nlp
    from kg.pipeline import titles

    nlp = kg.nlp.load()
    for folder in folders:
        for file in sorted(folder.glob("*.json")):
            if kept_back is not None and held_out(file.stem) is not kept_back:
                continue
            gold = json.loads(file.read_text("utf-8"))
            text = file.with_suffix(".txt").read_text("utf-8").split("---\n", 2)[2].strip("\n")
            doc = nlp(text)
            yield Case(
                name=file.stem,
                gold=gold,
                doc=doc,
                values=value_spans.find(text, article_date=gold.get("date")),
                titles=titles(doc),
            )


def cases(folders: Iterable[Path], *, kept_back: bool | None) -> Iterator[Case]:
    """The documents of gold folders, read by the steps of the pipeline."""
    from kg.extract import frames, mentions, model
    from kg.resolve import resolve
    from ontology import catalogue
    from ontology import frames as frame_data

    rows, words, relations = catalogue.load(), frame_data.load(), model.load()
    for case in readings(folders, kept_back=kept_back):
        doc, posts = case.doc, case.doc.spans["titles"]
        named = resolve(doc, mentions.find(doc, catalogue=rows), catalogue=rows)
        yield replace(
            case,
            mentions=named.mentions,
            homes=named.homes,
            entities=named.entities,
            frames=frames.find(doc, named.mentions, case.values, posts, frames=words),
            model=relations.find(doc, named.mentions, case.values, case.titles),
        )


class Tally:
    """Right, wrong and missed by source and role."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()

    def add(
        self, source: str, gold: View, ours: Mapping[str, Any], found: View, theirs: Qualifiers
    ) -> list[str]:
        """Compare one statement's qualifiers; the answer lists what is wrong or missed."""
        notes: list[str] = []
        for role in sorted(ours.keys() | theirs.keys()):
            free = [plain(v) for v in theirs.get(role, ())]
            for value in values(ours[role]) if role in ours else []:
                hit = next((x for x in free if same_qualifier(gold, value, found, x)), None)
                if hit is not None:
                    free.remove(hit)
                else:
                    notes.append(f"missed {role}={gold.show(value)}")
                self.counts[source, role, "missed" if hit is None else "right"] += 1
            self.counts[source, role, "wrong"] += len(free)
            notes += [f"wrong {role}={found.show(x)}" for x in free]
        return notes

    def figures(self, source: str, role: str) -> tuple[int, int, int, float, float, float]:
        """Right, wrong, missed, precision, recall, F1; "all" is the sum over the roles."""
        right, wrong, missed = (
            sum(n for (s, r, k), n in self.counts.items() if s == source and k == kind)
            if role == "all"
            else self.counts[source, role, kind]
            for kind in ("right", "wrong", "missed")
        )
        p = right / (right + wrong) if right + wrong else 0.0
        r = right / (right + missed) if right + missed else 0.0
        return right, wrong, missed, p, r, 2 * p * r / (p + r) if p + r else 0.0

    def show(self, sources: Sequence[str]) -> None:
        """Print a table with three columns for each source."""
        print(f"{'role':14}{'gold':>6}" + "".join(f"{s:>24}" for s in sources))
        roles = sorted({role for _, role, _ in self.counts})
        for role in [*roles, "all"]:
            right, _, missed, *_ = self.figures(sources[0], role)
            cells = ""
            for source in sources:
                *_, p, r, f = self.figures(source, role)
                cells += f"{p:10.2f}{r:7.2f}{f:7.2f}"
            print(f"{role:14}{right + missed:6}{cells}")


# -- gold statements as input ----------------------------------------------------------------------


def numbered(doc: Doc, mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions with the number of the sentence that they stand in."""
    numbers = sentence_numbers(doc)
    found = []
    for m in mentions:
        span = doc.char_span(m.start, m.end, alignment_mode="expand")
        if span is not None:
            found.append(replace(m, sentence=numbers[span.root.i]))
    return found


def gold_homes(entities: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """The states of gold persons whom the catalogue knows, both by their place in the list."""
    rows = catalogues.load()

    def known(entity: Mapping[str, Any]) -> set[str]:
        named = {row for name in forms(entity) for row in rows.find(name)}
        of_type = [row for row in named if row.type == entity["type"]]
        return {row.id if row.type == "Country" else row.country for row in of_type} - {""}

    states = {
        id_: str(i)
        for i, e in enumerate(entities)
        if e["type"] == "Country"
        for id_ in sorted(known(e))
    }
    homes = {str(i): known(e) for i, e in enumerate(entities) if e["type"] == "Person"}
    return {i: states[min(h)] for i, h in homes.items() if len(h) == 1 and min(h) in states}


def located(case: Case, mentions: Sequence[Mention]) -> Iterator[tuple[Mapping[str, Any], Claim]]:
    """The gold statements with a claim for each whose subject or object its sentence names."""
    text = case.doc.text
    sentences = [s for s in case.doc.sents if s.text.strip()]
    by_name = {e["name"]: str(i) for i, e in enumerate(case.gold["entities"])}
    for s in case.gold["statements"]:
        number = s.get("sentence", 0)
        if not 0 < number <= len(sentences):
            continue
        low, high = sentences[number - 1].start_char, sentences[number - 1].end_char
        target: Object
        if isinstance(s["object"], dict):
            target = Amount(s["object"]["amount"], s["object"]["currency"])
            ends = [(v.start, v.end) for v in case.values if v.value == target]
        elif s["object"] in by_name:
            target = EntityRef(by_name[s["object"]])
            ends = [(m.start, m.end) for m in mentions if m.entity == target.id]
        else:
            target = Literal(s["object"])
            at = text.lower().find(target.text.lower(), low, high)
            ends = [(at, at + len(target.text))] if at >= 0 else []
        subject = by_name[s["subject"]]
        starts = [(m.start, m.end) for m in mentions if m.entity == subject and m.start < high]
        ends = [e for e in ends if e[0] < high]
        if not starts or not ends:
            continue
        a, b = min(
            ((a, b) for a in starts for b in ends),
            key=lambda x: (
                (x[0][0] < low) + (x[1][0] < low),
                max(x[1][0] - x[0][1], x[0][0] - x[1][1]),
            ),
        )
        yield (
            s,
            Claim(
                subject=subject,
                predicate=s["predicate"],
                object=target,
                sentence=number,
                modality=s["modality"],
                subject_span=a,
                object_span=b,
            ),
        )


def on_gold(case: Case, tally: Tally) -> Iterator[str]:
    """Count what the rules say of the gold statements; yields the errors."""
    raw = case.gold["entities"]
    mentions = numbered(case.doc, gold_mentions(case.doc.text, raw))
    gold = View(case.gold)
    found = View({"entities": [{**e, "id": str(i)} for i, e in enumerate(raw)]})
    rules = attach.Attaching(
        case.doc, case.values, mentions, titles=case.titles, homes=gold_homes(raw)
    )
    for statement, claim in located(case, mentions):
        theirs = rules.qualify(claim)
        notes = tally.add(
            "rules",
            gold,
            statement.get("qualifiers") or {},
            found,
            {r: tuple(c.value for c in cs) for r, cs in theirs.items()},
        )
        for note in notes:
            role = note.split()[1].split("=")[0]
            because = f" ({theirs[role][0].reason})" if role in theirs else ""
            yield (
                f"{role} {note}{because} | {statement['subject']} {statement['predicate']} "
                f"{gold.show(statement['object'])} | {_sentence(case, claim)}"
            )


def _sentence(case: Case, claim: Claim) -> str:
    kept = [s.text.strip() for s in case.doc.sents if s.text.strip()]
    return kept[claim.sentence - 1]


# -- the pipeline's statements ---------------------------------------------------------------------


def _key(claim: Claim) -> tuple[str, int, frozenset[Any]]:
    return claim.predicate, claim.sentence, frozenset([EntityRef(claim.subject), claim.object])


def on_found(case: Case, tally: Tally) -> None:
    """Count what each source says of the pipeline's statements that agree with gold ones."""
    gold = View(case.gold)
    found = View(
        {
            "entities": [
                {"id": e.id, "name": e.name, "type": e.type, "aliases": list(e.aliases)}
                for e in case.entities
            ]
        }
    )
    settled = claims.settle(case.model, case.frames, policy=claims.Policy())
    by_frame = {_key(c): c.qualifiers for c in case.frames}
    by_model = {_key(c): c.qualifiers for c in sorted(case.model, key=lambda c: c.kept)}
    rules = attach.Attaching(
        case.doc, case.values, case.mentions, titles=case.titles, homes=case.homes
    )
    left = list(settled)
    for g in sorted(case.gold["statements"], key=lambda s: bool(s.get("optional"))):
        hits = [c for c in left if same_statement(gold, g, found, _plain(c))]
        if not hits:
            continue
        claim = max(hits, key=lambda c: c.sentence == g.get("sentence"))
        left.remove(claim)
        frame, model = by_frame.get(_key(claim), {}), by_model.get(_key(claim), {})
        rule = {r: tuple(c.value for c in cs) for r, cs in rules.qualify(claim).items()}
        said: dict[str, Qualifiers] = {
            "rules": rule,
            "frames": frame,
            "model": model,
            "frames, model first": {**frame, **model},
            "settled": rules.merge(claim, frame=frame, model=model),
        }
        for source, theirs in said.items():
            tally.add(source, gold, g.get("qualifiers") or {}, found, theirs)


def _plain(claim: Claim) -> dict[str, object]:
    target = (
        {"literal": claim.object.text} if isinstance(claim.object, Literal) else plain(claim.object)
    )
    return {"subject": claim.subject, "predicate": claim.predicate, "object": target}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--held-out", action="store_true", help="only what no model was trained on")
    parser.add_argument("--errors", metavar="ROLE", help="list the rules' errors in this role")
    options = parser.parse_args(arguments)
    first, second = Tally(), Tally()
    for case in cases(options.folders, kept_back=options.held_out or None):
        for line in on_gold(case, first):
            if options.errors and line.startswith(f"{options.errors} "):
                print(f"{case.name}: {line}")
        on_found(case, second)
    print("Gold statements as input")
    first.show(["rules"])
    print("\nStatements of the pipeline that agree with gold ones")
    second.show(SOURCES)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
