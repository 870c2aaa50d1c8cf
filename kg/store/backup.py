"""Copies of a store in one file, and stores made from them.

The file is packed N-Quads (gzip), which any RDF tool reads, and which does not depend on the format
of the store: it leads from one version of kg to another. Its first line is a comment with what it
is, the last one a comment with how many quads there are and their SHA-256, so that a file that was
cut short or changed is noticed::

    # entente-backup {"empty": [], "format": 1, "kg": "0.1.0", "revision": 12}
    <…> <…> <…> <…> .
    # end {"quads": 8123, "sha256": "…"}

Equal stores of the same revision give equal bytes. `empty` are named graphs with nothing in them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import InputError, StoreError
from kg.store import Store, open_store
from kg.store.folder import Folder
from kg.store.generations import Generation, writable_copy

FORMAT = 1
_HEAD, _END = b"# entente-backup ", b"# end "
_MAGIC = b"\x1f\x8b"
_CHUNK = 50_000  # lines that are parsed at once
_LONGEST = 64 * 2**20  # bytes of one line; the longest text that is read has two million characters
_TRIES = 5
_GENERATION = re.compile(r"generation-\d+-(\d+)")
_FAILED = (OSError, RuntimeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a backup says of itself: the version of kg that made it, the revision of the store, its
    empty named graphs, and how many quads there are."""

    kg: str
    revision: int
    empty: tuple[str, ...]
    quads: int


def write(engine: ox.Store, target: Path, *, revision: int, force: bool) -> Head:
    """Write what `engine` holds to the file `target`, whole or not at all.

    InputError where `target` exists and `force` is false, StoreError where it cannot be written.
    """
    check_target(target, force=force)
    text = ox.serialize(engine, format=ox.RdfFormat.N_QUADS) or b""
    lines = sorted(text.splitlines(keepends=True))
    named = (name.value for name in engine.named_graphs() if isinstance(name, ox.NamedNode))
    empty = tuple(sorted(name for name in named if _is_empty(engine, name)))
    head = Head(kg=version("entente"), revision=revision, empty=empty, quads=len(lines))
    new = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        with new.open("xb") as file:
            # No time of day and no name: the same content gives the same bytes.
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
                packed.writelines(_lines(head, lines))
            file.flush()
            os.fsync(file.fileno())
        new.replace(target)
    except OSError as error:
        raise StoreError(
            f"{target}: the backup cannot be written: {error.strerror}: name another file"
        ) from error
    finally:
        new.unlink(missing_ok=True)
    return head


def write_closed(location: Path, target: Path, *, force: bool) -> Head:
    """Write a backup of the store that no other process has open; StoreInUseError where one has,
    and the errors of `write`."""
    with open_store(str(location), create=False, purpose="making a backup") as store:
        return write_open(store, target, force=force)


def write_open(store: Store, target: Path, *, force: bool) -> Head:
    """Write a backup of a store that this process has open; errors as those of `write`."""
    copy = store.scratch / "backup"
    store.snapshot(copy)
    engine = ox.Store.read_only(str(copy))
    return write(engine, target, revision=store.revision, force=force)


def check_target(target: Path, *, force: bool) -> None:
    """InputError where a backup may not be written to `target`."""
    if target.is_dir():
        raise InputError(f"{target}: this is a folder: name a file, such as {target}/backup.nq.gz")
    if not target.parent.is_dir():
        raise InputError(f"{target}: there is no folder {target.parent}: make it first")
    if target.exists() and not force:
        raise InputError(f"{target}: this file exists: name another, or add --force")


def _is_empty(engine: ox.Store, graph: str) -> bool:
    found = engine.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    return next(iter(found), None) is None


def _lines(head: Head, lines: Sequence[bytes]) -> Iterator[bytes]:
    about = {"empty": head.empty, "format": FORMAT, "kg": head.kg, "revision": head.revision}
    yield _HEAD + json.dumps(about).encode() + b"\n"
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
        yield line
    end = {"quads": head.quads, "sha256": digest.hexdigest()}
    yield _END + json.dumps(end).encode() + b"\n"


def write_running(location: Path, target: Path, *, force: bool) -> Head | None:
    """Write a backup of the store that another process serves, from its newest snapshot.

    None where there is no snapshot, or none that stays for as long as it takes to link its files;
    errors as those of `write`.
    """
    check_target(target, force=force)
    scratch = location / "scratch"
    copy = scratch / f"backup-{os.getpid()}"
    for _ in range(_TRIES):
        number, source = _newest(scratch)
        if source is None:
            return None
        try:
            writable_copy(Generation(0, source), copy)
            # Read afterwards, so that it is the revision of the snapshot or a later one.
            revision = int((location / "revision").read_text(encoding="ascii"))
            # A snapshot is only taken away when a newer one is there: this one is whole.
            if _newest(scratch)[0] == number:
                return write(ox.Store.read_only(str(copy)), target, revision=revision, force=force)
        except FileNotFoundError:
            continue
        except RuntimeError as error:
            raise StoreError(f"{location}: its snapshot cannot be read: {error}") from error
        finally:
            shutil.rmtree(copy, ignore_errors=True)
    return None


