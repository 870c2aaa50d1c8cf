"""Publishers: one for all of its hosts and names; a wrong file is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import CatalogueError
from ontology import sources

GOOD = """\
systematic: {named: 0.05, unnamed: 0.1}
copies: {words: 5, shared: 0.4, length: 0.25, short: 30, shared_short: 0.8}
publishers:
  - {name: Wire, hosts: [wire.example], names: [The Wire Agency], systematic: 0.02}
"""


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (None, ""),
        ("", ""),
        ("  ", ""),
        ("Sample  daily", "Sample daily"),
        ("https://www.example.org/news/1", "example.org"),
        ("HTTP://Example.ORG:81", "example.org"),
        ("http://[x", "http://[x"),
        ("https://", "https://"),
        ("https://www.reuters.com/world/1", "Reuters"),
        ("https://tr.reuters.com./world/1", "Reuters"),
        ("https://notreuters.com/1", "notreuters.com"),
        ("https://reuters.com.example/1", "reuters.com.example"),
        ("reuters", "Reuters"),
        ("reuters.com", "Reuters"),
        ("www.Example.org/news", "example.org"),
        ("St. Louis Post", "St. Louis Post"),
        ("a.b c", "a.b c"),
        ("Thomson Reuters", "Reuters"),
        ("the Associated Press", "AP"),
        ("Jane’s", "Janes"),
        ("ANADOLU AJANSI", "Anadolu"),
    ],
)
def test_publishers(source: str | None, name: str) -> None:
    assert sources.load().publisher(source) == name


def test_the_file_of_the_project() -> None:
    found = sources.load()
    assert len(set(found.hosts.values())) > 40
    assert found.systematic("Reuters") == found.systematic("example.org") == found.named
    assert found.systematic("") == found.unnamed > found.named


def test_a_publisher_with_a_figure_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD)
    found = sources.load(path)
    assert found.systematic("Wire") == 0.02
    assert found.publisher("wire agency") == "Wire"
    assert found.publisher("Wire agency, The") == "Wire agency, The"
    assert found.publisher("The wire agency") == "Wire"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("named: 0.05", "named: 1", "line 1: expected a share"),
        ("named: 0.05", "named: much", "line 1: expected a share"),
        ("unnamed: 0.1", "others: 0.1", "line 1: expected exactly the keys named, unnamed"),
        ("words: 5", "words: 0", "line 2: at least one word"),
        ("words: 5, ", "", "line 2: `copies` has exactly"),
        ("short: 30", "short: few", "line 2: expected a whole number"),
        ("[wire.example]", "[www.wire.example]", "line 4: `www.wire.example` is no host"),
        ("name: Wire, ", "", "line 4: a publisher has a name"),
        ("systematic: 0.02", "bias: 1", "line 4: a publisher has a name"),
        ("publishers:", "papers:", "line 4: unknown section `papers`"),
        (
            "publishers:\n",
            "publishers:\n  - {name: Other, names: [wire]}\n",
            "line 5: `wire` belongs to Other",
        ),
    ],
)
def test_a_wrong_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "sources.yaml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(CatalogueError, match=r"sources\.yaml") as failed:
        sources.load(path)
    assert message in str(failed.value)
