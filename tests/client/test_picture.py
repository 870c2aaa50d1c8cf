"""Names in a picture can be read: those with more statements first, and none cut by the rim."""

from __future__ import annotations

import json
import re
from html import escape

import kg
from kg.client.picture import WIDTH, _svg
from kg.client.reading import Reading
from kg.client.records import Node, StatementSummary
from kg.documents import Document, Sentence
from kg.entities import Entity
from kg.statements import EntityRef, Evidence, Extraction, Statement

LONG = "Ministry of Defence and more"


def node(id_: str) -> Node:
    return Node(id=f"country/{id_}", type="Country", name=f"{LONG[: -len(id_)]}{id_}")


def said(number: int, subject: str, target: str) -> StatementSummary:
    return StatementSummary(
        id=f"{number:x}",
        subject=node(subject),
        predicate="cooperatesWith",
        object=node(target),
        modality="denied" if number == 2 else "asserted",
        modalities={"asserted": 1},
        documents=1,
        latest="2026-01-08",
        confidence=0.9,
        belief=0.9,
    )


def drawn(**places: tuple[float, float]) -> str:
    statements = [said(1, "a", "b"), said(2, "a", "c")]
    at = {f"country/{id_}": place for id_, place in places.items()}
    return _svg(statements, at, height=400, left=0)


def names(svg: str) -> dict[str, tuple[str, float]]:
    """Whether each name is hidden, and how far it stands from its node."""
    found = re.findall(r'data-id="country/(\w)".*?<text (class="hidden" )?x="([-\d.]+)"', svg)
    return {id_: (hidden, float(aside)) for id_, hidden, aside in found}


def test_of_two_names_at_one_place_the_one_with_more_statements_is_shown() -> None:
    found = names(drawn(a=(0.5, 0.5), b=(0.55, 0.5), c=(0.5, 0.1)))
    assert [bool(found[id_][0]) for id_ in "abc"] == [False, True, False]


def test_names_that_have_room_are_all_shown() -> None:
    found = names(drawn(a=(0.5, 0.1), b=(0.5, 0.5), c=(0.5, 0.9)))
    assert found == dict.fromkeys("abc", ("", 0.0))


def test_the_rim_cuts_no_name() -> None:
    found = names(drawn(a=(0.0, 0.1), b=(1.0, 0.5), c=(0.5, 0.9)))
    assert found["a"][1] > 0
    assert found["b"][1] == -found["a"][1]
    assert found["a"][1] < WIDTH / 2


def test_names_are_no_places_of_the_page() -> None:
    """Names that are spelled as the page marks where things go."""
    names = ("/* data */", "<!-- svg -->")
    text = " cooperates with ".join(names)
    statement = Statement("company/a", "cooperatesWith", EntityRef("company/b"))
    read = Extraction(
        document=Document(text=text),
        sentences=(Sentence(number=1, start=0, end=len(text)),),
        entities=tuple(
            Entity(id=f"company/{id_}", type="Company", name=name)
            for id_, name in zip("ab", names, strict=True)
        ),
        evidence=(
            Evidence(statement=statement, sentence=1, start=0, end=len(text), modality="asserted"),
        ),
    )
    with kg.open() as graph:
        graph.add(Reading(read))
        page = graph.draw().html
    drawing = page[page.index("<svg") : page.index("</svg>")]
    assert all(f">{escape(name)}</text>" in drawing for name in names)
    [data] = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert json.loads(data)[statement.id]["said"] == [names[0], "cooperates with", names[1]]


def test_a_line_says_how_firm_it_is() -> None:
    assert re.findall(r'<path class="edge (\w+)"', drawn(a=(0, 0), b=(1, 1), c=(0, 1))) == [
        "asserted",
        "denied",
    ]
