"""The documentation names everything that a user can call."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from api.app import create_app
from kg.cli import kg
from kg.settings import PREFIX, Settings
from ontology import vocabulary

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GENERATED = ("ontology.md", "openapi.md")  # by docs/hooks.py; tests/docs follows links to them


@pytest.mark.parametrize("command", sorted(kg.commands))
def test_every_command_is_documented(command: str) -> None:
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    assert f"kg {command}" in text


@pytest.mark.parametrize("name", [f.name for f in fields(Settings)])
def test_every_setting_is_documented(name: str) -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in sorted(DOCS.glob("*.md")))
    assert PREFIX + name.upper() in text


def test_links_in_the_documentation_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
        if target not in GENERATED and not (page.parent / target).exists()
    ]
    assert not broken


def test_every_predicate_has_a_definition_and_an_example() -> None:
    for term in vocabulary.load().predicates.values():
        assert term.definition
        assert term.example


def test_every_route_is_documented() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    app = create_app.__module__
    assert app == "api.app"
    source = "".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "api").rglob("*.py")))
    routes = set(re.findall(r'@router\.(?:get|post|delete|api_route)\(\s*"([^"]+)"', source))
    assert len(routes) >= 8
    missing = [r for r in routes if re.sub(r"\{(\w+)[^}]*\}", r"{\1}", r).split("{")[0] not in text]
    assert not missing
