"""The type of a name that no list knows, by what stands beside it.

The language model guesses the type of an unknown name; a preposition, the noun in front of it or
its apposition often says it. `retyped` asks the rules of a visible table; the first that answers
decides, for all places where the text has that name with that type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from kg.extract.candidates import TERM_TYPES, Candidate, surface
from kg.extract.lookup import look_up
from ontology.catalogue import Catalogue
from ontology.names import Cues

SURE = 0.95
"""The score of a name whose type its context says."""

_PLACING = frozenset({"in", "near", "outside"})
_SHARES = frozenset(
    {"stake", "share", "shares", "interest", "holding", "percent", "cent", "%", "invest", "invests"}
    | {"invested", "investment", "investor", "investors", "shareholder", "shareholders", "faith"}
    | {"confidence", "trust", "partner", "pct"}
)
_DOUBTFUL = frozenset({"Company", "Equipment", "InternationalOrganization", "Person", "Place"})
_OPENS = frozenset({",", "(", "–", "—", "-"})
_QUOTES = frozenset({'"', "“", "”", "‘", "’", "'", "``", "''", "«", "»"})
_CALLED = frozenset(
    {"codenamed", "code-named", "called", "named", "dubbed", "nicknamed", "known", "as", "titled"}
    | {"under", "the", "name", "code", "of", ",", "codename"}
)
_SMALL = frozenset({"as", "under", "the", "of", ","})
_KINDS_OF_EXERCISES = frozenset({"military", "naval", "joint", "air", "army", "field", "maritime"})
_COUNTED = frozenset({"first", "second", "third", "fourth", "fifth", "last", "one", "two"})


@dataclass(frozen=True, slots=True)
class Context:
    """A name in its text, with the ends of the firms and the last names of persons there.

    `often` is true where the text has the name with that type three times or more.
    """

    doc: Doc
    name: Candidate
    cues: Cues
    firms: frozenset[int]
    families: frozenset[str]
    often: bool

    @property
    def head(self) -> Token:
        span = self.doc[self.name.i : self.name.j]
        return span.root if self.doc.has_annotation("DEP") else span[-1]

    @property
    def numbered(self) -> bool:
        """Whether the name has a digit, as models and no places have."""
        return any(x.isdigit() for t in self.doc[self.name.i : self.name.j] for x in t.text)

    @property
    def firm(self) -> bool:
        """Whether the last word is one that ends the names of firms."""
        return bool(self.cues.values("company-suffix", self.doc[self.name.j - 1].text))

    def means(self, token: Token, type_: str) -> bool:
        """Whether a noun is one that stands for entities of a type."""
        return type_ in self.cues.values("description", token.lemma_.lower())


Rule = Callable[[Context], tuple[str, str] | None]


def town(c: Context) -> tuple[str, str] | None:
    """ "in Trelew", "Renk of Augsburg": a place, unless somebody has a share in it."""
    i = c.name.i
    if i < 2 or c.name.type not in ("Company", "Equipment", "Person") or c.numbered or c.firm:
        return None
    before = c.doc[i - 1]
    if [t.lower_ for t in c.doc[c.name.j : c.name.j + 2]] == [",", "where"]:
        return "Place", "before “, where”"
    if before.text in _PLACING and c.doc[i - 2].lower_ not in _SHARES:
        after = c.doc[c.name.j] if c.name.j < len(c.doc) else None
        if after is None or after.dep_ != "case" or after.pos_ != "PART":
            return "Place", f"after “{before.text}”"
    if before.text == "of" and i - 1 in c.firms:
        return "Place", "where the firm before it is"
    return None


def apposition(c: Context) -> tuple[str, str] | None:
    """ "Vlissingen, the second of twelve vessels", "Zork, a shipbuilder", "Blim, the minister"."""
    if not c.doc.has_annotation("DEP") or c.name.type not in _DOUBTFUL:
        return None
    if c.name.type == "Person" and c.name.length > 1:
        return None
    if c.name.j >= len(c.doc) or c.doc[c.name.j].text not in _OPENS:
        return None
    for noun in c.head.children:
        if noun.dep_ != "appos" or noun.i < c.name.j or noun.pos_ == "PROPN":
            continue
        if any(t.ent_type_ in _DOUBTFUL for t in c.doc[c.name.j : noun.i]):
            continue  # another name stands between
        told = noun
        if noun.lower_ in _COUNTED:
            told = next((t for t in noun.subtree if c.means(t, "Equipment")), noun)
        for type_ in ("Equipment", "Company", "Person"):
            if type_ != c.name.type and c.means(told, type_):
                return type_, f"it is called a {told.text}"
    return None


def noun_before(c: Context) -> tuple[str, str] | None:
    """ "the shipbuilder Zork", "drone maker Zork": what a firm is called stands before it."""
    if c.name.i == 0 or c.name.type not in ("Equipment", "Place", "InternationalOrganization"):
        return None
    before = c.doc[c.name.i - 1]
    joined = before.head == c.head or c.head.head == before
    if joined and before.pos_ == "NOUN" and before.tag_ == "NN" and c.means(before, "Company"):
        return "Company", f"after “{before.text}”"
    return None


def family_name(c: Context) -> tuple[str, str] | None:
    """ "Petro" after "Gustavo Petro": the last word of a full name, if it is not told often."""
    if c.name.length > 1 or c.name.type == "Person" or c.often:
        return None
    text = c.doc[c.name.i].text
    return ("Person", "the last name of a person in the text") if text in c.families else None


def exercise(c: Context) -> tuple[str, str] | None:
    """ "a drill codenamed Coral Fence", `exercise "Iron Wolf"`, "the Blim Zork war games"."""
    if c.name.type not in _DOUBTFUL:
        return None
    i = c.name.i - 1
    called = False
    while i >= 0 and (c.doc[i].text in _QUOTES or c.doc[i].lower_ in _CALLED):
        called = called or c.doc[i].lower_ not in _SMALL
        i -= 1
    if i >= 0 and (called or (i == c.name.i - 2 and c.doc[i].is_lower)) and _of_exercises(c, i):
        return "Exercise", f"after “{c.doc[i].text}”"
    j = c.name.j
    while j < len(c.doc) and (c.doc[j].text in _QUOTES or c.doc[j].lower_ in _KINDS_OF_EXERCISES):
        j += 1
    if c.name.type != "Place" and not c.firm and j < len(c.doc) and _of_exercises(c, j):
        return "Exercise", f"before “{c.doc[j].text}”"
    return None


def _of_exercises(c: Context, k: int) -> bool:
    """Whether the word is a noun for exercises, alone or with the next ("war games")."""
    two = f"{c.doc[k].lower_} {c.doc[k + 1].lemma_.lower()}" if k + 1 < len(c.doc) else ""
    return c.means(c.doc[k], "Exercise") or "Exercise" in c.cues.values("description", two)


RULES: tuple[Rule, ...] = (exercise, family_name, town, apposition, noun_before)
"""The rules in the order in which they are asked."""


def retyped(
    doc: Doc, names: Sequence[Candidate], cues: Cues, catalogue: Catalogue
) -> list[Candidate]:
    """The model's names, those that the catalogue does not know with the type of their context."""
    firms = frozenset(c.j for c in names if c.type == "Company")
    families = frozenset(
        doc[c.j - 1].text for c in names if c.type == "Person" and 1 < c.length < 5
    )
    told = Counter((surface(doc, c.i, c.j), c.type) for c in names)
    decided: dict[tuple[str, str], tuple[str, str]] = {}
    for name in names:
        text = surface(doc, name.i, name.j)
        if name.type in TERM_TYPES or name.type == "Country" or (text, name.type) in decided:
            continue
        context = Context(doc, name, cues, firms, families, told[text, name.type] > 2)
        answer = next((a for rule in RULES if (a := rule(context)) is not None), None)
        if answer is not None and not look_up(text, catalogue):
            decided[text, name.type] = answer
    out = []
    for name in names:
        found = decided.get((surface(doc, name.i, name.j), name.type))
        if found is not None:
            name = replace(
                name, type=found[0], score=SURE, reason=f"{name.reason}; {found[0]}: {found[1]}"
            )
        out.append(name)
    return out
