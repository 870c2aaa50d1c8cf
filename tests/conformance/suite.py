"""The W3C's SPARQL 1.1 test suite as cases: its manifests read into records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "w3c-sparql11"
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
FAILURES = Path(__file__).with_name("expected_failures.json")
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

Node = ox.NamedNode | ox.BlankNode
Term = Node | ox.Literal | ox.Triple


class Manifest:
    """One manifest, as a graph that can be walked."""

    def __init__(self, path: Path) -> None:
        self.base = f"{BASE}{path.parent.name}/"
        self._store = ox.Store()
        text = path.read_text(encoding="utf-8")
        self._store.load(text, ox.RdfFormat.TURTLE, base_iri=self.base + path.name)

    def values(self, node: Term, predicate: str) -> list[Term]:
        """All values of a property, in a stable order."""
        assert isinstance(node, ox.NamedNode | ox.BlankNode)
        found = self._store.quads_for_pattern(node, ox.NamedNode(predicate), None, None)
        return sorted((quad.object for quad in found), key=str)

    def value(self, node: Term, predicate: str) -> Term | None:
        """The only value of a property, or None."""
        found = self.values(node, predicate)
        assert len(found) < 2, (node, predicate)
        return found[0] if found else None

    def text(self, node: Term, predicate: str) -> str:
        """The only value of a property as text, "" for none."""
        value = self.value(node, predicate)
        return "" if value is None else text(value)

    def instances(self, class_: str) -> list[ox.NamedNode]:
        """All cases of a kind."""
        found = self._store.quads_for_pattern(
            None, ox.NamedNode(f"{RDF}type"), ox.NamedNode(class_), None
        )
        return sorted((q.subject for q in found if isinstance(q.subject, ox.NamedNode)), key=str)

    def entries(self) -> list[Term]:
        """The cases in the order of the manifest's list."""
        [found] = self._store.quads_for_pattern(None, ox.NamedNode(f"{MF}entries"), None, None)
        return list(self.items(found.object))

    def items(self, node: Term | None) -> Iterator[Term]:
        """The members of a list."""
        while node is not None and text(node) != f"{RDF}nil":
            yield from self.values(node, f"{RDF}first")
            node = self.value(node, f"{RDF}rest")


def text(term: Term) -> str:
    """The IRI, the label of a blank node, or the lexical form."""
    return str(term) if isinstance(term, ox.Triple) else term.value


@cache
def manifest(folder: str, name: str = "manifest.ttl") -> Manifest:
    """The manifest of a folder of the suite."""
    return Manifest(ROOT / folder / name)


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its folder, its name there, and its kind (as mf: names it)."""

    folder: str
    name: str
    kind: str
    iri: str = field(compare=False)

    @property
    def id(self) -> str:
        """What `expected_failures.json` calls it."""
        return f"{self.folder}/{self.name}"

    @property
    def manifest(self) -> Manifest:
        """Where it stands."""
        return manifest(self.folder)

    @property
    def node(self) -> ox.NamedNode:
        """The case in its manifest."""
        return ox.NamedNode(self.iri)


def cases(*kinds: str, folders: Sequence[str] | None = None) -> list[Case]:
    """All tests of some kinds; none where the suite is not on this machine."""
    if not ROOT.is_dir():
        return []
    found = []
    for path in sorted(ROOT.glob("*/manifest.ttl")):
        folder = path.parent.name
        if folders is None or folder in folders:
            for kind in kinds:
                for node in manifest(folder).instances(MF + kind):
                    name = node.value.rpartition("#")[2]
                    found.append(Case(folder, name, kind, node.value))
    return found


def expected_failures() -> dict[str, str]:
    """The tests that fail, by id, each with the reason."""
    found: dict[str, str] = json.loads(FAILURES.read_text(encoding="utf-8"))
    return found


def file_of(iri: str) -> Path:
    """The file of the suite that an IRI names."""
    return ROOT / iri.removeprefix(BASE)
