"""Command lines that cannot be carried out: one message that names what is wrong and what to do, an
exit code, and a store that stays as it was."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import ARTICLE, Kg

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("command_cases.yaml").read_text(encoding="utf-8")
)
GOLD = {
    "array": "[]",
    "half": '{"entities": [], "statements": [{"subject": "Japan"}]}',
    "empty": "{}",
    "deep": "[" * 100_000,
}


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Kg:
    """A folder with what the cases name; nothing in it changes."""
    kg = Kg(tmp_path_factory.mktemp("commands"))
    folder = kg.folder
    (folder / "anka.txt").write_text(ARTICLE, encoding="utf-8")
    assert kg("ingest", "anka.txt").returncode == 0
    assert kg("backup", "backup.gz").returncode == 0
    (folder / "cut.gz").write_bytes((folder / "backup.gz").read_bytes()[:-20])
    (folder / "file").write_text("no store", encoding="utf-8")
    (folder / "folder").mkdir()
    (folder / "folder" / "notes").write_text("no store", encoding="utf-8")
    for name, version in (("newer", "2"), ("damaged", "x")):
        shutil.copytree(kg.store, folder / name)
        (folder / name / "format").write_text(f"{version}\n", encoding="utf-8")
    (folder / "long.rq").write_text("SELECT * { } " + " " * 1_000_000, encoding="utf-8")
    (folder / "binary.rq").write_bytes(os.urandom(500) + b"\xff\xfe")
    for name, text in GOLD.items():
        (folder / f"gold-{name}").mkdir()
        (folder / f"gold-{name}" / "a.json").write_text(text, encoding="utf-8")
        (folder / f"gold-{name}" / "a.txt").write_text("Japan.", encoding="utf-8")
    (folder / "gold-alone").mkdir()
    (folder / "gold-alone" / "a.json").write_text("{}", encoding="utf-8")
    return kg


def arguments(run: str) -> list[str]:
    """The command line without `kg`."""
    words = shlex.split(run.replace("LONG", "x" * 5000).replace("BYTE", "\udcff"))
    assert words[0] == "kg"
    return words[1:]


def kept(folder: Path) -> dict[str, bytes]:
    """What must not change: of stores all but locks and what belongs to a process."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {"data", "scratch", "lock"} & set(path.parts)
    }


def test_all_cases_are_there() -> None:
    assert len(CASES) == 93


@pytest.mark.parametrize("case", CASES, ids=[case["run"][:60] for case in CASES])
def test_wrong(kg: Kg, case: dict[str, Any]) -> None:
    before, quads = kept(kg.folder), kg.nquads()
    done = kg(*arguments(case["run"]))
    assert re.search(case["says"], done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 2500
    message = [line for line in done.stderr.splitlines() if re.match("kg: |Error: ", line)]
    assert len(message) == 1, done.stderr
    assert (done.returncode, done.stdout) == (case["exit"], "")
    shutil.rmtree(kg.folder / "new", ignore_errors=True)  # an empty store, which restore had begun
    assert kept(kg.folder) == before
    assert kg.nquads() == quads


@pytest.mark.parametrize(
    "command",
    [
        "show Anka",
        "query 'SELECT * {?s ?p ?o}'",
        "export",
        "stats",
        "ask --list",
        "extract anka.txt",
    ],
)
def test_outputs_that_take_nothing(kg: Kg, command: str) -> None:
    words = shlex.split(command)
    with kg.start(*words) as process:  # as for kg … | true
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.close()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
    if not Path("/dev/full").exists():
        return
    line = f"ENTENTE_STORE=store {shlex.join(kg.program)} {command}"
    full = subprocess.run(
        ["sh", "-c", f"{line} > /dev/full"], cwd=kg.folder, capture_output=True, check=False
    )
    assert (full.returncode, full.stderr.count(b"\n")) == (5, 1)
    assert b"standard output" in full.stderr
    closed = subprocess.run(
        ["sh", "-c", f"{line} >&-"], cwd=kg.folder, capture_output=True, check=False
    )
    assert (closed.returncode, closed.stderr) == (0, b"")


def test_a_terminal_that_lacks_letters(kg: Kg) -> None:
    query = "SELECT ('Yaşar Güler' AS ?x) {}"
    with kg.start("query", query, PYTHONIOENCODING="latin-1") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert out.splitlines()[2] == b"Ya\\u015far G\xfcler"


def test_interrupted_in_the_midst_of_an_ingest(tmp_path: Path) -> None:
    kg = Kg(tmp_path)
    (tmp_path / "texts").mkdir()
    for number in range(40):
        (tmp_path / "texts" / f"{number:02}.txt").write_text(f"The Kaan{number} flew.")
    with kg.start("ingest", "texts", SLOW="0.1", ENTENTE_BATCH="2") as process:
        revision = kg.store / "revision"
        end = time.monotonic() + 60
        while not (revision.exists() and int(revision.read_text() or 0) >= 2):
            assert time.monotonic() < end
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    found = re.fullmatch(r"until then: (\d+) read .*, 0 skipped\s+kg: interrupted\s+", err.decode())
    assert found is not None, err
    stored = len(kg("stats", "--documents").stdout.splitlines()) - 2
    assert stored in (int(found[1]), int(found[1]) + 2)  # perhaps one batch more
    assert stored < 40
