"""Filters of statements and the timeline against what going through all evidence gives, whichever
way the tables are walked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.documents import Document, Sentence
from kg.entities import Entity
from kg.graph.canonical import canonical
from kg.graph.edtf import days
from kg.statements import DateValue, EntityRef, Evidence, Extraction, Literal, Statement
from kg.store import Store, filters, open_store
from kg.store.filters import Filter

TYPES = {
    "country/a": "Country", "country/b": "Country", "company/c": "Company",
    "company/d": "Company", "equipment/e": "Equipment", "person/f": "Person",
}  # fmt: skip
PREDICATES = ("evaluates", "procures", "cooperatesWith", "holdsPosition")
MODALITIES = ("asserted", "planned", "possible", "denied")
SOURCES = (None, "Herald", "https://www.example.org/1", "https://reuters.com/1")
PUBLISHERS = ("", "Herald", "example.org", "Reuters")
DAYS = (None, "2026-01-01", "2026-01-15", "2026-02-01")
DATES = ("2025", "2026-01", "2026-01-15", "2025-12-01/2026-02-01")


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of evidence, with its document."""

    document: str
    publisher: str
    day: str
    evidence: Evidence


def _documents() -> list[Extraction]:
    chance = random.Random(7)
    found = []
    for number in range(40):
        text = " ".join(f"d{number}w{word}" for word in range(9))
        evidence = []
        for _ in range(chance.randint(1, 5)):
            subject = chance.choice(list(TYPES))
            predicate = chance.choice(PREDICATES)
            target = (
                Literal(chance.choice(("Minister", "Chief")))
                if predicate == "holdsPosition"
                else EntityRef(chance.choice(list(TYPES)))
            )
            date = chance.choice((None, *DATES))
            evidence.append(
                Evidence(
                    statement=Statement(subject, predicate, target),
                    sentence=1,
                    start=0,
                    end=len(text),
                    modality=chance.choice(MODALITIES),
                    confidence=round(chance.random(), 2),
                    qualifiers={"date": (DateValue(f"in {date}", date, "stated", "day"),)}
                    if date
                    else {},
                )
            )
        found.append(
            canonical(
                Extraction(
                    document=Document(
                        text=text, date=chance.choice(DAYS), source=chance.choice(SOURCES)
                    ),
                    sentences=(Sentence(number=1, start=0, end=len(text)),),
                    entities=tuple(
                        Entity(id=id_, type=type_, name=id_) for id_, type_ in TYPES.items()
                    ),
                    evidence=tuple(evidence),
                )
            )
        )
    return found


DOCUMENTS = _documents()
SAID = [
    Said(
        extraction.document.id,
        PUBLISHERS[SOURCES.index(extraction.document.source)],
        extraction.document.date or "",
        piece,
    )
    for extraction in DOCUMENTS
    for piece in extraction.evidence
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("filters") / "store")) as result:
        result.add(DOCUMENTS)
        yield result


def _far(statement: Statement) -> str:
    return statement.object.id if isinstance(statement.object, EntityRef) else ""


def _piece_fits(wanted: Filter, said: Said) -> bool:
    tests = [
        not wanted.modalities or said.evidence.modality in wanted.modalities,
        wanted.document in (None, said.document),
        wanted.since is None or said.day >= wanted.since,
        wanted.until is None or (said.day != "" and said.day <= wanted.until),
        wanted.source in (None, said.publisher),
        wanted.confidence is None or said.evidence.confidence >= wanted.confidence,
    ]
    return all(tests)


def _fits(wanted: Filter, statement: Statement, belief: float) -> bool:
    ends = (statement.subject, _far(statement))
    return (
        wanted.subject in (None, statement.subject)
        and (wanted.object is None or _far(statement) == wanted.object)
        and (wanted.entity is None or wanted.entity in ends)
        and (wanted.other is None or wanted.other in ends)
        and (not wanted.predicates or statement.predicate in wanted.predicates)
        and (wanted.type is None or wanted.type in [TYPES.get(end) for end in ends])
        and (wanted.belief is None or belief >= wanted.belief)
    )


