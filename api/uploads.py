"""What is sent to be read: one document as the body of a request, or many in one body."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import IO, Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api import models, protocol
from api.jobs import MOST_ITEMS, Pending, Work
from kg.documents import Document
from kg.errors import DocumentError, StoreError
from kg.readers import ENDINGS
from kg.readers.checks import checked, iso_date
from kg.readers.killable import Member, Readers

WHERE = "the body"
# What a body may be, and how the readers call it.
KINDS: Mapping[str, str] = {
    "text/plain": "text",
    "text/markdown": "text",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
}
JSON = "application/json"
LINES = ("application/x-ndjson", "application/jsonl")
ZIP = ("application/zip", "application/x-zip-compressed")
FORM = "multipart/form-data"
_SHOWN = 200  # characters of a file's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One document as it came; `kind` is "json", or one of the readers'."""

    data: bytes
    kind: str

    def document(
        self, readers: Readers, *, title: str | None, date: str | None, source: str | None
    ) -> Document:
        """The document; what is given here goes before what the data says of itself.

        RequestValidationError or DocumentError where it is none, BusyError where too many others
        are being read.
        """
        document = _json(self.data) if self.kind == "json" else _file(self, readers)
        given = {"title": title, "date": date, "source": source}
        document = replace(document, **{k: v for k, v in given.items() if v is not None})
        return checked(document, where=WHERE, limits=readers.limits.document)


def _json(data: bytes) -> Document:
    try:
        return models.NewDocument.model_validate_json(data).document()
    except ValidationError as error:
        raise RequestValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        ) from None


def _file(upload: Upload, readers: Readers) -> Document:
    [outcome] = readers.read(upload.data, kind=upload.kind, where=WHERE)
    if isinstance(outcome, DocumentError):
        raise outcome
    return outcome


async def one(request: Request) -> Upload:
    """The document in a request; HTTPException 415 where it is of a type that is not read."""
    media = protocol.media_type(request.headers.get("content-type", ""))
    kind = "json" if media == JSON or media.endswith("+json") else KINDS.get(media)
    if kind is None:
        many = " Send many at once to /jobs." if media in (*LINES, *ZIP, FORM) else ""
        raise _unsupported(media, [JSON, *KINDS], many)
    return Upload(data=await request.body(), kind=kind)


def _unsupported(media: str, known: list[str], more: str = "") -> HTTPException:
    return HTTPException(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        f"Send {', '.join(known[:-1])} or {known[-1]}, not {media[:60] or 'nothing'!r}.{more}",
    )


# Many ----------------------------------------------------------------------------------------


class _Spool:
    """A file that holds what was sent until it has been read."""

    def __init__(self, scratch: Path) -> None:
        """An empty file; StoreError where the disk is full."""
        try:
            descriptor, name = tempfile.mkstemp(prefix="upload-", dir=scratch)
        except OSError as error:
            raise _full(error) from error
        self.path = Path(name)
        self._file: IO[bytes] = os.fdopen(descriptor, "w+b")

    def add(self, data: bytes) -> None:
        """Append; StoreError where the disk is full."""
        try:
            self._file.write(data)
        except OSError as error:
            raise _full(error) from error

    def place(self) -> int:
        """Where what comes next will stand."""
        return self._file.tell()

    def done(self) -> None:
        """Nothing more is added; StoreError where the disk is full."""
        try:
            self._file.flush()
        except OSError as error:
            raise _full(error) from error

    def read(self, place: int, length: int) -> bytes:
        """What stands at a place."""
        self._file.seek(place)
        return self._file.read(length)

    def lines(self) -> list[tuple[int, int]]:
        """Where each line that is not blank begins, and its length."""
        self._file.seek(0)
        found, start = [], 0
        for line in self._file:
            if line.strip():
                found.append((start, len(line)))
            start += len(line)
        return found

    def close(self) -> None:
        """Take the file away."""
        with suppress(OSError):  # what a full disk did not take
            self._file.close()
        self.path.unlink(missing_ok=True)


def _full(error: OSError) -> StoreError:
    return StoreError(f"What was sent cannot be kept: {error.strerror}.")


