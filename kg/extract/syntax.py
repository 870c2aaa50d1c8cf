"""Who does what, read off a UD tree: roles that hold whatever the construction.

A UD tree says where words stand; a frame wants to know what they do. `Syntax` adds to the tree
what its structure implies, much as enhanced UD does: the arguments of passives, participles and
relative clauses, the understood subjects of infinitives and of coordinated verbs, every member of
a coordination, and what an apposition or a copula equates. Source of the method: Schuster and
Manning, "Enhanced English Universal Dependencies", LREC 2016.

Roles besides the labels of UD:

========  ==========================================================================
``subj``  who acts: the subject of an active verb, the agent of a passive one
``obj``   what is acted on: the object of an active verb, the subject of a passive one
``iobj``  who receives: the indirect object, or the subject of "was given"
``same``  for a noun: itself and what apposition or copula equates it with
``pp``    a phrase with a preposition, on the verb or on its object, as parsers waver
========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

_WORDS, _PREPOSITIONS = "entente words", "entente prepositions"  # in a Doc's user_data
_RELATIVES = frozenset({"who", "whom", "whose", "which", "that"})
_SUBJECTS = ("nsubj", "nsubj:pass", "nsubj:outer")
_NOMINAL = frozenset(
    {"nsubj", "nsubj:pass", "nsubj:outer", "obj", "iobj", "obl", "obl:agent", "obl:unmarked"}
    | {"nmod", "nmod:poss", "nmod:desc", "nmod:unmarked", "appos", "compound", "amod", "xcomp"}
)
_SUBJECT_CONTROL = frozenset({"promise", "vow", "pledge", "threaten", "use", "need"})
_WITH_OWN_SUBJECT = frozenset({"first", "only", "last", "second", "third", "latest", "next"})
_LIMIT = 12  # how far chains are followed; a real sentence never needs it


class Edge(NamedTuple):
    """`child` plays `role` for its head, after the preposition `prep` ("" where there is none)."""

    role: str
    prep: str
    child: int


def words_of(token: Token) -> tuple[str, ...]:
    """The forms a frame may name a token by: its lemma, and with its particle ("carry out").

    Asked again and again of a document whose tags and tree are final, and kept with it.
    """
    known: dict[int, tuple[str, ...]] = token.doc.user_data.setdefault(_WORDS, {})
    found = known.get(token.i)
    if found is None:
        known[token.i] = found = _words_of(token)
    return found


def _words_of(token: Token) -> tuple[str, ...]:
    lemma = token.lemma_.lower()
    lemmas = [lemma]
    if token.tag_.startswith("VB") and lemma.endswith("s") and lemma == token.lower_:
        lemmas.append(lemma[:-1])  # "agrees", tagged as a plural's verb
    if token.n_lefts or token.n_rights:
        particles = [c.lower_ for c in token.children if c.dep_ == "compound:prt"]
        return (*(f"{one} {particles[0]}" for one in lemmas if particles), *lemmas)
    return tuple(lemmas)


def preposition(token: Token) -> str:
    """What marks the phrase of `token`: "from", "according to"; "" where nothing does.

    Kept as `words_of` is.
    """
    known: dict[int, str] = token.doc.user_data.setdefault(_PREPOSITIONS, {})
    found = known.get(token.i)
    if found is None:
        known[token.i] = found = _preposition(token)
    return found


def _preposition(token: Token) -> str:
    marks: list[str] = []
    for child in token.lefts:
        if child.dep_ in ("case", "mark") and child.pos_ != "PART":
            marks.append(child.lower_)
            marks += [c.lower_ for c in child.children if c.dep_ == "fixed"]
    return " ".join(marks)


def relative(token: Token) -> bool:
    """Whether the token is a relative pronoun."""
    return token.lower_ in _RELATIVES and token.tag_ in ("WDT", "WP", "WP$", "IN", "PRP$", "")


def is_verb(token: Token) -> bool:
    """Whether the token is a verb by its class or its tag, as taggers may contradict themselves."""
    return token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB")


class Syntax:
    """The roles in `doc`. Everything is worked out on demand and kept."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self._base: dict[int, tuple[Edge, ...]] = {}
        self._edges: dict[int, tuple[Edge, ...]] = {}
        self._surface: dict[int, tuple[int, ...]] = {}
        self._above: dict[int, list[tuple[str, str, int]]] | None = None
        # spaCy makes each token anew whenever it is asked for, and here all are, again and again.
        self.tokens = list(doc)
        self._children: list[list[Token]] = [[] for _ in self.tokens]
        for token in self.tokens:
            if token.head.i != token.i:
                self._children[token.head.i].append(token)

    # -- the tree ------------------------------------------------------------------------------

    def base(self, index: int) -> tuple[Edge, ...]:
        """The labels of the tree, with coordinations spread and relative pronouns resolved."""
        found = self._base.get(index)
        if found is None:
            found = tuple(self._spread(index))
            self._base[index] = found
        return found

    def _spread(self, index: int) -> Iterable[Edge]:
        for child in self._children[index]:
            dep = child.dep_
            if dep == "punct":
                continue
            prep = preposition(child)
            for member in self._members(child) if dep in _NOMINAL else (child,):
                own = prep if member is child else preposition(member) or prep
                yield Edge(dep, own, self._antecedent(member))

    def _members(self, token: Token) -> list[Token]:
        """The token and what is coordinated with it, as far as it is of its kind."""
        members = [token]
        for conj in self._children[token.i]:
            if conj.dep_ == "conj" and not _clausal(conj):
                members += self._members(conj)
        return members

    def _antecedent(self, token: Token) -> int:
        if not relative(token):
            return token.i
        up = token
        for _ in range(_LIMIT):
            if up.dep_ in ("acl:relcl", "advcl:relcl"):
                return up.head.i
            if up.head == up:
                break
            up = up.head
        return token.i

    # -- verbs ---------------------------------------------------------------------------------

    def passive(self, index: int) -> bool:
        """Whether the verb stands in the passive, participles included."""
        token = self.tokens[index]
        if any(c.dep_ in ("aux:pass", "nsubj:pass", "obl:agent") for c in self._children[token.i]):
            return True
        if token.tag_ != "VBN" or any(c.dep_ == "aux" for c in self._children[token.i]):
            return False
        if token.dep_ in ("acl", "advcl", "amod"):
            return not any(c.dep_ == "obj" for c in self._children[token.i])
        own = any(c.dep_ in (*_SUBJECTS, "aux", "cop") for c in self._children[token.i])
        return token.dep_ == "conj" and not own and self.passive(token.head.i)

    def surface(self, index: int) -> tuple[int, ...]:
        """The subjects that the verb shows or that its place implies."""
        found = self._surface.get(index)
        if found is None:
            self._surface[index] = ()  # against loops in a broken tree
            found = self._find_surface(self.tokens[index])
            self._surface[index] = found
        return found

    def _find_surface(self, token: Token) -> tuple[int, ...]:
        own = tuple(e.child for e in self.base(token.i) if e.role in _SUBJECTS)
        if own or token.head == token:
            return own
        head = token.head
        if token.dep_ == "advcl" and preposition(token) == "for":
            # "sanctioned Turkey for buying": who is acted on did it
            objects = tuple(e.child for e in self.base(head.i) if e.role == "obj")
            return objects or self.surface(head.i)
        if token.dep_ in ("conj", "advcl"):
            return self.surface(head.i)
        if token.dep_ in ("xcomp", "ccomp"):
            if head.lemma_ not in _SUBJECT_CONTROL and not self.passive(head.i):
                objects = tuple(e.child for e in self.base(head.i) if e.role in ("iobj", "obj"))
                if objects:
                    return objects
            return self.surface(head.i)
        if token.dep_ == "acl":
            return self._of_modifier(token, head)
        if token.dep_ in ("acl:relcl", "advcl:relcl"):
            return ()
        return ()

    def _of_modifier(self, token: Token, head: Token) -> tuple[int, ...]:
        marked = any(c.dep_ == "mark" for c in self._children[token.i])
        if not marked:
            return (head.i,)
        if any(c.lower_ in _WITH_OWN_SUBJECT for c in self._children[head.i]) or (
            head.lower_ in _WITH_OWN_SUBJECT
        ):
            return (head.i,)
        return self.owners(head.i) or self.governor_subject(head.i)

    def owners(self, index: int) -> tuple[int, ...]:
        """Whose it is: "Japan's plan", "the plan by Japan", "the Japanese plan"."""
        edges = self.base(index)
        poss = [e.child for e in edges if e.role == "nmod:poss"]
        by = [e.child for e in edges if e.role == "nmod" and e.prep in ("by", "between")]
        of = [e.child for e in edges if e.role == "nmod" and e.prep == "of"]
        if poss or by or of:
            return tuple(poss or by or of)
        return tuple(
            e.child
            for e in edges
            if e.role in ("amod", "compound") and self.tokens[e.child].text[:1].isupper()
        )

    def governor_subject(self, index: int) -> tuple[int, ...]:
        """Who acts on the noun: Japan in "Japan announced a plan", "Japan has a deal"."""
        token = self.tokens[index]
        for _ in range(_LIMIT):
            head = token.head
            if token.dep_ in ("obj", "obl", "nsubj:pass", "xcomp") and head != token:
                return self.roles(head.i, "subj")
            if token.dep_ not in ("conj", "nmod", "acl"):
                break
            token = head
        if token.pos_ in ("NOUN", "PROPN") and any(
            c.dep_ == "cop" for c in self._children[token.i]
        ):
            return self.surface(token.i)
        return ()

    def roles(self, index: int, role: str) -> tuple[int, ...]:
        """What plays `role` for the token, without the prepositions."""
        return tuple(e.child for e in self.edges(index) if e.role == role)

    def edges(self, index: int) -> tuple[Edge, ...]:
        """All that the token governs: the labels of the tree and the roles added to them."""
        found = self._edges.get(index)
        if found is None:
            self._edges[index] = self.base(index)  # against loops in a broken tree
            found = tuple(dict.fromkeys(self._all(self.tokens[index])))
            self._edges[index] = found
        return found

    def _all(self, token: Token) -> Iterable[Edge]:
        base = self.base(token.i)
        verb, nominal = is_verb(token), token.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "ADJ")
        if not (base or verb or nominal):
            return  # most words: articles, prepositions, punctuation
        verbal = verb or any(e.role in _SUBJECTS for e in base)
        yield from (e for e in base if not (verbal and e.role in ("obj", "iobj")))
        if verbal:
            yield from self._verb(token, base)
        else:
            yield from self._shared(token, base)
        if nominal:
            yield from (Edge("same", "", i) for i in self._same(token, base))
        yield from self._phrases(token)

    def _verb(self, token: Token, base: Sequence[Edge]) -> Iterable[Edge]:
        surface = self.surface(token.i)
        objects = [e.child for e in base if e.role == "obj"]
        if self.passive(token.i):
            for e in base:
                if e.role == "obl:agent" or (e.role == "obl" and e.prep == "by"):
                    yield Edge("subj", "", e.child)
            kept = "iobj" if objects else "obj"
            if token.dep_ == "amod" and not surface:
                surface = (token.head.i,)
            yield from (Edge(kept, "", i) for i in surface)
            yield from (Edge("obj", "", i) for i in objects)
            return
        yield from (Edge("subj", "", i) for i in surface)
        yield from (e for e in base if e.role == "iobj")
        yield from (Edge("obj", "", i) for i in objects or self._implied_objects(token, base))

    def _implied_objects(self, token: Token, base: Sequence[Edge]) -> tuple[int, ...]:
        """ "the jet Boeing builds", "designs and builds the jet"."""
        if token.dep_ == "acl:relcl" and any(e.role in _SUBJECTS for e in base):
            inside = any(relative(t) for t in token.subtree)
            blocked = any(e.role in ("xcomp", "ccomp", "cop") for e in base)
            if not inside and not blocked:
                return (token.head.i,)
        for conj in self._children[token.i]:
            if conj.dep_ == "conj" and is_verb(conj):
                near = conj.i - token.i <= 4 and not any(
                    e.role in ("obl", "ccomp", "xcomp") for e in base
                )
                own = any(e.role in _SUBJECTS for e in self.base(conj.i))
                if near and not own:
                    return tuple(e.child for e in self.base(conj.i) if e.role == "obj")
        return ()

    def _shared(self, token: Token, base: Sequence[Edge]) -> Iterable[Edge]:
        """Coordinated nouns share what only one of them has: "the sale and delivery of jets"."""
        others = [c for c in self._children[token.i] if c.dep_ == "conj" and c.pos_ == "NOUN"]
        if token.dep_ == "conj" and token.pos_ == "NOUN" and token.head.pos_ == "NOUN":
            others.append(token.head)
        for other in others:
            for e in self.base(other.i):
                if e.role in ("nmod", "nmod:poss") and not any(
                    (b.role, b.prep) == (e.role, e.prep) for b in base
                ):
                    yield e

    def _same(self, token: Token, base: Sequence[Edge]) -> list[int]:
        found = [token.i]
        found += [e.child for e in base if e.role == "appos"]
        if token.dep_ == "appos":
            found.append(token.head.i)
        if token.dep_ in ("nmod:desc", "compound") and token.head.pos_ == "PROPN":
            found.append(token.head.i)
        if any(e.role == "cop" for e in base):
            found += self.surface(token.i)
        if token.dep_ == "conj" and not _clausal(token):
            head = token.head
            if head.dep_ == "appos":
                found.append(head.head.i)
            if any(c.dep_ == "cop" for c in self._children[head.i]):
                found += self.surface(head.i)
        if token.dep_ == "acl:relcl" and any(e.role == "cop" for e in base):
            found.append(token.head.i)
        if preposition(token) == "as" and token.dep_ == "obl":
            head = token.head
            found += self.surface(head.i)
        return list(dict.fromkeys(found))

    def _phrases(self, token: Token) -> Iterable[Edge]:
        if is_verb(token):
            for e in self.base(token.i):
                if e.role in ("obl", "obl:unmarked", "nmod"):
                    yield Edge("pp", e.prep, e.child)
            for e in self.base(token.i):
                if e.role in ("obj", "nsubj:pass"):
                    yield from self._modifiers(e.child)
        elif token.pos_ in ("NOUN", "PROPN"):
            yield from self._modifiers(token.i)
            if token.dep_ in ("obj", "nsubj:pass", "obl") and is_verb(token.head):
                for e in self.base(token.head.i):
                    if e.role == "obl" and e.child != token.i:
                        yield Edge("pp", e.prep, e.child)

    def _modifiers(self, index: int) -> Iterable[Edge]:
        """The phrases on a noun, and on what it is of: "the sale of jets to Japan"."""
        for e in self.base(index):
            if e.role == "nmod":
                yield Edge("pp", e.prep, e.child)
                if e.prep == "of":
                    for n in self.base(e.child):
                        if n.role == "nmod" and n.prep in ("to", "by", "from", "with", "for"):
                            yield Edge("pp", n.prep, n.child)

    # -- upwards -------------------------------------------------------------------------------

    def above(self, index: int) -> list[tuple[str, str, int]]:
        """(role, preposition, head) for everything that governs the token."""
        if self._above is None:
            self._above = {}
            for head in range(len(self.tokens)):
                for e in self.edges(head):
                    self._above.setdefault(e.child, []).append((e.role, e.prep, head))
        return self._above.get(index, [])


def _clausal(token: Token) -> bool:
    """Whether the token heads a clause of its own, and so is no member of a nominal list."""
    if is_verb(token):
        return True
    return any(c.dep_ in (*_SUBJECTS, "cop", "csubj") for c in token.children)
