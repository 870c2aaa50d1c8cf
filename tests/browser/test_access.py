"""For everybody: axe finds nothing serious, and the keyboard reaches everything; pictures of all
views at three widths."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import AXE, SHOTS, Open, Visit
from tests.browser.test_tour import drawn

VIEWS = {
    "home": "#/",
    "search": "#/search?q=bayraktar",
    "graph": "#/entity/country/japan",
    "table": "#/entity/country/japan?view=table",
    "timeline": "#/entity/country/turkey?view=timeline",
    "about": "#/entity/country/japan?view=about",
    "paths": "#/paths?from=country/japan&to=country/turkey",
    "statements": "#/statements",
    "documents": "#/documents",
    "add": "#/add",
    "questions": "#/questions",
    "question": "#/question/evaluations",
    "sparql": "#/sparql",
    "missing": "#/nowhere",
}


def serious(seen: Visit) -> list[str]:
    """What axe finds that is serious or worse, in WCAG 2.2 A and AA and its best practices."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make check installs it")
    seen.page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = seen.page.evaluate(
        """() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',
          'wcag22aa', 'best-practice']})"""
    )
    return [
        f"{each['id']}: {each['help']}: {node['target']} {node['failureSummary']}"
        for each in result["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(
    ("width", "height", "dark"),
    [(1440, 900, False), (1440, 900, True), (1024, 768, False), (390, 844, False)],
    ids=["wide", "wide dark", "tablet", "phone"],
)
def test_every_view_is_accessible_fits_and_can_be_looked_at(
    visit: Open, tour: str, width: int, height: int, dark: bool
) -> None:
    """axe finds nothing serious, nothing scrolls sideways; and a picture for a person to look at is
    kept under build/screenshots."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    seen = visit(tour, size=ViewportSize(width=width, height=height), dark=dark)
    for name, fragment in VIEWS.items():
        seen.go(fragment)
        target = SHOTS / f"{name}-{width}-{'dark' if dark else 'light'}.png"
        seen.page.screenshot(path=target)
        assert target.stat().st_size > 5_000
        assert serious(seen) == [], name
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_the_narrowest_phone_never_scrolls_sideways(visit: Open, tour: str) -> None:
    seen = visit(tour, size=ViewportSize(width=320, height=640))
    for name, fragment in VIEWS.items():
        seen.go(fragment)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320, name


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_in_what_opens(visit: Open, tour: str, dark: bool) -> None:
    """A statement with its arithmetic, the filters, the menu of files and the suggestions."""
    seen = visit(tour, dark=dark)
    page = seen.page
    address = f"{tour}/statements?subject=country/japan&object=equipment/anka"
    with urlopen(address) as answer:
        id_ = json.load(answer)["items"][0]["id"]
    seen.go(f"#/entity/country/japan?statement={id_}")
    page.get_by_text("How it is worked out").click()
    page.locator(".filter-fold > summary").click()
    assert serious(seen) == []
    page.keyboard.press("Escape")
    page.locator("summary", has_text="Save").click()
    assert serious(seen) == []
    seen.go(f"#/statement/{id_}")
    page.get_by_role("combobox", name="Search").press_sequentially("bay")
    page.get_by_role("option").first.wait_for()
    assert serious(seen) == []


def test_the_keyboard_alone_walks_from_a_name_to_a_sentence(visit: Open, tour: str) -> None:
    seen = visit(tour)
    page = seen.page
    seen.go("#/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search for a country")).to_be_focused()
    page.keyboard.type("japan")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Japan")
    expect(heading).to_be_focused()
    drawn(seen)
    # To the picture, which keys move, and on to the list, which has all that it shows.
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "stage":
            break
    before = page.evaluate("document.querySelector('.canvas').canvas.where('country/japan')")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "x => document.querySelector('.canvas').canvas.where('country/japan').x !== x",
        arg=before["x"],
    )
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.panel .statement-line')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".panel .quote").first).to_be_visible()
    expect(page.locator(".panel h2").first).to_be_focused()
    page.go_back()
    expect(page.locator(".panel .edges")).to_be_visible()


def test_the_editor_is_no_trap(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.go("#/sparql")
    seen.page.locator(".CodeMirror").wait_for()
    seen.page.locator(".CodeMirror textarea").focus()
    seen.page.keyboard.press("Tab")
    expect(seen.page.get_by_role("button", name="Ask")).to_be_focused()
    seen.page.keyboard.press("Shift+Tab")
    seen.page.keyboard.press("Control+Enter")
    expect(seen.page.get_by_role("row").nth(1)).to_be_visible()


def test_what_changes_is_told(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.go("#/entity/country/japan")
    live = seen.page.locator("#live")
    expect(live).to_have_attribute("aria-live", "polite")
    expect(live).to_contain_text("are shown")


def test_the_theme_is_chosen_and_kept(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.go("#/entity/country/japan")
    drawn(seen)
    seen.page.get_by_role("button", name="Use dark colours").click()
    expect(seen.page.locator("html")).to_have_attribute("data-theme", "dark")
    seen.page.reload()
    expect(seen.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_without_webgl_the_list_is_there(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    seen.go("#/entity/country/japan")
    expect(seen.page.locator(".stage-message")).to_contain_text("WebGL")
    assert seen.page.locator(".panel .statement-line").count() > 5
