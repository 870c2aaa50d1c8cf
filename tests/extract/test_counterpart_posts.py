"""Whoever is called the counterpart of a minister holds the same post."""

from __future__ import annotations

import pytest

from kg.documents import Document
from kg.extract import counterpart_posts
from kg.extract.records import Claim, Counterpart
from kg.pipeline import Pipeline
from kg.statements import EntityRef, Literal


def post(person: str, title: str, *, modality: str = "asserted", sentence: int = 1) -> Claim:
    return Claim(
        subject=person,
        predicate="holdsPosition",
        object=Literal(title),
        sentence=sentence,
        modality=modality,
    )


PAIR = Counterpart(
    person="person/nakatani",
    owner="person/guler",
    state="country/japan",
    start=9,
    end=20,
    sentence=2,
)


def test_the_post_of_the_one_is_that_of_the_other() -> None:
    [claim] = counterpart_posts.find([post("person/guler", "Defence Minister")], [PAIR])
    assert (claim.subject, claim.object) == ("person/nakatani", Literal("Defence Minister"))
    assert claim.sentence == 2
    assert claim.qualifiers == {"of": (EntityRef("country/japan"),)}
    assert "person/guler" in claim.reason


@pytest.mark.parametrize(
    "claims",
    [
        [],
        [post("person/guler", "Defence Minister", modality="denied")],
        [post("person/guler", "Defence Minister"), post("person/guler", "Deputy Prime Minister")],
        [post("person/guler", "Defence Minister"), post("person/nakatani", "envoy", sentence=2)],
        [post("person/somebody-else", "Defence Minister")],
    ],
    ids=["no post", "denied", "two posts", "a post of his own", "another person"],
)
def test_nothing_is_said_where_it_is_open(claims: list[Claim]) -> None:
    assert list(counterpart_posts.find(claims, [PAIR])) == []


def test_in_a_text() -> None:
    text = "Turkish Defence Minister Yasar Guler met his Japanese counterpart, Gen Nakatani."
    found = {
        (e.statement.subject, e.statement.object)
        for e in Pipeline().extract(Document(text=text)).evidence
        if e.statement.predicate == "holdsPosition"
    }
    assert ("person/gen-nakatani", Literal("Defence Minister")) in found
