"""Staying with it for a while: many files with progress and a stop, filters that leave nothing, the
way back and forward, an address that is passed on, and a server that goes away and comes back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload, expect

from api.app import create_app
from kg.documents import Document
from kg.statements import Extraction
from kg.store import open_store
from tests.api.sending import extract
from tests.browser.conftest import Open, Visit
from tests.browser.test_tour import drawn
from tests.support.articles import FIRST, SECOND, THIRD
from tests.support.serving import running

LINES = FilePayload(
    name="news.jsonl",
    mimeType="application/x-ndjson",
    buffer="\n".join(
        json.dumps({"text": f"Japan tests the Anka again, report {number} says."})
        for number in range(4)
    ).encode(),
)


@dataclass(slots=True)
class Gate:
    """A pipeline that reads a document only when it may."""

    may: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __call__(self, document: Document) -> Extraction:
        assert self.may.acquire(timeout=60)
        return extract(document)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def slow(tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server whose pipeline waits at the gate, and that stores, and counts, each
    document at once."""
    monkeypatch.setattr("api.jobs._BATCH", 1)
    with (
        open_store(str(tmp_path / "store")) as store,
        running(create_app(store, extract=gate)) as url,
    ):
        try:
            yield url
        finally:
            gate.may.release(1000)


def forgive(seen: Visit) -> None:
    """A browser reports answers of 400 and above, and none at all; that is no mistake of ours."""
    seen.complaints[:] = [c for c in seen.complaints if "Failed to load resource" not in c]


def test_many_documents_are_read_with_their_progress(visit: Open, slow: str, gate: Gate) -> None:
    seen = visit(slow)
    page = seen.page
    seen.go("#/add")
    page.set_input_files("#file", LINES)
    job = page.locator(".job")
    expect(job).to_contain_text("0 of 4 documents read")
    gate.may.release(2)
    expect(job).to_contain_text("2 of 4 documents read")
    assert page.get_by_role("progressbar").evaluate("bar => bar.value / bar.max") == 0.5
    gate.may.release(2)
    expect(job).to_contain_text("4 of 4 documents read. All are read.")
    expect(job.get_by_role("button", name="Stop")).to_have_count(0)
    page.get_by_role("link", name="See all documents").click()
    expect(page.get_by_role("row")).to_have_count(1 + 4)


def test_many_documents_can_be_stopped(visit: Open, slow: str, gate: Gate) -> None:
    seen = visit(slow)
    page = seen.page
    seen.go("#/add")
    page.set_input_files("#file", LINES)
    job = page.locator(".job")
    gate.may.release(2)
    expect(job).to_contain_text("2 of 4 documents read")
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        job.get_by_role("button", name="Stop").click()
    gate.may.release(2)  # the one that was being read is read to its end
    expect(job).to_contain_text("3 of 4 documents read. Stopped. What was read before is stored.")
    page.get_by_role("link", name="See all documents").click()
    expect(page.get_by_role("row")).to_have_count(1 + 3)


def test_of_several_files_one_that_cannot_be_read_is_told(
    visit: Open, slow: str, gate: Gate
) -> None:
    gate.may.release(10)
    seen = visit(slow)
    seen.go("#/add")
    good = FilePayload(name="good.txt", mimeType="text/plain", buffer=b"Japan tests the Anka.")
    bad = FilePayload(name="bad.pdf", mimeType="application/pdf", buffer=b"no PDF at all")
    seen.page.set_input_files("#file", [good, bad])
    job = seen.page.locator(".job")
    expect(job).to_contain_text("1 of 2 documents read, 1 could not be.")
    expect(job.get_by_role("listitem")).to_have_count(1)
    expect(job.get_by_role("listitem")).to_contain_text("bad.pdf")
    expect(job).not_to_contain_text("All are read")


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("graph", "No statement fits."),
        ("table", "No statement fits."),
        ("timeline", "No statement here has a date."),
    ],
)
def test_a_filter_that_leaves_nothing_can_be_taken_away(
    visit: Open, tour: str, view: str, says: str
) -> None:
    seen = visit(tour)
    page = seen.page
    seen.go(f"#/entity/country/japan?view={view}&until=1990-01-01")
    main = page.locator("main")
    expect(main).to_contain_text(says)
    expect(main).to_contain_text("Take a filter away")
    page.locator(".filter-fold > summary").click()
    page.get_by_role("button", name="Take all filters away").click()
    expect(main).not_to_contain_text(says)
    expect(main).to_contain_text("Anka")
    assert "until" not in page.url


def test_back_and_forward_lead_through_what_was_seen(visit: Open, tour: str) -> None:
    seen = visit(tour)
    page = seen.page
    heading = page.get_by_role("heading", level=1)
    seen.go("#/")
    seen.go("#/entity/country/japan")
    drawn(seen)
    page.locator(".panel .statement-line").filter(has_text="evaluates Anka").click()
    quote = page.locator(".panel .quote").first
    expect(quote).to_be_visible()
    page.locator(".panel h2 a").filter(has_text="Anka").click()
    expect(heading).to_have_text("Anka")
    page.go_back()
    expect(heading).to_have_text("Japan")
    expect(quote).to_be_visible()
    page.go_back()
    expect(page.locator(".panel .edges")).to_be_visible()
    assert page.url.endswith("#/entity/country/japan")
    page.go_back()
    expect(page.get_by_role("combobox", name="Search for a country")).to_be_visible()
    page.go_forward()
    page.go_forward()
    expect(heading).to_have_text("Japan")
    expect(quote).to_be_visible()


def test_an_address_that_is_passed_on_opens_the_same_view(visit: Open, tour: str) -> None:
    first = visit(tour)
    first.go("#/entity/country/japan")
    drawn(first)
    first.page.locator(".filter-fold > summary").click()
    first.page.get_by_role("checkbox", name="asserted").check()
    first.page.wait_for_function("() => location.hash.includes('modality=asserted')")
    first.page.keyboard.press("Escape")
    first.page.locator(".panel .statement-line").filter(has_text="evaluates Anka").click()
    expect(first.page.locator(".panel .quote").first).to_be_visible()
    second = visit(tour)
    second.go(f"#{urlsplit(first.page.url).fragment}")
    drawn(second)
    expect(second.page.locator(".panel .quote").first).to_be_visible()
    seen = [
        (
            each.page.locator(".panel").inner_text(),
            each.page.evaluate("document.querySelector('.canvas').canvas.size()"),
            each.page.locator(".filter-fold > summary").inner_text(),
        )
        for each in (first, second)
    ]
    assert seen[0] == seen[1]
    assert seen[0][2] == "Filters (1)"


def test_a_server_that_goes_away_and_comes_back(visit: Open, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "store")) as store, ExitStack() as stack:
        store.add([FIRST, SECOND, THIRD])
        with running(create_app(store, extract=extract)) as url:
            seen = visit(url)
            seen.go("#/statements")
            row = seen.page.get_by_role("row").filter(has_text="Anka").first
            expect(row).to_contain_text("Japan")
        seen.page.get_by_role("link", name="Documents").click()
        failure = seen.page.get_by_role("alert")
        expect(failure).to_contain_text("The server does not answer")
        expect(failure).to_contain_text("kg serve")
        app = create_app(store, extract=extract)
        stack.enter_context(running(app, port=urlsplit(url).port or 0))
        failure.get_by_role("button", name="Try again").click()
        expect(seen.page.get_by_role("row")).to_have_count(1 + 3)
        forgive(seen)
