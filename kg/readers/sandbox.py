"""The process that reads documents from outside; `kg.readers.killable` starts it and asks it.

PDF files, web pages and archives can be made so that reading them takes for ever, fills the memory
or brings a library down. Here that costs a process which may neither reach the network, nor start
programs, nor write files.

A request on standard input is four bytes of length, a line of JSON with `op`, `seconds`, `limits`
(the fields of `kg.readers.checks.Limits`) and what the operation needs, and the data:

- `read`: `kind` (as `kg.readers.read_bytes` knows it), `where`, `name`; the data is a file
- `list`: `path` of a zip archive, `members` and `unpacked` (how many, and bytes of them, at most)
- `member`: `path`, `index` of the member, `kind`, `where`, `name`

An answer on standard output is a letter (`A` answer, `Q` the archive cannot be used), eight bytes
of length, and JSON: for `list` the members, each [index, name, bytes, what is wrong or ""];
otherwise documents, each an object of fields, or of `error`; for `Q` a message.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import zipfile
import zlib
from dataclasses import asdict
from itertools import pairwise
from pathlib import PurePosixPath
from typing import IO, Any

from kg import readers
from kg.documents import Document
from kg.errors import DocumentError
from kg.readers import checks
from kg.store.sandbox import deny_network

_RATIO, _RATIO_FROM = 100, 1_000_000  # a member that unpacks to so many times its size, and bytes
# What zipfile raises for what is damaged, or cannot be unpacked: NotImplementedError, which is a
# RuntimeError, for a version or a packing that it does not know.
_DAMAGED = (
    zipfile.BadZipFile,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)


def _outcomes(data: bytes, request: dict[str, Any]) -> list[dict[str, Any]]:
    """What is in a file, as documents or errors."""
    found = readers.read_bytes(
        data,
        request["kind"],
        where=request["where"],
        name=request["name"],
        limits=readers.Limits(**request["limits"]),
    )
    return [asdict(each) if isinstance(each, Document) else {"error": str(each)} for each in found]


def _list(request: dict[str, Any]) -> list[list[Any]]:
    """The members of an archive that are files; DocumentError where it cannot be used."""
    where = request["where"]
    try:
        with zipfile.ZipFile(request["path"]) as archive:
            infos = archive.infolist()
    except _DAMAGED as error:
        raise DocumentError(
            f"{where}: this is no whole zip archive ({error}): pack it again"
        ) from (error)
    files = [(n, info) for n, info in enumerate(infos) if not info.is_dir() and _is_shown(info)]
    if len(files) > request["members"]:
        raise DocumentError(
            f"{where}: more than {request['members']:,} files are in it: send fewer at once"
        )
    total = sum(info.file_size for _, info in files)
    if total > request["unpacked"]:
        raise DocumentError(
            f"{where}: it unpacks to more than {request['unpacked']:,} bytes: send less at once"
        )
    ends = sorted((info.header_offset, info.header_offset + info.compress_size) for info in infos)
    if any(end > start for (_, end), (start, _) in pairwise(ends)):
        raise DocumentError(f"{where}: files in it overlap: pack it again")
    most = request["limits"]["file"]
    return [[n, info.filename, info.file_size, _wrong(info, most)] for n, info in files]


def _is_shown(info: zipfile.ZipInfo) -> bool:
    """Whether a member is no hidden file, as systems put them into archives."""
    parts = PurePosixPath(info.filename).parts
    return not any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts)


def _wrong(info: zipfile.ZipInfo, most: int) -> str:
    """Why a member is not to be unpacked, "" where it may be."""
    if info.flag_bits & 1:
        return "it has a password: pack it without one"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in an uncommon way: pack it with deflate"
    if info.file_size > most:
        return f"larger than {most:,} bytes: split it, or raise ENTENTE_MAX_FILE"
    if info.file_size > _RATIO_FROM and info.file_size > _RATIO * max(info.compress_size, 1):
        return f"it unpacks to more than {_RATIO} times its size, as no text does: leave it out"
    return ""


def _member(request: dict[str, Any]) -> list[dict[str, Any]]:
    where, most = request["where"], request["limits"]["file"]
    try:
        with zipfile.ZipFile(request["path"]) as archive:
            info = archive.infolist()[request["index"]]
            if wrong := _wrong(info, most):
                return [{"error": f"{where}: {wrong}"}]
            with archive.open(info) as stream:
                data = stream.read(most + 1)  # whatever the archive says of its size
    except _DAMAGED as error:
        return [{"error": f"{where}: it is damaged in the archive ({error}): pack it again"}]
    return _outcomes(data, request)


def _answer(request: dict[str, Any], data: bytes) -> tuple[bytes, bytes]:
    """The letter and the body that go back."""
    result: list[Any]
    try:
        if request["op"] == "list":
            result = _list(request)
        elif request["op"] == "member":
            result = _member(request)
        else:
            result = _outcomes(data, request)
    except DocumentError as error:
        return b"Q", str(error).encode("utf-8", "replace")
    return b"A", json.dumps(result).encode()


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until the parent closes the pipe."""
    while len(head := requests.read(4)) == 4:
        first, _, data = requests.read(struct.unpack(">I", head)[0]).partition(b"\n")
        request = json.loads(first)
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Only matters where the parent died and nobody else ends what takes long.
        most = int(used.ru_utime + used.ru_stime + request["seconds"]) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        letter, body = _answer(request, data)
        answers.write(letter + struct.pack(">Q", len(body)) + body)
        answers.flush()


def main() -> None:
    """Give up rights, then serve standard input."""
    checks.foreign("a" * 1000)  # loads its model, for which it needs a temporary file
    for kind, most in (
        (resource.RLIMIT_AS, int(sys.argv[1])),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, int(sys.argv[2])),
    ):
        resource.setrlimit(kind, (most, most))
    deny_network()
    _serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
