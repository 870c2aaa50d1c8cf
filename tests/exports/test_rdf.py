"""RDF formats, read by programs that are not ours, and compared with what went in."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Callable

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from kg.errors import InputError
from kg.exports import jsonld
from kg.exports.formats import FORMATS
from kg.exports.rdf import REIFIES, with_triple_terms, write
from kg.graph.terms import (
    RDF,
    RDF_OBJECT,
    RDF_PREDICATE,
    RDF_STATEMENT,
    RDF_SUBJECT,
    STATEMENTS,
    XSD,
)
from ontology import vocabulary
from tests.exports.conftest import DOCUMENTS, LABELS, labelled, stored, written

# rdflib warns of what it does itself.
pytestmark = pytest.mark.filterwarnings(
    "ignore:(Dataset|ConjunctiveGraph).* is deprecated:DeprecationWarning"
)
DATASETS = ("trig", "nquads", "jsonld")
UNIONS = ("turtle", "ntriples", "rdfxml")
_OXIGRAPH = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_RAPPER = ("turtle", "ntriples", "rdfxml", "trig", "nquads")
_RDFLIB = {
    "turtle": "turtle",
    "trig": "trig",
    "nquads": "nquads",
    "ntriples": "nt",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def test_there_are_labels() -> None:
    assert len(LABELS) == 32


def _replaced(term: object) -> object:
    """What becomes of a term in XML."""
    if isinstance(term, Literal) and not term.language:
        return Literal(_NOT_XML.sub("\ufffd", term.value), datatype=term.datatype)
    return term


def _triples(store: Store, form: str) -> set[str]:
    change: Callable[[object], object] = _replaced if form == "rdfxml" else lambda term: term
    return {f"{q.subject} {q.predicate} {change(q.object)}" for q in store}


@pytest.mark.parametrize("form", DATASETS)
def test_a_dataset_comes_back_whole_in_oxigraph(mixed: Store, form: str) -> None:
    back = Dataset(parse(written(mixed, form), format=_OXIGRAPH[form]))
    there = Dataset(mixed)
    for each in (back, there):
        each.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    assert len(back) == len(mixed)
    assert back == there


@pytest.mark.parametrize("form", [*UNIONS, *DATASETS])
def test_what_documents_say_comes_back_exactly(store: Store, form: str) -> None:
    found = list(parse(written(store, form), format=_OXIGRAPH[form]))
    if form in DATASETS:
        assert set(found) == set(store)
    else:
        assert {f"{q.subject} {q.predicate} {q.object}" for q in found} == _triples(store, form)


@pytest.mark.parametrize("form", _RAPPER)
def test_rapper_reads_the_same(form: str) -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("rapper is not installed: on Debian, apt-get install raptor2-utils")
    # U+FFFE and U+FFFF may stand in RDF, and rapper refuses them all the same.
    store = stored((*DOCUMENTS, *labelled(each for each in LABELS if "\ufffe" not in each)))
    done = subprocess.run(
        [rapper, "-q", "-i", form, "-o", "ntriples", "-", "http://example.org/"],
        input=written(store, form),
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    found = {f"{q.subject} {q.predicate} {q.object}" for q in _read(done.stdout)}
    assert found == _triples(store, form)


def _read(lines: bytes) -> list[Quad]:
    return list(parse(lines, format=RdfFormat.N_TRIPLES))


@pytest.mark.parametrize("form", _RDFLIB)
def test_rdflib_reads_as_many(store: Store, form: str) -> None:
    """Not the same, because rdflib changes literals that it takes for something else."""
    dataset = rdflib.Dataset()
    dataset.parse(data=written(store, form), format=_RDFLIB[form])
    found = {_shown(term) for quad in dataset.quads() for term in quad[:3]}
    assert len(list(dataset.quads())) == len(store)
    change: Callable[[object], object] = _replaced if form == "rdfxml" else lambda term: term
    expected = {_value(change(term)) for quad in store for term in (quad.subject, quad.object)}
    assert expected <= found


def _shown(term: object) -> str:
    assert isinstance(term, rdflib.term.Identifier)
    return str(term)


def _value(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)
    return term.value


# JSON-LD ---------------------------------------------------------------------------------------


def test_jsonld_is_compact_and_fetches_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_: object, **__: object) -> None:
        raise AssertionError("something is fetched")

    monkeypatch.setattr(urllib.request, "urlopen", fetch)
    text = written(store, "jsonld")
    said = json.loads(text)
    assert said["@context"] == json.loads(jsonld.FILE.read_text(encoding="utf-8"))["@context"]
    assert {"id": "entity:country/japan", "evaluates": "entity:equipment/anka"} in [
        node for graph in said["@graph"] for node in graph["@graph"] if len(node) == 2
    ]
    assert "http" not in json.dumps(said["@graph"]).replace("https://www.example.org/1", "")
    rdflib.Dataset().parse(data=text, format="json-ld")


def test_the_context_has_every_term_of_the_ontology() -> None:
    terms, context = vocabulary.load(), jsonld.load()
    ranges = {name: term.range for name, term in terms.predicates.items()}
    ranges |= {name: term.range for name, term in terms.qualifiers.items()}
    for name, range_ in ranges.items():
        type_ = "" if range_ == {"Literal"} else "@id"
        assert context.terms[name] == (vocabulary.NAMESPACE + name, type_)
    for name in (*terms.types, *terms.modalities):
        assert context.key(vocabulary.NAMESPACE + name) == name


def test_an_iri_that_looks_like_a_prefix_is_not_misread() -> None:
    quads = [Quad(NamedNode("document:x"), NamedNode("urn:p"), Literal("y"))]
    text = write(quads, FORMATS["jsonld"])
    assert list(parse(text, format=RdfFormat.JSON_LD)) == quads
    assert b"@context" not in text


@pytest.mark.parametrize("iri", ["entity:a", "ent:x", "https://w3id.org/entente/ontology#text",
                                 "https://w3id.org/entente/ontology#sum", "urn:x:y",
                                 "https://w3id.org/entente/entity///x", "name:x",
                                 "https://w3id.org/entente/ontology#a:b",
                                 "https://w3id.org/entente/ontology#",
                                 "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"])  # fmt: skip
def test_any_iri_in_any_place_comes_back(iri: str) -> None:
    node = NamedNode(iri)
    modal = NamedNode(vocabulary.NAMESPACE + "modality")
    type_ = NamedNode(f"{RDF}type")
    quads = {
        Quad(node, node, node, node),
        Quad(node, modal, node),
        Quad(node, type_, node),
        Quad(node, type_, Literal("a literal")),
        Quad(node, modal, Literal("x", datatype=node)),
    }
    assert set(parse(write(quads, FORMATS["jsonld"]), format=RdfFormat.JSON_LD)) == quads


_IRIS = st.sampled_from(
    [
        *(
            "http://example.org/a",
            "urn:x:y",
            "https://w3id.org/entente/entity/country/japan",
        ),
        *(
            vocabulary.NAMESPACE + name
            for name in ("modality", "date", "asserted", "amount", "x", "")
        ),
        *(f"{XSD}{name}" for name in ("integer", "decimal", "boolean", "string", "date")),
        *("http://www.w3.org/2004/02/skos/core#prefLabel", "https://schema.org/datePublished"),
        *(f"{RDF}type", f"{RDF}value", f"{RDF}nil", f"{RDF}first", f"{RDF}JSON", f"{RDF}HTML"),
    ]
).map(NamedNode)
_NODES = st.one_of(_IRIS, st.sampled_from(["b0", "b1"]).map(BlankNode))
_WORDS = st.sampled_from(["1", "01", "-0", "1.50", "true", "1", "1e400", "9" * 40, "", "a", "[]"])
_LITERALS = st.one_of(
    _WORDS.map(Literal),
    st.builds(lambda word, type_: Literal(word, datatype=type_), _WORDS, _IRIS),
    st.builds(lambda word: Literal(word, language="en-gb"), _WORDS),
)
_QUADS = st.builds(
    Quad, _NODES, _IRIS, st.one_of(_NODES, _LITERALS), st.one_of(_NODES, st.just(DefaultGraph()))
)


@given(quads=st.lists(_QUADS, max_size=12))
@settings(max_examples=200)
def test_any_quads_come_back_from_jsonld(quads: list[Quad]) -> None:
    back = Dataset(parse(write(quads, FORMATS["jsonld"]), format=RdfFormat.JSON_LD))
    there = Dataset(quads)
    for each in (back, there):
        each.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    assert back == there


# RDF 1.2 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("rdf12", RdfFormat.TURTLE),
        ("trig12", RdfFormat.TRIG),
        ("nquads12", RdfFormat.N_QUADS),
    ],
)
def test_triple_terms_say_the_same(mixed: Store, form: str, kind: RdfFormat) -> None:
    text = written(mixed, form)
    assert b"<<(" in text
    found = [q for q in parse(text, format=kind) if q.predicate == REIFIES]
    statements = list(mixed.quads_for_pattern(None, None, RDF_STATEMENT, STATEMENTS))
    assert len(found) == len(statements) > len(LABELS)
    back = Store()
    for quad in parse(text, format=kind):
        if quad.predicate != REIFIES:
            back.add(quad)
            continue
        triple, graph = quad.object, quad.graph_name
        assert isinstance(triple, Triple)
        back.add(Quad(quad.subject, NamedNode(f"{RDF}type"), RDF_STATEMENT, graph))
        back.add(Quad(quad.subject, RDF_SUBJECT, triple.subject, graph))
        back.add(Quad(quad.subject, RDF_PREDICATE, triple.predicate, graph))
        back.add(Quad(quad.subject, RDF_OBJECT, triple.object, graph))
    assert len(back) == len({q.triple for q in mixed} if form == "rdf12" else set(mixed))
    named = {str(q) for q in mixed if "_:" not in str(q)}
    assert form == "rdf12" or named == {str(q) for q in back if "_:" not in str(q)}


def test_half_a_statement_stays_as_it_is() -> None:
    node = NamedNode("http://example.org/s")
    quads = [Quad(node, RDF_SUBJECT, node, STATEMENTS), Quad(node, RDF_OBJECT, node, STATEMENTS)]
    assert with_triple_terms(quads) == quads


# What a format cannot hold ----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["jsonld", "rdfxml"])
def test_triple_terms_are_refused_where_they_have_no_place(form: str) -> None:
    target = Triple(NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:c"))
    quads = [Quad(NamedNode("urn:a"), NamedNode("http://example.org/p"), target)]
    with pytest.raises(InputError, match=r"RDF 1.2, which this format cannot hold: take turtle"):
        write(quads, FORMATS[form])


@pytest.mark.parametrize("name", ["http://example.org/1", "http://example.org/p/", "urn:1"])
def test_a_property_without_a_name_is_refused_in_xml(name: str) -> None:
    quads = [Quad(NamedNode("urn:a"), NamedNode(name), Literal("x"))]
    with pytest.raises(InputError, match="does not end in a name that XML can write"):
        write(quads, FORMATS["rdfxml"])


@pytest.mark.parametrize("name", ["http://example.org/1st", "http://example.org/p#é", "urn:a"])
def test_a_property_with_a_name_comes_back_from_xml(name: str) -> None:
    quads = [Quad(NamedNode("urn:a"), NamedNode(name), Literal("x"))]
    graph = rdflib.Graph().parse(data=write(quads, FORMATS["rdfxml"]), format="xml")
    assert [str(p) for p in graph.predicates()] == [name]


@pytest.mark.parametrize("form", [name for name, each in FORMATS.items() if each.kind == "rdf"])
def test_an_empty_dataset(form: str) -> None:
    text = written(Store(), form)
    kind = _OXIGRAPH[FORMATS[form].writes]
    assert list(parse(text, format=kind)) == []
