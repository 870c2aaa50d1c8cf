"""The servers that are compared, each a process over the same quads."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from benchmarks.serving_load import Client, get, sparql
from tests.support.virtuoso import Virtuoso, free_ports

ROOT = Path(__file__).resolve().parent.parent
PEER = "rdflib-endpoint[web]==0.6.3"
_ASK = "ASK {}"


class Server(Protocol):
    """A running server with a SPARQL endpoint at /sparql."""

    name: str
    port: int

    def start(self) -> None:
        """Start it and wait until it answers."""

    def restart(self) -> None:
        """Make it free of what it is at."""

    def stop(self) -> None:
        """End it."""

    def memory(self) -> float:
        """MiB that its processes hold, shared pages counted once."""


def memory_of(pid: int) -> float:
    """MiB that a process and those under it hold (PSS)."""
    total = 0.0
    with suppress(OSError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        match = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        total = int(match[1]) / 1024 if match else 0.0
        for task in Path(f"/proc/{pid}/task").iterdir():
            children = (task / "children").read_text(encoding="ascii").split()
            total += sum(memory_of(int(child)) for child in children)
    return total


def _wait(port: int, *, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while True:
        client = Client(port, timeout=seconds)
        try:
            if client.ask(sparql("/sparql", _ASK))[0] == 200:
                return
        except OSError:
            pass
        finally:
            client.close()
        if time.monotonic() > end:
            raise SystemExit(f"the server on port {port} did not start")
        time.sleep(0.1)


@dataclass(slots=True)
class Entente:
    """`kg serve` as a user starts it, language pipeline and all."""

    store: Path
    name: str = "entente"
    port: int = 0
    _process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ENTENTE")}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from kg.cli import main; main()", "serve", "--port", "0",
             "--store", str(self.store)],
            cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stderr is not None
        for line in self._process.stderr:
            match = re.search(r":(\d+)/sparql", line)
            if match:
                self.port = int(match[1])
                break
        _wait(self.port)
        client = Client(self.port, timeout=300)
        client.ask(get("/statistics"))  # the index is made when it is first needed
        client.close()

    def restart(self) -> None:
        """Nothing: its queries end by themselves."""

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()

    def memory(self) -> float:
        assert self._process is not None
        return memory_of(self._process.pid)


@dataclass(slots=True)
class Rdflib:
    """rdflib-endpoint on rdflib's store in memory, in an environment of its own."""

    file: Path
    environment: Path
    name: str = "rdflib-endpoint"
    port: int = field(default_factory=lambda: free_ports()[0])
    _process: subprocess.Popen[str] | None = None
    _child: int = 0

    def start(self) -> None:
        python = self.environment / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(self.environment)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", PEER], check=True)
        self._process = subprocess.Popen(
            [str(python), str(ROOT / "benchmarks" / "serving_rdflib.py"), str(self.file),
             str(self.port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._pipe(self._process.stdout).readline() == "ready\n"
        self.restart()

    def restart(self) -> None:
        assert self._process is not None
        stdin = self._pipe(self._process.stdin)
        stdin.write("\n")
        stdin.flush()
        self._child = int(self._pipe(self._process.stdout).readline())
        _wait(self.port)

    def _pipe(self, pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe

    def stop(self) -> None:
        if self._process is not None:
            self._process.communicate()

    def memory(self) -> float:
        assert self._process is not None
        # The child shares the graph with its parent, which would not be there otherwise.
        return memory_of(self._process.pid)


@dataclass(slots=True)
class VirtuosoPeer:
    """Virtuoso 7 from Debian, with memory for the whole graph, and queries ended after a while."""

    file: Path
    folder: Path
    longest: int
    name: str = "Virtuoso 7"
    port: int = 0
    _server: Virtuoso | None = None

    def start(self) -> None:
        self.folder.mkdir()
        shutil.copyfile(self.file, self.folder / "g.nq")
        settings = f"MaxQueryExecutionTime = {self.longest}"
        self._server = Virtuoso(self.folder, buffers=170_000, settings=settings)
        self._server.start()
        self.port = self._server.ports[1]
        loaded = self._server.sql(
            "DB.DBA.TTLP_MT (file_to_string_output ('g.nq'), '', 'a:graph', 512);\n"
        )
        if not loaded:
            raise SystemExit("Virtuoso did not load the quads")
        self._server.sql("checkpoint;\n")
        _wait(self.port)

    def restart(self) -> None:
        """Wait until it has given up what it is at."""
        time.sleep(1)
        _wait(self.port)

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def memory(self) -> float:
        assert self._server is not None
        return memory_of(self._server.pid)
