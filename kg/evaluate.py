"""Extractions against gold documents: how much is found, and how much of it is right.

The figures are those of the gold set's own scorer: entities, statements, modality, sentences and
qualifiers, micro-averaged over the documents. What is compared is the JSON form of an extraction
(`kg extract --format jsonl`), so that a figure holds for what a user gets.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.gold import Json, gold_files, read_gold

SYMMETRIC = frozenset(
    {
        "cooperatesWith",
        "meetsWith",
        "signsAgreementWith",
        "holdsExerciseWith",
        "developsJointlyWith",
    }
)
PHRASES = frozenset({"Topic", "EquipmentCategory", "Agreement"})
MODALITIES = ("asserted", "planned", "possible", "denied")
_SPELLING = {"defence": "defense", "programme": "program"}
_SPELLING |= dict.fromkeys(("uav", "uas", "ucav"), "drone")
_STOP = frozenset(
    {"the", "a", "an", "of", "for", "and", "in", "on", "to", "its", "their"}
    | {"technology", "technologies", "capability", "capabilities"}
    | {"feature", "features", "system", "systems"}
)


def normal(text: object) -> str:
    """Lower-case ASCII words without a possessive or an article in front."""
    plain = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode() or str(text)
    plain = re.sub(r"[’'`]s\b", "", plain.lower())
    plain = re.sub(r"[^a-z0-9]+", " ", plain).strip()
    return re.sub(r"^(the|a|an) ", "", plain)


def words(text: object) -> frozenset[str]:
    """The words that count in a phrase, in the singular and in one spelling."""
    found = set()
    for word in normal(text).split():
        word = _SPELLING.get(word, word)
        if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
            word = word[:-1]
        found.add(_SPELLING.get(word, word))
    return frozenset(found - _STOP) or frozenset(found)


def alike(a: object, b: object) -> bool:
    """Whether one phrase says no more than the other."""
    x, y = words(a), words(b)
    return bool(x and y) and (x <= y or y <= x)


class View:
    """One document's entities and statements, with entities by name and id."""

    def __init__(self, raw: Json) -> None:
        self.entities: Sequence[Json] = raw.get("entities", [])
        self.statements: Sequence[Json] = raw.get("statements", [])
        self._index: dict[str, Json] = {}
        for entity in self.entities:
            self._index.setdefault(entity["name"], entity)
        for entity in self.entities:
            if "id" in entity:
                self._index[entity["id"]] = entity

    def get(self, reference: object) -> Json | None:
        """The entity that a reference names, if it names one."""
        return self._index.get(reference) if isinstance(reference, str) else None

    def show(self, reference: object) -> str:
        """A reference as a person would write it."""
        entity = self.get(reference)
        if entity is not None:
            return str(entity["name"])
        if isinstance(reference, Mapping):
            parts = (reference.get(k) for k in ("literal", "amount", "text", "currency"))
            return " ".join(str(p) for p in parts if p is not None)
        return str(reference)


def forms(entity: Json) -> list[str]:
    """An entity's name and aliases."""
    return [entity["name"], *entity.get("aliases", [])]


def same_entity(gold: Json, found: Json) -> bool:
    """Whether two entities are one: by a main name, by words for phrases, by a shared alias."""
    ours = {normal(n) for n in forms(gold) if normal(n)}
    theirs = {normal(n) for n in forms(found) if normal(n)}
    if normal(gold["name"]) in theirs or normal(found["name"]) in ours:
        return True
    if gold["type"] in PHRASES:
        return any(alike(x, found["name"]) for x in forms(gold))
    return bool(ours & theirs) and gold["type"] == found.get("type")


def _is_amount(value: object) -> bool:
    return isinstance(value, Mapping) and "amount" in value


def _close(a: object, b: object) -> bool:
    try:
        x, y = float(a), float(b)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return abs(y - x) <= 0.005 * abs(x)


def _same_amount(gold: Json, found: object) -> bool:
    return (
        isinstance(found, Mapping)
        and "amount" in found
        and _close(gold["amount"], found["amount"])
        and str(gold.get("currency", "")).upper() == str(found.get("currency", "")).upper()
    )


def same_value(gold: View, g: Any, found: View, f: Any) -> bool:
    """Whether two subjects or objects are the same: entities, literals or amounts."""
    if _is_amount(g):
        return _same_amount(g, f)
    if _is_amount(f):
        return False
    ours, theirs = gold.get(g), found.get(f)
    if ours and theirs:
        return same_entity(ours, theirs)
    if isinstance(f, Mapping):
        text = str(f.get("literal", ""))
    else:
        text = str(theirs["name"]) if theirs else str(f)
    if ours is None or ours["type"] in PHRASES:
        return any(alike(x, text) for x in (forms(ours) if ours else [g]))
    return any(normal(x) == normal(text) for x in forms(ours))


