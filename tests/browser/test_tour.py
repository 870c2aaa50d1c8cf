"""The way of the README: from a name to a picture, a sentence, a question and a file."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import networkx as nx
import pyoxigraph
import pytest
from playwright.sync_api import Download, expect

from tests.browser.conftest import SHOTS, Open, Visit


def saved(seen: Visit, format_: str) -> str:
    """The file that the menu of the picture saves."""
    return file(seen, format_).read_text(encoding="utf-8")


def file(seen: Visit, format_: str) -> Path:
    seen.page.locator("summary", has_text="Save").click()
    with seen.page.expect_download() as waiting:
        seen.page.locator(".menu button", has_text=format_).click()
    download: Download = waiting.value
    return Path(download.path())


def at(seen: Visit, id_: str) -> tuple[float, float]:
    """Where a node or the middle of an edge is drawn on the page."""
    place: dict[str, float] = seen.page.evaluate(
        """id => {
          const stage = document.querySelector('.canvas');
          const box = stage.getBoundingClientRect(), at = stage.canvas.where(id);
          return {x: box.left + at.x, y: box.top + at.y};
        }""",
        id_,
    )
    return place["x"], place["y"]


def drawn(seen: Visit) -> None:
    """Waits until the picture is drawn."""
    seen.page.wait_for_function("() => document.querySelector('.canvas')?.canvas?.frames > 1")


def test_from_a_name_to_a_file(visit: Open, tour: str) -> None:
    seen = visit(tour)
    page = seen.page
    seen.go("#/")
    # Search, with a typo.
    page.get_by_role("combobox", name="Search for a country").press_sequentially("Jappan")
    option = page.get_by_role("option").filter(has_text="Japan").first
    expect(option).to_contain_text("country")
    expect(option).to_contain_text(re.compile(r"\d+ statements"))
    option.click()
    # The picture.
    expect(page.get_by_role("heading", level=1)).to_have_text("Japan")
    drawn(seen)
    expect(page.locator(".panel")).to_contain_text(re.compile(r"\d+ entities, \d+ statements"))
    # From the edge to its sentences.
    page.locator(".panel .statement-line").filter(has_text="evaluates Anka").click()
    expect(page.locator(".panel h2").first).to_have_text(re.compile("Japan.*evaluates.*Anka"))
    quote = page.locator(".panel .quote").first
    expect(quote.locator(".hl-subject")).to_have_text(re.compile("^Japan"))  # or Japanese
    expect(quote.locator(".hl-object")).to_have_text("Anka")
    # The picture of the README, to be copied to docs/picture.png where the page has changed.
    page.mouse.move(700, 880)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(500)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "picture.png")
    page.get_by_text("How it is worked out").click()
    expect(page.locator(".formula").first).to_contain_text("1 −")
    assert "statement=" in page.url
    # The file.
    graph = nx.read_gexf(io.BytesIO(saved(seen, "GEXF").encode()))
    assert graph.nodes["country/japan"]["label"] == "Japan"
    assert any(
        data["predicate"] == "evaluates" for *_, data in graph.edges("country/japan", data=True)
    )
    # The question.
    page.get_by_role("link", name="SPARQL").click()
    page.locator(".CodeMirror").wait_for()
    page.get_by_role("button", name="Ask").click()
    row = page.get_by_role("row").filter(has_text="Anka")
    expect(row).to_contain_text("Japan")
    assert "query=" in page.url


def test_an_edge_that_is_clicked_opens_its_statement(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.go("#/entity/country/japan")
    drawn(seen)
    ids: list[str] = seen.page.evaluate(
        """() => [...document.querySelector('.panel').querySelectorAll('.statement-line')].map(
          a => new URLSearchParams(a.hash.split('?')[1]).get('statement'))"""
    )
    seen.page.wait_for_timeout(300)
    for id_ in ids:
        # Lines side by side are bent away from the middle between their ends: try a straight one.
        seen.page.mouse.click(*at(seen, id_))
        seen.page.wait_for_timeout(200)
        if "statement=" in seen.page.url:
            break
    expect(seen.page.locator(".panel .evidence").first).to_be_visible()


def test_a_node_that_is_clicked_shows_its_neighbours(visit: Open, tour: str) -> None:
    seen = visit(tour)
    page = seen.page
    seen.go("#/entity/country/japan")
    drawn(seen)
    count = "document.querySelector('.canvas').canvas.size().nodes"
    before = page.evaluate(count)
    place = "document.querySelector('.canvas').canvas.place('country/japan')"
    home = page.evaluate(place)
    page.mouse.click(*at(seen, "equipment/anka"))
    page.wait_for_function(f"() => {count} > {before}")
    assert "open=equipment%2Fanka" in page.url
    expect(page.locator(".panel h2")).to_contain_text("Anka")
    assert page.evaluate(place) == home, "what was there stays there"
    page.get_by_role("button", name="Take its neighbours away").click()
    page.wait_for_function(f"() => {count} === {before}")


def test_filters_are_in_the_address_and_in_the_picture(visit: Open, tour: str) -> None:
    seen = visit(tour)
    page = seen.page
    seen.go("#/entity/country/japan")
    page.locator(".filter-fold > summary").click()
    page.get_by_role("checkbox", name="planned").check()
    page.wait_for_function("() => location.hash.includes('modality=planned')")
    # How many there are follows from what the pipeline reads, so the server is asked.
    with urlopen(f"{tour}/neighbourhood?entity=country/japan&modality=planned") as answer:
        planned = len(json.load(answer)["edges"])
    assert planned > 0
    expect(page.locator(".panel .edges li")).to_have_count(planned)
    page.reload()
    seen.settle()
    expect(page.locator(".panel .edges li")).to_have_count(planned)


def test_what_takes_long_can_be_stopped_and_begun_again(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.page.route("**/statements?*", lambda _: None)  # it never answers
    seen.page.goto(f"{tour}/#/statements")
    seen.page.get_by_role("button", name="Stop").click()
    expect(seen.page.locator("main")).to_contain_text("Stopped.")
    seen.page.unroute("**/statements?*")
    seen.page.get_by_role("button", name="Start again").click()
    expect(seen.page.get_by_role("row").nth(1)).to_be_visible()


def test_paths_between_two(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.go("#/paths?from=country/japan&to=country/turkey")
    drawn(seen)
    paths = seen.page.locator(".paths li")
    assert paths.count() > 1
    expect(paths.first).to_contain_text("Japan")
    expect(paths.first).to_contain_text("Turkey")


FITS: dict[str, Callable[[bytes], bool]] = {
    "PNG": lambda data: data.startswith(b"\x89PNG") and len(data) > 20_000,
    "SVG": lambda data: len(ET.fromstring(data).findall(".//{*}text")) > 10,
    "CSV": lambda data: data.decode().startswith("subject,relation,object,certainty,belief"),
    "Turtle": lambda data: (
        len(list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.TURTLE))) > 50
    ),
}


def test_what_is_seen_can_be_saved(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.go("#/entity/country/japan")
    drawn(seen)
    for format_, fits in FITS.items():
        assert fits(file(seen, format_).read_bytes()), format_


def test_a_text_is_read_before_it_is_stored(visit: Open, tour: str) -> None:
    seen = visit(tour)
    page = seen.page
    seen.go("#/add")
    page.get_by_label("Text", exact=True).fill("Norway tests the Anka drone, officials said.")
    page.get_by_label("Title").fill("Oslo looks at drones")
    page.get_by_role("button", name="See what it says").click()
    expect(page.get_by_role("heading", name="What it says")).to_be_focused()
    expect(page.locator(".said-list")).to_contain_text("Norway")
    expect(page.locator(".result")).to_contain_text("Nothing is stored yet")
    page.get_by_role("button", name="Add it to the graph").click()
    page.get_by_role("link", name="Open it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oslo looks at drones")
    expect(page.locator(".text .hl-mention").filter(has_text="Norway")).to_be_visible()


def test_a_file_is_read(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.go("#/add")
    seen.page.set_input_files(
        "#file",
        {
            "name": "news.html",
            "mimeType": "text/html",
            "buffer": b"<html><title>News</title><body><article><p>Kuwait has bought the Bayraktar "
            b"TB2 from Baykar, the defence ministry said on Tuesday.</p></article></body></html>",
        },
    )
    expect(seen.page.locator(".said-list")).to_contain_text("Kuwait")


def test_the_marks_of_a_document_lead_to_statements(visit: Open, tour: str) -> None:
    seen = visit(tour)
    page = seen.page
    seen.go("#/documents")
    page.get_by_role("link", name="Japan studies Turkish drones, Ankara says").click()
    seen.settle()
    page.locator(".said-button").first.click()
    expect(page.locator(".said.chosen")).to_have_count(1)
    expect(page.locator(".said-list li.chosen")).to_have_count(1)
    page.reload()
    seen.settle()
    expect(page.locator(".said.chosen")).to_have_count(1)


def test_timeline_table_and_questions(visit: Open, tour: str) -> None:
    seen = visit(tour)
    page = seen.page
    seen.go("#/entity/country/turkey?view=timeline")
    years = [int(text) for text in page.locator(".year > h2").all_inner_texts()]
    assert years == sorted(years)
    assert len(years) >= 2
    seen.go("#/entity/country/turkey?view=table")
    page.get_by_role("button", name="Belief").click()
    beliefs = [float(t) for t in page.locator("td .belief .number").all_inner_texts()]
    assert beliefs == sorted(beliefs)
    assert len(beliefs) > 5
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    lines = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(beliefs) + 1
    seen.go("#/questions")
    page.get_by_role("link", name="Who evaluates what?").click()
    expect(page.get_by_role("row").filter(has_text="Anka").first).to_contain_text("Japan")
    page.get_by_role("tab", name="Graph").click()
    drawn(seen)
    page.get_by_role("link", name="Open as SPARQL").click()
    expect(page.locator(".CodeMirror")).to_contain_text("ent:evaluates")


def test_an_answer_as_a_chart(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.go("#/sparql")
    seen.page.locator("summary", has_text="Examples").click()
    seen.page.locator(".menu button", has_text="How many statements").click()
    seen.page.get_by_role("tab", name="Chart").click()
    assert seen.page.locator(".chart-bar").count() > 5


@pytest.mark.parametrize(
    ("fragment", "says"),
    [
        ("#/entity/country/atlantis", "country/atlantis"),
        ("#/statement/0000000000000000", "0000000000000000"),
        ("#/document/0000000000000000", "0000000000000000"),
        ("#/nowhere", "no such view"),
        ("#/sparql?query=SELECT", "1:7"),
        ("#/question/none", "none"),
    ],
)
def test_errors_say_what_to_do(visit: Open, tour: str, fragment: str, says: str) -> None:
    seen = visit(tour)
    seen.go(fragment)
    expect(seen.page.locator("main")).to_contain_text(re.compile(re.escape(says), re.IGNORECASE))
    # A browser reports every answer of 400 and above in its console; that is no mistake of ours.
    seen.complaints[:] = [c for c in seen.complaints if "Failed to load resource" not in c]


def test_a_server_that_stops_answering_is_told(visit: Open, tour: str) -> None:
    seen = visit(tour)
    seen.go("#/")
    seen.page.route("**/entities/**", lambda route: route.abort())
    seen.page.evaluate("location.hash = '#/entity/country/japan'")
    expect(seen.page.locator("main")).to_contain_text("kg serve")
    seen.complaints[:] = [c for c in seen.complaints if "Failed to load resource" not in c]
