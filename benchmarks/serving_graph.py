"""A made-up graph of any size in the layout of this project, the same for the same seed.

Entities are those of the catalogue; documents, statements and evidence are drawn at random, a few
entities and predicates more often than the others, as in news.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.graph.layout import document_quads, entity_quads, statement_quads
from kg.graph.update import joined
from kg.statements import (
    Amount,
    DateValue,
    EntityRef,
    Evidence,
    Extraction,
    Number,
    QualifierValue,
    Statement,
)
from ontology import catalogue

SEED = 4
_SENTENCES = 25  # of a document
# How often a predicate comes, the types of its ends, and its words.
_KINDS = (
    (14, "procures", ("Country", "ArmedForce"), ("Equipment",), "is buying"),
    (14, "operates", ("Country", "ArmedForce"), ("Equipment",), "operates"),
    (12, "manufactures", ("Company",), ("Equipment",), "makes"),
    (10, "supplies", ("Company", "Country"), ("Country",), "is delivering to"),
    (8, "evaluates", ("Country",), ("Equipment",), "evaluates"),
    (8, "meetsWith", ("Country",), ("Country",), "met"),
    (8, "signsAgreementWith", ("Country", "Company"), ("Country", "Company"), "signed with"),
    (6, "visits", ("Country",), ("Country",), "visited"),
    (6, "develops", ("Company",), ("Equipment",), "develops"),
    (6, "holdsExerciseWith", ("Country",), ("Country",), "exercised with"),
    (4, "hasExportValue", ("Country",), (), "exported for"),
)
_MODALITIES = ("asserted", "planned", "possible", "denied")
_OFTEN = (70, 15, 10, 5)


@dataclass(slots=True)
class Graph:
    """The quads, and what questions can be asked of them."""

    quads: list[ox.Quad] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    documents: int = 0

    def named(self, type_: str) -> list[Entity]:
        """The entities of a type."""
        return [entity for entity in self.entities if entity.type == type_]


def _pool() -> dict[str, list[Entity]]:
    rows = catalogue.load().rows
    found: dict[str, list[Entity]] = {}
    for row in sorted(rows.values(), key=lambda row: row.id):
        entity = Entity(
            id=row.id, type=row.type, name=row.name, aliases=tuple(row.aliases), catalogue=True
        )
        found.setdefault(row.type, []).append(entity)
    return found


class _Maker:
    """Draws documents."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._pool = _pool()
        self._equipment = {entity.id: entity for entity in self._pool["Equipment"]}

    def _entity(self, types: tuple[str, ...]) -> Entity:
        among = self._pool[self._random.choice(types)]
        return among[int(len(among) * self._random.random() ** 3)]  # the first ones more often

    def _qualifiers(self, predicate: str, day: str) -> dict[str, tuple[QualifierValue, ...]]:
        found: dict[str, tuple[QualifierValue, ...]] = {}
        draw = self._random.random
        if draw() < 0.3:
            found["date"] = (DateValue(f"on {day}", day, "stated", "day"),)
        if predicate in ("supplies", "procures") and draw() < 0.6:
            count = self._random.randint(2, 120)
            found["quantity"] = (Number(count, str(count)),)
        if predicate == "supplies" and draw() < 0.7:
            found["equipment"] = (EntityRef(self._entity(("Equipment",)).id),)
        if predicate == "hasExportValue":
            found["period"] = (DateValue(f"in {day[:4]}", day[:4], "stated", "year"),)
        return found

    def document(self, number: int) -> Extraction:
        """The document of this number."""
        draw = self._random
        day = f"{draw.randint(2019, 2026)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        text, sentences, mentions, evidence = "", [], [], []
        entities: dict[str, Entity] = {}
        weights = [kind[0] for kind in _KINDS]
        for count in range(1, _SENTENCES + 1):
            _, predicate, subjects, objects, words = draw.choices(_KINDS, weights)[0]
            one = self._entity(subjects)
            other = self._entity(objects) if objects else None
            start = len(text)
            target: EntityRef | Amount
            if other is None:
                amount = draw.randint(1, 400) * 50_000_000
                text += f"{one.name} {words} {amount} dollars. "
                target = Amount(amount, "USD", f"{amount} dollars")
            else:
                text += f"{one.name} {words} {other.name}. "
                target = EntityRef(other.id)
            end = len(text) - 1
            sentences.append(Sentence(number=count, start=start, end=end))
            for entity, at in ((one, start), (other, end - 1 - len(other.name) if other else 0)):
                if entity is not None:
                    entities[entity.id] = replace(entity, aliases=entity.aliases[:3])
                    mentions.append(
                        Mention(
                            start=at, end=at + len(entity.name), type=entity.type,
                            sentence=count, entity=entity.id, reason="name of the catalogue",
                        )
                    )  # fmt: skip
            qualifiers = self._qualifiers(predicate, day)
            for value in (v for values in qualifiers.values() for v in values):
                if isinstance(value, EntityRef):
                    known = self._equipment[value.id]
                    entities[known.id] = replace(known, aliases=known.aliases[:3])
            evidence.append(
                Evidence(
                    statement=Statement(one.id, predicate, target),
                    sentence=count,
                    start=start,
                    end=end,
                    modality=draw.choices(_MODALITIES, _OFTEN)[0],
                    qualifiers=qualifiers,
                    confidence=draw.randint(50, 99) / 100,
                    extractor="made up 1",
                    reason="made up",
                )
            )
        return Extraction(
            document=Document(
                text=text.strip(),
                title=f"Made-up article {number}",
                date=day,
                source=f"https://paper-{number % 40}.example/{number}",
            ),
            sentences=tuple(sentences),
            mentions=tuple(mentions),
            entities=tuple(entities[key] for key in sorted(entities)),
            evidence=tuple(evidence),
        )


def documents(seed: int = SEED) -> Iterator[Extraction]:
    """Made-up documents without end."""
    maker = _Maker(seed)
    number = 0
    while True:
        number += 1
        yield maker.document(number)


def make(size: int, *, seed: int = SEED) -> Graph:
    """A graph of `size` quads or a few more, as the store would hold its documents."""
    graph = Graph()
    statements: dict[str, tuple[Statement, bool]] = {}
    described: dict[str, list[Entity]] = {}
    for extraction in documents(seed):
        graph.quads += document_quads(extraction)
        graph.documents += 1
        for piece in extraction.evidence:
            known = statements.get(piece.statement.id, (piece.statement, False))
            statements[piece.statement.id] = (known[0], known[1] or piece.modality == "asserted")
        for entity in extraction.entities:
            described.setdefault(entity.id, []).append(entity)
        if len(graph.quads) + 5 * len(statements) + 6 * len(described) >= size:
            break
    graph.entities = [joined(each) for _, each in sorted(described.items())]
    for statement, asserted in statements.values():
        graph.quads += statement_quads(statement, asserted=asserted)
    for entity in graph.entities:
        graph.quads += entity_quads(entity)
    return graph


def write(graph: Graph, plain: Path, backup: Path) -> None:
    """Write the graph as N-Quads, and as a file that `kg restore` reads."""
    lines = sorted((ox.serialize(graph.quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(True))
    plain.write_bytes(b"".join(lines))
    head = {"empty": [], "format": 1, "kg": "benchmark", "revision": 1}
    end = {"quads": len(lines), "sha256": hashlib.sha256(plain.read_bytes()).hexdigest()}
    with gzip.open(backup, "wb", 1) as file:
        file.write(b"# entente-backup " + json.dumps(head).encode() + b"\n")
        file.writelines(lines)
        file.write(b"# end " + json.dumps(end).encode() + b"\n")