def same_statement(gold: View, g: Json, found: View, f: Json) -> bool:
    """Whether two statements say the same; a symmetric predicate reads both ways."""
    if g["predicate"] != f.get("predicate"):
        return False
    ends = (f.get("subject"), f.get("object"))
    ways = [ends, ends[::-1]] if g["predicate"] in SYMMETRIC else [ends]
    return any(
        same_value(gold, g["subject"], found, s) and same_value(gold, g["object"], found, o)
        for s, o in ways
    )


def values(value: Any) -> list[Any]:
    """A qualifier's values as a flat list."""
    return [v for x in value for v in values(x)] if isinstance(value, list) else [value]


def same_qualifier(gold: View, g: Any, found: View, f: Any) -> bool:
    """Whether two qualifier values agree; a date with a normal form must have that form."""
    if _is_amount(g):
        return _same_amount(g, f)
    if isinstance(g, int | float) and not isinstance(g, bool):
        return _close(g, f)
    if isinstance(g, Mapping):
        date = f if isinstance(f, Mapping) else {"text": str(f), "iso": str(f)}
        if g.get("iso"):
            return bool(str(date.get("iso", "")) == g["iso"])
        return alike(g.get("text", ""), date.get("text", ""))
    theirs, ours = found.get(f), gold.get(g)
    if ours and theirs:
        return same_entity(ours, theirs)
    if isinstance(f, Mapping):
        f = f.get("iso") or f.get("literal") or f.get("text") or ""
    return any(
        alike(x, theirs["name"] if theirs else f) for x in (forms(ours) if ours else [str(g)])
    )


@dataclass(slots=True)
class Tally:
    """Counts that figures are made of; `errors` lists what was missed and what was wrong.

    `hits` are the statements of a document that are right, each with its gold statement, `missed`
    gold statements, `wrong` found ones, and `repeats` those that say a hit once more.
    """

    counts: Counter[str] = field(default_factory=Counter)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    hits: list[tuple[Json, Json]] = field(default_factory=list)
    missed: list[Json] = field(default_factory=list)
    wrong: list[Json] = field(default_factory=list)
    repeats: list[Json] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take over another document's counts (not its errors and statements)."""
        self.counts.update(other.counts)
        self.confusion.update(other.confusion)

    def ratio(self, part: str, whole: str) -> float:
        """One count as a share of another; 0 where there is nothing."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0

    def prf(self, kind: str) -> tuple[float, float, float]:
        """Precision, recall and F1 of "entity", "statement", "qualifier",
        "predicate:NAME" or "role:NAME"."""
        found, wrong, missed = (self.counts[f"{kind}:{k}"] for k in ("found", "wrong", "missed"))
        p = found / (found + wrong) if found + wrong else 0.0
        r = found / (found + missed) if found + missed else 0.0
        return p, r, 2 * p * r / (p + r) if p + r else 0.0

    def figures(self) -> dict[str, float]:
        """The figures under the names that the gold set's scorer gives them."""
        e, s, q = self.prf("entity"), self.prf("statement"), self.prf("qualifier")
        return {
            "entity_p": e[0],
            "entity_r": e[1],
            "entity_f1": e[2],
            "type_accuracy": self.ratio("type_right", "entity:found"),
            "statement_p": s[0],
            "statement_r": s[1],
            "statement_f1": s[2],
            "modality_accuracy": self.ratio("modality_right", "matched"),
            "sentence_accuracy": self.ratio("sentence_right", "matched"),
            "qualifier_p": q[0],
            "qualifier_r": q[1],
            "qualifier_f1": q[2],
            "duplicates": self.counts["duplicates"],
            "gold_statements": self.counts["statement:found"] + self.counts["statement:missed"],
        }


def compare(gold: View, found: View) -> Tally:
    """One document's tally."""
    tally = Tally()
    _entities(gold, found, tally)
    left = list(found.statements)
    for g in sorted(gold.statements, key=lambda s: bool(s.get("optional"))):
        _statement(gold, g, found, left, tally)
    for f in left:
        if any(same_statement(gold, g, found, f) for g in gold.statements):
            tally.counts["duplicates"] += 1  # said once more: not wrong
            tally.repeats.append(f)
            continue
        tally.wrong.append(f)
        tally.counts["statement:wrong"] += 1
        tally.counts[f"predicate:{f.get('predicate')}:wrong"] += 1
        tally.errors.append(f"wrong statement: {_label(found, f)}")
    return tally


def _label(view: View, s: Json) -> str:
    triple = f"{view.show(s['subject'])} {s['predicate']} {view.show(s['object'])}"
    return f"{triple} [{s.get('modality')}, sentence {s.get('sentence')}]"


