"""Nothing that a document, a label or an answer says acts in a reader's browser."""

from __future__ import annotations

import json
import re
from urllib.parse import quote
from urllib.request import urlopen

from playwright.sync_api import expect

from api.explorer import POLICY
from tests.browser import hostile
from tests.browser.conftest import Open, Visit
from tests.browser.test_tour import drawn, saved

VIEWS = [
    "#/",
    "#/statements",
    "#/documents",
    "#/entity/country/japan",
    "#/entity/country/japan?view=table",
    "#/entity/country/japan?view=timeline",
    "#/entity/country/japan?view=about",
    "#/questions",
    "#/question/evaluations",
]


def check(seen: Visit) -> None:
    """Nothing ran, and no element came from a text."""
    assert seen.page.evaluate("window.pwned") is None
    assert seen.page.locator("iframe, object, embed, base, [onerror], [onload], xss").count() == 0
    assert seen.page.locator("script").count() == 1
    assert seen.page.locator('[href^="javascript:" i], [src^="javascript:" i]').count() == 0
    seen.complaints[:] = [c for c in seen.complaints if "Failed to load resource" not in c]


def test_there_are_fifty_attempts() -> None:
    assert len(hostile.TEXTS) == 50
    assert len(set(hostile.TEXTS)) == 50


def test_no_view_runs_what_it_lists(visit: Open, traps: str) -> None:
    seen = visit(traps)
    for fragment in VIEWS:
        seen.go(fragment)
        check(seen)


def test_every_attempt_is_shown_as_it_is(visit: Open, traps: str) -> None:
    seen = visit(traps)
    seen.go("#/entity/country/japan?view=table")
    shown = seen.page.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert {re.sub(r"\s+", " ", t).strip() for t in shown} == {
        re.sub(r"\s+", " ", t).strip() for t in hostile.TEXTS
    }


def test_every_attempt_opened(visit: Open, traps: str) -> None:
    """Each statement with its quotation and qualifiers, and the document with its marks."""
    seen = visit(traps)
    with urlopen(f"{traps}/statements?subject=country/japan&limit=200") as answer:
        statements = {each["object"]["id"]: each["id"] for each in json.load(answer)["items"]}
    assert len(statements) == len(hostile.TEXTS)
    for number, text in enumerate(hostile.TEXTS):
        seen.go(f"#/statement/{statements[f'equipment/trap-{number:02}']}")
        expect(seen.page.locator("h1")).to_contain_text(text.strip())
        expect(seen.page.locator(".quote .hl-object")).to_contain_text(text.strip())
        check(seen)
        seen.page.locator(".evidence-head a").first.click()
        expect(seen.page.locator(".text .hl-mention")).to_contain_text(text.strip())
        check(seen)


def test_a_hostile_search_and_picture(visit: Open, traps: str) -> None:
    seen = visit(traps)
    seen.go("#/")
    field = seen.page.get_by_role("combobox", name="Search for a country")
    for text in hostile.TEXTS[:12]:
        field.fill(text)
        seen.page.wait_for_timeout(150)
    check(seen)
    seen.go("#/entity/country/japan")
    drawn(seen)
    graph = saved(seen, "GEXF")
    assert "<script" not in graph
    svg = saved(seen, "SVG")
    assert "<script" not in svg
    assert "onerror=" not in svg.replace("&lt;", "<").split("<text")[0]
    check(seen)


def test_a_hostile_address_shows_text(visit: Open, traps: str) -> None:
    seen = visit(traps)
    for text in hostile.TEXTS[:8]:
        for start in ("#/search?q=", "#/entity/", "#/", "#/question/evaluations?who="):
            seen.go(start + quote(text))
            check(seen)


def test_a_hostile_text_is_read_and_shown(visit: Open, traps: str) -> None:
    seen = visit(traps)
    seen.go("#/add")
    seen.page.get_by_label("Text", exact=True).fill("\n".join(hostile.TEXTS))
    seen.page.get_by_role("button", name="See what it says").click()
    expect(seen.page.get_by_role("heading", name="What it says")).to_be_visible()
    check(seen)


def test_answers_to_queries_are_text(visit: Open, traps: str) -> None:
    seen = visit(traps)
    query = (
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX ent: "
        "<https://w3id.org/entente/ontology#> CONSTRUCT { ?a ent:evaluates ?b . ?b skos:prefLabel "
        "?l } { ?a ent:evaluates ?b . ?b skos:prefLabel ?l }"
    )
    seen.go(f"#/sparql?query={quote(query)}")
    drawn(seen)
    check(seen)
    seen.page.get_by_role("tab", name="Table").click()
    check(seen)


def test_the_policy_allows_nothing_inline(visit: Open, traps: str) -> None:
    """The browser enforces it: a script, a style and an `eval` are refused."""
    assert "unsafe" not in POLICY
    seen = visit(traps)
    seen.go("#/")
    refused = seen.page.evaluate(
        """async () => {
          const found = [];
          document.addEventListener(
            'securitypolicyviolation', e => found.push(e.violatedDirective));
          const script = document.createElement('script');
          script.textContent = 'window.pwned = 1';
          document.body.append(script);
          script.remove();
          const style = document.createElement('style');
          style.textContent = 'body { display: none }';
          document.head.append(style);
          style.remove();
          await fetch('http://evil.invalid/').catch(() => found.push('fetch'));
          await new Promise(done => setTimeout(done, 200));
          return found;
        }"""
    )
    assert {"script-src-elem", "style-src-elem", "connect-src"} <= set(refused)
    assert seen.page.evaluate("window.pwned") is None
    assert seen.outside == []
    seen.complaints.clear()


def test_a_visit_asks_only_its_server(visit: Open, tour: str) -> None:
    seen = visit(tour)
    for fragment in ("#/", "#/entity/country/japan", "#/sparql", "#/add"):
        seen.go(fragment)
    seen.page.locator(".CodeMirror").wait_for(state="detached")
    assert len(seen.requests) > 10
    assert seen.outside == []
