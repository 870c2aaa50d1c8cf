"""A picture of 5,000 nodes."""

from __future__ import annotations

import json
import random
from typing import Any

from playwright.sync_api import Route

from tests.browser.conftest import Open
from tests.browser.test_tour import drawn

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


def test_five_thousand_nodes_are_drawn_and_moved(
    visit: Open, tour: str, record_property: Any
) -> None:
    """Frames while the view is moved; what was measured is told and not asserted as time."""
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
    before = page.evaluate("document.querySelector('.canvas').canvas.frames")
    x, y = page.viewport_size["width"] // 3, 500  # type: ignore[index]
    page.mouse.move(x, y)
    page.mouse.down()
    took = page.evaluate("performance.now()")
    for step in range(30):
        page.mouse.move(x + step * 6, y + step * 3)
    page.mouse.up()
    took = (page.evaluate("performance.now()") - took) / 1000
    frames = page.evaluate("document.querySelector('.canvas').canvas.frames") - before
    record_property("frames", frames)
    record_property("frames_per_second", round(frames / took, 1))
    print(f"{NODES} nodes: {frames} frames in {took:.1f} s, drawn in software")
    assert frames >= 5
