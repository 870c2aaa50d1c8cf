"""Requests and expected responses of the suite, in its HTTP vocabulary, replayed."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.testclient import TestClient

from tests.conformance.suite import CNT, HT, MF, Manifest, Term, text

STATUS = "http://www.w3.org/2011/http-statusCodes#"
_CODES = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a response must be: one of the statuses ("2xx" stands for a class), and the rest where
    it is given."""

    statuses: tuple[str, ...]
    truth: bool | None = None
    format: str = ""
    location: str = ""
    content_type: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request with what is expected of its response."""

    method: str
    path: str
    expected: Expected
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def requests(manifest: Manifest, case: Term) -> list[Request]:
    """The requests of a case, in order."""
    action = manifest.value(case, f"{MF}action")
    assert action is not None
    return [
        _request(manifest, node) for node in manifest.items(manifest.value(action, f"{HT}requests"))
    ]


def _headers(manifest: Manifest, node: Term) -> dict[str, str]:
    return {
        manifest.text(each, f"{HT}fieldName"): manifest.text(each, f"{HT}fieldValue")
        for each in manifest.items(manifest.value(node, f"{HT}headers"))
    }


def _body(manifest: Manifest, node: Term) -> str:
    body = manifest.value(node, f"{HT}body")
    return "" if body is None else manifest.text(body, f"{CNT}chars")


def _request(manifest: Manifest, node: Term) -> Request:
    response = manifest.value(node, f"{HT}resp")
    assert response is not None
    truth = manifest.text(response, f"{MF}expectedBoolean")
    names = [text(v).removeprefix(STATUS) for v in manifest.values(response, f"{MF}expectedStatus")]
    return Request(
        method=manifest.text(node, f"{HT}methodName"),
        path=manifest.text(node, f"{HT}absolutePath"),
        headers=_headers(manifest, node),
        body=_body(manifest, node),
        expected=Expected(
            statuses=tuple(_CODES.get(n, n.removeprefix("StatusCode")) for n in names),
            truth=None if not truth else truth == "true",
            format=manifest.text(response, f"{MF}expectedFormat"),
            location=manifest.text(response, f"{MF}expectedLocation"),
            content_type=_headers(manifest, response).get("content-type", ""),
            body=_body(manifest, response),
        ),
    )


def send(client: TestClient, request: Request, path: str) -> Answer:
    """The response of the server to a request at another path."""
    found = client.request(
        request.method, path, content=request.body.encode(), headers=request.headers
    )
    return Answer(
        status=found.status_code,
        content_type=found.headers.get("content-type", ""),
        location=found.headers.get("location", ""),
        body=found.text,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    location: str
    body: str


def fits(status: int, expected: Expected) -> bool:
    """True where the status is one of those expected."""
    return any(each in (str(status), f"{status // 100}xx") for each in expected.statuses)
