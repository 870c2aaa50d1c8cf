"""`kg export` from outside: formats, targets, selections, and what goes wrong."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pandas
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg.cli import run
from kg.exports.formats import FORMATS
from kg.store import open_store
from kg.store.interface import Delta
from tests.exports.conftest import DOCUMENTS

CONSTRUCT = "CONSTRUCT WHERE { ?a ent:evaluates ?b }"


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the documents of the tests of exports."""
    folder = tmp_path_factory.mktemp("export") / "store"
    with open_store(str(folder)) as store:
        store.add(DOCUMENTS)
    return folder


Kg = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def kg(
    location: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Kg:
    """Runs `kg export` in an empty folder: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def export(*arguments: str) -> tuple[int, bytes, str]:
        code = run(["export", *arguments], environment={"ENTENTE_STORE": str(location)})
        out, err = capsysbinary.readouterr()
        return code, out, err.decode()

    return export


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_has_what_standard_output_has(kg: Kg, form: str) -> None:
    code, out, err = kg("--format", form)
    assert (code, err) == (0, "")
    file = f"out.{FORMATS[form].extension}"
    assert kg("--format", form, "-o", file) == (0, b"", f"{len(out):,} bytes written to {file}\n")
    assert Path(file).read_bytes() == out
    assert [path.name for path in Path().iterdir()] == [file]


@pytest.mark.parametrize(("file", "form"), [
    ("a.ttl", "turtle"), ("a.TRIG", "trig"), ("a.nq", "nquads"), ("a.nt", "ntriples"),
    ("a.jsonld", "jsonld"), ("a.rdf", "rdfxml"), ("a.graphml", "graphml"), ("a.gexf", "gexf"),
    ("a.csv", "csv"),
])  # fmt: skip
def test_the_name_shows_the_format(kg: Kg, file: str, form: str) -> None:
    assert kg("-o", file)[0] == 0
    assert Path(file).read_bytes() == kg("--format", form)[1]


def test_trig_is_the_default(kg: Kg) -> None:
    assert kg()[1] == kg("--format", "trig")[1]


def test_a_zip_file_or_a_folder(kg: Kg) -> None:
    assert kg("--format", "gephi", "-o", "network.zip")[0] == 0
    assert kg("--format", "gephi", "-o", "deep/network")[0] == 0
    with zipfile.ZipFile("network.zip") as archive:
        there = {path.name: path.read_bytes() for path in Path("deep/network").iterdir()}
        assert there == {name: archive.read(name) for name in archive.namelist()}
    Path("deep/network/mine.txt").write_text("mine", encoding="utf-8")
    assert kg("--format", "gephi", "-o", "deep/network")[0] == 0
    assert Path("deep/network/mine.txt").read_text(encoding="utf-8") == "mine"


def test_around_an_entity_by_any_of_its_names(kg: Kg) -> None:
    by_id = kg("--format", "gexf", "--entity", "country/japan", "-o", "a.gexf")
    assert by_id[0] == 0
    assert kg("--entity", "NIPPON", "-o", "b.gexf")[0] == 0
    assert Path("a.gexf").read_bytes() == Path("b.gexf").read_bytes()
    graph = nx.read_gexf("a.gexf")
    assert sorted(graph) == ["country/japan", "country/norway", "equipment/anka"]
    assert kg("--entity", "Japan", "--depth", "2", "-o", "c.gexf")[0] == 0
    assert set(nx.read_gexf("c.gexf")) > set(graph)


def test_filters(kg: Kg) -> None:
    arguments = ("--modality", "asserted", "--modality", "possible", "--since", "2026-01-08")
    assert kg("-o", "a.csv", *arguments, "--source", "example.org", "--type", "Equipment")[0] == 0
    table = pandas.read_csv("a.csv")
    assert list(table.modality) == ["asserted"]
    assert table.belief[0] > 0.5
    assert kg("-o", "b.csv", "--predicate", "evaluates", "--confidence", "0.4")[0] == 0
    assert sorted(pandas.read_csv("b.csv").modality) == ["asserted", "possible"]
    assert kg("-o", "c.csv", "--belief", "0.999", "--until", "2030-01-01")[0] == 0
    assert pandas.read_csv("c.csv").empty


def test_the_graph_of_a_query(kg: Kg) -> None:
    ends = "<https://w3id.org/entente/entity/country/japan>"
    code, out, _ = kg("--format", "ntriples", "--query", CONSTRUCT)
    assert code == 0
    assert out.startswith(ends.encode())
    Path("who.rq").write_text(CONSTRUCT, encoding="utf-8")
    assert kg("-o", "who.jsonld", "--query", "who.rq")[0] == 0
    said = json.loads(Path("who.jsonld").read_text(encoding="utf-8"))
    assert said["@graph"] == [{"id": "entity:country/japan", "evaluates": "entity:equipment/anka"}]


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["-o", "a.docx"], 2, "the name shows no format: say which one with --format"),
    (["-o", "a.zip"], 2, "the name shows no format"),
    (["--format", "xls"], 2, "'xls' is not one of 'turtle'"),
    (["-o", "nowhere/a.ttl"], 2, "nowhere/a.ttl: there is no folder nowhere: make it first"),
    (["-o", ".", "--format", "turtle"], 2, ".: this is a folder: name a file with -o"),
    (["-o", "file", "--format", "gephi"], 2, "file: this is a file: name a folder, or a file.zip"),
    (["--depth", "2"], 2, "--depth counts steps from an entity: name one with --entity"),
    (["--entity", "Japan", "--depth", "3"], 2, "'3' is not one of '1', '2'"),
    (["--entity", "Jappan"], 4, "Jappan: no such entity in the store: did you mean Japan?"),
    (["--predicate", "loves"], 3, "'loves' is no predicate: take one of cooperatesWith"),
    (["--modality", "sure"], 3, "'sure' is no modality: take one of asserted"),
    (["--type", "Planet"], 3, "'Planet' is no type: take one of Country"),
    (["--since", "yesterday"], 2, "'yesterday' is no day: write it as 2026-01-31"),
    (["--belief", "2"], 2, "'2' is no number from 0 to 1"),
    (["--query", "SELECT * { ?s ?p ?o }"], 3, "a table, and no graph: kg query --format csv"),
    (["--query", CONSTRUCT, "--since", "2026-01-01"], 2, "leave the filters out"),
    (["--query", CONSTRUCT, "--format", "gexf"], 3, "take an RDF format such as turtle"),
    (["--query", "CONSTRUCT WHERE { ?a"], 3, "The query is wrong"),
    (["--query", "who.rq"], 3, "who.rq: neither a query nor a file: write CONSTRUCT { … }"),
    (["-o", "/dev/full"], 2, "the name shows no format"),
    (["-o", "/dev/full", "--format", "turtle"], 5, "No space left on device"),
])  # fmt: skip
def test_what_cannot_be_done(kg: Kg, arguments: list[str], code: int, said: str) -> None:
    Path("file").write_text("", encoding="utf-8")
    found, out, err = kg(*arguments)
    assert (found, out) == (code, b"")
    assert said in err
    assert [path.name for path in Path().iterdir()] == ["file"]


@pytest.fixture
def foreign(tmp_path: Path) -> str:
    """A store that RDF/XML cannot hold."""
    folder = str(tmp_path / "foreign")
    with open_store(folder) as store:
        quad = Quad(
            NamedNode("urn:a"), NamedNode("urn:1"), Literal("x"), NamedNode("http://example.org/g")
        )
        store.apply(Delta(added=(quad,)), revision=store.revision)
    return folder


def test_an_error_leaves_the_old_file(kg: Kg, foreign: str) -> None:
    Path("a.rdf").write_text("old", encoding="utf-8")
    code, _, err = kg("-o", "a.rdf", "--store", foreign)
    assert code == 3
    assert "urn:1 does not end in a name that XML can write: take turtle or ntriples" in err
    assert Path("a.rdf").read_text(encoding="utf-8") == "old"
    assert {path.name for path in Path().iterdir()} == {"a.rdf", "foreign"}
    assert kg("-o", "a.ttl", "--store", foreign)[0] == 0


def test_a_file_that_is_there_is_replaced_whole(kg: Kg) -> None:
    Path("target.ttl").write_text("old", encoding="utf-8")
    Path("link.ttl").symlink_to("target.ttl")
    assert kg("-o", "link.ttl")[0] == 0
    assert Path("link.ttl").is_symlink()
    assert list(parse(Path("target.ttl").read_bytes(), format=RdfFormat.TURTLE))
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(Path("target.ttl").stat().st_mode) == 0o666 & ~umask


def test_a_failing_disk_leaves_the_old_folder(kg: Kg, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kg("--format", "neo4j", "-o", "out")[0] == 0
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}

    def full(_: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", full)
    code, _, err = kg("--format", "neo4j", "-o", "out", "--since", "2026-02-01")
    assert code == 5
    assert "No space left on device" in err
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == before
