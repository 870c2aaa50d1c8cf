"""How views look and behave in small things: what fits, what a field shows, what closes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import Open
from tests.browser.test_tour import drawn

PHONE = ViewportSize(width=390, height=844)


@pytest.mark.parametrize(
    "fragment",
    ["#/entity/country/japan", "#/paths?from=country/japan&to=country/turkey"],
)
def test_a_picture_fills_the_window_and_no_more(visit: Open, tour: str, fragment: str) -> None:
    """The list beside it scrolls by itself; the page does not."""
    seen = visit(tour)
    seen.go(fragment)
    drawn(seen)
    assert seen.page.evaluate("document.documentElement.scrollHeight") <= 900


def test_the_table_of_statements_shows_all_its_columns(visit: Open, tour: str) -> None:
    seen = visit(tour)
    for fragment in ("#/statements", "#/entity/country/japan?view=table", "#/documents"):
        seen.go(fragment)
        wide, room = seen.page.locator(".table-scroll").evaluate(
            "each => [each.scrollWidth, each.clientWidth]"
        )
        assert wide <= room, fragment


def test_a_timeline_names_the_two_that_it_is_about(visit: Open, tour: str) -> None:
    """The fields follow the address, back and forward too; an emptied one takes its entity away."""
    seen = visit(tour)
    page = seen.page
    seen.go("#/timeline?entity=country/japan&other=country/turkey")
    first = page.get_by_role("combobox", name="Of", exact=True)
    second = page.get_by_role("combobox", name="Together with")
    expect(first).to_have_value("Japan")
    expect(second).to_have_value("Turkey")
    second.fill("")
    expect(page).not_to_have_url(re.compile("other="))
    expect(page.locator(".moment").filter(has_text="Philippines").first).to_be_visible()
    page.go_back()
    expect(second).to_have_value("Turkey")
    expect(page.locator(".moment").filter(has_text="Philippines")).to_have_count(0)
    # The same field in the table of statements.
    seen.go("#/statements?entity=country/japan")
    about = page.get_by_role("combobox", name="Only statements about")
    expect(about).to_have_value("Japan")
    expect(page.locator(".bar-line .faint")).to_have_text(re.compile(r"^\d\d statements$"))
    about.fill("")
    expect(page).not_to_have_url(re.compile("entity="))


def test_what_opens_closes_by_a_click_elsewhere(visit: Open, tour: str) -> None:
    seen = visit(tour)
    page = seen.page
    seen.go("#/entity/country/japan")
    drawn(seen)
    for fold in (".filter-fold", ".menu"):
        page.locator(f"{fold} > summary").click()
        expect(page.locator(fold)).to_have_attribute("open", "")
        page.mouse.click(120, 850)  # the ground of the picture
        expect(page.locator(fold)).not_to_have_attribute("open", "")
    # A click within leaves it open.
    page.locator(".filter-fold > summary").click()
    page.get_by_text("Certainty", exact=True).click()
    expect(page.locator(".filter-fold")).to_have_attribute("open", "")


@pytest.mark.parametrize(
    ("fragment", "told"),
    [
        ("#/document/0000", "No document has the id 0000."),
        ("#/statement/00000000", "No statement has the id 00000000."),
        ("#/entity/country/atlantis", "No entity has the id country/atlantis."),
    ],
)
def test_what_is_not_there_is_said_in_words(
    visit: Open, tour: str, fragment: str, told: str
) -> None:
    """Without the addresses that the interface names for programs, and with a way on."""
    seen = visit(tour)
    seen.go(fragment)
    failure = seen.page.locator(".failure")
    expect(failure).to_contain_text("There is no such thing")
    expect(failure).to_contain_text(told)
    expect(failure).not_to_contain_text("/entities")
    expect(failure.get_by_role("button")).to_have_count(0)
    failure.get_by_role("link", name="Search for something else").click()
    expect(seen.page.get_by_role("combobox", name="Search for a country")).to_be_visible()
    # A browser writes every answer that is no success to its console.
    seen.complaints = [each for each in seen.complaints if "404" not in each]


def test_the_link_of_the_view_is_seen_on_a_phone(visit: Open, tour: str) -> None:
    seen = visit(tour, size=PHONE)
    for fragment in ("#/documents", "#/statements"):
        seen.go(fragment)
        box = seen.page.locator("#top nav a[aria-current]").bounding_box()
        assert box is not None
        assert box["x"] >= 0, fragment
        assert box["x"] + box["width"] <= 390, fragment


def test_filters_and_reach_follow_the_address(visit: Open, tour: str) -> None:
    """What the tools show is what the address says, after going back as well."""
    seen = visit(tour)
    page = seen.page
    seen.go("#/entity/country/turkey?modality=planned")
    fold = page.locator(".filter-fold")
    reach = page.get_by_label("Reach")
    expect(fold.locator("summary")).to_have_text("Filters (1)")
    seen.go("#/entity/country/turkey?depth=2")
    expect(fold.locator("summary")).to_have_text("Filters")
    expect(reach).to_have_value("2")
    page.go_back()
    expect(fold.locator("summary")).to_have_text("Filters (1)")
    expect(reach).to_have_value("1")
    fold.locator("summary").click()
    expect(fold.get_by_label("planned")).to_be_checked()
    fold.get_by_role("button", name="Take all filters away").click()
    expect(fold.get_by_label("planned")).not_to_be_checked()
    expect(fold.locator("summary")).to_have_text("Filters")


def test_what_is_fetched_later_hides_nothing(visit: Open, tour: str) -> None:
    """Neighbours of neighbours find room; what was there stays in its place."""
    seen = visit(tour)
    page = seen.page
    seen.go("#/entity/country/turkey")
    drawn(seen)
    places = """() => {
      const canvas = document.querySelector('.canvas').canvas;
      const ids = [...document.querySelectorAll('.panel .nodes a')]
        .map(a => new URLSearchParams(a.hash.split('?')[1]).get('at'));
      return Object.fromEntries(ids.map(id => [id, canvas.place(id)]));
    }"""
    before = page.evaluate(places)
    page.get_by_label("Reach").select_option("2")
    seen.settle()
    page.wait_for_function(
        "n => document.querySelectorAll('.panel .nodes a').length > n", arg=len(before)
    )
    page.wait_for_timeout(1000)
    after = page.evaluate(places)
    assert len(after) > len(before) > 8
    assert {id_: after[id_] for id_ in before} == before
    pixels = page.evaluate(
        "ids => ids.map(id => document.querySelector('.canvas').canvas.where(id))", list(after)
    )
    nearest = min(
        ((a["x"] - b["x"]) ** 2 + (a["y"] - b["y"]) ** 2) ** 0.5
        for i, a in enumerate(pixels)
        for b in pixels[:i]
    )
    assert nearest > 25


def test_a_chart_can_be_passed_on(visit: Open, tour: str) -> None:
    """The form of an answer is in the address, and its bars are named in words."""
    seen = visit(tour)
    page = seen.page
    seen.go("#/sparql")
    page.locator("summary", has_text="Examples").click()
    page.get_by_role("button", name=re.compile("How many statements")).click()
    page.get_by_role("tab", name="Chart").click()
    expect(page.locator(".chart")).to_contain_text("signs an agreement with")
    expect(page).to_have_url(re.compile("as=chart"))
    page.reload()
    expect(page.locator(".chart")).to_contain_text("signs an agreement with")
    # What the next answer has no form for is shown as usual.
    page.locator("summary", has_text="Examples").click()
    page.get_by_role("button", name=re.compile("Who makes what")).click()
    expect(page.get_by_role("tab", name="Graph")).to_have_attribute("aria-selected", "true")
