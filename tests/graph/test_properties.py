"""What holds for any extraction: round trip, exact retraction, any order, independent parsers."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, Store, parse, serialize
from rdflib.compare import isomorphic

from kg.documents import Document, Mention, Sentence
from kg.entities import Entity
from kg.graph.canonical import canonical, object_key
from kg.graph.read import extraction
from kg.graph.serialise import nquads, serialise
from kg.graph.update import changes
from kg.graph.validate import validate
from kg.statements import (
    Amount,
    DateValue,
    EntityRef,
    Evidence,
    Extraction,
    Literal,
    Number,
    QualifierValue,
    Statement,
)
from ontology import vocabulary

# Two documents in three should share entities and statements, so there are few of both.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WORDS = st.text(CHARACTERS, min_size=1, max_size=8)
NAMES = st.sampled_from(["Japan", "JAPAN", "japan", "Anka", "Türkiye", 'a "b" \\ c', "日本\n"])
IDS = {
    "country/japan": "Country",
    "company/baykar": "Company",
    "equipment/anka": "Equipment",
    "person/yasar-guler": "Person",
    "topic/training": "Topic",
}
NUMBERS = st.one_of(
    st.integers(0, 10**12).map(float),
    st.floats(-1e30, 1e30, allow_nan=False).filter(lambda x: x != 0),
)
REFS = st.sampled_from(sorted(IDS)).map(EntityRef)
AMOUNTS = st.builds(Amount, NUMBERS, st.sampled_from(["USD", "EUR"]), WORDS)
DATES = st.sampled_from(
    [
        DateValue("last week"),
        DateValue("in March", "2026-03", "article", "month"),
        DateValue("since 1993", "1993/..", "stated", "interval"),
        DateValue("1990s", "199X", "stated", "year"),
    ]
)
VALUES: Mapping[str, st.SearchStrategy[QualifierValue]] = {
    "date": DATES,
    "location": st.one_of(REFS, WORDS.map(Literal)),
    "quantity": st.builds(Number, NUMBERS, WORDS),
    "topic": st.one_of(REFS, WORDS.map(Literal)),
    "value": AMOUNTS,
}
STATEMENTS = st.sampled_from(
    [
        Statement("country/japan", "evaluates", EntityRef("equipment/anka")),
        Statement("company/baykar", "manufactures", EntityRef("equipment/anka")),
        Statement("person/yasar-guler", "holdsPosition", Literal('Minister of "Defence"')),
        Statement("country/japan", "hasDefenceBudget", Amount(1e10, "USD", "ten billion")),
        Statement("country/japan", "hasDefenceBudget", Amount(1e10, "USD", "$10bn")),
        Statement("country/japan", "prioritizes", EntityRef("topic/training")),
    ]
)
OPTIONAL = st.none() | WORDS


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    """A small extraction, unsorted, that is right in itself."""
    text = draw(st.text(CHARACTERS, min_size=1, max_size=20))
    bounds = st.integers(0, len(text))
    spans = st.tuples(bounds, bounds).map(lambda pair: (min(pair), max(pair)))
    sentences = [
        Sentence(number=n, start=s, end=e)
        for n, (s, e) in enumerate(draw(st.lists(spans, min_size=1, max_size=2)), start=1)
    ]
    numbers = st.integers(1, len(sentences))
    mentions = [
        Mention(
            start=start,
            end=end,
            type=IDS[ref],
            sentence=draw(numbers),
            entity=ref,
            kind=draw(st.sampled_from(["name", "description", "pronoun"])),
            reason=draw(st.sampled_from(["", "in the catalogue"])),
        )
        for (start, end), ref in draw(
            st.lists(st.tuples(spans, st.sampled_from(sorted(IDS))), max_size=2)
        )
    ]
    entities = [
        Entity(
            id=id_,
            type=type_,
            name=draw(NAMES),
            catalogue=draw(st.booleans()),
            aliases=tuple(draw(st.lists(NAMES, max_size=2))),
            reason=draw(st.just("") | WORDS),
        )
        for id_, type_ in IDS.items()
    ]
    evidence = []
    for statement in draw(st.lists(STATEMENTS, max_size=3)):
        start, end = draw(spans)
        names = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=2))
        evidence.append(
            Evidence(
                statement=statement,
                sentence=draw(numbers),
                start=start,
                end=end,
                modality=draw(st.sampled_from(sorted(vocabulary.load().modalities))),
                qualifiers={n: tuple(draw(st.lists(VALUES[n], max_size=2))) for n in names},
                confidence=draw(st.floats(0, 1)),
                quoted=draw(st.none() | st.booleans()),
                extractor=draw(st.sampled_from(["", "model 0.1", "frame:é% 0.1"])),
                reason=draw(st.just("") | WORDS),
            )
        )
    document = Document(
        text=text,
        title=draw(st.just("") | WORDS),
        source=draw(OPTIONAL),
        name=draw(OPTIONAL),
        date=draw(st.sampled_from([None, "2026-01-08"])),
    )
    return Extraction(
        document=document,
        sentences=tuple(sentences),
        mentions=tuple(mentions),
        entities=tuple(entities),
        evidence=tuple(evidence),
    )


def stored(*batches: Sequence[Extraction]) -> Store:
    store = Store()
    for batch in batches:
        apply(store, add=batch)
    return store


def apply(
    store: Store, *, add: Sequence[Extraction] = (), remove: Sequence[str] = ()
) -> tuple[str, ...]:
    change = changes(store, add=add, remove=remove)
    for quad in change.removed:
        assert list(store.quads_for_pattern(*quad)) != []
        store.remove(quad)
    for quad in change.added:
        assert list(store.quads_for_pattern(*quad)) == []
        store.add(quad)
    return change.documents


def lines(store: Store) -> list[bytes]:
    return list(nquads(store))


def texts(item: Extraction) -> list[object]:
    """What equality of amounts and numbers leaves out."""
    return [
        [
            object_key(e.statement.object),
            {k: list(map(object_key, v)) for k, v in e.qualifiers.items()},
        ]
        for e in item.evidence
    ]


@given(extractions())
def test_round_trip(item: Extraction) -> None:
    store = stored([item])
    back = extraction(store, item.document.id)
    assert back == canonical(item)
    assert texts(back) == texts(canonical(item))
    assert apply(store, add=[item]) == ()


@given(extractions(), st.lists(extractions(), max_size=3))
def test_add_then_retract_restores_the_dataset(item: Extraction, others: list[Extraction]) -> None:
    others = [o for o in others if o.document.id != item.document.id]
    store = stored(others)
    before = lines(store)
    apply(store, add=[item])
    apply(store, remove=[item.document.id])
    assert lines(store) == before


@given(st.data(), st.lists(extractions(), max_size=4, unique_by=lambda e: e.document.id))
def test_any_order_gives_the_same_dataset(data: st.DataObject, items: list[Extraction]) -> None:
    shuffled = data.draw(st.permutations(items))
    assert lines(stored(items)) == lines(stored(*([item] for item in shuffled)))


@given(extractions(), st.lists(extractions(), max_size=2), st.data())
def test_a_new_version_replaces_the_old(
    item: Extraction, others: list[Extraction], data: st.DataObject
) -> None:
    others = [o for o in others if o.document.id != item.document.id]
    evidence = tuple(data.draw(st.lists(st.sampled_from(item.evidence)))) if item.evidence else ()
    newer = Extraction(
        document=item.document, sentences=item.sentences, entities=item.entities, evidence=evidence
    )
    store = stored([item], others, [newer])
    assert lines(store) == lines(stored([newer], others))


@given(st.lists(extractions(), max_size=3))
def test_no_triple_stands_in_two_graphs(items: list[Extraction]) -> None:
    quads = list(stored(items))
    assert len({q.triple for q in quads}) == len(quads)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(extractions(), min_size=1, max_size=2))
def test_the_shapes_accept_it(items: list[Extraction]) -> None:
    assert validate(stored(items)).violations == ()


@settings(max_examples=30)
@given(extractions())
def test_other_parsers_read_the_same(item: Extraction) -> None:
    store = stored([item])
    turtle = serialise(store, format="turtle")
    expected = rdflib.Graph().parse(data=serialise(store, format="ntriples"), format="nt")
    assert len(expected) == len(store)
    assert isomorphic(rdflib.Graph().parse(data=turtle, format="turtle"), expected)


@pytest.mark.parametrize("format", ["trig", "nquads", "jsonld"])
def test_formats_with_graphs_keep_them(example: Extraction, format: str) -> None:
    store = stored([example])
    data = serialise(store, format=format)
    known = RdfFormat.from_extension({"trig": "trig", "nquads": "nq", "jsonld": "jsonld"}[format])
    assert known is not None
    assert set(parse(data, format=known)) == set(store)
    assert serialise(store_of(data, known), format=format) == data


def store_of(data: bytes, format: RdfFormat) -> Store:
    store = Store()
    store.load(data, format)
    return store


@settings(max_examples=30)
@given(extractions())
def test_rapper_reads_the_same(item: Extraction) -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("rapper is not installed: on Debian, apt-get install raptor2-utils")
    store = stored([item])
    read = subprocess.run(
        [rapper, "-q", "-i", "turtle", "-o", "ntriples", "-", "http://example.org/"],
        input=serialise(store, format="turtle"),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert read.stderr == b""
    expected = rdflib.Graph().parse(data=serialise(store, format="ntriples"), format="nt")
    assert isomorphic(rdflib.Graph().parse(data=read.stdout, format="nt"), expected)


def test_the_same_bytes_each_time(example: Extraction) -> None:
    quads: list[Quad] = list(stored([example]))
    for format in ("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml"):
        assert serialise(quads, format=format) == serialise(quads[::-1], format=format)
    assert b"".join(nquads(quads)) == b"".join(
        sorted((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    )
