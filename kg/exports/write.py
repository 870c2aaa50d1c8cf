"""An export as bytes: to a file, or as several files in a zip file or a folder."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from pyoxigraph import Quad, RdfFormat, parse
from pyoxigraph import Store as Engine

from kg.errors import InputError, QueryLimitError
from kg.exports import rdf
from kg.exports.excerpt import Beliefs, Check, Excerpt, Selection, excerpt
from kg.exports.formats import Format
from kg.exports.gephi import gephi
from kg.exports.gexf import gexf
from kg.exports.graphml import graphml
from kg.exports.neo4j import neo4j
from kg.exports.network import network
from kg.exports.spreadsheet import spreadsheet
from kg.graph.terms import QuadReader
from kg.store.forward import Forwarding
from kg.store.interface import Store
from kg.store.worker import Pool

_SPOOL = 4 * 2**20  # bytes of a zip file that are kept in memory
_BATCH = 4096  # quads between two looks at the clock
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip file has no earlier time


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is exported, in `format`. `files` are pieces of bytes by the names of files; each can be
    gone through once. There is one unless the format is a zip file."""

    format: Format
    files: Mapping[str, Iterator[bytes]]
    name: str

    def write(self, file: IO[bytes]) -> None:
        """Write it to a file. OSError where that fails."""
        if self.format.extension != "zip":
            for pieces in self.files.values():
                for piece in pieces:
                    file.write(piece)
            return
        with SpooledTemporaryFile(max_size=_SPOOL) as packed:
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                for name, pieces in self.files.items():
                    entry = zipfile.ZipInfo(name, _EPOCH)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    entry.external_attr = 0o644 << 16
                    entry.create_system = 3
                    with archive.open(entry, "w", force_zip64=True) as member:
                        member.writelines(pieces)
            packed.seek(0)
            shutil.copyfileobj(packed, file)

    def write_folder(self, folder: Path) -> None:
        """Write the files into a folder, which is made if it is not there. Each is there whole or
        not at all; none is, where one cannot be made. OSError where that fails."""
        folder.mkdir(parents=True, exist_ok=True)
        made: list[tuple[Path, Path]] = []
        try:
            for name, pieces in self.files.items():
                part = _part(folder / name)
                made.append((part, folder / name))
                with part.open("xb") as file:
                    file.writelines(pieces)
            for part, target in made:
                part.replace(target)
        finally:
            for part, _ in made:
                part.unlink(missing_ok=True)


def export(
    reader: QuadReader,
    form: Format,
    selection: Selection | None = None,
    *,
    beliefs: Beliefs | None = None,
    check: Check = lambda: None,
    most: int | None = None,
) -> Export:
    """What is wanted of a dataset, in a format.

    `check` is called again and again, and what it raises ends the work. QueryLimitError for more
    than `most` triples or pieces of evidence; other errors as `kg.exports.excerpt.excerpt`, and
    InputError for what the format cannot hold.
    """
    wanted = selection or Selection()
    name = "entente" if wanted.entity is None else f"entente-{wanted.entity.replace('/', '-')}"
    if form.kind == "rdf":
        if wanted.is_everything:
            quads: Iterable[Quad] = reader.quads_for_pattern(None, None, None, None)
        else:
            found = excerpt(reader, wanted, beliefs=beliefs, check=check)
            quads = rdf.excerpt_quads(reader, found, check=check)
        return export_graph(_counted(quads, check, most), form, name=name)
    found = excerpt(reader, wanted, beliefs=beliefs, check=check)
    number = sum(len(fact.pieces) for fact in found.facts)
    if most is not None and number > most:
        raise _too_many(most, "pieces of evidence")
    files = {file: _bytes(pieces, check) for file, pieces in _written(found, form).items()}
    return Export(format=form, files=files, name=_file_name(name, form))


def export_graph(quads: Iterable[Quad], form: Format, *, name: str = "entente") -> Export:
    """Quads in an RDF format; InputError for another format, and for what it cannot hold."""
    if form.kind != "rdf":
        raise InputError(
            f"{form.name}: this format holds statements, and no graph that a query makes: take an "
            "RDF format such as turtle or jsonld"
        )
    file = _file_name(name, form)
    return Export(format=form, files={file: iter([rdf.write(quads, form)])}, name=file)


def export_answer(lines: bytes, form: Format, *, name: str = "entente") -> Export:
    """The N-Triples that answer a CONSTRUCT or DESCRIBE query, in an RDF format; errors as those of
    `export_graph`."""
    return export_graph(parse(lines, format=RdfFormat.N_TRIPLES), form, name=name)


def needs_beliefs(form: Format, selection: Selection) -> bool:
    """Whether an export has use for the beliefs in statements."""
    return form.kind != "rdf" or selection.belief is not None


@contextmanager
def frozen(store: Store, pool: Pool, *, fresh: bool) -> Iterator[tuple[QuadReader, int]]:
    """One state of the store and its revision, whatever is written meanwhile.

    A store on a server gives itself: to copy it takes longer than most exports.
    """
    if isinstance(store, Forwarding):
        yield store, store.revision
        return
    with pool.generation(fresh=fresh) as generation:
        yield Engine.read_only(str(generation.directory)), generation.revision


def _written(found: Excerpt, form: Format) -> Mapping[str, Iterator[str]]:
    match form.name:
        case "csv":
            return {"": spreadsheet(found)}
        case "graphml":
            return {"": graphml(network(found))}
        case "gexf":
            return {"": gexf(network(found))}
        case "gephi":
            return gephi(network(found))
        case "neo4j":
            return neo4j(found, network(found))
    raise AssertionError(form.name)


def _bytes(pieces: Iterable[str], check: Check) -> Iterator[bytes]:
    for piece in pieces:
        check()
        yield piece.encode()


def _counted(quads: Iterable[Quad], check: Check, most: int | None) -> Iterator[Quad]:
    for number, quad in enumerate(quads):
        if number % _BATCH == 0:
            check()
        if number == most:
            raise _too_many(most, "triples")
        yield quad


def _too_many(most: int, what: str) -> QueryLimitError:
    return QueryLimitError(
        f"The export has more than {most:,} {what}: filter it, or have kg export write it on the "
        "machine of the store."
    )


def _file_name(name: str, form: Format) -> str:
    middle = f"-{form.name}" if form.extension == "zip" else ""
    return f"{name}{middle}.{form.extension}"


@contextmanager
def whole(target: Path) -> Iterator[IO[bytes]]:
    """A file to write to that takes the place of `target` at the end, or not at all where the
    block fails. What is no regular file, such as a pipe, is written to directly."""
    real = Path(os.path.realpath(target))
    if real.exists() and not real.is_file() and not real.is_dir():
        with real.open("wb") as file:
            yield file
        return
    part = _part(real)
    try:
        opened = part.open("xb")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
    try:
        with opened as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(real)
    finally:
        part.unlink(missing_ok=True)


def _part(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.part")
