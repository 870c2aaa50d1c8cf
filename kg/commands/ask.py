"""`kg query`, `kg show` and `kg stats`: what the store holds."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from kg.commands.common import (
    Context,
    csv_table,
    flat,
    opened,
    query_limits,
    store_option,
    table,
    write,
)
from kg.commands.kinds import text
from kg.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from kg.documents import Document
    from kg.exports.excerpt import Fact
    from kg.statements import Evidence
    from kg.store import Store

_TABLES = {
    "table": "text/csv",
    "csv": "text/csv",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "tsv": "text/tab-separated-values",
}
_ASK = {"csv": "json", "tsv": "json"}  # a truth value has no form in these
_MAX_QUERY = 1_000_000
_MOST_NEAR = 3  # names that somebody may have meant
# What is counted, and where the index keeps the numbers.
_TOTALS = (
    ("documents", "document"),
    ("entities", "type"),
    ("statements", "predicate"),
    ("evidence", "evidence"),
)


@click.command()
@click.argument("sparql", metavar="SPARQL|FILE|-")
@click.option(
    "--format",
    "form",
    type=click.Choice([*_TABLES, "turtle"]),
    help="How to write the answer [default: table, and turtle for a graph].",
)
@store_option
@click.pass_obj
def query(context: Context, sparql: str, form: str | None, store: str | None) -> None:
    """Answer a SPARQL 1.1 query.

    The query is given as such, in a file or on standard input. The default graph is the union of
    all graphs. The prefixes ent:, rdf:, rdfs:, skos:, prov:, oa:, schema:, dcterms: and xsd: need
    no declaration. The query is run in a process of its own that reaches neither network nor
    files; ENTENTE_QUERY_SECONDS limits its time.

    \b
    Examples:
      kg query 'SELECT ?who ?what { ?who ent:evaluates ?what }'
      kg query question.rq --format csv > answer.csv
      echo 'DESCRIBE <https://w3id.org/entente/entity/country/japan>' | kg query -
    """
    from kg.client.questions import with_prefixes
    from kg.graph.terms import PREFIXES
    from kg.store.guard import check
    from kg.store.worker import Pool

    checked = check(with_prefixes(query_text(sparql), PREFIXES))
    if checked.is_graph and form not in (None, "turtle"):
        raise InputError(f"--format {form}: this query gives a graph: take turtle")
    if form == "turtle" and not checked.is_graph:
        raise InputError("--format turtle: this query gives a table: take table, json, xml, csv")
    shown = form or "table"
    if checked.form == "ASK":
        shown = _ASK.get(shown, shown)
    truth = checked.form == "ASK" and shown == "table"
    media_type = "text/turtle" if checked.is_graph else _TABLES["json" if truth else shown]
    with (
        opened(context, store, purpose="answering a query") as source,
        Pool(source, limits=query_limits(context.settings), prefixes=PREFIXES) as pool,
    ):
        answer = pool.run(checked, media_type=media_type)
    if truth:
        click.echo("yes" if b"true" in answer else "no")
    elif shown == "table" and not checked.is_graph:
        click.echo(csv_table(answer, limit=120))
    else:
        write(answer)


def query_text(argument: str, *, such_as: str = "SELECT * { … }") -> str:
    """The query that the argument is, or that stands in the file that it names; InputError, which
    says to write a query `such_as` this one, where it is neither."""
    from pathlib import Path

    if argument == "-":
        data = sys.stdin.buffer.read(_MAX_QUERY + 1)
    elif not argument or (re.search(r"[\s{]", argument) and not _is_file(argument)):
        return argument
    else:
        if not _is_file(argument):
            raise InputError(f"{argument}: neither a query nor a file: write {such_as}")
        with Path(argument).open("rb") as file:
            data = file.read(_MAX_QUERY + 1)
    if len(data) > _MAX_QUERY:
        raise InputError(f"{argument}: the query is longer than {_MAX_QUERY:,} bytes: shorten it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{argument}: the query is not UTF-8: save it as UTF-8") from error


def _is_file(name: str) -> bool:
    from pathlib import Path

    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # longer than a name may be, or with a NUL
        return False


@click.command()
@click.argument("entity", type=text)
@click.option(
    "--why", is_flag=True, help="Add to each sentence what found it, why, and how sure that is."
)
@store_option
@click.pass_obj
def show(context: Context, entity: str, why: bool, store: str | None) -> None:
    """Show what is known of an entity, with the sentences that say so.

    ENTITY is an id or any of its names; of names that several share, the ids are listed. --why
    shows what the graph holds of each sentence, under the names that the HTTP interface has for it.

    \b
    Examples:
      kg show Baykar
      kg show Baykar --why
      kg show country/japan --store news-store
    """
    from kg.exports.excerpt import Selection, excerpt
    from kg.exports.known import Names

    with opened(context, store, purpose="showing an entity") as source:
        around = excerpt(source, Selection(entity=find_entity(source, entity)))
        found = around.known[around.entity]
        click.echo(flat(f"{found.name} ({found.type}, {found.id})"))
        if found.aliases:
            click.echo(flat(f"also: {', '.join(found.aliases)}"))
        for fact in around.facts:
            _show_statement(fact, Names(around.known), why=why)


def find_entity(store: Store, wanted: str) -> str:
    """The id of the entity that has this id or name; NotFoundError where none has, or several."""
    from kg.store.names import search
    from ontology.normal import normal_name

    key = normal_name(wanted)
    with store.index.reading() as db:
        if db.execute("SELECT 1 FROM entity WHERE id = ?", (wanted,)).fetchone():
            return wanted
        rows = db.execute(
            "SELECT DISTINCT id, sorted FROM name JOIN entity ON id = entity WHERE key = ? "
            "ORDER BY id",
            (key,),
        ).fetchall()
        hits = [row["id"] for row in rows]
        first = [row["id"] for row in rows if row["sorted"] == key]
        if len(hits) == 1 or len(first) == 1:
            return str((first or hits)[0])
        near = [] if hits else search(db, store.index.words, wanted)[:_MOST_NEAR]
        names = [
            db.execute("SELECT name FROM entity WHERE id = ?", (hit.id,)).fetchone()["name"]
            for hit in near
        ]
    if hits:
        raise NotFoundError(
            f"{wanted}: several entities have this name: take one of {', '.join(hits)}"
        )
    meant = " or ".join(dict.fromkeys(names))
    hint = f": did you mean {meant}?" if meant else ": kg stats shows what there is"
    raise NotFoundError(f"{wanted}: no such entity in the store{hint}")


def _show_statement(fact: Fact, names: Mapping[str, str], *, why: bool) -> None:
    from kg.json_form import plain

    statement = fact.statement
    subject = names.get(statement.subject, statement.subject)
    click.echo(f"\n{flat(f'{subject} {statement.predicate} {plain(statement.object, names)}')}")
    for piece in fact.pieces:
        _show_evidence(piece.document, piece.evidence, names)
        if why:
            _show_why(piece.evidence)


def _show_evidence(document: Document, evidence: Evidence, names: Mapping[str, str]) -> None:
    from kg.json_form import plain

    title = document.title or document.name or document.id
    sentence = flat(document.text[evidence.start : evidence.end])
    click.echo(f"  {evidence.modality} {evidence.confidence:.2f}  “{sentence}”")
    qualifiers = "; ".join(
        f"{name}: {', '.join(plain(v, names) for v in values)}"
        for name, values in sorted(evidence.qualifiers.items())
    )
    place = ", ".join(p for p in (title, document.source, document.date) if p)
    shown = f"{place}, sentence {evidence.sentence}" + (f"  [{qualifiers}]" * bool(qualifiers))
    click.echo(f"      {flat(shown)}")


def _show_why(evidence: Evidence) -> None:
    """What the graph holds about how the evidence came about, named as over HTTP."""
    for name, value in (
        ("reason", evidence.reason or "none is noted"),
        ("extractor", evidence.extractor or "none is noted"),
        ("confidence", f"{evidence.confidence:.4f}"),
    ):
        click.echo(f"      {name}: {flat(value)}")


@click.command()
@click.option(
    "--documents",
    "list_documents",
    is_flag=True,
    help="List the documents instead: id, date, name and title.",
)
@store_option
@click.pass_obj
def stats(context: Context, list_documents: bool, store: str | None) -> None:
    """Count what the store holds.

    \b
    Examples:
      kg stats
      kg stats --documents
    """
    from kg.graph import read

    with opened(context, store, purpose="counting") as source:
        if list_documents:
            rows = [(d.id, d.date or "", d.name or "", d.title) for d in read.documents(source)]
            click.echo(table(("id", "date", "name", "title"), rows))
            return
        with source.index.reading() as db:
            totals = db.execute("SELECT kind, key, n FROM total WHERE n ORDER BY key").fetchall()
    counts: list[tuple[str, str]] = []
    for what, kind in _TOTALS:
        found = [(row["key"], row["n"]) for row in totals if row["kind"] == kind]
        counts.append((what, f"{sum(n for _, n in found):,}"))
        counts += [(f"  {name}", f"{n:,}") for name, n in found if name]
    click.echo(table(("what", "number"), counts))
