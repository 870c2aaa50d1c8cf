"""Whose office it is: facts about the state or body that a claim of `holdsPosition` may name.

The sentence often leaves it unsaid: "Defence Minister Jane Doe" is a minister of the state that
the text speaks of, or of the one that was named along with her before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from spacy.tokens import Span

from kg.extract.nodes import Node
from kg.extract.records import Claim

_BESIDE = 3  # words
_TOP = 3  # entities of a type that count as what the text speaks of most


class Offices:
    """Knows where the entities of a document are named, and the states of persons in `homes`."""

    def __init__(self, nodes: Sequence[Node], homes: Mapping[str, str]) -> None:
        self._homes = homes
        self.places: dict[str, list[Node]] = {}
        for node in nodes:
            self.places.setdefault(node.key, []).append(node)
        self._first: dict[str, str] = {}  # the first entity of each type
        for node in nodes:
            self._first.setdefault(node.type, node.key)
        # Entities by how often the text names them, for each type.
        self._ranks: dict[str, list[str]] = {}
        for key, there in sorted(self.places.items(), key=lambda x: (-len(x[1]), x[1][0].start)):
            self._ranks.setdefault(there[0].type, []).append(key)

    def elsewhere(self, claim: Claim, types: Collection[str], here: Sequence[Node]) -> list[Node]:
        """Entities of `types` that the claim's sentence does not name, by their nearest mention
        before it: those of the sentence before, those named along with the subject, those that
        the text speaks of most, and the subject's own state.
        """
        named = {n.key for n in here}
        top = {k for kind in types for k in self._ranks.get(kind, ())[:_TOP]}
        found = []
        for key, there in self.places.items():
            if key in named or there[0].type not in types:
                continue
            before = [n for n in there if n.sentence < claim.sentence]
            last = before[-1] if before else there[0]
            near = last.sentence == claim.sentence - 1
            home = key == self._homes.get(claim.subject)
            if near or home or key in top or self._met(claim.subject, key):
                found.append(last)
        return sorted(found, key=lambda n: (n.start, n.key))

    def _met(self, one: str, other: str) -> bool:
        """Whether some sentence names both entities."""
        sentences = {n.sentence for n in self.places.get(one, ())}
        return any(n.sentence in sentences for n in self.places.get(other, ()))

    def facts(
        self, claim: Claim, node: Node, *, office: Span, here: Sequence[Node]
    ) -> Iterator[str]:
        """Whose office it may be: the text's own state, or who was named with the person."""
        where = claim.sentence - node.sentence
        place = "here" if where == 0 else "before" if where == 1 else "elsewhere"
        ranked = self._ranks.get(node.type, ())
        rank = ranked.index(node.key) if node.key in ranked else _TOP
        met = "met" if self._met(claim.subject, node.key) else "not met"
        yield f"{place} {node.type}"
        yield f"{place} rank {min(rank, _TOP)} {node.type}"
        yield f"{place} {met}"
        head = office.root.lemma_.lower()
        for word in dict.fromkeys((head, office[0].lower_)):
            yield f"office {word} {node.type}"
        if any(n.type in ("Country", "GovernmentBody") for n in here):
            yield f"{place}, state named here"
        if node.key == self._first.get(node.type):
            yield f"{place} first {node.type}"
        if self._near(claim.subject, node.key):
            yield f"{place} near the person somewhere"
        home = self._homes.get(claim.subject)
        if home and node.type == "Country":
            yield "home" if node.key == home else "not home"
        if where == 0:
            yield from _other_office(claim, node, office, here)

    def _near(self, one: str, other: str) -> bool:
        """Whether the two stand within a few words of each other anywhere."""
        return any(
            a.sentence == b.sentence and max(b.start - a.end, a.start - b.end) <= _BESIDE
            for a in self.places.get(one, ())
            for b in self.places.get(other, ())
        )


def _other_office(claim: Claim, node: Node, office: Span, here: Sequence[Node]) -> Iterator[str]:
    """Whether another office or another person stands nearer to the candidate."""
    own = _apart(node, office)
    for kind in ("Title", "Person"):
        others = [
            n
            for n in here
            if n.type == kind
            and n.key != claim.subject
            and not (office.start <= n.start < office.end)
        ]
        if any(max(node.start - n.end, n.start - node.end, 0) < own for n in others):
            yield f"other {kind} nearer"


def _apart(node: Node, span: Span) -> int:
    """Words between a node and a span; 0 where they touch."""
    return max(node.start - span.end, span.start - node.end, 0)