async def many(request: Request, readers: Readers, scratch: Path) -> Work:
    """The documents in a request, none of them read yet. They are kept in a file in `scratch`.

    HTTPException 400 or 415, or DocumentError, where the body as a whole cannot be used.
    """
    media = protocol.media_type(request.headers.get("content-type", ""))
    if media not in (*LINES, *ZIP, FORM):
        one_only = " Send one to /documents." if media in (JSON, *KINDS) else ""
        raise _unsupported(media, [LINES[0], ZIP[0], FORM], one_only)
    spool = _Spool(scratch)
    with ExitStack() as unusable:
        unusable.callback(spool.close)
        if media == FORM:
            pending = await _from_form(request, readers, spool)
        else:
            async for chunk in request.stream():
                spool.add(chunk)
            spool.done()
            found = _from_lines if media in LINES else _from_zip
            pending = await run_in_threadpool(found, readers, spool)
        if not pending:
            raise DocumentError(f"{WHERE}: there is no document in it: send at least one")
        _check_number(len(pending))
        unusable.pop_all()  # now it is the work's to close
    return Work(pending=pending, close=spool.close)


def _check_number(number: int) -> None:
    if number > MOST_ITEMS:
        raise DocumentError(
            f"{WHERE}: {number:,} documents are more than {MOST_ITEMS:,}: send fewer at once"
        )


def _from_lines(readers: Readers, spool: _Spool) -> list[Pending]:
    lines = spool.lines()
    _check_number(len(lines))

    def pending(number: int, place: int, length: int) -> Pending:
        name = f"line {number}"
        return Pending(
            name=name,
            read=lambda: readers.read(spool.read(place, length), kind="line", where=name),
        )

    return [pending(number, *where) for number, where in enumerate(lines, start=1)]


def _from_zip(readers: Readers, spool: _Spool) -> list[Pending]:
    def pending(member: Member) -> Pending:
        shown = _shown(member.name)
        return Pending(
            name=shown,
            read=lambda: readers.member(
                spool.path, member.index, kind=_kind(member.name), where=shown, name=_stem(shown)
            ),
        )

    return [pending(member) for member in readers.members(spool.path, where=WHERE)]


async def _from_form(request: Request, readers: Readers, spool: _Spool) -> list[Pending]:
    async def watched() -> AsyncGenerator[bytes, None]:
        tail = b""
        async for chunk in request.stream():
            tail = (tail + chunk)[-200:]
            yield chunk
        if not tail.rstrip().endswith(b"--"):
            raise MultiPartException("it has no end, so send all of it")

    parser = MultiPartParser(
        request.headers, watched(), max_files=MOST_ITEMS, max_fields=MOST_ITEMS
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        message = getattr(error, "message", "there is no boundary in the Content-Type")
        raise protocol.bad(f"The form cannot be read: {message}.") from error
    pending = []
    try:
        for field, value in form.multi_items():
            if not isinstance(value, UploadFile):
                raise protocol.bad(f"The field {field[:40]!r} is no file: send files only.")
            place = spool.place()
            while data := await value.read(2**20):
                spool.add(data)
            pending.append(_part(readers, spool, value, place=place, length=spool.place() - place))
    finally:
        await form.close()
    spool.done()
    return pending


def _part(readers: Readers, spool: _Spool, file: UploadFile, *, place: int, length: int) -> Pending:
    name = file.filename or ""
    media = (file.content_type or "").partition(";")[0].strip().lower()
    kind = _kind(name) or KINDS.get(media, "jsonl" if media in LINES else "")
    shown = _shown(name) or "file"

    def read() -> list[Any]:
        return readers.read(spool.read(place, length), kind=kind, where=shown, name=_stem(shown))

    return Pending(name=shown, read=read)


def _kind(name: str) -> str:
    """The kind that a file's ending says, "" where it says nothing."""
    return ENDINGS.get(PurePosixPath(name).suffix.lower(), "")


def _stem(name: str) -> str:
    return PurePosixPath(name).stem or name


def _shown(name: str) -> str:
    """A file's name as it may be shown. No file of this name is ever made."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)[:_SHOWN]


def day(value: str | None) -> str | None:
    """A date as a document has it; DocumentError where it is none."""
    return None if value is None else iso_date(value, where="date")