def _expected(wanted: Filter, believed: dict[str, float]) -> list[Said]:
    return [
        said
        for said in SAID
        if _piece_fits(wanted, said)
        and _fits(wanted, said.evidence.statement, believed[said.evidence.statement.id])
    ]


maybe_entity = st.none() | st.sampled_from([*TYPES, "no/body"])
wanted_ = st.builds(
    Filter,
    subject=maybe_entity,
    object=maybe_entity,
    entity=maybe_entity,
    other=maybe_entity,
    predicates=st.lists(st.sampled_from(PREDICATES), max_size=2, unique=True).map(tuple),
    modalities=st.lists(st.sampled_from(MODALITIES), max_size=2, unique=True).map(tuple),
    type=st.none() | st.sampled_from(sorted(set(TYPES.values()))),
    document=st.none() | st.sampled_from([each.document.id for each in DOCUMENTS]),
    since=st.sampled_from(DAYS),
    until=st.sampled_from(DAYS),
    source=st.none() | st.sampled_from(PUBLISHERS),
    confidence=st.none() | st.floats(0, 1),
    belief=st.none() | st.floats(0, 1),
)
# Most of them at once leave nothing, so that some are taken away again.
some = st.builds(
    lambda wanted, names: replace(
        wanted, **{name: () if name in ("predicates", "modalities") else None for name in names}
    ),
    wanted_,
    st.sets(st.sampled_from(sorted(Filter.__slots__)), min_size=9),
)


@pytest.mark.parametrize("rare", [0, 10, 100_000])
def test_filters_and_pages(store: Store, rare: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "_RARE", rare)
    monkeypatch.setattr(filters, "_RARE_STATEMENTS", rare)
    found_some = 0

    @settings(max_examples=150)
    @given(wanted=some, size=st.integers(1, 30))
    def check(wanted: Filter, size: int) -> None:
        nonlocal found_some
        with store.index.reading() as db:
            believed = {
                r["id"]: r["belief"] for r in db.execute("SELECT id, belief FROM statement")
            }
            whole = filters.page(db, wanted, limit=1000, after=None)
            pages, after = [], None
            while part := filters.page(db, wanted, limit=size, after=after):
                pages += part
                after = (part[-1].latest, part[-1].id)
        expected = {said.evidence.statement.id for said in _expected(wanted, believed)}
        assert {row.id for row in whole} == expected
        assert pages == whole
        assert [(r.latest, r.id) for r in whole] == sorted(
            sorted((r.latest, r.id) for r in whole), key=lambda pair: pair[0], reverse=True
        )
        found_some += bool(whole)

    check()
    assert found_some > 30


@pytest.mark.parametrize("rare", [0, 10, 100_000])
@pytest.mark.parametrize("newest", [True, False])
def test_the_timeline(
    store: Store, rare: int, newest: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "_RARE", rare)
    monkeypatch.setattr(filters, "_RARE_STATEMENTS", rare)

    @settings(max_examples=60)
    @given(wanted=some, size=st.integers(1, 30))
    def check(wanted: Filter, size: int) -> None:
        with store.index.reading() as db:
            believed = {
                r["id"]: r["belief"] for r in db.execute("SELECT id, belief FROM statement")
            }
            whole = filters.timeline(db, wanted, newest=newest, limit=1000, after=None)
            pages, after = [], None
            while part := filters.timeline(db, wanted, newest=newest, limit=size, after=after):
                pages += part
                after = part[-1].place
        assert pages == whole
        expected: dict[tuple[str, ...], list[Said]] = {}
        for said in _expected(wanted, believed):
            for date in said.evidence.qualifiers.get("date", ()):
                assert isinstance(date, DateValue)
                assert date.edtf is not None
                first, last = days(date.edtf)
                place = (str(first), str(last), said.evidence.statement.id, "date", date.edtf)
                expected.setdefault(place, []).append(said)
        assert [each.place for each in whole] == sorted(expected, reverse=newest)
        for each in whole:
            given_by = expected[each.place]
            assert each.documents == len({said.document for said in given_by})
            assert each.document == max((said.day, said.document) for said in given_by)[1]

    check()
