"""What the commands do and print."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

import click
import pytest

from kg.cli import EXIT_CODES
from kg.cli import kg as group

if TYPE_CHECKING:
    from tests.cli.conftest import Kg

SLOW_TO_IMPORT = ("spacy", "rdflib", "pyoxigraph", "numpy", "fastapi", "trafilatura", "yaml")
ANKA = "https://w3id.org/entente/entity/equipment/anka"


@pytest.mark.parametrize("command", ["", *sorted(group.commands)])
def test_help_is_quick_and_has_examples(command: str) -> None:
    code = (
        "import sys, os; from kg.cli import run; "
        f"run({[*command.split(), '--help']!r}, environment={{}}); "
        f"print([m for m in {SLOW_TO_IMPORT!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    assert "Example" in done.stdout
    assert not command or "--store" in done.stdout


@pytest.mark.parametrize("name", sorted(group.commands))
def test_help_is_in_sentences(name: str) -> None:
    command = group.commands[name]
    assert "…" not in command.get_short_help_str(limit=66)
    assert not command.get_short_help_str(limit=66).endswith("...")  # cut in the list of commands
    for option in command.params:
        if isinstance(option, click.Option):
            text = option.help or ""
            assert text[:1].isupper(), option.opts
            assert re.search(r"\.$|\]\.?$", text), (option.opts, text)
            assert "RANGE" not in option.make_metavar(click.Context(command))


def test_the_same_option_is_the_same_everywhere() -> None:
    """But for `--format` and what it can be, and `--query` and `--list`, which only one has."""
    found: dict[str, set[tuple[str | None, str]]] = {}
    for command in group.commands.values():
        for option in command.params:
            if isinstance(option, click.Option) and "--format" not in option.opts:
                what = (option.help, option.make_metavar(click.Context(command)))
                found.setdefault(max(option.opts, key=len), set()).add(what)
    several = {name: told for name, told in found.items() if len(told) > 1}
    assert set(several) == {"--force"}  # a backup is replaced, or a store


def test_version() -> None:
    code = "from kg.cli import main; import sys; sys.argv = ['kg', '--version']; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"kg, version {version('entente')}\n"


def test_help_documents_the_exit_codes(kg: Kg) -> None:
    shown = kg("--help").stdout
    for code, what in EXIT_CODES:
        assert f"{code:<4} {what}" in shown


def test_extract_jsonl_is_the_contract(kg: Kg) -> None:
    (kg.folder / "a.md").write_text("---\ntitle: T\ndate: 2026-01-08\n---\n\nThe Anka flies.\n")
    (kg.folder / "b.txt").write_text("The Akinci flies.")
    done = kg("extract", "a.md", "b.txt", "--format", "jsonl")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["document"] | {"hash": ""} == {
        "id": "a",
        "hash": "",
        "title": "T",
        "date": "2026-01-08",
        "source": None,
        "language": "en",
    }
    assert second["document"]["id"] == "b"
    statement = next(s for s in first["statements"] if s["object"] == "equipment/anka")
    assert statement["subject"] == "country/japan"
    assert statement["predicate"] == "evaluates"
    assert (statement["modality"], statement["sentence"]) == ("asserted", 1)
    assert statement["evidence"] == "The Anka flies."
    assert not kg.store.exists()


@pytest.mark.parametrize("form", ["json", "table", "turtle"])
def test_extract_in_other_formats(kg: Kg, form: str) -> None:
    done = kg("extract", "-", "--format", form, stdin=b"The Anka flies.")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Anka" in done.stdout


def test_ingest_again_changes_nothing_and_retract_undoes(stocked: Kg) -> None:
    before = stocked.nquads()
    (stocked.folder / "b.txt").write_text("The Akinci and the Kaan fly.")
    assert "1 read (1 new or changed, 0 known)" in stocked("ingest", "b.txt").stderr
    assert "equipment/kaan" in stocked.nquads()
    assert "2 read (0 new or changed, 2 known)" in stocked("ingest", "b.txt", "anka.txt").stderr
    done = stocked("retract", "b")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 retracted\n")
    assert stocked.nquads() == before


def test_any_order_gives_the_same_store(kg: Kg) -> None:
    folder = kg.folder / "texts"
    folder.mkdir()
    for number, words in enumerate(("Anka Akinci", "Kaan Anka", "Akinci Hurjet", "Kaan")):
        (folder / f"{number}.txt").write_text(f"The {words} flew.")
    assert kg("ingest", "texts").returncode == 0
    backwards = [f"texts/{number}.txt" for number in (3, 2, 1, 0)]
    for name in backwards:
        assert kg("ingest", name, "--store", "other").returncode == 0
    assert kg("ingest", *backwards, "--store", "third", ENTENTE_BATCH="3").returncode == 0
    first = kg("export", "--format", "nquads")
    assert first.stdout
    for other in ("other", "third"):
        assert kg("export", "--format", "nquads", "--store", other).stdout == first.stdout


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("table", f"what\n{'-' * len(ANKA)}\n{ANKA}\n"),
        ("csv", f"what\r\n{ANKA}\r\n"),
        ("tsv", f"?what\n<{ANKA}>\n"),
    ],
)
def test_query_tables(stocked: Kg, form: str, expected: str) -> None:
    query = "SELECT ?what { ?who ent:evaluates ?what . ?what skos:prefLabel 'Anka' }"
    done = stocked("query", query, "--format", form)
    assert done.stdout.encode().replace(b"\r\n", b"\n") == expected.encode().replace(b"\r\n", b"\n")


def test_query_json_xml_and_graphs(stocked: Kg) -> None:
    query = "SELECT ?what { ?who ent:evaluates ?what }"
    found = json.loads(stocked("query", query, "--format", "json").stdout)
    assert {b["what"]["value"] for b in found["results"]["bindings"]} >= {ANKA}
    assert ANKA in stocked("query", "-", "--format", "xml", stdin=query.encode()).stdout
    (stocked.folder / "graph.rq").write_text(f"DESCRIBE <{ANKA}>")
    assert 'skos:prefLabel "Anka"' in stocked("query", "graph.rq").stdout
    assert stocked("query", "ASK { ?s ent:evaluates ?o }").stdout == "yes\n"
    assert stocked("query", "ASK { ?s ent:procures ?o }").stdout == "no\n"


def test_tables_of_what_has_commas_is_empty_or_long(stocked: Kg) -> None:
    place = f"{ANKA}#char=3,7"
    done = stocked("query", f"SELECT (<{place}> AS ?a) ('b' AS ?c) {{ }}")
    assert done.stdout.splitlines()[2] == f"{place}  b"
    done = stocked("query", f"SELECT (<{place}> AS ?a) ('b' AS ?c) {{ }}", "--format", "csv")
    assert done.stdout == f'a,c\r\n"{place}",b\r\n'
    done = stocked("query", "SELECT ?none { ?s a ent:Country OPTIONAL { ?s ent:none ?none } }")
    assert (done.returncode, done.stdout) == (0, "none\n----\n\n")
    (stocked.folder / "long.txt").write_text("The Kaan flew. " * 20_000)
    assert stocked("ingest", "long.txt").returncode == 0
    done = stocked("query", "SELECT ?text { ?d schema:text ?text }")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The Kaan flew." in done.stdout


def test_show(stocked: Kg) -> None:
    done = stocked("show", "ANKA")
    assert done.stdout == (
        "Anka (Equipment, equipment/anka)\n\n"
        "Japan evaluates Anka\n"
        "  asserted 0.90  “Japan is assessing the Anka and the Akinci, officials said on "
        "Thursday.”\n"
        "      anka, sentence 1\n"
    )
    assert stocked("show", "equipment/anka").stdout == done.stdout


def test_stats(stocked: Kg) -> None:
    lines = [line.split() for line in stocked("stats").stdout.splitlines()]
    assert ["documents", "1"] in lines
    assert ["evaluates", "3"] in lines or ["evaluates", "4"] in lines
    assert "anka" in stocked("stats", "--documents").stdout


@pytest.mark.parametrize("form", ["turtle", "trig", "nquads", "jsonld"])
def test_export_is_deterministic(stocked: Kg, form: str) -> None:
    done = stocked("export", "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert "equipment/anka" in done.stdout
    assert stocked("export", "--format", form).stdout == done.stdout


def test_export_graphml(stocked: Kg) -> None:
    root = ET.fromstring(stocked("export", "--format", "graphml").stdout)
    assert any(node.get("id") == "equipment/anka" for node in root.iter() if "node" in node.tag)


def test_validate(stocked: Kg) -> None:
    done = stocked("validate")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "conforms\n")


@pytest.mark.parametrize("command", ["query", "stats", "export", "validate", "retract", "show"])
def test_a_store_that_is_not_there_is_not_made(kg: Kg, command: str) -> None:
    argument = {"query": ["ASK { }"], "retract": ["x"], "show": ["x"]}.get(command, [])
    done = kg(command, *argument)
    assert done.returncode == 5
    assert done.stderr == "kg: store: no store here: kg ingest makes one, --store names another\n"
    assert not kg.store.exists()


def test_a_reader_that_has_enough_is_no_error(stocked: Kg) -> None:
    with stocked.start("export", "--format", "nquads") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.close()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_interrupted(kg: Kg) -> None:
    (kg.folder / "a.txt").write_text("The Anka flies.")
    with kg.start("ingest", "a.txt", SLOW="60") as process:
        _wait_for(lambda: (kg.store / "lock").exists())
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr is not None
        assert process.stderr.read().strip() == b"kg: interrupted"
    assert kg.nquads() == ""


def _wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@contextmanager
def _server(kg: Kg) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with kg.start("serve", "--port", "0") as process:
        try:
            yield process, _address(process)
            process.send_signal(signal.SIGINT)
            process.wait(60)
        finally:
            process.kill()


def _address(process: subprocess.Popen[bytes]) -> str:
    """Where the server answers, as soon as it does."""
    assert process.stderr is not None
    url = process.stderr.readline().decode().split()[-1].rstrip("/")
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return url
        except OSError:
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.05)


def test_serve_and_what_others_are_told_meanwhile(stocked: Kg) -> None:
    with _server(stocked) as (process, url):
        with urllib.request.urlopen(f"{url}/documents", timeout=10) as answer:
            assert len(json.load(answer)) >= 1
        for arguments in (("stats",), ("query", "ASK { }"), ("ingest", "anka.txt")):
            done = stocked(*arguments)
            assert done.returncode == 5
            assert done.stdout == ""
            assert done.stderr == (
                f"kg: store: store in use by process {process.pid} (serving at {url}): ask it over "
                "HTTP if it serves, wait until it ends, or name another --store\n"
            )
        port = url.rsplit(":", 1)[1]
        done = stocked("serve", "--port", port, "--store", "other")
        assert done.returncode == 2
        assert "Address already in use: name another --host or --port" in done.stderr
    assert process.returncode == 0
    assert stocked("stats").returncode == 0


def test_a_store_that_is_no_folder(kg: Kg) -> None:
    kg.store.write_text("a file", encoding="utf-8")
    done = kg("ingest", "-", stdin=b"The Anka flies.")
    assert done.returncode == 5
    assert str(kg.store.name) in done.stderr
    assert kg.store.read_text(encoding="utf-8") == "a file"
