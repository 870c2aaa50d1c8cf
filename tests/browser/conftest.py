"""The explorer page in a real browser: Debian's chromium, driven by playwright.

Two servers run for the whole session. `tour` has the sample articles, read by the pipeline as `make
serve` reads them; `traps` has labels and texts that try to act (`hostile.txt`) and no model. Every
request of a page is counted: one to anywhere but its own server fails the test that made it, and so
does an error in the console.

Without the browser, or without the built page, these tests are skipped with the reason; CI has
both.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

from api.app import create_app
from api.explorer import explorer
from kg import readers
from kg.documents import Document
from kg.pipeline import Pipeline
from kg.statements import Extraction
from kg.store import open_store
from tests.browser import hostile
from tests.support.serving import running

ROOT = Path(__file__).parent.parent.parent
SHOTS = ROOT / "build" / "screenshots"
AXE = ROOT / "api" / "web" / "node_modules" / "axe-core" / "axe.min.js"
WAIT = 60_000  # milliseconds after which a view will not come any more, also on a busy machine
WIDE = ViewportSize(width=1440, height=900)
# Drawing in software: test machines have no graphics card.
_ARGUMENTS = (
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--no-sandbox",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if explorer() is None:
        pytest.skip("the explorer page is not built: run make page")
    program = next((p for n in ("chromium", "google-chrome") if (p := shutil.which(n))), None)
    if program is None:
        pytest.skip("chromium is not on this machine: on Debian, apt-get install chromium")
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tour(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of a server with the sample articles."""
    assert browser.is_connected()
    pipeline = Pipeline()
    with open_store(str(tmp_path_factory.mktemp("tour") / "store")) as store:
        for path in sorted((ROOT / "samples").glob("*.md")):
            documents = [each for each in readers.read(str(path)) if isinstance(each, Document)]
            assert len(documents) == 1, path
            store.add([pipeline.extract(each) for each in documents])
        app = create_app(store, extract=pipeline.extract, explain=pipeline.explain)
        with running(app) as url:
            yield url


@pytest.fixture(scope="session")
def traps(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of a server whose names, titles and texts try to act."""
    assert browser.is_connected()

    def extract(document: Document) -> Extraction:
        return hostile.extraction(0, text=document.text, title=document.title)

    with open_store(str(tmp_path_factory.mktemp("traps") / "store")) as store:
        store.add([hostile.extraction(number) for number in range(len(hostile.TEXTS))])
        with running(create_app(store, extract=extract)) as url:
            yield url


@dataclass(slots=True)
class Visit:
    """A page, with what it asked for and complained of."""

    page: Page
    url: str
    outside: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def go(self, fragment: str) -> None:
        """Opens a view and waits until it is there. The page itself is loaded once."""
        if self.page.url.startswith(self.url):
            self.page.evaluate("to => { location.hash = to; }", fragment)
        else:
            self.page.goto(f"{self.url}/{fragment}")
        self.settle()

    def settle(self) -> None:
        """Waits until the view does not wait for anything any more."""
        self.page.evaluate(
            "() => new Promise(done => setTimeout(() => requestAnimationFrame(done), 0))"
        )
        self.page.wait_for_function(
            "() => document.querySelector('#main h1, #main .failure') &&"
            " !document.querySelector('[aria-busy=true], .waiting')"
        )


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Opens pages; after the test none may have asked anything of another place."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def route(seen: Visit, own: str, route: Route) -> None:
        address = route.request.url
        if urlsplit(address).netloc == own or address.startswith(("data:", "blob:")):
            seen.requests.append(address)
            route.continue_()
        else:
            seen.outside.append(address)
            route.abort()

    def open_page(
        url: str,
        *,
        size: ViewportSize = WIDE,
        dark: bool = False,
        calm: bool = True,
    ) -> Visit:
        context = browser.new_context(
            viewport=size,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if calm else "no-preference",
            accept_downloads=True,
        )
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        seen = Visit(page, url)
        visits.append(seen)
        context.route("**/*", partial(route, seen, urlsplit(url).netloc))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                seen.complaints.append(message.text) if message.type == "error" else None
            ),
        )

        def dismiss(dialog: object) -> None:
            seen.dialogs.append(str(dialog))
            dialog.dismiss()  # type: ignore[attr-defined]

        page.on("dialog", dismiss)
        return seen

    yield open_page
    for context in contexts:
        context.close()
    for each in visits:
        assert each.outside == [], "the page asked something of another place"
        assert each.complaints == []
        assert each.dialogs == []