def _entities(gold: View, found: View, tally: Tally) -> None:
    free = list(found.entities)
    for g in gold.entities:
        hit = next((f for f in free if same_entity(g, f)), None)
        if hit is None:
            tally.counts["entity:missed"] += 1
            tally.errors.append(f"missed entity: {g['name']} ({g['type']})")
            continue
        free.remove(hit)
        tally.counts["entity:found"] += 1
        if hit.get("type") == g["type"]:
            tally.counts["type_right"] += 1
        else:
            tally.errors.append(f"wrong type: {g['name']}: {hit.get('type')} for {g['type']}")
    tally.counts["entity:wrong"] += len(free)
    tally.errors += [f"wrong entity: {f['name']} ({f.get('type')})" for f in free]


def _agreeing(gold: View, g: Json, found: View, f: Json) -> int:
    theirs = f.get("qualifiers") or {}
    return sum(
        any(same_qualifier(gold, v, found, x) for x in values(theirs.get(key, [])))
        for key, value in (g.get("qualifiers") or {}).items()
        for v in values(value)
    )


def _statement(gold: View, g: Json, found: View, left: list[Json], tally: Tally) -> None:
    hits = [f for f in left if same_statement(gold, g, found, f)]
    optional = bool(g.get("optional"))
    if not hits:
        if not optional:
            tally.missed.append(g)
            tally.counts["statement:missed"] += 1
            tally.counts[f"predicate:{g['predicate']}:missed"] += 1
            tally.errors.append(f"missed statement: {_label(gold, g)}")
        return
    hit = max(
        hits,
        key=lambda f: (
            f.get("sentence") == g.get("sentence"),
            _agreeing(gold, g, found, f),
            f.get("modality") == g["modality"],
        ),
    )
    left.remove(hit)
    tally.hits.append((g, hit))
    if not optional:
        tally.counts["statement:found"] += 1
        tally.counts[f"predicate:{g['predicate']}:found"] += 1
    tally.counts["matched"] += 1
    tally.confusion[g["modality"], str(hit.get("modality"))] += 1
    if hit.get("modality") == g["modality"]:
        tally.counts["modality_right"] += 1
    else:
        tally.errors.append(f"wrong modality: {_label(gold, g)}: {hit.get('modality')}")
    tally.counts["sentence_right"] += hit.get("sentence") == g.get("sentence")
    _qualifiers(gold, g, found, hit, tally)


def _qualifiers(gold: View, g: Json, found: View, hit: Json, tally: Tally) -> None:
    ours, theirs = g.get("qualifiers") or {}, hit.get("qualifiers") or {}
    for key in [*ours, *(k for k in theirs if k not in ours)]:
        free = values(theirs.get(key, []))
        for v in values(ours.get(key, [])):
            match = next((x for x in free if same_qualifier(gold, v, found, x)), None)
            if match is None:
                _count_qualifier(tally, key, "missed", 1)
                tally.errors.append(f"missed qualifier: {_label(gold, g)}: {key}={gold.show(v)}")
            else:
                free.remove(match)
                _count_qualifier(tally, key, "found", 1)
        _count_qualifier(tally, key, "wrong", len(free))


def _count_qualifier(tally: Tally, role: str, what: str, number: int) -> None:
    tally.counts[f"qualifier:{what}"] += number
    tally.counts[f"role:{role}:{what}"] += number


@dataclass(frozen=True, slots=True)
class Report:
    """The tallies of the documents of a gold folder, by name, and their sum."""

    documents: Mapping[str, Tally]
    total: Tally

    def predicates(self) -> list[tuple[str, int, int, int]]:
        """(predicate, found, wrong, missed) in alphabetical order."""
        return self._counts("predicate")

    def roles(self) -> list[tuple[str, int, int, int]]:
        """(role of qualifiers, found, wrong, missed) in alphabetical order."""
        return self._counts("role")

    def _counts(self, kind: str) -> list[tuple[str, int, int, int]]:
        counts = self.total.counts
        rows = []
        for name in sorted({k.split(":")[1] for k in counts if k.startswith(kind + ":")}):
            found, wrong, missed = (
                counts[f"{kind}:{name}:{k}"] for k in ("found", "wrong", "missed")
            )
            rows.append((name, found, wrong, missed))
        return rows


def report(folder: Path, found: Iterable[Json]) -> Report:
    """Compare extractions (their JSON form, matched by `document.id`) with a gold folder;
    DocumentError where that is none."""
    by_name = {str(f["document"]["id"]): f for f in found}
    total = Tally()
    documents = {}
    for path in gold_files(folder):
        tally = compare(View(read_gold(path)), View(by_name.get(path.stem, {})))
        documents[path.stem] = tally
        total.add(tally)
    return Report(documents, total)
