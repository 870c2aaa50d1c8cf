"""The documentation site is built without a warning, and asks no other host for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ontology import vocabulary

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_of_docs_is_there(site: Path) -> None:
    pages = {page.stem for page in (ROOT / "docs").glob("*.md")} | {"ontology", "openapi"}
    assert pages <= {page.stem for page in site.glob("*.html")}


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 15
    loaded = re.compile(r"<(?:script|img|iframe)[^>]+src=\"?https?:|<link[^>]+href=\"?https?:[^>]+")
    for page in pages:
        found = [
            hit
            for hit in loaded.findall(page.read_text(encoding="utf-8"))
            if "canonical" not in hit
        ]
        assert not found, f"{page.name}: {found}"


def test_made_pages_have_every_term_and_the_routes(site: Path) -> None:
    text = (site / "ontology.html").read_text(encoding="utf-8")
    terms = vocabulary.load()
    missing = [n for n in (*terms.types, *terms.predicates, *terms.qualifiers) if n not in text]
    assert not missing
    assert "/statements/{id}" in (site / "openapi.html").read_text(encoding="utf-8")


def test_the_python_reference_names_the_methods(site: Path) -> None:
    text = (site / "python.html").read_text(encoding="utf-8")
    for name in ("Graph.extract", "Graph.ask", "Graph.to_networkx", "Answer.to_pandas"):
        assert name in text
