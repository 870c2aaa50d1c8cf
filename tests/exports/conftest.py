"""A dataset with one of everything that a format may stumble over, in memory.

Labels and texts are those of `labels.txt`, one a line, as Python strings. A client's graph has what
documents never have: blank nodes, languages, types of its own.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.exports.excerpt import Selection
from kg.exports.formats import FORMATS
from kg.exports.write import Export, export
from kg.graph.terms import BASE, statement_node
from kg.graph.update import changes
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
from kg.statements import Literal as Title
from ontology.vocabulary import NAMESPACE

LABELS = [
    ast.literal_eval(line)
    for line in (Path(__file__).parent / "labels.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
JAPAN, NORWAY, ANKA, SAAB, GULER = (
    Entity(
        id="country/japan", type="Country", name="Japan", aliases=("Nippon", "日本"), catalogue=True
    ),
    Entity(id="country/norway", type="Country", name="Norway", catalogue=True),
    Entity(id="equipment/anka", type="Equipment", name="Anka", aliases=("a;b",)),
    Entity(id="company/saab", type="Company", name="Saab"),
    Entity(id="person/yasar-guler", type="Person", name="Yaşar Güler"),
)
EVALUATES = Statement("country/japan", "evaluates", EntityRef("equipment/anka"))
MEETS = Statement("country/norway", "meetsWith", EntityRef("country/japan"))
MAKES = Statement("company/saab", "manufactures", EntityRef("equipment/anka"))
BUDGET = Statement("country/norway", "hasDefenceBudget", Amount(1.5e9, "NOK"))
POSITION = Statement("person/yasar-guler", "holdsPosition", Title('Minister of "Defence", acting'))


class Said(NamedTuple):
    """One piece of evidence for `document`."""

    statement: Statement
    modality: str
    qualifiers: dict[str, tuple[QualifierValue, ...]] = {}  # noqa: RUF012
    confidence: float = 0.9


def document(
    text: str,
    *said: Said,
    entities: Sequence[Entity] = (JAPAN, NORWAY, ANKA, SAAB, GULER),
    title: str = "",
    date: str | None = None,
    source: str | None = None,
) -> Extraction:
    """A document of one sentence that says all this; names are mentioned where they stand."""
    end = len(text)
    return Extraction(
        document=Document(text=text, title=title, date=date, source=source),
        sentences=(Sentence(number=1, start=0, end=end),),
        mentions=tuple(
            Mention(start=at, end=at + len(e.name), type=e.type, sentence=1, entity=e.id)
            for e in entities
            if (at := text.find(e.name)) >= 0
        ),
        entities=tuple(sorted(entities, key=lambda entity: entity.id)),
        evidence=tuple(
            Evidence(
                statement=each.statement,
                sentence=1,
                start=0,
                end=end,
                modality=each.modality,
                qualifiers=each.qualifiers,
                confidence=each.confidence,
                quoted=True if "attributedTo" in each.qualifiers else None,
                extractor="test 1",
                reason="by hand",
            )
            for each in said
        ),
    )


DOCUMENTS = (
    document(
        "Japan is assessing the Anka, said Yaşar Güler.",
        Said(
            EVALUATES,
            "asserted",
            {
                "attributedTo": (EntityRef("person/yasar-guler"),),
                "date": (DateValue("in March", "2026-03", "article", "month"),),
            },
        ),
        Said(POSITION, "asserted"),
        title="Tokyo looks at drones",
        date="2026-01-08",
        source="https://www.example.org/1",
    ),
    document(
        "Japan may yet evaluate the Anka; Saab makes it. Norway and Japan met.",
        Said(EVALUATES, "possible", confidence=0.5),
        Said(MAKES, "denied", {"quantity": (Number(12, "a dozen"),)}),
        Said(MEETS, "asserted"),
        title="=cmd|' /C calc'!A0",
        date="2026-02-01",
        source="Sample wire, service",
    ),
    document(
        "Norway has a budget of 1.5bn kroner, up in 2025 to 2026; it meets Japan.",
        Said(
            BUDGET,
            "planned",
            {
                "period": (DateValue("2025 to 2026", "2025/2026", "stated", "interval"),),
                "change": (Number(-4.5, "down 4.5 percent"),),
                "value": (Amount(2e6, "USD", "$2m"),),
                "topic": (Title("=HYPERLINK(1)"), Title("b;c")),
            },
            confidence=0.123456,
        ),
        Said(MEETS, "planned"),
    ),
)


def stored(documents: Iterable[Extraction]) -> Store:
    """A dataset in memory of these documents."""
    store = Store()
    store.extend(changes(store, add=list(documents)).added)
    return store


@pytest.fixture(scope="session")
def store() -> Store:
    """The documents above, and one for each label."""
    return stored((*DOCUMENTS, *labelled(LABELS)))


def labelled(labels: Iterable[str]) -> list[Extraction]:
    """A document for each label, which is a title, the name of a company and a title of somebody
    in it."""
    found = []
    for number, label in enumerate(labels):
        id_ = f"company/x{number}"
        company = Entity(id=id_, type="Company", name=label, aliases=(label + "!",))
        meets = Statement(id_, "meetsWith", EntityRef("country/norway"))
        said = (
            Said(meets, "asserted"),
            Said(Statement(id_, "holdsPosition", Title(label)), "denied"),
        )
        text = f"{label} and Norway met."
        entities = (NORWAY, company)
        found.append(document(text, *said, entities=entities, title=label, date="2026-03-01"))
    return found


@pytest.fixture(scope="session")
def mixed(store: Store) -> Store:
    """The same with a client's graph."""
    result = Store()
    result.extend(store)
    mine, node = NamedNode("http://example.org/graphs/mine"), BlankNode("b1")
    for subject, name, value in (
        (NamedNode("http://example.org/a"), "http://example.org/p", Literal("chat", language="fr")),
        (NamedNode("http://example.org/a"), "http://example.org/p", node),
        (node, "http://example.org/p", Literal("1", datatype=NamedNode("http://example.org/t"))),
        (node, "http://example.org/p", Literal("007", datatype=_xsd("integer"))),
        (node, "http://example.org/p", Literal("1.5E0", datatype=_xsd("double"))),
        (NamedNode("http://example.org/a"), _RDF + "type", NamedNode("http://example.org/T")),
        (NamedNode("http://example.org/a"), _RDF + "subject", Literal("a literal")),
        (NamedNode("http://example.org/a"), "http://purl.org/dc/terms/source", node),
        # What only documents should say.
        (NamedNode(BASE + "document/abc"), _RDF + "type", NamedNode(NAMESPACE + "Document")),
        (NamedNode(BASE + "document/abc#x"), NAMESPACE + "evidenceFor", _evaluates()),
    ):
        result.add(Quad(subject, NamedNode(name), value, mine))
    result.add(Quad(node, NamedNode("http://example.org/p"), NamedNode("http://example.org/a")))
    return result


def _evaluates() -> NamedNode:
    return statement_node(EVALUATES.id)


_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def _xsd(name: str) -> NamedNode:
    return NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}")


def made(store: Store, form: str, selection: Selection | None = None) -> Export:
    """An export, with a belief of a half in every statement and modality."""
    return export(store, FORMATS[form], selection, beliefs=Half())


class Half(dict[str, dict[str, float]]):
    """The belief of a half in everything."""

    def get(self, key: object, default: object = None) -> dict[str, float]:
        del key, default
        return dict.fromkeys(("asserted", "planned", "possible", "denied"), 0.5)


def written(store: Store, form: str, selection: Selection | None = None) -> bytes:
    """The bytes of an export."""
    file = io.BytesIO()
    made(store, form, selection).write(file)
    return file.getvalue()