def _newest(scratch: Path) -> tuple[int, Path | None]:
    found: tuple[int, Path | None] = (0, None)
    with suppress(FileNotFoundError):
        for path in scratch.iterdir():
            match = _GENERATION.fullmatch(path.name)
            if match is not None and int(match[1]) > found[0]:
                found = (int(match[1]), path)
    return found


def restore(source: Path, location: Path, *, force: bool) -> Head:
    """Make the store at `location` hold what the backup `source` holds, and nothing else.

    The old content stays until all of the backup has been read and checked, and a restore that is
    interrupted after that is finished by the next start. InputError where `source` is no whole
    backup, or where the store holds something and `force` is false; StoreError where it cannot be
    written.
    """
    head = _head(source)  # what is no backup at all makes no store
    with Folder.open(location, create=True, purpose="restoring a backup") as folder:
        if not force and not _holds_nothing(folder.data):
            raise InputError(
                f"{location}: this store holds something: name a new one with --store, or add "
                "--force to replace what it holds"
            )
        new = folder.scratch / "restored"
        try:
            head = _load(source, new)
        except (OSError, RuntimeError) as error:
            raise StoreError(
                f"{location}: the store cannot be written ({error}): look whether the disk is full"
            ) from error
        # Beyond either revision: who knew one of them does not take this store for the same.
        folder.write_revision(max(head.revision, folder.read_revision()) + 1)
        folder.replace_data(new)
    return head


def _holds_nothing(data: Path) -> bool:
    if not data.is_dir():
        return True
    try:
        engine = ox.Store(str(data))
    except _FAILED:
        return False
    return next(iter(engine.quads_for_pattern(None, None, None)), None) is None and not any(
        True for _ in engine.named_graphs()
    )


def _load(source: Path, directory: Path) -> Head:
    """The backup as an engine's folder at `directory`."""
    engine = ox.Store(str(directory))
    chunk: list[bytes] = []
    lines = _read(source)
    while True:
        try:
            line = next(lines)
        except StopIteration as end:
            head: Head = end.value
            break
        chunk.append(line)
        if len(chunk) == _CHUNK:
            engine.bulk_extend(_parsed(source, chunk))
            chunk = []
    engine.bulk_extend(_parsed(source, chunk))
    for graph in head.empty:
        engine.add_graph(ox.NamedNode(graph))
    engine.flush()
    return head


def _parsed(source: Path, lines: Sequence[bytes]) -> list[ox.Quad]:
    try:
        return list(ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS))
    except SyntaxError as error:
        raise _damaged(source, f"{error}") from error


def _head(source: Path) -> Head:
    """What the first line says; InputError where this is no backup."""
    with _opened(source) as file:
        return _first(source, _line(source, file))


def _read(source: Path) -> Generator[bytes, None, Head]:
    """The lines of the quads; at the end, with all of them checked, what the backup says of itself
    is returned. InputError where anything is wrong."""
    digest = hashlib.sha256()
    quads = 0
    with _opened(source) as file:
        head = _first(source, _line(source, file))
        while not (line := _line(source, file)).startswith(_END):
            if not line:
                raise _damaged(source, "its end is missing")
            digest.update(line)
            quads += 1
            yield line
        end = _json(source, line.removeprefix(_END))
        if end != {"quads": quads, "sha256": digest.hexdigest()} or _line(source, file):
            raise _damaged(source, "its content does not fit its checksum")
    return Head(kg=head.kg, revision=head.revision, empty=head.empty, quads=quads)


def _opened(source: Path) -> gzip.GzipFile:
    try:
        with source.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise InputError(
            f"{source}: the backup cannot be read: {error.strerror}: name a file of kg backup"
        ) from error
    if start != _MAGIC:
        raise InputError(f"{source}: this is no backup: name a file that kg backup made")
    return gzip.GzipFile(source, "rb")


def _line(source: Path, file: gzip.GzipFile) -> bytes:
    try:
        line = file.readline(_LONGEST)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(source, f"{error}") from error
    if len(line) == _LONGEST:
        raise _damaged(source, "a line of it is too long")
    return line


def _first(source: Path, line: bytes) -> Head:
    if not line.startswith(_HEAD):
        raise InputError(
            f"{source}: this is no backup: name a file that kg backup made (its first line begins "
            f"with {_HEAD.decode().strip()!r})"
        )
    said = _json(source, line.removeprefix(_HEAD))
    made_by = str(said.get("kg"))[:20]
    found = said.get("format")
    if found != FORMAT:
        raise InputError(
            f"{source}: this backup has format {str(found)[:20]} (made by kg {made_by}), and kg "
            f"{version('entente')} reads format {FORMAT}: restore it with the version that made it"
        )
    match said:
        case {"revision": int(revision), "empty": list(empty)} if all(
            isinstance(name, str) for name in empty
        ):
            return Head(kg=made_by, revision=revision, empty=tuple(empty), quads=0)
    raise _damaged(source, "its first line is not complete")


def _json(source: Path, text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise _damaged(source, "a line about itself cannot be read") from error
    if not isinstance(found, dict):
        raise _damaged(source, "a line about itself cannot be read")
    return found


def _damaged(source: Path, reason: str) -> InputError:
    return InputError(f"{source}: the backup is damaged ({reason}): take another one")
