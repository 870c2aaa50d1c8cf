"""The import order of the design: a lower layer never imports a higher one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# From low to high; a module may import from its own layer and from lower ones.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("kg.errors", "kg.settings", "kg.documents", "kg.entities", "kg.statements"),
    ("ontology",),
    ("kg.nlp",),
    ("kg.extract",),
    ("kg.resolve",),
    ("kg.graph",),
    ("kg.analyse",),
    ("kg.store", "kg.readers"),
    ("kg.evaluate", "kg.exports", "kg.gold", "kg.json_form", "kg.queries", "kg.query_names"),
    ("kg.explain",),
    ("kg.pipeline",),
    ("kg.client",),
    ("api",),
    ("kg.commands",),
    ("kg.cli",),
)
# Where a library may be used at all.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "spacy": ("kg.nlp", "kg.extract", "kg.resolve", "kg.pipeline"),
    "rdflib": ("kg.graph", "kg.store", "ontology"),
    "pyoxigraph": ("kg.graph", "kg.store", "ontology", "kg.analyse", "kg.exports"),
    "pyshacl": ("kg.graph",),
    "fastapi": ("api",),
    "networkx": ("kg.analyse",),
    "torch": ("kg.nlp.training",),
}
# Training reads what the pipeline finds, so it stands above everything that extracts.
ABOVE = ("kg.nlp.training",)


def modules() -> list[Path]:
    """Every module of the packages."""
    return sorted(p for top in ("kg", "api", "ontology") for p in (ROOT / top).rglob("*.py"))


def name(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """What a module imports, in functions too, types alone left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    only_types = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in only_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module in ("kg", "api", "ontology"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def layer(module: str) -> int | None:
    """The layer of a module, None outside the packages and for the package root."""
    best: tuple[int, int] | None = None
    for number, prefixes in enumerate(LAYERS):
        for prefix in prefixes:
            inside = module == prefix or module.startswith(prefix + ".")
            if inside and (best is None or len(prefix) > best[0]):
                best = (len(prefix), number)
    return None if best is None else best[1]


@pytest.mark.parametrize("path", modules(), ids=name)
def test_no_module_imports_a_higher_layer(path: Path) -> None:
    module = name(path)
    own = layer(module)
    if own is None or module.startswith(ABOVE):
        assert module == "kg" or module.startswith(ABOVE), f"{module} has no layer"
        return
    for imported in imports(path):
        other = layer(imported)
        assert other is None or other <= own, f"{module} imports {imported} from a higher layer"


@pytest.mark.parametrize("path", modules(), ids=name)
def test_libraries_stay_where_they_belong(path: Path) -> None:
    module = name(path)
    for imported in imports(path):
        allowed = LIBRARIES.get(imported.partition(".")[0])
        if allowed is not None:
            assert module.startswith(allowed), f"{module} imports {imported}"


def test_every_module_is_looked_at() -> None:
    assert len(modules()) > 60
