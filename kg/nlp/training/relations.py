"""Gold statements as training targets for the pairs that the pipeline itself proposes.

The entities are those that our own resolution finds, so that the model meets in training what it
will meet in use: an entity that it finds and the gold set lacks is an honest negative. Only what
the pipeline misses is taken from the gold set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from spacy.tokens import Doc

from kg.documents import Mention
from kg.evaluate import View, alike, same_entity, same_qualifier, values
from kg.extract.nodes import Node, nodes, sentence_numbers
from kg.extract.pairs import FILLS, ROLES, Pair, Table, Tree, candidates, fillers, table
from kg.extract.phrases import singular
from kg.extract.records import Span, ValueSpan
from kg.extract.schema import Schema
from kg.nlp.training.gold import GoldDocument, Json
from kg.statements import Amount, DateValue, Number

MODALITIES = ("asserted", "planned", "possible", "denied")


@dataclass(slots=True)
class Target:
    """A statement to learn: pair, predicate (with direction), modality, weight, qualifiers.

    `roles` maps a filler's node to its role; every other filler of the pair has none.
    """

    pair: int
    predicate: int
    modality: int
    weight: float
    roles: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Example:
    """A document: its table, its targets, and cells (pair, predicate) that teach nothing."""

    name: str
    doc: Doc
    table: Table
    targets: list[Target]
    ignored: set[tuple[int, int]]
    lost: list[str]


def value_json(value: object) -> Any:
    """A value span's value as `kg extract` prints it."""
    match value:
        case Amount():
            return {"amount": value.amount, "currency": value.currency}
        case Number():
            return value.value
        case DateValue():
            return {"text": value.text, "iso": value.edtf or ""}
    return value


class Aligner:
    """Finds in a document's nodes what its gold annotation speaks of."""

    def __init__(
        self,
        gold: GoldDocument,
        text: str,
        entities: Sequence[Json],
        mentions: Sequence[Mention],
        titles: Sequence[Span],
        values_: Sequence[ValueSpan],
        doc: Doc,
    ) -> None:
        self.view = View(gold.raw)
        self.found = View({"entities": list(entities)})
        self.text = text
        self.ids: dict[int, list[str]] = defaultdict(list)
        extra: list[Mention] = []
        free = list(entities)
        numbers = sentence_numbers(doc)
        seen = {(m.entity, i) for m in mentions for i in range(m.start, m.end)}
        for index, entity in enumerate(gold.raw["entities"]):
            hits = [e for e in free if same_entity(entity, e)]
            for hit in hits[:1]:
                free.remove(hit)
            self.ids[index] += [str(h["id"]) for h in hits]
            own = str(hits[0]["id"]) if hits else f"gold:{index}"
            for m in gold.mentions:
                span = doc.char_span(m.start, m.end, alignment_mode="expand")
                if m.entity != index or span is None or (own, m.start) in seen:
                    continue
                number = numbers[span.start]
                extra.append(
                    Mention(start=m.start, end=m.end, type=m.type, sentence=number, entity=own)
                )
            if not hits:
                self.ids[index].append(own)
        self.nodes = nodes(doc, [*mentions, *extra], titles, values_)
        self.by_name = {e["name"]: i for i, e in enumerate(gold.raw["entities"])}

    def keys(self, reference: Any) -> set[str]:
        """The node keys of an entity named in the annotation."""
        if isinstance(reference, str) and reference in self.by_name:
            return set(self.ids[self.by_name[reference]])
        return set()

    def matches(self, node: Node, reference: Any) -> bool:
        """Whether a node is what a subject, object or qualifier value of the gold set names."""
        keys = self.keys(reference)
        if keys:
            return node.key in keys
        source = node.source
        if isinstance(source, ValueSpan):
            return same_qualifier(self.view, reference, self.found, value_json(source.value))
        if isinstance(reference, str):
            surface = self.text[source.start : source.end]
            phrase = node.type in ("Title", "Topic", "EquipmentCategory", "Agreement")
            return phrase and (alike(reference, surface) or alike(reference, singular(surface)))
        return False


def example(
    gold: GoldDocument,
    doc: Doc,
    *,
    entities: Sequence[Json],
    mentions: Sequence[Mention],
    titles: Sequence[Span],
    values_: Sequence[ValueSpan],
    schema: Schema,
) -> Example:
    """A training example from a gold document and what the pipeline found in it."""
    aligner = Aligner(gold, doc.text, entities, mentions, titles, values_, doc)
    numbers = sentence_numbers(doc)
    total = max(numbers, default=0)
    pairs = candidates(aligner.nodes, total, schema.fits)
    rows = table(aligner.nodes, pairs, tree=Tree(doc), numbers=numbers)
    targets: list[Target] = []
    ignored: set[tuple[int, int]] = set()
    lost: list[str] = []
    for statement in gold.raw["statements"]:
        predicate = schema.predicates.index(statement["predicate"])
        best: list[tuple[int, int]] = []
        for i, pair in enumerate(pairs):
            cell = _cell(aligner, rows, pair, statement, predicate, schema)
            if cell is None:
                continue
            ignored.add((i, cell))
            if pair.sentence == statement["sentence"]:
                best.append((i, cell))
        if not best:
            lost.append(
                f"{gold.name}: {statement['subject']} {statement['predicate']} "
                f"{statement['object']} [{statement['sentence']}]"
            )
            continue
        i, cell = min(best, key=lambda c: (int(rows.pair[c[0], 4]), c))
        target = Target(
            pair=i,
            predicate=cell,
            modality=MODALITIES.index(statement["modality"]),
            weight=0.5 if statement.get("optional") else 1.0,
        )
        _qualify(aligner, rows, statement, target)
        targets.append(target)
    return Example(gold.name, doc, rows, targets, ignored, lost)


def _cell(
    aligner: Aligner, rows: Table, pair: Pair, statement: Json, predicate: int, schema: Schema
) -> int | None:
    """The class of a statement on a pair: the predicate, plus the number of predicates where it
    runs from the later node to the earlier; None where the pair is another.
    """
    a, b = rows.nodes[pair.a], rows.nodes[pair.b]
    s, o = statement["subject"], statement["object"]
    name = schema.predicates[predicate]
    forward = predicate in schema.allowed(a.type, b.type)
    if forward and aligner.matches(a, s) and aligner.matches(b, o):
        return predicate
    backward = predicate in schema.allowed(b.type, a.type)
    if backward and aligner.matches(b, s) and aligner.matches(a, o):
        return predicate if name in schema.symmetric else predicate + len(schema.predicates)
    return None


def _qualify(aligner: Aligner, rows: Table, statement: Json, target: Target) -> None:
    pair = rows.pairs[target.pair]
    inside = fillers(rows, pair)
    for name, value in (statement.get("qualifiers") or {}).items():
        if name not in ROLES:
            continue
        for v in values(value):
            hits = [
                i
                for i in inside
                if name in FILLS[rows.nodes[i].type]
                and i not in target.roles
                and aligner.matches(rows.nodes[i], v)
            ]
            # Of several mentions the one in the statement's own sentence, then the first.
            hits.sort(key=lambda i: (rows.nodes[i].sentence != pair.sentence, i))
            for i in hits[:1]:
                target.roles[i] = ROLES.index(name)
