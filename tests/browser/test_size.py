"""A picture of 5,000 nodes, and those about as large that change the way in which they are drawn.

    python -m pytest -q -s tests/browser/test_size.py

tells how many frames are drawn while the view or a node is moved.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.test_tour import drawn

# How many frames there are tells something only while nothing else runs.
pytestmark = pytest.mark.alone

NODES = 5000


def network(count: int) -> dict[str, Any]:
    """A network such as news makes it: a few names with many statements, many with few."""
    chance = random.Random(7)
    types = ["Country", "Company", "Equipment", "Person", "ArmedForce", "Topic"]
    nodes = [
        {
            "id": "country/japan" if i == 0 else f"thing/{i}",
            "kind": "entity",
            "type": types[i % len(types)],
            "name": "Japan" if i == 0 else f"Entity {i}",
            "statements": 1,
        }
        for i in range(count)
    ]
    edges = []
    for i in range(1, count):
        for other in {int(i * chance.random() ** 3), int(i * chance.random() ** 2)} - {i}:
            edges.append(
                {
                    "id": f"{i:08x}{other:08x}",
                    "source": nodes[i]["id"],
                    "target": nodes[other]["id"],
                    "predicate": "supplies",
                    "label": "supplies",
                    "symmetric": False,
                    "modality": chance.choice(["asserted", "planned", "possible", "denied"]),
                    "modalities": {"asserted": 1},
                    "belief": round(chance.random(), 2),
                    "documents": 1,
                    "latest": "2026-01-08",
                }
            )
    return {"nodes": nodes, "edges": edges, "cut": False}


def processor_seconds() -> float:
    """What this process and all that it started have had of the processors so far."""
    times: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended since it was listed
            continue
        times[int(path.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    ours = {os.getpid()}
    while found := {each for each, (parent, _) in times.items() if parent in ours} - ours:
        ours |= found
    return sum(times[each][1] for each in ours if each in times) / os.sysconf("SC_CLK_TCK")


@contextmanager
def frames(page: Page, name: str, tell: Callable[[str, object], None]) -> Iterator[None]:
    """Tells how many frames were drawn meanwhile, how fast, and what each took of a processor."""
    drawn_so_far = "document.querySelector('.canvas').canvas.frames"
    before, processor = page.evaluate(drawn_so_far), processor_seconds()
    start = time.perf_counter()
    yield
    page.evaluate(  # until what was asked for last is drawn
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    seconds = time.perf_counter() - start
    count = page.evaluate(drawn_so_far) - before
    each = 1000 * (processor_seconds() - processor) / max(1, count)
    text = f"{count} frames in {seconds:.1f} s, {each:.0f} ms of processor each"
    tell(name, text)
    print(f"{name}: {text}")
    assert count >= 5, name


def at_rest(page: Page) -> None:
    """Wait until the view moves no more: two frames later a node is where it was."""
    frames_later = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    where = "JSON.stringify(document.querySelector('.canvas').canvas.where('country/japan'))"
    page.wait_for_timeout(500)  # it has begun
    end = time.monotonic() + 60
    while not page.evaluate(
        f"async () => {{ const was = {where}; await {frames_later}; return was === {where}; }}"
    ):
        assert time.monotonic() < end, "the view goes on moving"


def test_five_thousand_nodes_are_drawn_and_moved(
    visit: Open, tour: str, record_property: Callable[[str, object], None]
) -> None:
    """Frames while the view or a node is moved: told, and not asserted as time."""
    body = json.dumps(network(NODES))
    seen = visit(tour, calm=False)
    page = seen.page

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="application/json")

    page.route("**/neighbourhood?*", answer)
    page.goto(f"{tour}/#/entity/country/japan")
    drawn(seen)
    assert page.evaluate("document.querySelector('.canvas').canvas.size()")["nodes"] == NODES
    page.locator(".stage-busy").wait_for(state="hidden")  # the layout is done
    page.wait_for_timeout(1000)

    def drag(x: float, y: float) -> None:
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(30):
            page.mouse.move(x + step * 6, y - step * 3)
            page.wait_for_timeout(16)
        page.mouse.up()

    box = page.locator(".canvas").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with frames(page, "moving the view", record_property):
        drag(box["x"] + 80, box["y"] + box["height"] - 200)
    page.mouse.move(*middle)
    with frames(page, "zooming", record_property):
        for turn in (-120, 120):
            for _ in range(10):
                page.mouse.wheel(0, turn)
                page.wait_for_timeout(30)
    page.locator(".stage").focus()
    page.keyboard.press("0")
    at_rest(page)
    # The outermost node to the left, which no other covers.
    outermost = page.evaluate(
        "ids => { const c = document.querySelector('.canvas').canvas;"
        " return ids.map(id => [id, c.where(id)]).sort((a, b) => a[1].x - b[1].x)[0]; }",
        [node["id"] for node in json.loads(body)["nodes"]],
    )
    name, at = outermost
    x, y = box["x"] + at["x"], box["y"] + at["y"]
    page.mouse.move(x, y)
    page.wait_for_timeout(500)
    with frames(page, "moving a node", record_property):
        drag(x, y)
    moved = page.evaluate("id => document.querySelector('.canvas').canvas.where(id)", name)
    assert moved["x"] > at["x"] + 100
    # Also what is drawn small can be opened.
    page.mouse.click(box["x"] + moved["x"], box["y"] + moved["y"])
    expect(page.locator(".panel h2")).to_have_text(f"Entity {name.removeprefix('thing/')}")


def test_a_picture_that_grows_and_shrinks_stays_where_it_is(visit: Open, tour: str) -> None:
    """Many lines are drawn in another way than few; what is looked at stays, there and back."""
    few, many = network(60), network(1200)
    assert len(many["edges"]) > 1500 > len(few["edges"])
    seen = visit(tour)
    page = seen.page

    def answer(route: Route) -> None:
        body = few if "modality" in route.request.url else many
        route.fulfill(body=json.dumps(body), content_type="application/json")

    page.route("**/neighbourhood?*", answer)
    seen.go("#/entity/country/japan?modality=denied")
    drawn(seen)
    size = "document.querySelector('.canvas').canvas.size()"
    assert page.evaluate(size) == {"nodes": 60, "edges": len(few["edges"])}
    for fragment, wanted in (("", many), ("?modality=denied", few)):
        seen.go(f"#/entity/country/japan{fragment}")
        page.locator(".stage-busy").wait_for(state="hidden")
        expect(page.locator(".panel")).to_contain_text(f"{len(wanted['edges']):,} statements")
        assert page.evaluate(size)["edges"] == len(wanted["edges"])
    assert page.locator(".canvas canvas").count() > 0
    at = page.evaluate("document.querySelector('.canvas').canvas.where('country/japan')")
    box = page.locator(".canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    expect(page.locator(".panel h2")).to_have_text("Japan")
