"""The folder that an embedded store lives in: its lock, its format, its revision.

::

    kg-store/
    ├── lock       held for as long as a process has the store open; says which
    ├── format     the version of the format
    ├── revision   a number that grows with every change
    ├── journal    a change under way that the engine cannot carry out at once
    ├── data/      the engine's files
    ├── index.sqlite  names, totals and a history, made from the data (`kg.store.index`)
    ├── restored/  what `kg restore` is about to put in the place of data/
    └── scratch/   what lives only as long as the process, such as snapshots

The engine refuses a second process by itself, but with a message that names neither the process nor
the mend, and with no protection for the other files.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kg.errors import StoreError, StoreInUseError

FORMAT = 1
_FILES = ("format", "revision", "journal")
_OURS = frozenset(
    {"lock", "data", "restored", "scratch", *_FILES, *(f"{name}.new" for name in _FILES)}
)


class Folder:
    """A store's folder, locked by this process until `close`."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def open(cls, path: Path, *, create: bool, purpose: str) -> Folder:
        """Lock the folder, and make it where `create` is true; StoreError where that fails."""
        try:
            _check(path, create=create)
            path.mkdir(parents=True, exist_ok=True)
            folder = cls(path, _lock(path, purpose))
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            folder._prepare()
        except OSError as error:
            folder.close()
            raise _unusable(path, error) from error
        except StoreError:
            folder.close()
            raise
        return folder

    def _prepare(self) -> None:
        version = self.path / "format"
        if not version.exists():
            self._replace("format", f"{FORMAT}\n")
        found = version.read_text(encoding="utf-8", errors="replace").strip()
        if found != str(FORMAT):
            raise StoreError(_other_format(self.path, found))
        if self._restored.exists():
            self._finish_restore()
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(exist_ok=True)

    @property
    def data(self) -> Path:
        """The engine's folder."""
        return self.path / "data"

    @property
    def index(self) -> Path:
        """The file of the index."""
        return self.path / "index.sqlite"

    @property
    def scratch(self) -> Path:
        """The folder for short-lived files."""
        return self.path / "scratch"

    @property
    def _restored(self) -> Path:
        """A whole engine's folder that is to take the place of the data."""
        return self.path / "restored"

    def replace_data(self, directory: Path) -> None:
        """Put the engine's folder `directory`, which is whole and on the same file system, in the
        place of the data. Interrupted, it is not done at all, or finished by the next `open`."""
        directory.rename(self._restored)
        self._finish_restore()

    def _finish_restore(self) -> None:
        self.clear_journal()
        shutil.rmtree(self.data, ignore_errors=True)
        self._restored.rename(self.data)

    def read_revision(self) -> int:
        """The revision that was written last; 0 in a new store."""
        try:
            return int((self.path / "revision").read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0
        except ValueError as error:
            raise StoreError(
                f"{self.path / 'revision'}: this is no number: write a large one there"
            ) from error

    def write_revision(self, revision: int) -> None:
        """Keep the revision; the old one stays whole if the process is killed meanwhile."""
        self._replace("revision", f"{revision}\n")

    def read_journal(self) -> bytes | None:
        """The change that was under way when the store was last left, or None."""
        try:
            return (self.path / "journal").read_bytes()
        except FileNotFoundError:
            return None

    def write_journal(self, text: bytes) -> None:
        """Keep what is about to be done, on the disk before this returns."""
        new = self.path / "journal.new"
        with new.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path / "journal")

    def clear_journal(self) -> None:
        """It is done."""
        (self.path / "journal").unlink(missing_ok=True)

    def _replace(self, name: str, text: str) -> None:
        new = self.path / f"{name}.new"
        new.write_text(text, encoding="ascii")
        new.replace(self.path / name)

    def close(self) -> None:
        """Give the lock back; the file stays, because deleting it would race."""
        if not self._lock.closed:
            self._lock.truncate(0)
            self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _check(path: Path, *, create: bool) -> None:
    """StoreError where there is something else than a store, or none and none is to be made."""
    if path.exists() and not path.is_dir():
        raise StoreError(f"{path}: this is a file, and a store is a folder: name another")
    known = (path / "format").exists()
    if not known and path.is_dir() and not {p.name for p in path.iterdir()} <= _OURS:
        raise StoreError(
            f"{path}: this folder holds something else than a store: name a new or empty one"
        )
    if not known and not create:
        raise StoreError(f"{path}: no store here: kg ingest makes one, --store names another")


def _unusable(path: Path, error: OSError) -> StoreError:
    mend = "name another --store"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        mend = f"a store must be writable, also to be read: give yourself the right, or {mend}"
    return StoreError(f"{path}: the store cannot be opened: {error.strerror}: {mend}")


def served_at(path: Path) -> str | None:
    """The URL at which the process that holds the store serves it; None where it does not say."""
    try:
        words = (path / "lock").read_text(encoding="utf-8", errors="replace")[:500].split()
    except OSError:
        return None
    return words[-1] if words[1:3] == ["serving", "at"] else None


def _other_format(path: Path, found: str) -> str:
    """Why a store of another format cannot be opened, and what leads out of it."""
    shown = f"{path}: the store has format {found[:20]!r}"
    if not (found.isascii() and found.isdecimal() and len(found) < 10):
        return (
            f"{shown}, which is no number: the file 'format' is damaged; restore a backup into a "
            "new --store, or ingest the documents again"
        )
    if int(found) > FORMAT:
        return (
            f"{shown}, newer than format {FORMAT} of this kg: use a newer kg, or take a backup "
            "with it (kg backup) and restore that here into another --store"
        )
    return (
        f"{shown}, older than format {FORMAT} of this kg: take a backup with the kg that wrote it "
        "(kg backup) and restore that into another --store (kg restore), or ingest again"
    )


def _lock(path: Path, purpose: str) -> IO[str]:
    """Take the lock and write into it who holds it, or say who does."""
    file = os.fdopen(os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "r+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = file.readline(500).split()
        file.close()
        raise StoreInUseError(_in_use(path, holder)) from error
    file.truncate(0)
    file.write(f"{os.getpid()} {purpose}\n")
    file.flush()
    return file


def _in_use(path: Path, holder: list[str]) -> str:
    process = f"process {holder[0]}" if holder else "another process"
    doing = f" ({' '.join(holder[1:])})" if len(holder) > 1 else ""
    return (
        f"{path}: store in use by {process}{doing}: ask it over HTTP if it serves, wait until it "
        "ends, or name another --store"
    )
