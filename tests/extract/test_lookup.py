"""Looking up names in the catalogue as texts write them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import spacy

from kg.extract.lookup import begins_name, look_up
from kg.extract.mentions import MAX_NGRAM
from ontology.catalogue import Catalogue, load


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("F-16s", ["equipment/f-16 name"]),
        ("Turkish", ["country/turkey demonym"]),
        ("Kremlin", ["country/russia metonym", "place/kremlin name"]),
        ("kremlin", []),
        ("us", []),
    ],
)
def test_look_up(text: str, found: list[str]) -> None:
    assert [f"{h.row.id} {h.how}" for h in look_up(text, load())] == found


def test_whatever_stands_before_the_end_of_a_name_begins_it() -> None:
    catalogue = load()
    nlp = spacy.blank("en")
    checked = 0
    for row in list(catalogue.rows.values())[::7]:
        for name in (*row.names, *row.demonyms, *row.metonyms):
            doc = nlp(name)
            for j in range(1, min(len(doc), MAX_NGRAM)):
                assert begins_name(doc[:j].text, catalogue), (name, j)
                checked += 1
    assert checked > 1000


def test_what_begins_no_name() -> None:
    assert not begins_name("quarrelled", load())
    assert begins_name("The", load())


def test_answers_are_kept_for_one_catalogue_only() -> None:
    whole = load()
    row = replace(whole.rows["country/turkey"], demonyms=())
    other = Catalogue({"country/turkey": row})
    assert look_up("Turkish", whole)
    assert look_up("Turkish", other) == ()
    assert look_up("Turkish", whole)
