"""JSON-LD in compact form with the published context, `ontology/context.jsonld`.

The context stands in the document itself, so that no reader has to fetch it. Every value is written
so that the context gives exactly it back: as a bare string where the term's type is the value's,
else with its type beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.errors import CatalogueError
from kg.graph.serialise import serialise
from kg.graph.terms import RDF_TYPE, XSD
from ontology import vocabulary

FILE = vocabulary.FILE.parent / "context.jsonld"

Json = Any
_STRING = f"{XSD}string"
_NATIVE = {
    f"{XSD}boolean": re.compile("true|false"),
    # Readers may keep numbers as doubles, which hold whole numbers of 15 digits exactly.
    f"{XSD}integer": re.compile("0|-?[1-9][0-9]{0,14}"),
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!//)")


@dataclass(frozen=True, slots=True)
class Context:
    """The context, and what follows from it: `terms` are IRIs and types by name, `names` the other
    way round, `prefixes` IRIs by name."""

    text: Mapping[str, Json]
    vocabulary: str
    terms: Mapping[str, tuple[str, str]]
    names: Mapping[str, str]
    prefixes: Mapping[str, str]

    def key(self, iri: str) -> str:
        """A property or a class."""
        known = self.names.get(iri)
        if known is not None:
            return known
        if iri.startswith(self.vocabulary):
            rest = iri.removeprefix(self.vocabulary)
            if _NAME.fullmatch(rest) and rest not in self.terms and rest not in self.prefixes:
                return rest
        return self.id(iri)

    def id(self, iri: str) -> str:
        """Anything else."""
        for name, start in self.prefixes.items():
            rest = iri.removeprefix(start)
            if iri.startswith(start) and not rest.startswith("//"):
                compact = f"{name}:{rest}"
                return iri if compact in self.terms else compact
        return iri

    def is_misread(self, iri: str) -> bool:
        """Whether an IRI would be taken for one with a prefix."""
        found = _SCHEME.match(iri)
        return found is not None and (found[1] in self.prefixes or found[1] in self.terms)


@cache
def load(path: Path = FILE) -> Context:
    """The context in the file; CatalogueError where it is none that we can use."""
    try:
        text: dict[str, Json] = json.loads(path.read_text(encoding="utf-8"))["@context"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CatalogueError(f"{path}: no JSON-LD context ({error}); take the file back") from error
    prefixes = {
        name: value
        for name, value in text.items()
        if isinstance(value, str) and value.startswith("http") and value[-1] in "#/"
    }
    prefixes.pop("@vocab", None)

    def full(name: str) -> str:
        start, colon, rest = name.partition(":")
        return prefixes[start] + rest if colon and start in prefixes else name

    terms = {}
    for name, value in text.items():
        if name.startswith("@") or name in prefixes or value in ("@id", "@type"):
            continue
        parts = {"@id": value} if isinstance(value, str) else value
        terms[name] = (full(parts["@id"]), full(parts.get("@type", "")))
    return Context(
        text=text,
        vocabulary=text["@vocab"],
        terms=terms,
        names={iri: name for name, (iri, _) in terms.items()},
        # The longest IRI first, which is the most special one.
        prefixes=dict(sorted(prefixes.items(), key=lambda pair: (-len(pair[1]), pair[0]))),
    )


def write(quads: Iterable[Quad]) -> bytes:
    """The quads as a JSON-LD document, one line a node; the same bytes for the same quads.

    Where an IRI has a scheme that the context has another meaning for, the document is expanded
    and has no context.
    """
    found = sorted(
        set(quads),
        key=lambda q: (_graph(q), str(q.subject), q.predicate.value, str(q.object)),
    )
    context = load()
    if any(context.is_misread(iri) for quad in found for iri in _iris(quad)):
        return serialise(found, format="jsonld")
    head = json.dumps(dict(context.text), ensure_ascii=False)
    lines = ",\n".join(_document(found, context))
    return f'{{"@context": {head},\n"@graph": [\n{lines}\n]}}\n'.encode()


def _document(quads: Sequence[Quad], context: Context) -> Iterator[str]:
    """The nodes of the default graph, then the named graphs."""
    graphs: dict[str, list[Quad]] = {}
    for quad in quads:
        graphs.setdefault(_graph(quad), []).append(quad)
    for name, members in graphs.items():
        nodes = ",\n".join(
            json.dumps(node, ensure_ascii=False) for node in _nodes(members, context)
        )
        if not name:
            yield nodes
            continue
        id_ = json.dumps(_reference(members[0].graph_name, context), ensure_ascii=False)
        yield f'{{"id": {id_}, "@graph": [\n{nodes}\n]}}'


def _nodes(quads: Iterable[Quad], context: Context) -> Iterator[dict[str, Json]]:
    by_subject: dict[str, list[Quad]] = {}
    for quad in quads:
        by_subject.setdefault(str(quad.subject), []).append(quad)
    for of_node in by_subject.values():
        types: list[Json] = []
        properties: dict[str, list[Json]] = {}
        for quad in of_node:
            if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
                types.append(context.key(quad.object.value))
            else:
                key = context.key(quad.predicate.value)
                properties.setdefault(key, []).append(_value(quad.object, key, context))
        node: dict[str, Json] = {"id": _reference(of_node[0].subject, context)}
        if types:
            node["type"] = _one(types)
        yield node | {key: _one(values) for key, values in sorted(properties.items())}


def _one(values: list[Json]) -> Json:
    return values[0] if len(values) == 1 else values


def _reference(node: NamedNode | BlankNode | Triple | DefaultGraph, context: Context) -> str:
    return context.id(node.value) if isinstance(node, NamedNode) else str(node)


def _value(value: NamedNode | BlankNode | Literal | Triple, key: str, context: Context) -> Json:
    type_ = context.terms.get(key, ("", ""))[1]
    if not isinstance(value, Literal):
        assert not isinstance(value, Triple)
        if type_ == "@vocab" and isinstance(value, NamedNode):
            return context.key(value.value)
        reference = _reference(value, context)
        return reference if type_ == "@id" else {"id": reference}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    datatype = value.datatype.value
    if datatype == type_:
        return value.value
    native = _NATIVE.get(datatype)
    if native is not None and native.fullmatch(value.value) and not type_:
        return json.loads(value.value)
    if datatype == _STRING:
        return {"@value": value.value} if type_ else value.value
    return {"@value": value.value, "@type": context.key(datatype)}


def _graph(quad: Quad) -> str:
    return "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)


def _iris(quad: Quad) -> Iterator[str]:
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, NamedNode):
            yield term.value
        elif isinstance(term, Literal):
            yield term.datatype.value
