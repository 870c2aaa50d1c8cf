"""Input that cannot be used: one clear line, an exit code, and a store that stays as it was."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.cli.conftest import Kg

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("bad_input_cases.yaml").read_text(encoding="utf-8")
)
SERVICE = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"


def test_all_cases_are_there() -> None:
    assert len(CASES) == 34


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_ingest(stocked: Kg, case: dict[str, Any]) -> None:
    before = stocked.nquads()
    _write(stocked.folder / case["file"], case)
    done = stocked("ingest", case.get("argument", case["file"]))
    message, counts = done.stderr.splitlines()
    assert re.search(case["says"], message), message
    assert message.startswith("kg: ")
    assert len(message) < 400
    assert counts.startswith("0 read")
    assert counts.endswith("1 skipped")
    assert (done.returncode, done.stdout) == (case.get("exit", 3), "")
    assert stocked.nquads() == before


def _write(path: Path, case: dict[str, Any]) -> None:
    if "hex" in case:
        path.write_bytes(bytes.fromhex(case["hex"]))
    elif "text" in case:
        path.parent.mkdir(exist_ok=True)
        text = case["text"] * case.get("repeat", 1)
        path.write_bytes(text.encode())


@pytest.mark.parametrize("case", CASES[:6], ids=[case["file"] for case in CASES[:6]])
def test_extract(kg: Kg, case: dict[str, Any]) -> None:
    _write(kg.folder / case["file"], case)
    done = kg("extract", case["file"], "--format", "jsonl")
    assert re.search(case["says"], done.stderr)
    assert (done.returncode, done.stdout) == (3, "")
    assert not kg.store.exists()


def test_one_bad_file_among_good_ones_is_skipped(stocked: Kg) -> None:
    (stocked.folder / "empty.txt").write_text("")
    (stocked.folder / "good.txt").write_text("The Hurjet flies.")
    done = stocked("ingest", "empty.txt", "good.txt")
    assert done.returncode == 1
    assert "1 read (1 new or changed, 0 known)" in done.stderr
    assert "equipment/hurjet" in stocked.nquads()


def test_bad_lines_of_json_are_skipped_by_number(stocked: Kg) -> None:
    lines = (
        b'{"text": "The Hurjet flies."}\n\nnonsense\n{"text": ""}\n{"text": "The Kaan flies."}\n'
    )
    done = stocked("ingest", "-", stdin=lines)
    assert done.returncode == 1
    assert "standard input line 3: this is not JSON" in done.stderr
    assert "standard input line 4: there is no text" in done.stderr
    assert "2 read" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "says"),
    [
        (("query", "SELECT * {"), b"", 3, "query is wrong: error at 1:11"),
        (("query", "ASK { ?s foo:p 1 }"), b"", 3, "prefix foo: is not declared: begin with PREFIX"),
        (("query", SERVICE), b"", 3, "SERVICE"),
        (("query", "INSERT DATA { <a:a> <a:b> 1 }"), b"", 3, "INSERT is an update"),
        (("query", "LOAD <file:///etc/passwd>"), b"", 3, "LOAD"),
        (("query", "-"), b"\xff\xfe", 3, "the query is not UTF-8"),
        (("query", "question.rq"), b"", 3, "neither a query nor a file"),
        (("query", "DESCRIBE <a:a>", "--format", "csv"), b"", 3, "gives a graph: take turtle"),
        (("query", "ASK { }", "--format", "turtle"), b"", 3, "gives a table"),
        (("query", "{" * 5000), b"", 3, "nested|query"),
        (("show", "Ankaa"), b"", 4, "Ankaa: no such entity in the store: did you mean Anka"),
        (("retract", "nothing"), b"", 4, "nothing: no such document: kg stats --documents"),
        (("retract", "anka", "nothing"), b"", 4, "nothing: no such document"),
        (("frobnicate",), b"", 2, "No such command"),
        (("ingest",), b"", 2, "Missing argument"),
        (("export", "--format", "docx"), b"", 2, "'docx' is not one of"),
        (("serve", "--port", "99999"), b"", 2, "'99999' is no whole number from 0 to 65535"),
        (("serve", "--host", "192.0.2.1"), b"", 2, "192.0.2.1:8000: .*name another --host"),
        (("evaluate", "nowhere"), b"", 2, "does not exist"),
        (("evaluate", "."), b"", 3, "no gold documents here"),
    ],
)
def test_other_commands(
    stocked: Kg, arguments: tuple[str, ...], stdin: bytes, code: int, says: str
) -> None:
    before = stocked.nquads()
    done = stocked(*arguments, stdin=stdin)
    assert re.search(says, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stdout) == (code, "")
    assert stocked.nquads() == before


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ENTENTE_PROT", "1", "ENTENTE_PROT: no such setting: there are ENTENTE_BATCH"),
        ("ENTENTE_PORT", "many", "ENTENTE_PORT: 'many' is no whole number above 0"),
        ("ENTENTE_BATCH", "0", "ENTENTE_BATCH: '0' is no whole number above 0"),
    ],
)
def test_settings(kg: Kg, name: str, value: str, says: str) -> None:
    done = kg("stats", stdin=b"", **{name: value})
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("query", "SELECT * { ?s ?p ?o }"), "more than 1 rows: add a LIMIT"),
        (("ask", "one-source"), "more than 1 rows: add a LIMIT"),
        (("export", "--query", "CONSTRUCT WHERE { ?s ?p ?o }"), "more than 1 rows"),
    ],
)
def test_the_setting_for_rows_holds(stocked: Kg, arguments: tuple[str, ...], says: str) -> None:
    done = stocked(*arguments, stdin=b"", ENTENTE_QUERY_ROWS="1")
    assert says in done.stderr
    assert (done.returncode, done.stdout) == (3, "")
