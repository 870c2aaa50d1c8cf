"""The tour in docs/rest.md: what is asked there is answered, with the fields that are shown."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from kg import readers
from kg.documents import Document
from kg.pipeline import Pipeline
from kg.store import open_store

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "rest.md").read_text("utf-8")
# A command, and what is shown below it.
SHOWN = re.findall(r"^\$ (curl .+)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
PLAIN = re.findall(r"^    (curl .+)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, pipeline: Pipeline) -> Iterator[TestClient]:
    found = [
        document
        for path in sorted((ROOT / "samples").glob("*.md"))
        for document in readers.read(str(path))
        if isinstance(document, Document)
    ]
    assert len(found) == 11
    with open_store(str(tmp_path_factory.mktemp("tour") / "store")) as store:
        store.add([pipeline.extract(document) for document in found])
        app = create_app(store, extract=pipeline.extract)
        with TestClient(app, base_url="http://localhost") as result:
            yield result


def answer(client: TestClient, command: str) -> str:
    """What a command of the page gives: headers, if it asks for them, or else the body."""
    _, *words = shlex.split(command.replace("$U", "http://localhost"))
    [url] = [word for word in words if word.startswith("http://localhost")]
    if "--data-urlencode" in words:
        field, _, value = words[words.index("--data-urlencode") + 1].partition("=")
        found = client.post(
            url,
            content=urlencode({field: value}),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    else:
        found = client.get(url)
    assert found.status_code < 500
    if "-D" in words:
        return "\n".join(f"{name}: {value}" for name, value in found.headers.items())
    return found.text


def test_the_page_has_examples() -> None:
    assert len(SHOWN) == 13
    assert len(PLAIN) == 2


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_what_is_shown_comes(client: TestClient, command: str, shown: str) -> None:
    text = answer(client, command)
    names = re.findall(r'"(\w+)":', shown) or re.findall(r"^([\w-]+): ", shown, re.MULTILINE)
    assert names
    assert [name for name in names if f'"{name}":' not in text and f"{name}: " not in text] == []
    # Ids do not depend on how sure the reading is.
    ids = re.findall(r'"id": "([^"]+)"', shown)
    assert [id_ for id_ in ids if f'"{id_}"' not in text] == []


@pytest.mark.parametrize("command", PLAIN)
def test_what_is_only_asked_is_there(client: TestClient, command: str) -> None:
    assert '"detail"' not in answer(client, command)


def test_the_example_of_trust(client: TestClient) -> None:
    """A copy leaves belief as it is, a denial stands beside it; as docs/trust.md tells."""
    path = "/statements/a20a5938faa80b14"
    before = client.get(path).json()
    wire = (ROOT / "samples" / "turkey-japan-wire.md").read_text("utf-8").split("---", 2)[2]
    first_four = "\n\n".join(wire.strip().split("\n\n")[:4])
    denial = "Japan is not assessing the Anka, a spokesman in Tokyo said on Saturday."
    for source, text in (("https://www.example.com/1", first_four), ("Herald", denial)):
        body = {"text": text, "source": source, "date": "2026-01-10", "title": "Of its own"}
        assert client.post("/documents", json=body).status_code == 201
    after = client.get(path).json()
    assert (before["documents"], after["documents"]) == (3, 5)
    assert after["modalities"] == {"asserted": 4, "denied": 1}
    assert after["belief"] == before["belief"]
    assert after["belief_arithmetic"]["formula"] == before["belief_arithmetic"]["formula"]
    assert after["belief_arithmetic"]["sentence"].endswith("not counting 1 copy")
    [denied] = after["other_beliefs"]
    assert (denied["modality"], [g["publisher"] for g in denied["groups"]]) == (
        "denied",
        ["Herald"],
    )
    copies = {s["publisher"]: s["copies"] for s in client.get("/sources").json()["items"]}
    assert {name for name, number in copies.items() if number} == {"example.com"}
