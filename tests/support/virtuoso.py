"""Virtuoso 7 on free ports of this machine, over a folder of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

_INI = """
[Database]
DatabaseFile = v.db
TransactionFile = v.trx
ErrorLogFile = v.log
LockFile = v.lck
xa_persistent_file = v.pxa
[TempDatabase]
DatabaseFile = vt.db
TransactionFile = vt.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{web}
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 1000000
{settings}
"""
GRANT = 'GRANT SPARQL_UPDATE TO "SPARQL";\n'
REVOKE = 'REVOKE SPARQL_UPDATE FROM "SPARQL";\n'


def is_installed() -> bool:
    """Whether Debian's package is there."""
    return bool(shutil.which("virtuoso-t") and shutil.which("isql-vt"))


def free_ports() -> tuple[int, int]:
    """Two ports that nobody listens on."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


@dataclass(slots=True)
class Virtuoso:
    """A server that anyone on this machine may write to; started again, it has what it had.

    `buffers` are the pages of 8 KiB that it keeps in memory, `settings` lines for its section
    SPARQL.
    """

    folder: Path
    buffers: int = 2000
    settings: str = ""
    ports: tuple[int, int] = field(default_factory=free_ports)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def location(self) -> str:
        """The name of the store."""
        return f"sparql+http://127.0.0.1:{self.ports[1]}/sparql"

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it takes updates."""
        sql, web = self.ports
        text = _INI.format(
            sql=sql,
            web=web,
            buffers=self.buffers,
            dirty=self.buffers * 3 // 4,
            settings=self.settings,
        )
        (self.folder / "v.ini").write_text(text, encoding="ascii")
        (self.folder / "v.lck").unlink(missing_ok=True)  # a killed one leaves it behind
        with (self.folder / "out").open("wb") as out:
            self._process = subprocess.Popen(
                ["virtuoso-t", "+foreground", "+configfile", "v.ini"],
                cwd=self.folder,
                stdout=out,
                stderr=out,
            )
        end = time.monotonic() + 60
        while not self.sql(GRANT):
            assert self._process.poll() is None, (self.folder / "out").read_text(errors="replace")
            assert time.monotonic() < end, "Virtuoso did not start within a minute"
            time.sleep(0.2)

    def sql(self, text: str) -> bool:
        """Carry out one SQL statement as the owner of the database; whether it was."""
        done = subprocess.run(
            ["isql-vt", f"127.0.0.1:{self.ports[0]}", "dba", "dba"],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        return "Done." in done.stdout or "already have role" in done.stderr

    def kill(self) -> None:
        """Kill it in the midst of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
