"""The command line from outside: real processes, with an extractor that needs no model.

`kg` runs one command over a store in a folder of its own; `stocked` is such a store with one
document in it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kg.store import open_store

STUB = Path(__file__).with_name("stub_kg.py")
ARTICLE = "Japan is assessing the Anka and the Akinci, officials said on Thursday.\n"


def _heed_interrupts() -> None:
    """A test run in the background ignores ^C, and what it starts would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Kg:
    """Runs commands in `folder`, which also holds the store."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    program: tuple[str, ...] = (sys.executable, str(STUB))

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """A process that runs a command."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("ENTENTE_")}
        return subprocess.Popen(
            [os.fsencode(word) for word in (*self.program, *arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=inherited | {"ENTENTE_STORE": "store"} | environment,
            preexec_fn=_heed_interrupts,
        )

    def __call__(
        self, *arguments: str, stdin: bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """What a command prints, and its exit code."""
        with self.start(*arguments, **environment) as process:
            try:
                out, err = process.communicate(stdin, timeout=120)
            finally:
                process.kill()
        return subprocess.CompletedProcess(
            list(arguments), process.returncode, out.decode(), err.decode()
        )

    def nquads(self) -> str:
        """The canonical content of the store."""
        with open_store(str(self.store), create=False) as store:
            return b"".join(store.nquads()).decode()


@pytest.fixture
def kg(tmp_path: Path) -> Kg:
    return Kg(tmp_path)


@pytest.fixture
def stocked(kg: Kg) -> Kg:
    (kg.folder / "anka.txt").write_text(ARTICLE, encoding="utf-8")
    done = kg("ingest", "anka.txt")
    assert done.returncode == 0, done.stderr
    return kg
