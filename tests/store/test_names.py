"""Entities are found by any name, whatever is typed; cases in names.txt."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.documents import Document, Sentence
from kg.entities import Entity
from kg.graph.canonical import canonical
from kg.statements import EntityRef, Evidence, Extraction, Statement
from kg.store import Store, open_store
from kg.store.names import Hit, search, suggest

ENTITIES = {
    "equipment/tb2": ("Equipment", "Bayraktar TB2", "TB2"),
    "equipment/tb3": ("Equipment", "Bayraktar TB3"),
    "equipment/hurjet": ("Equipment", "Hürjet", "TAI Hürjet"),
    "equipment/akinci": ("Equipment", "Akıncı", "Bayraktar Akıncı"),
    "equipment/f-16": ("Equipment", "F-16", "F-16 Fighting Falcon"),
    "company/baykar": ("Company", "Baykar", "Baykar Makina"),
    "company/lockheed-martin": ("Company", "Lockheed Martin"),
    "company/rheinmetall": ("Company", "Rheinmetall", "Rheinmetall AG"),
    "company/mhi": ("Company", "Mitsubishi Heavy Industries", "三菱重工業"),
    "company/hanwha": ("Company", "Hanwha Aerospace", "한화에어로스페이스"),
    "person/kosiniak": ("Person", "Władysław Kosiniak-Kamysz"),
    "person/guler": ("Person", "Yaşar Güler"),
    "person/yildirim": ("Person", "Binali Yıldırım"),
    "person/lofgren": ("Person", "Stefan Löfgren"),
    "country/turkey": ("Country", "Turkey", "Türkiye", "تركيا"),
    "country/japan": ("Country", "Japan", "日本", "日本国"),
    "country/uk": ("Country", "United Kingdom", "UK", "Britain"),
    "country/ukraine": ("Country", "Ukraine", "Україна", "Украина"),
    "body/japan-mod": ("GovernmentBody", "Japanese Defense Ministry", "Defense Ministry of Japan"),
    "organisation/eu": ("InternationalOrganization", "European Union", "EU"),
    "organisation/un": ("InternationalOrganization", "United Nations", "UN"),
}  # fmt: skip
CASES = [
    tuple(part.strip() for part in line.rsplit("|", 1))
    for line in Path(__file__).with_name("names.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    text = "Japan evaluates the Bayraktar TB2."
    statement = Statement("country/japan", "evaluates", EntityRef("equipment/tb2"))
    with open_store(str(tmp_path_factory.mktemp("names") / "store")) as result:
        result.add(
            [
                canonical(
                    Extraction(
                        document=Document(text=text),
                        sentences=(Sentence(number=1, start=0, end=len(text)),),
                        entities=tuple(
                            Entity(id=id_, type=type_, name=name, aliases=tuple(aliases))
                            for id_, (type_, name, *aliases) in ENTITIES.items()
                        ),
                        evidence=(
                            Evidence(
                                statement=statement, sentence=1, start=0, end=5, modality="asserted"
                            ),
                        ),
                    )
                )
            ]
        )
        yield result


def found(store: Store, query: str, *, type_: str | None = None) -> list[Hit]:
    with store.index.reading() as db:
        return search(db, store.index.words, query, type_=type_)


def suggested(store: Store, query: str, *, type_: str | None = None, limit: int = 10) -> list[Hit]:
    with store.index.reading() as db:
        return suggest(db, store.index.words, query, type_=type_, limit=limit)


def test_all_cases_are_read() -> None:
    assert len(CASES) == 69


@pytest.mark.parametrize(("query", "first"), CASES, ids=[query for query, _ in CASES])
def test_searching(store: Store, query: str, first: str) -> None:
    hits = found(store, query)
    assert (hits[0].id if hits else "-") == first
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(75 <= score <= 100 for score in scores)
    assert len({hit.id for hit in hits}) == len(hits)


@pytest.mark.parametrize("id_", ENTITIES)
def test_each_own_name_finds_it_for_certain(store: Store, id_: str) -> None:
    for name in ENTITIES[id_][1:]:
        hits = found(store, name)
        assert (hits[0].id, hits[0].score) == (id_, 100.0)
        assert suggested(store, name)[0].id == id_


@pytest.mark.parametrize("id_", ENTITIES)
def test_whoever_types_a_name_sees_it_come(store: Store, id_: str) -> None:
    name = ENTITIES[id_][1]
    for length in range(3, len(name) + 1):
        assert id_ in [hit.id for hit in suggested(store, name[:length])], name[:length]


@pytest.mark.parametrize(
    ("query", "type_", "ids"),
    [
        ("bayraktar", None, ["equipment/tb2", "equipment/akinci", "equipment/tb3"]),
        ("bay", None, ["equipment/tb2", "company/baykar", "equipment/akinci", "equipment/tb3"]),
        ("bay", "Company", ["company/baykar"]),
        ("uk", None, ["country/uk", "country/ukraine"]),  # what is it, then what begins so
        ("マ", None, []),
        ("日", None, ["country/japan"]),
        ("", None, []),
        ("   ", None, []),
        ("kamy", None, ["person/kosiniak"]),  # a word within
    ],
)
def test_suggesting(store: Store, query: str, type_: str | None, ids: list[str]) -> None:
    assert [hit.id for hit in suggested(store, query, type_=type_)] == ids


def test_the_name_that_fits_is_told(store: Store) -> None:
    assert found(store, "britain")[0].matched == "Britain"
    assert suggested(store, "türki")[0].matched == "Türkiye"
    assert suggested(store, "bay", limit=2)[0].statements == 1


def test_types_narrow(store: Store) -> None:
    assert {hit.id.partition("/")[0] for hit in found(store, "Bayraktar")} == {"equipment"}
    assert found(store, "Bayraktar TB2", type_="Company") == []
    assert found(store, "Japan", type_="no such type") == []


@given(query=st.text(max_size=60) | st.text("\"*^:(){}+-~' ANDORNEAR\0\ud800", max_size=40))
def test_anything_can_be_asked(store: Store, query: str) -> None:
    hits = found(store, query)
    assert all(hit.id in ENTITIES for hit in hits + suggested(store, query))
    with store.index.reading() as db:
        assert db.execute("SELECT COUNT(*) FROM entity").fetchone()[0] == len(ENTITIES)


@given(id_=st.sampled_from(sorted(ENTITIES)), data=st.data())
def test_one_typo_in_a_long_word_is_forgiven(store: Store, id_: str, data: st.DataObject) -> None:
    name = ENTITIES[id_][1]
    words = [word for word in name.split() if len(word) >= 5 and word.isascii() and word.isalpha()]
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    place = data.draw(st.integers(1, len(word) - 2))
    kind = data.draw(st.sampled_from(["left out", "twice", "another", "exchanged"]))
    wrong = {
        "left out": word[:place] + word[place + 1 :],
        "twice": word[:place] + word[place] + word[place:],
        "another": word[:place] + "x" + word[place + 1 :],
        "exchanged": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    }[kind]
    assert id_ in [hit.id for hit in found(store, name.replace(word, wrong))]


def test_new_names_are_found_and_old_ones_are_not(store: Store, tmp_path: Path) -> None:
    del store
    with open_store(str(tmp_path / "store")) as other:
        text = "Kizilelma"
        extraction = Extraction(
            document=Document(text=text),
            sentences=(Sentence(number=1, start=0, end=len(text)),),
            entities=(Entity(id="equipment/k", type="Equipment", name="Kızılelma"),),
        )
        assert found(other, "Kizilelna") == []
        other.add([extraction])
        assert [hit.id for hit in found(other, "Kizilelna")] == ["equipment/k"]
        other.retract(extraction.document.id)
        assert found(other, "Kizilelma") == found(other, "Kizilelna") == []


def test_sqlite_has_what_the_index_needs() -> None:
    assert sqlite3.sqlite_version_info >= (3, 38)
