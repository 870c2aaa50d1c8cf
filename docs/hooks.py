"""Pages of the site that follow from the program: the ontology and the HTTP reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ontology import vocabulary

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made, not written."""
    from mkdocs.structure.files import File

    for name, text in (("ontology.md", ontology()), ("openapi.md", http())):
        files.append(File.generated(config, name, content=text))
    return files


def ontology() -> str:
    """The vocabulary as a page."""
    terms = vocabulary.load()
    return "\n".join(
        [
            "# Ontology\n",
            f"Namespace `{vocabulary.NAMESPACE}`, prefix `ent:`. Made from "
            "`ontology/partnership.ttl`, which is the only place that declares these terms.\n",
            "## Types of entities\n",
            *_table(
                ("Type", "Label", "Definition", "Example"),
                ((t.name, t.label, t.definition, t.example) for t in terms.types.values()),
            ),
            "## Predicates\n",
            *_table(
                ("Predicate", "From", "To", "From the object", "Definition", "Example"),
                (
                    (
                        p.name + (" (symmetric)" if p.symmetric else ""),
                        ", ".join(sorted(p.domain)),
                        ", ".join(sorted(p.range)),
                        p.inverse,
                        p.definition,
                        p.example,
                    )
                    for p in terms.predicates.values()
                ),
            ),
            "## Modalities\n",
            *_table(
                ("Modality", "Definition", "Example"),
                ((m.name, m.definition, m.example) for m in terms.modalities.values()),
            ),
            "## Qualifiers\n",
            *_table(
                ("Qualifier", "Values", "Definition", "Example"),
                (
                    (q.name, ", ".join(sorted(q.range)), q.definition, q.example)
                    for q in terms.qualifiers.values()
                ),
            ),
        ]
    )


def http() -> str:
    """The routes of the HTTP interface as a page, from its OpenAPI document."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from api.app import create_app
    from kg.store import open_store

    with TemporaryDirectory() as folder, open_store(str(Path(folder) / "store")) as store:
        document: dict[str, Any] = create_app(store, extract=None).openapi()
    lines = ["# HTTP reference\n", "Made from the OpenAPI document that a server has at "
             "`/openapi.json`. [The HTTP interface](api.md) says it in prose.\n"]  # fmt: skip
    for path, item in sorted(document["paths"].items()):
        for method, operation in item.items():
            if "responses" in operation:
                lines += _operation(method, path, operation)
    return "\n".join(lines)


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"## `{method.upper()} {path}`\n"
    yield f"**{operation.get('summary', '')}.** {operation.get('description', '')}\n"
    parameters = operation.get("parameters", ())
    if parameters:
        yield from _table(
            ("Parameter", "In", "Needed", "Meaning"),
            (
                (p["name"], p["in"], "yes" if p.get("required") else "", p.get("description", ""))
                for p in parameters
            ),
        )
    yield from _table(
        ("Status", "Meaning"),
        ((status, each["description"]) for status, each in sorted(operation["responses"].items())),
    )


def _table(head: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        cells = (
            " ".join(str(cell).split()).replace("|", "\\|").replace("<", "&lt;") for cell in row
        )
        yield "| " + " | ".join(cells) + " |"
    yield ""
