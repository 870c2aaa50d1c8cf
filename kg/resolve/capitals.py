"""Does a capital stand for its state? A scored decision whose features are small functions.

"Ankara said" is Turkey, "in Ankara" is the city. Each feature looks at the words around the name
(and at the syntax where there is one) and adds to the score: above the threshold of the settings
the state is meant. The features that spoke are the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kg.extract.candidates import is_capital, is_possessive, is_word
from kg.extract.syntax_mend import mended
from kg.resolve.records import Name
from ontology.names import Cues


@dataclass(frozen=True, slots=True)
class Context:
    """A capital in its text: the tokens `i` to `j` of `doc`."""

    doc: Doc
    i: int
    j: int
    cues: Cues

    def before(self, steps: int = 1) -> Token | None:
        k = self.i - steps
        return self.doc[k] if k >= 0 else None

    def after(self, steps: int = 0) -> Token | None:
        k = self.j + steps
        return self.doc[k] if k < len(self.doc) else None

    @property
    def head(self) -> Token:
        span = self.doc[self.i : self.j]
        return span.root if self.doc.has_annotation("DEP") else span[-1]


Feature = Callable[[Context], tuple[float, str] | None]

_DATE = re.compile(
    r"\d{1,2}|\d{4}|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
)
_DASHES = frozenset({"-", "–", "—", "--"})
_BREAK = re.compile(r"\n")
_SIDES = frozenset({"between", "with", "against", "by", "towards", "toward"})
_DETERMINERS = frozenset(
    {"the", "a", "an", "its", "his", "her", "their", "this", "that", "another"}
)
# nouns that turn "the Ankara …" into the state's
_SPEAKERS = frozenset(
    {"government", "regime", "administration", "authorities", "leadership", "junta"}
)


def _lemma(token: Token, wanted: frozenset[str]) -> bool:
    """Whether the token is a form of one of the words (by lemma, else by a plain ending)."""
    if token.lemma_ and token.lemma_.lower() in wanted:
        return True
    lower = token.lower_
    if lower in wanted:
        return True
    for ending, put in (
        ("s", ""),
        ("es", ""),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
        ("ies", "y"),
        ("ied", "y"),
    ):
        if lower.endswith(ending) and lower[: -len(ending)] + put in wanted:
            return True
    return lower in _PAST and _PAST[lower] in wanted


_PAST = {
    past: verb
    for verb, forms in (
        ("say", "said told"),
        ("go", "went gone"),
        ("fly", "flew flown"),
        ("come", "came"),
        ("leave", "left"),
        ("send", "sent"),
        ("spend", "spent"),
        ("choose", "chose chosen"),
        ("buy", "bought"),
        ("sell", "sold"),
        ("give", "gave given"),
        ("pay", "paid"),
        ("seek", "sought"),
        ("have", "had has"),
        ("hold", "held"),
        ("meet", "met"),
        ("become", "became"),
        ("see", "saw seen"),
        ("withdraw", "withdrew withdrawn"),
        ("drive", "drove driven"),
        ("bring", "brought"),
        ("build", "built"),
        ("get", "got"),
    )
    for past in forms.split()
}
"""Irregular forms, for texts without lemmas."""


def dateline(c: Context) -> tuple[float, str] | None:
    """ "ANKARA, 8 January –", "BUCHAREST (Reuters) —": the place of the report."""
    previous = c.before()
    fresh = (
        previous is None or "\n" in previous.text or "\n" in c.doc[previous.i : c.i].text_with_ws
    )
    if not fresh:
        return None
    window = [t.text for t in c.doc[c.j : c.j + 9]]
    for k, text in enumerate(window):
        if text in _DASHES or (k and text.strip(" ") in _DASHES):
            return -4.0, "a dateline"
        if "\n" in text:
            if k and any(_DATE.fullmatch(w) for w in window[:k]):
                return -4.0, "a dateline"
            break
    return None


def based(c: Context) -> tuple[float, str] | None:
    """ "Ankara-based"."""
    first, second = c.after(), c.after(1)
    if first is not None and first.text in {"-", "‑"} and second is not None:
        if second.lower_ in {"based", "born", "headquartered", "area", "bound"}:
            return -4.0, f"before “-{second.text}”"
        return 1.0, "the first part of a compound"
    return None


def possessive(c: Context) -> tuple[float, str] | None:
    """ "Ankara's request" is the state's, "Yerevan's Zvartnots airport" the city's."""
    first, second = c.after(), c.after(1)
    if first is None or not is_possessive(first):
        return None
    if second is not None and is_capital(second) and second.pos_ in ("PROPN", ""):
        return 0.3, "a possessive before a name"
    return 1.0, "a possessive"


def preposition(c: Context) -> tuple[float, str] | None:
    """Prepositions of place against those of dealings; "officials in Paris" speak for the state."""
    article = c.before()
    skipped = 1 if article is not None and article.lower_ == "the" else 0  # "in the Kremlin"
    previous, noun = c.before(1 + skipped), c.before(2 + skipped)
    if previous is None:
        return None
    lower = previous.lower_
    if lower in c.cues.terms("place-preposition"):
        if lower in {"in", "at"} and noun is not None and _lemma(noun, c.cues.terms("people-noun")):
            return 1.5, f"{noun.text} {lower} a capital"
        return -3.0, f"after “{lower}”"
    if lower in _SIDES:
        return 2.0, f"after “{lower}”"
    if lower in {"to", "from", "for", "into"}:
        mover = _mover(c)
        if mover is None and noun is not None and _lemma(noun, c.cues.terms("go-noun")):
            mover = noun  # "paid a visit to Ankara"
        if mover is not None:
            return -4.0, f"after “{mover.text} … {lower}”"
        return (
            (-2.0, "after “into”") if lower == "into" else (0.8, f"after “{lower}”, nobody moves")
        )
    if lower in {"of", "capital"}:
        return (-2.0, "after “capital”") if lower == "capital" else (0.3, "after “of”")
    return None


