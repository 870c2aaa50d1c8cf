"""Filters of statements over HTTP: each narrows as it says, together they hold of one piece of
evidence, and pages go through all that fits."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from kg.documents import Document, Sentence
from kg.entities import Entity
from kg.statements import DateValue, EntityRef, Evidence, Extraction, Statement
from kg.store import open_store

ENTITIES = {
    "country/a": "Country",
    "country/b": "Country",
    "company/c": "Company",
    "equipment/d": "Equipment",
}
# (document, day, source, [(subject, predicate, object, modality, confidence, date)])
DOCUMENTS: list[tuple[str, str | None, str | None, list[tuple[str, str, str, str, float, str]]]] = [
    ("one", "2026-01-01", "https://www.reuters.com/1", [
        ("country/a", "evaluates", "equipment/d", "asserted", 0.9, "2025-12"),
        ("company/c", "manufactures", "equipment/d", "asserted", 0.6, ""),
    ]),
    ("two", "2026-02-01", "Herald", [
        ("country/a", "evaluates", "equipment/d", "denied", 0.8, "2026-01-15"),
        ("country/a", "procures", "equipment/d", "planned", 0.7, "2027"),
    ]),
    ("three", None, None, [
        ("country/b", "procures", "equipment/d", "possible", 0.3, ""),
        ("country/a", "cooperatesWith", "country/b", "asserted", 0.5, "2026-01"),
    ]),
    ("four", "2026-03-01", "Herald", [
        ("country/a", "evaluates", "equipment/d", "asserted", 0.4, "2025-12"),
    ]),
]  # fmt: skip


def _extraction(
    name: str,
    day: str | None,
    source: str | None,
    said: list[tuple[str, str, str, str, float, str]],
) -> Extraction:
    text = " ".join(f"{name}{number}" for number in range(12))  # no copy of another
    ids = sorted({end for each in said for end in (each[0], each[2])})
    return Extraction(
        document=Document(text=text, title=name, date=day, source=source),
        sentences=(Sentence(number=1, start=0, end=len(text)),),
        entities=tuple(
            Entity(id=id_, type=ENTITIES[id_], name=id_.rpartition("/")[2].upper()) for id_ in ids
        ),
        evidence=tuple(
            Evidence(
                statement=Statement(subject, predicate, EntityRef(target)),
                sentence=1,
                start=0,
                end=len(text),
                modality=modality,
                confidence=confidence,
                qualifiers={"date": (DateValue(f"in {date}", date, "stated", "month"),)}
                if date
                else {},
            )
            for subject, predicate, target, modality, confidence, date in said
        ),
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("filters") / "store"
    with open_store(str(folder)) as store:
        store.add([_extraction(*each) for each in DOCUMENTS])
        app = create_app(store, extract=None)
        with TestClient(app, base_url="http://localhost") as result:
            yield result


def get(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def short(item: Any) -> str:
    ends = [item["subject"]["name"], item["predicate"], item["object"]["name"]]
    return " ".join(ends)


EVALUATES, MAKES = "A evaluates D", "C manufactures D"
PROCURES, B_PROCURES, WORKS = "A procures D", "B procures D", "A cooperatesWith B"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [EVALUATES, PROCURES, MAKES, B_PROCURES, WORKS]),
        ("predicate=evaluates&predicate=manufactures", [EVALUATES, MAKES]),
        ("predicate=procures", [PROCURES, B_PROCURES]),
        ("modality=denied", [EVALUATES]),
        ("modality=planned&modality=possible", [PROCURES, B_PROCURES]),
        ("entity=country/a", [EVALUATES, PROCURES, WORKS]),
        ("entity=country/b", [B_PROCURES, WORKS]),
        ("entity=country/b&predicate=cooperatesWith", [WORKS]),
        ("entity=equipment/d&subject=country/a", [EVALUATES, PROCURES]),
        ("subject=country/a&object=equipment/d", [EVALUATES, PROCURES]),
        ("source=Reuters", [EVALUATES, MAKES]),
        ("source=reuters.com", [EVALUATES, MAKES]),
        ("source=https://www.reuters.com/other", [EVALUATES, MAKES]),
        ("source=Herald", [EVALUATES, PROCURES]),
        ("source=Nobody", []),
        ("source=", [B_PROCURES, WORKS]),
        ("type=Company", [MAKES]),
        ("type=Country", [EVALUATES, PROCURES, B_PROCURES, WORKS]),
        ("confidence=0.85", [EVALUATES]),
        ("confidence=0", [EVALUATES, PROCURES, MAKES, B_PROCURES, WORKS]),
        ("since=2026-02-01", [EVALUATES, PROCURES]),
        ("until=2026-01-01", [EVALUATES, MAKES]),
        # Together they must hold of one piece of evidence.
        ("modality=denied&source=Reuters", []),
        ("modality=denied&confidence=0.85", []),
        ("source=Herald&until=2026-01-31", []),
        ("modality=asserted&since=2026-02-15", [EVALUATES]),
        ("modality=asserted&since=2026-02-15&confidence=0.5", []),
        # 1 − (0.05 + 0.95 × 0.1) × (0.05 + 0.95 × 0.6) = 0.9101
        ("belief=0.9", [EVALUATES]),
        ("belief=0.911", []),
        ("belief=0.6", [EVALUATES, PROCURES]),
        ("belief=0.6&predicate=procures", [PROCURES]),
    ],
)
def test_each_filter(client: TestClient, query: str, found: list[str]) -> None:
    items = get(client, f"/statements?{query}")["items"]
    assert sorted(map(short, items)) == sorted(found)
    # Page by page the same.
    following: str | None = f"/statements?{query}&limit=1"
    seen = []
    while following is not None:
        page = get(client, following)
        seen += page["items"]
        following = page["next"]
    assert seen == items


def test_every_two_filters_give_no_more_than_one(client: TestClient) -> None:
    single = ["predicate=evaluates", "modality=asserted", "entity=country/a", "source=Herald",
              "type=Company", "confidence=0.5", "since=2026-01-15", "belief=0.5"]  # fmt: skip
    alone = {
        each: {item["id"] for item in get(client, f"/statements?{each}")["items"]}
        for each in single
    }
    for one, other in itertools.combinations(single, 2):
        both = {item["id"] for item in get(client, f"/statements?{one}&{other}")["items"]}
        assert both <= alone[one] & alone[other]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("belief=2", "query.belief"),
        ("belief=-1", "query.belief"),
        ("belief=nan", "query.belief"),
        ("belief=much", "query.belief"),
        ("confidence=1.5", "query.confidence"),
        ("predicate=evaluates&predicate=loves", "query.predicate"),
        ("modality=asserted&modality=sure", "query.modality"),
        ("type=Robot", "query.type"),
        ("since=2026-02-30", "query.since"),
        ("subject=" + "a" * 401, "query.subject"),
        ("source=" + "a" * 2001, "query.source"),
        ("&".join(["predicate=evaluates"] * 51), "query.predicate"),
        ("limit=201", "query.limit"),
    ],
)
def test_wrong_filters(client: TestClient, query: str, where: str) -> None:
    answer = client.get(f"/statements?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert where in {each["location"].removesuffix(".50") for each in answer.json()["errors"]}


@pytest.mark.parametrize("path", ["/statements", "/timeline", "/documents", "/sources", "/changes"])
def test_a_cursor_is_good_for_its_query_only(client: TestClient, path: str) -> None:
    following = get(client, f"{path}?limit=1")["next"]
    assert following is not None
    cursor = following.partition("cursor=")[2]
    other = {"/statements": "modality=denied", "/timeline": "order=oldest", "/changes": "since=0"}
    if path in other:
        assert client.get(f"{path}?{other[path]}&cursor={cursor}").status_code == 400
    for wrong in (cursor[:-3], cursor + "x", "W10", "ä"):
        answer = client.get(path, params={"cursor": wrong})
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


def test_how_belief_was_reckoned(client: TestClient) -> None:
    [item] = get(client, "/statements?predicate=evaluates")["items"]
    assert (item["modality"], item["confidence"]) == ("asserted", 0.9)
    assert item["beliefs"] == {"asserted": item["belief"], "denied": 0.76}
    found = get(client, f"/statements/{item['id']}")
    assert found["belief"] == item["belief"]
    arithmetic = found["belief_arithmetic"]
    assert arithmetic["formula"] == ("1 − (0.05 + 0.95 × 0.1) × (0.05 + 0.95 × 0.6) = 0.9101")
    assert arithmetic["value"] == found["belief"] == 0.9101
    assert [(g["publisher"], g["factor"]) for g in arithmetic["groups"]] == [
        ("Reuters", 0.145),
        ("Herald", 0.62),
    ]
    [text] = arithmetic["groups"][0]["texts"]
    assert [(d["title"], d["copy_of"]) for d in text["documents"]] == [("one", None)]
    [denied] = found["other_beliefs"]
    assert (denied["modality"], denied["value"]) == ("denied", 0.76)


def test_the_timeline_has_what_sentences_date(client: TestClient) -> None:
    def events(query: str) -> list[tuple[str, str, str, int]]:
        found = []
        following: str | None = f"/timeline?{query}&limit=2"
        while following is not None:
            page = get(client, following)
            found += page["items"]
            following = page["next"]
        return [
            (short(e["statement"]), e["date"]["edtf"], e["document"]["title"], e["documents"])
            for e in found
        ]

    newest = [
        (PROCURES, "2027", "two", 1),
        (EVALUATES, "2026-01-15", "two", 1),
        (WORKS, "2026-01", "three", 1),
        (EVALUATES, "2025-12", "four", 2),  # both give it, the newest is named
    ]
    assert events("") == newest
    assert events("order=oldest") == newest[::-1]
    assert events("entity=country/b") == [newest[2]]
    assert events("entity=country/a&other=equipment/d") == [newest[0], newest[1], newest[3]]
    assert events("modality=denied") == [newest[1]]
    assert events("source=Reuters") == [(EVALUATES, "2025-12", "one", 1)]
    [event] = get(client, "/timeline?modality=denied")["items"]
    assert event["modality"] == "denied"
    assert event["date"] == {
        "edtf": "2026-01-15", "first": "2026-01-15", "last": "2026-01-15",
        "text": "in 2026-01-15", "basis": "stated", "precision": "month", "qualifier": "date",
    }  # fmt: skip


def test_sources_and_statistics(client: TestClient) -> None:
    items = get(client, "/sources")["items"]
    assert [(s["publisher"], s["documents"], s["first"], s["last"]) for s in items] == [
        ("Herald", 2, "2026-02-01", "2026-03-01"),
        ("", 1, None, None),
        ("Reuters", 1, "2026-01-01", "2026-01-01"),
    ]
    assert [s["systematic"] for s in items] == [0.05, 0.1, 0.05]
    found = get(client, "/statistics")
    counts = ("documents", "entities", "statements", "evidence", "copies", "undated")
    assert [found[name] for name in counts] == [4, 4, 5, 7, 0, 1]
    assert found["types"] == {"Country": 2, "Company": 1, "Equipment": 1}
    assert found["predicates"]["procures"] == 2
    assert found["modalities"] == {"asserted": 3, "planned": 1, "possible": 1}
    assert found["evidence_modalities"]["denied"] == 1
    assert found["months"] == {"2026-01": 1, "2026-02": 1, "2026-03": 1}
    assert found["publishers"] == {"Herald": 2, "": 1, "Reuters": 1}
    assert sum(found["predicates"].values()) == found["statements"]


@pytest.mark.parametrize(
    "path",
    ["/entities", "/suggest?q=a", "/statements", "/timeline", "/sources", "/statistics",
     "/changes", "/reconcile", "/reconcile/suggest/entity?prefix=a"],
)  # fmt: skip
def test_asking_again_costs_nothing(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
