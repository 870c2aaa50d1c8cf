"""Jobs: many documents in one request, read in the background."""

from __future__ import annotations

from contextlib import ExitStack
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api import uploads
from api.dependencies import Shared, Writer
from api.jobs import Item as JobItem
from api.jobs import Job as RunningJob

router = APIRouter(tags=["jobs"])
JobId = Annotated[str, Path(max_length=64, description="a job's id", examples=["5d41402abc4b2a76"])]
_EXAMPLE: JsonDict = {
    "id": "5d41402abc4b2a76",
    "state": "running",
    "total": 3,
    "done": 1,
    "failed": 1,
    "error": None,
    "items": [
        {"name": "tokyo.html", "state": "done", "document": "0f3b5a1c9d2e4f60", "known": False,
         "statements": 4, "error": None},
        {"name": "photo.png", "state": "failed", "document": None, "known": False,
         "statements": None, "error": "photo.png: this is a picture and not UTF-8 text"},
        {"name": "ankara.pdf", "state": "running", "document": None, "known": False,
         "statements": None, "error": None},
    ],
}  # fmt: skip
_FILES = {
    uploads.LINES[0]: {
        "schema": {"type": "string"},
        "example": '{"text": "Japan tests the Anka."}',
    },
    uploads.ZIP[0]: {"schema": {"type": "string", "format": "binary"}},
    uploads.FORM: {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {"type": "array", "items": {"type": "string", "format": "binary"}}
            },
        }
    },
}


class Item(BaseModel):
    """A document of a job, or a file before it is known what is in it."""

    name: str = Field(description="the name of the file, or the number of the line")
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    document: str | None = Field(description="the id of the document, for /documents/{id}")
    known: bool = Field(description="whether it was there before")
    statements: int | None = Field(description="how many statements it bears on; null if unknown")
    error: str | None = Field(description="why it could not be read, and what to do about it")


class Job(BaseModel):
    """How far a job is."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str = Field(description="its id, for /jobs/{id}")
    state: Literal["waiting", "running", "done", "stopped", "failed"] = Field(
        description="done: worked through, whatever became of the items; failed: it could not go on"
    )
    total: int = Field(
        description="how many items there are; it grows where a file has many documents"
    )
    done: int = Field(description="how many of them are stored")
    failed: int = Field(description="how many of them could not be read")
    error: str | None = Field(description="why the job failed")
    items: list[Item] = Field(description="what was sent, in its order")


def _item(item: JobItem) -> Item:
    return Item(
        name=item.name,
        state=item.state,  # type: ignore[arg-type]  # checked by the model
        document=item.document,
        known=item.known,
        statements=item.statements,
        error=item.error,
    )


def _job(job: RunningJob) -> Job:
    return Job(
        id=job.id,
        state=job.state,  # type: ignore[arg-type]  # checked by the model
        total=len(job.items),
        done=job.count("done"),
        failed=job.count("failed"),
        error=job.error,
        items=[_item(item) for item in job.items],
    )


@router.post(
    "/jobs",
    response_model=Job,
    status_code=HTTPStatus.ACCEPTED,
    summary="Add many documents",
    dependencies=[Writer],
    openapi_extra={"requestBody": {"required": True, "content": _FILES}},
)
async def add(services: Shared, request: Request, response: Response) -> Job:
    """Takes many documents, and reads and stores them in the background.

    They come as JSON Lines (one object a line, as for `POST /documents`), as a zip archive, or as
    the files of a form; files are text, Markdown with front matter, HTML, PDF or JSON Lines. The
    answer, 202, has the path of the job in `Location`. What cannot be read is told item by item,
    and stops nothing.
    """
    services.check_reads()
    services.jobs.check_room()
    work = await uploads.many(request, services.readers, services.store.scratch)
    with ExitStack() as refused:
        refused.callback(work.close)
        job = services.jobs.submit(work, origin=_origin(request))
        refused.pop_all()  # now it is the job's to close
    response.headers["Location"] = f"/jobs/{job.id}"
    return _job(job)


def _origin(request: Request) -> dict[str, str]:
    """Who sent a request, for the log of what its job will change."""
    return {
        "id": getattr(request.state, "request_id", ""),
        "client": request.client.host if request.client else "",
        "writer": request.state.writer,
    }


@router.get("/jobs/{id}", response_model=Job, summary="How far a job is")
def read(services: Shared, id: JobId) -> Job:
    """A job, with what became of each document. It is forgotten an hour after it has ended."""
    return _job(services.jobs.get(id))


@router.delete("/jobs/{id}", response_model=Job, summary="Stop a job", dependencies=[Writer])
def stop(services: Shared, id: JobId) -> Job:
    """Stops a job after the document that is being read; what is stored stays.

    Stopping a job that has ended changes nothing. The answer is the job as it is now: it may go on
    `running` for a moment.
    """
    return _job(services.jobs.stop(id))
