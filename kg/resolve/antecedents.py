"""What a pronoun or description can stand for: earlier names, scored by features with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kg.resolve.records import Group, Name
from ontology.catalogue import Row

ROLES = {
    "nsubj": 2.0,
    "nsubj:pass": 1.8,
    "nsubj:outer": 1.8,
    "obj": 1.0,
    "iobj": 1.0,
    "obl:agent": 1.0,
    "root": 0.8,
    "appos": 0.8,
    "conj": 0.6,
    "nmod:poss": 0.7,
    "obl": 0.4,
    "nmod": 0.3,
}
"""How salient a name is by its part in the sentence; others, such as adjectives, count -0.5."""


_CLAUSES = frozenset(
    {"root", "ROOT", "ccomp", "xcomp", "advcl", "acl", "acl:relcl", "advcl:relcl", "parataxis"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referent:
    """An earlier name with the entity that it names."""

    entity: str
    type: str
    name: Name
    head: Token
    row: Row | None
    posts: frozenset[str] = frozenset()

    @property
    def role(self) -> str:
        """The relation of the name; that of the noun it stands beside as apposition or name."""
        token = self.head
        for _ in range(4):
            if token.dep_ not in ("flat", "appos", "conj") or token.head == token:
                break
            token = token.head
        return "root" if token.head == token else token.dep_


@dataclass(frozen=True, slots=True)
class Choice:
    """The best referent with its score, and how far the next entity is behind."""

    referent: Referent
    score: float
    margin: float
    reason: str


def referents(doc: Doc, groups: Iterable[Group]) -> list[Referent]:
    """All names as possible antecedents, in the order of the text."""
    posts = list(doc.spans.get("titles", ()))
    found = []
    for group in groups:
        held = frozenset(
            token.lemma_.lower() or token.lower_
            for name in group.names
            if group.type == "Person"
            for post in posts
            if post.end in (name.i, name.i - 1) or post.start in (name.j, name.j + 1, name.j + 2)
            for token in post
        )
        for name in group.names:
            found.append(
                Referent(
                    entity=group.id,
                    type=group.type,
                    name=name,
                    head=doc[name.i : name.j].root,
                    row=group.row,
                    posts=held,
                )
            )
    return sorted(found, key=lambda r: (r.name.start, r.name.end, r.entity))


def before(
    all_: Sequence[Referent], token: Token, *, sentence: int, types: frozenset[str], window: int
) -> list[Referent]:
    """The referents of some types that stand before a token, not too far away."""
    return [
        r
        for r in all_
        if r.type in types and r.name.j <= token.i and sentence - r.name.sentence <= window
    ]


def salience(referent: Referent, *, sentence: int) -> float:
    """Part in the sentence and distance, the base of every score."""
    role = ROLES.get(referent.role, -0.5)
    return role - 1.2 * (sentence - referent.name.sentence)


def clause(token: Token) -> Token:
    """The verb or other head of the clause in which a token stands."""
    while token.head != token:
        if token.dep_ in _CLAUSES:
            return token
        if token.dep_ == "conj" and token.pos_ in ("VERB", "AUX"):
            return token
        token = token.head
    return token


def arguments_of_one_verb(token: Token, referent: Referent) -> bool:
    """Whether a word and a name depend on one verb, so that they cannot be the same.

    Joined names count as the first of them; a relative pronoun that is the subject stands for the
    noun that it follows ("the Air Force, which certified it").
    """
    head = referent.head
    while head.dep_ in ("conj", "flat", "appos") and head.head != head:
        head = head.head
    verb = token.head
    if head.head == verb:
        return True
    relative = verb.dep_ == "acl:relcl" and verb.head in (head, referent.head)
    return relative and any(
        child.dep_.startswith("nsubj") and child.lower_ in ("which", "who", "that")
        for child in verb.children
    )


def joined_pair(
    all_: Sequence[Referent], token: Token, *, sentence: int
) -> tuple[Referent, Referent] | None:
    """The last two names of one type that "and" or "or" joins, in this or the last sentence.

    None where a third is joined to them, or where other names of the type follow, or any name in
    their sentence.
    """
    near = [
        r for r in all_ if r.name.j <= token.i and sentence - r.name.sentence <= 1 and not _inner(r)
    ]
    by_head = {r.head.i: r for r in near}
    for second in reversed(near):
        if second.head.dep_ != "conj":
            continue
        first = by_head.get(second.head.head.i)
        if first is None or first.type != second.type or first.entity == second.entity:
            return None
        joined = [t for t in first.head.children if t.dep_ == "conj"]
        more = first.head.dep_ == "conj" or len(joined) > 1
        after = [r for r in near if r.name.i >= second.name.j]
        later = any(r.type == first.type or r.name.sentence == second.name.sentence for r in after)
        return None if more or later else (first, second)
    return None


def _inner(referent: Referent) -> bool:
    """Whether a name is only an adjective or owner of something else: "the French navy"."""
    return referent.head.dep_ in ("amod", "compound", "nmod:poss", "nmod:desc")


def choose(scored: Iterable[tuple[float, Referent, str]]) -> Choice | None:
    """The best entity; of one entity's names the best counts, of equal ones the last."""
    best: dict[str, tuple[float, int, Referent, str]] = {}
    for score, referent, why in scored:
        held = best.get(referent.entity)
        if held is None or (score, referent.name.start) > held[:2]:
            best[referent.entity] = (score, referent.name.start, referent, why)
    ranked = sorted(best.values(), key=lambda b: (-b[0], -b[1], b[2].entity))
    if not ranked:
        return None
    score, _, referent, why = ranked[0]
    margin = score - ranked[1][0] if len(ranked) > 1 else 9.0
    return Choice(referent, score, margin, why)
