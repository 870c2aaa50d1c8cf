"""The vocabulary as plain records, read from `partnership.ttl`.

The file is the only place that declares types, predicates, modality and qualifiers; code, API
enumerations, documentation and the page take them from here. A file that is no Turtle, or a term
that lacks what it needs, raises `CatalogueError` with the line and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.errors import CatalogueError

FILE = Path(__file__).parent / "partnership.ttl"
NAMESPACE = "https://w3id.org/entente/ontology#"

_OWL = "http://www.w3.org/2002/07/owl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SCHEMA = "https://schema.org/"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_STRING = "http://www.w3.org/2001/XMLSchema#string"
# Values that are no entities, as code calls them.
_VALUES = {
    _STRING: "Literal",
    f"{NAMESPACE}Amount": "Amount",
    f"{NAMESPACE}Number": "Number",
    f"{NAMESPACE}Date": "Date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A modality, and what every other term has too."""

    name: str
    label: str
    definition: str
    example: str

    @property
    def iri(self) -> str:
        """The term's IRI."""
        return NAMESPACE + self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeTerm(Term):
    """A type of entities. `agent` is true for those that can act; `colour` is #rrggbb."""

    agent: bool
    colour: str
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PredicateTerm(Term):
    """A predicate. `domain` and `range` name concrete types, "Literal" or "Amount".

    `inverse` is what it is called from the object to the subject. `broader` are the predicates that
    it is a sub-property of.
    """

    inverse: str
    domain: frozenset[str]
    range: frozenset[str]
    symmetric: bool
    broader: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualifierTerm(Term):
    """A qualifier. `range` names types, "Literal", "Amount", "Number" or "Date"."""

    range: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All terms by name, in the order of the file."""

    types: Mapping[str, TypeTerm]
    predicates: Mapping[str, PredicateTerm]
    modalities: Mapping[str, Term]
    qualifiers: Mapping[str, QualifierTerm]

    def fits(self, predicate: str, subject_type: str, object_type: str) -> bool:
        """Whether the predicate can hold between the two; false for an unknown predicate.

        `object_type` is a type, "Literal" or "Amount".
        """
        term = self.predicates.get(predicate)
        return term is not None and subject_type in term.domain and object_type in term.range


@cache
def load(path: Path = FILE) -> Vocabulary:
    """The vocabulary in the file; CatalogueError where something is wrong with it."""
    return _Reader(path).vocabulary()


_Node = NamedNode | BlankNode | Literal | Triple


@dataclass(slots=True)
class _Reader:
    path: Path
    text: str = field(init=False)
    # subject, then predicate, to objects in the order of the file
    terms: dict[str, dict[str, list[_Node]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        try:
            self.text = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CatalogueError(f"{self.path}: {error}; name a Turtle file in UTF-8") from error
        try:
            quads: list[Quad] = list(parse(self.text, format=RdfFormat.TURTLE))
        except SyntaxError as error:
            where = f"{self.path}, line {error.lineno}"
            raise CatalogueError(f"{where}: not Turtle ({error.msg}); mend the syntax") from error
        for quad in quads:
            of_subject = self.terms.setdefault(_key(quad.subject), {})
            of_subject.setdefault(quad.predicate.value, []).append(quad.object)

    def vocabulary(self) -> Vocabulary:
        types = {name: self._type(name) for name in self._types()}
        if not types:
            raise CatalogueError(f"{self.path}: no entity types; declare subclasses of ent:Entity")
        predicates = {name: self._predicate(name, types) for name in self._instances("Predicate")}
        for name, term in predicates.items():
            for broader in sorted(term.broader - predicates.keys()):
                raise self._error(name, f"{broader} is no predicate", "name one that is")
            if term.symmetric and term.domain != term.range:
                raise self._error(name, "symmetric, but domain is not range", "make them the same")
        return Vocabulary(
            types=MappingProxyType(types),
            predicates=MappingProxyType(predicates),
            modalities=MappingProxyType(
                {name: Term(**self._texts(name)) for name in self._instances("Modality")}
            ),
            qualifiers=MappingProxyType(
                {
                    name: QualifierTerm(
                        **self._texts(name),
                        range=self._classes(name, f"{_SCHEMA}rangeIncludes", types),
                    )
                    for name in self._instances("Qualifier")
                }
            ),
        )

    def _types(self) -> Iterator[str]:
        """The subclasses of ent:Entity and ent:Agent, without ent:Agent itself."""
        tops = {f"{NAMESPACE}Entity", f"{NAMESPACE}Agent"}
        for iri in self.terms:
            name = iri.removeprefix(NAMESPACE)
            if iri not in tops and not tops.isdisjoint(self._all(name, f"{_RDFS}subClassOf")):
                yield name

    def _type(self, name: str) -> TypeTerm:
        colour = self._one(name, f"{NAMESPACE}colour")
        if not re.fullmatch(r"#[0-9a-f]{6}", colour):
            raise self._error(name, f"{colour!r} is no colour", "write it as #rrggbb")
        return TypeTerm(
            **self._texts(name),
            agent=f"{NAMESPACE}Agent" in self._all(name, f"{_RDFS}subClassOf"),
            colour=colour,
            shape=self._one(name, f"{NAMESPACE}shape"),
        )

    def _predicate(self, name: str, types: Mapping[str, TypeTerm]) -> PredicateTerm:
        symmetric = f"{_OWL}SymmetricProperty" in self._all(name, f"{_RDF}type")
        inverse = f"{_RDFS}label" if symmetric else f"{NAMESPACE}inverseLabel"
        return PredicateTerm(
            **self._texts(name),
            inverse=self._one(name, inverse),
            domain=self._classes(name, f"{_RDFS}domain", types),
            range=self._classes(name, f"{_RDFS}range", types),
            symmetric=symmetric,
            broader=frozenset(
                iri.removeprefix(NAMESPACE)
                for iri in self._all(name, f"{_RDFS}subPropertyOf")
                if iri.startswith(NAMESPACE)
            ),
        )

    def _instances(self, class_name: str) -> Iterator[str]:
        for iri, of_subject in self.terms.items():
            if any(_key(c) == NAMESPACE + class_name for c in of_subject.get(f"{_RDF}type", ())):
                yield iri.removeprefix(NAMESPACE)

    def _texts(self, name: str) -> dict[str, str]:
        return {
            "name": name,
            "label": self._one(name, f"{_RDFS}label"),
            "definition": self._one(name, f"{_SKOS}definition"),
            "example": self._one(name, f"{_SKOS}example"),
        }

    def _all(self, name: str, predicate: str) -> list[str]:
        found = self.terms.get(NAMESPACE + name, {}).get(predicate, [])
        return [_key(node) for node in found]

    def _one(self, name: str, predicate: str) -> str:
        found = self.terms[NAMESPACE + name].get(predicate, [])
        if len(found) != 1 or not isinstance(found[0], Literal) or not found[0].value.strip():
            short = re.split(r"[#/]", predicate)[-1]
            raise self._error(name, f"{len(found)} values of {short}", "give it one text")
        return found[0].value

    def _classes(self, name: str, predicate: str, types: Mapping[str, TypeTerm]) -> frozenset[str]:
        """The concrete types and kinds of values that the property names, unions resolved."""
        names: set[str] = set()
        for node in self.terms[NAMESPACE + name].get(predicate, []):
            for iri in self._members(node):
                short = iri.removeprefix(NAMESPACE)
                if iri in _VALUES:
                    names.add(_VALUES[iri])
                elif short == "Agent":
                    names.update(t.name for t in types.values() if t.agent)
                elif short in types:
                    names.add(short)
                else:
                    raise self._error(name, f"{iri} is no type", "name a class of this file")
        if not names:
            short = re.split(r"[#/]", predicate)[-1]
            raise self._error(name, f"no {short}", f"say which classes {short} allows")
        return frozenset(names)

    def _members(self, node: _Node) -> Iterator[str]:
        """The class itself, or the members of its owl:unionOf."""
        unions = self.terms.get(_key(node), {}).get(f"{_OWL}unionOf")
        if not unions:
            yield _key(node)
            return
        rest = unions[0]
        while _key(rest) != f"{_RDF}nil":
            cell = self.terms[_key(rest)]
            yield _key(cell[f"{_RDF}first"][0])
            rest = cell[f"{_RDF}rest"][0]

    def _error(self, name: str, problem: str, mend: str) -> CatalogueError:
        found = re.search(rf"^ent:{re.escape(name)}\b", self.text, re.MULTILINE)
        line = self.text.count("\n", 0, found.start()) + 1 if found else 1
        return CatalogueError(f"{self.path}, line {line}: ent:{name}: {problem}; {mend}")


def _key(node: _Node) -> str:
    """An IRI without brackets, a blank node with its prefix, a literal's text."""
    return str(node) if isinstance(node, BlankNode | Triple) else node.value