def _mover(c: Context) -> Token | None:
    """A verb or noun of motion that governs the capital: by the tree, else within six words."""
    verbs, nouns = c.cues.terms("go-verb"), c.cues.terms("go-noun")
    if c.doc.has_annotation("DEP"):
        word = mended(c.doc)[c.head.i]
        head = word.head
        for _ in range(2):
            if head == word:
                return None
            if _lemma(head, nouns if head.pos_ in ("NOUN", "PROPN") else verbs):
                return head
            if head.dep_ not in ("conj", "nmod", "obl"):
                return None
            head = head.head
        return None
    for k in range(c.i - 2, max(-1, c.i - 8), -1):
        token = c.doc[k]
        if token.text in {".", ";", ":"} or "\n" in token.text:
            return None
        if _lemma(token, verbs | nouns):
            return token
    return None


def subject(c: Context) -> tuple[float, str] | None:
    """The subject of a verb acts; with a verb of saying or deciding all the more."""
    if c.doc.has_annotation("DEP"):
        head = c.head
        if head.dep_ in ("nsubj", "nsubj:pass", "nsubj:outer", "obl:agent"):
            verb = head.head
            if _lemma(verb, c.cues.terms("act-verb")):
                return 2.5, f"the subject of “{verb.text}”"
            return 1.5, "a subject"
        if head.dep_ in ("iobj", "obj") and not _lemma(head.head, c.cues.terms("go-verb")):
            return 1.0, "an object"
        return None
    following = c.after()
    if following is not None and (
        following.lower_
        in {"has", "is", "was", "had", "will", "would", "may", "could", "also", "does", "did"}
        or _lemma(following, c.cues.terms("act-verb"))
    ):
        return 2.0, f"before “{following.text}”"
    if following is not None and following.text == ",":
        relative = c.after(1)
        if relative is not None and relative.lower_ in {"which", "whose"}:
            return 1.0, f"before “, {relative.text}”"
    return None


def goal(c: Context) -> tuple[float, str] | None:
    """The object of a verb of motion: "visited Ankara", "left Moscow"."""
    previous = c.before()
    if previous is None or not is_word(previous):
        return None
    if _lemma(previous, frozenset({"visit", "leave", "reach", "tour"})):
        return -3.0, f"the goal of “{previous.text}”"
    return None


def modifier(c: Context) -> tuple[float, str] | None:
    """ "the Ankara firm" is in the city; "the Ankara government" is the state."""
    following = c.after()
    if following is None or not following.text[:1].isalpha():
        return None
    previous = c.before()
    by_tree = (
        c.doc.has_annotation("DEP")
        and c.head.dep_ in ("compound", "nmod:desc", "amod")
        and (c.head.head.i >= c.j)
    )
    by_words = (
        previous is not None
        and previous.lower_ in _DETERMINERS
        and following.pos_ in ("NOUN", "PROPN", "ADJ", "")
        and not _lemma(following, c.cues.terms("act-verb"))
    )
    if not (by_tree or by_words):
        return None
    if following.lower_ in _SPEAKERS:
        return 2.5, f"before “{following.text}”"
    return -2.5, f"before “{following.text}”"


def place_list(c: Context) -> tuple[float, str] | None:
    """ "Ankara, Turkey": a city with its country."""
    first, second = c.after(), c.after(1)
    if first is not None and first.text == "," and second is not None and is_capital(second):
        third = c.after(2)
        if third is not None and third.text in {",", ".", ")"} and second.ent_type_ == "Country":
            return -1.5, "before the name of a country"
    return None


def where(c: Context) -> tuple[float, str] | None:
    """ "Rome, where he met": things happen there."""
    first, second = c.after(), c.after(1)
    if first is not None and second is not None and (first.text, second.lower_) == (",", "where"):
        return -2.5, "before “, where”"
    return None


def model(c: Context) -> tuple[float, str] | None:
    """What the language model takes it for."""
    label = c.doc[c.i].ent_type_
    if label in ("Country", "Place"):
        return (2.5 if label == "Country" else -1.2), f"the language model says {label}"
    return None


def prior(c: Context) -> tuple[float, str] | None:
    """Without any sign a capital in a report on defence stands for its state more often."""
    del c
    return 0.4, "as a rule"


FEATURES: tuple[Feature, ...] = (
    dateline,
    based,
    possessive,
    preposition,
    subject,
    goal,
    modifier,
    place_list,
    where,
    model,
    prior,
)
"""All features; their scores are added."""


def shouted_dateline(doc: Doc, name: Name, *, cues: Cues) -> bool:
    """Whether the name is a dateline in capitals, which says where the report was written."""
    context = Context(doc, name.i, name.j, cues)
    return name.text.isupper() and len(name.text) > 3 and dateline(context) is not None


def stands_for_state(doc: Doc, name: Name, *, cues: Cues) -> tuple[float, str]:
    """The score (positive: the state) and the reasons of the features that spoke."""
    context = Context(doc, name.i, name.j, cues)
    spoken = [s for s in (feature(context) for feature in FEATURES) if s is not None]
    strong = [s for s in spoken if s[1] != "as a rule"] if len(spoken) > 1 else spoken
    return sum(s[0] for s in spoken), "; ".join(s[1] for s in strong)
