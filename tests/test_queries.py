"""Stored queries: each can be asked, and no parameter is more than a value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import CatalogueError
from kg.queries import ParameterError, load, read
from kg.statements import EntityRef, Statement
from kg.store import Store, open_store
from tests.api.conftest import ANKA, EXPORTS, GULER, JAPAN, TURKEY, extraction

HEAD = "# question: Q?\n# description: D.\n"
EVIL = '" } } DELETE { ?s ?p ?o } WHERE { ?s ?p ?o } #'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    def one(predicate: str, subject: str, object_: str) -> Statement:
        return Statement(subject, predicate, EntityRef(object_))

    japan, turkey, anka = "country/japan", "country/turkey", "equipment/anka"
    evaluates = one("evaluates", japan, anka)
    with open_store(str(tmp_path_factory.mktemp("queries") / "store")) as found:
        first = extraction(
            "Japan looks at the Anka of Turkey.",
            (JAPAN, TURKEY, ANKA, GULER),
            (evaluates, "asserted", {}),
            (one("supplies", turkey, japan), "asserted", {"equipment": (EntityRef(anka),)}),
            (one("supplies", turkey, japan), "planned", {}),
            (one("operates", japan, anka), "asserted", {}),
            (one("manufactures", turkey, anka), "asserted", {}),
            (one("meetsWith", japan, turkey), "asserted", {}),
            (EXPORTS, "asserted", {}),
            date="2026-01-08",
        )
        second = extraction(
            "Japan denies it looks at the Anka.", (JAPAN, ANKA), (evaluates, "denied", {})
        )
        found.add([first, second])
        yield found


def test_eight_queries_ship() -> None:
    assert len(load()) == 8


@pytest.mark.parametrize("name", sorted(load()))
def test_each_gives_rows(store: Store, name: str) -> None:
    assert store.select(load()[name].sparql({}))


def test_parameters_narrow(store: Store) -> None:
    query = load()["evaluations"]
    assert len(store.select(query.sparql({"who": "country/japan"}))) == 2
    assert len(store.select(query.sparql({"who": "country/japan", "modality": "denied"}))) == 1
    assert len(store.select(query.sparql({"since": "2026-01-08"}))) == 1
    assert not store.select(query.sparql({"who": "country/turkey"}))
    assert not store.select(query.sparql({"since": "2026-01-09"}))


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("evaluations", "who", EVIL),
        ("evaluations", "who", "country/japan> } #"),
        ("evaluations", "who", "country/ja pan"),
        ("evaluations", "since", EVIL),
        ("evaluations", "since", "2026-02-30"),
        ("evaluations", "since", "٢٠٢٦-٠١-٠١"),
        ("evaluations", "modality", EVIL),
        ("contradictions", "predicate", "rdf:type"),
        ("one-source", "below", "1) || (true"),
        ("one-source", "below", "1e9"),
        ("one-source", "limit", "10 OFFSET 2"),
        ("one-source", "limit", "0"),
        ("export-values", "currency", "x" * 501),
        ("export-values", "currency", "\ud800"),
        ("supplies", "nobody", "x"),
    ],
)
def test_what_does_not_fit_is_refused(query: str, name: str, value: str) -> None:
    with pytest.raises(ParameterError) as caught:
        load()[query].sparql({name: value})
    assert caught.value.name == name
    assert "\n" not in str(caught.value)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_any_text_stays_one_literal(store: Store, value: str) -> None:
    sparql = load()["export-values"].sparql({"currency": value})
    rows = store.select(sparql)
    assert bool(rows) == (value == "USD")


WRONG = {
    "SELECT * { ?s ?p ?o }": ("line 1", "no # question"),
    HEAD + "# parameter a what: x\nSELECT * { ?s ?p $a }": ("line 3", "is no type"),
    HEAD + "# parameter store text: x\nSELECT * { ?s ?p $store }": ("line 3", "option of its own"),
    HEAD + "# parameter a\nSELECT * { ?s ?p $a }": ("line 3", "write # parameter"),
    HEAD + "# parameter a date = soon: x\nSELECT * { ?s ?p $a }": ("line 3", "is no date"),
    HEAD + "# parameter a text: x\nSELECT * { ?s ?p '$a' }": ("line 1", "does not use"),
    HEAD + "SELECT *\n{ ?s ?p $a }": ("line 4", "is no parameter"),
    HEAD + "SELECT *\n{ ?s ?p }": ("line 5", "(here or a little above)"),
    HEAD + "ASK { ?s ?p ?o }": ("", "no SELECT"),
    HEAD + "SELECT * { SERVICE <http://a/> { ?s ?p ?o } }": ("", "SERVICE"),
}


@pytest.mark.parametrize("text", list(WRONG))
def test_wrong_files(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read(path)
    for part in ("wrong.rq", *WRONG[text]):
        assert part in str(caught.value)
