"""The two plain pages for people: a start page, and a reference made from the OpenAPI document.

Both are HTML without script, and load nothing from anywhere. The start page is for browsers without
scripts, and for servers whose explorer page is not built.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from api.models import Document

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
code, pre, textarea { font: 0.9rem/1.4 ui-monospace, monospace; }
pre { background: #f4f4f2; padding: 0.75rem; overflow-x: auto; }
textarea { width: 100%; box-sizing: border-box; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
h2 { margin-top: 2.5rem; } h3 { margin-top: 2rem; }
@media (prefers-color-scheme: dark) {
  body { background: #1b1b1b; color: #e6e6e6; } a { color: #8ab4f8; } pre { background: #2a2a2a; }
}
"""
_PREFIX = "PREFIX ent: <https://w3id.org/entente/ontology#>\n"
_LABEL = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
QUERIES: Mapping[str, str] = {
    "Who evaluates what?": f"""{_PREFIX}{_LABEL}SELECT ?who ?what WHERE {{
  ?a ent:evaluates ?b .
  ?a skos:prefLabel ?who .
  ?b skos:prefLabel ?what .
}} ORDER BY ?who ?what""",
    "Who makes what?": f"""{_PREFIX}{_LABEL}SELECT ?maker ?product WHERE {{
  ?a ent:manufactures ?b .
  ?a skos:prefLabel ?maker .
  ?b skos:prefLabel ?product .
}} ORDER BY ?maker ?product""",
    "How many statements does each predicate have?": """\
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?predicate (COUNT(?statement) AS ?number) WHERE {
  ?statement a rdf:Statement ; rdf:predicate ?predicate .
} GROUP BY ?predicate ORDER BY DESC(?number)""",
}


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><main>{body}</main></body></html>\n"
    )


def _link(path: str, text: str | None = None) -> str:
    return f'<a href="{escape(path)}">{escape(text or path)}</a>'


# Where the build of the explorer page leaves the reason if it could not be built.
MISSING = Path(__file__).parent / "static-missing.txt"


def missing() -> str:
    """Why there is no explorer page, and what to do."""
    advice = "make page builds it, with node and npm from this machine or from PyPI."
    try:
        reason = MISSING.read_text(encoding="utf-8").strip().splitlines()
    except FileNotFoundError:
        reason = []
    why = f" ({reason[0][:300]})" if reason else ""
    return f"The explorer page is not built here{why}: {advice}"


def start(documents: Iterable[Document], *, notice: str = "") -> str:
    """The start page, with the newest documents, and `notice` on top where there is one."""
    rows = "".join(
        f"<li>{escape(each.date or 'undated')}: "
        f"{_link(f'/documents/{quote(each.id)}', each.title or each.id)}, "
        f"{_link(f'/statements?document={quote(each.id)}', f'{each.statements} statements')}"
        "</li>"
        for each in documents
    )
    newest = (
        f"<ul>{rows}</ul>" if rows else "<p>There are no documents yet: send one, see below.</p>"
    )
    queries = "".join(
        f"<li>{_link('/sparql?' + urlencode({'query': query}), question)}</li>"
        for question, query in QUERIES.items()
    )
    example = escape(next(iter(QUERIES.values())))
    post = escape(
        "curl -X POST 'http://127.0.0.1:8000/documents?dry_run=true' "
        "-H 'Content-Type: application/json' \\\n"
        """  -d '{"text": "Japan is assessing the Anka drone.", "date": "2026-01-08"}'"""
    )
    return _page(
        "Entente",
        f"""<h1>Entente</h1>
{f"<p><strong>{escape(notice)}</strong></p>" if notice else ""}
<p>A knowledge graph of defence partnerships, read from news. Every statement can be opened down to
its sentence, its source and its date.</p>
<h2>Open next</h2>
<ul>
<li>{_link("/entities?q=japan", "Search entities by any name")}, also with typos</li>
<li>{_link("/statements?predicate=evaluates", "Filter statements")}, for instance those about
evaluation</li>
<li>{_link("/documents", "List documents")}</li>
<li>{_link("/docs", "Reference of all routes")}, and as {_link("/openapi.json", "OpenAPI")}</li>
</ul>
<h2>Newest documents</h2>
{newest}
<h2>Ask in SPARQL</h2>
<ul>{queries}</ul>
<form action="/sparql" method="get">
<p><label for="query">Your own query</label></p>
<textarea id="query" name="query" rows="8" spellcheck="false">{example}</textarea>
<p><button type="submit">Ask</button></p>
</form>
<h2>Try a text of your own</h2>
<pre>{post}</pre>
<p>Without <code>?dry_run=true</code> it is stored.</p>""",
    )


def _example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """The first example of a schema, as indented JSON; "" where it has none."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    examples = schemas.get(name, {}).get("examples", [])
    if not examples:
        return ""
    return f"<pre>{escape(json.dumps(examples[0], indent=2, ensure_ascii=False))}</pre>"


def _parameters(operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(each['name'])}</code></td><td>{escape(each['in'])}</td>"
        f"<td>{escape(each.get('description', ''))}"
        f"{escape(': ' + ', '.join(each['schema']['enum'])) if 'enum' in each['schema'] else ''}"
        "</td></tr>"
        for each in operation.get("parameters", ())
    )
    return f"<table><tr><th>name</th><th>in</th><th>what</th></tr>{rows}</table>" if rows else ""


def _operation(method: str, path: str, operation: Mapping[str, Any], schemas: Any) -> str:
    body = operation.get("requestBody", {}).get("content", {})
    sent = "".join(_example(content.get("schema", {}), schemas) for content in body.values())
    answers = "".join(
        f"<li><code>{status}</code> {escape(answer.get('description', ''))}</li>"
        for status, answer in sorted(operation["responses"].items())
    )
    text = "".join(
        f"<p>{escape(part)}</p>" for part in operation.get("description", "").split("\n\n")
    )
    return (
        f"<h3><code>{method.upper()} {escape(path)}</code>: {escape(operation['summary'])}</h3>"
        f"{text}{_parameters(operation)}{'<p>Send for example:</p>' + sent if sent else ''}"
        f"<ul>{answers}</ul>"
    )


def reference(document: Mapping[str, Any]) -> str:
    """All routes, with their parameters and answers."""
    schemas = document["components"]["schemas"]
    operations = "".join(
        _operation(method, path, operation, schemas)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    )
    models = "".join(
        f'<h3 id="{escape(name)}">{escape(name)}</h3><p>{escape(schema.get("description", ""))}</p>'
        f"{_example({'$ref': name}, schemas)}"
        for name, schema in sorted(schemas.items())
        if schema.get("examples")
    )
    return _page(
        "Entente: reference",
        f"<h1>Reference</h1><p>{_link('/', 'Start')} · {_link('/openapi.json', 'OpenAPI')}</p>"
        f"<h2>Routes</h2>{operations}<h2>Shapes</h2>{models}",
    )
