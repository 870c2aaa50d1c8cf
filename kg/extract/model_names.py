"""The names in `doc.ents`, mended: a learned tagger cuts names short, or takes too much.

`mended` gives them as candidates: pieces of one name are joined, what the syntax says belongs to
a name is taken in, small words and titles at the edges are left out, and what cannot be a name
(a pronoun, a lone letter or number, a lower-case word) is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Span, Token

from kg.extract.candidates import (
    NAME_TYPES,
    TYPES,
    Candidate,
    is_capital,
    is_possessive,
    is_word,
    surface,
    trim,
)
from kg.extract.lookup import look_up
from kg.extract.person_titles import begin, first_names
from ontology.catalogue import Catalogue
from ontology.names import Cues

_EDGES = frozenset(
    {"of", "in", "for", "and", "at", "on", "by", "to", "with", "from", "or", "than", "as", "its"}
    | {"between", "under", "among", "against", "into", "over", "near", "via"}
    | {"his", "her", "their", "this", "that", "these", "those", "both", "other", "new", "former"}
)
_NAME_PARTS = frozenset({"compound", "flat", "goeswith", "flat:foreign", "flat:name"})
_NUMBERED = frozenset({"Equipment", "Exercise"})
_MAY_BE_LOWER = frozenset({"ArmedForce", "GovernmentBody"})
_NEVER_JOINED = frozenset({"Country", "EquipmentCategory", "Topic", "Agreement"})
_SUM = re.compile(r"(?:RM|RP|Rp|Rs|Tk|EUR|USD|GBP|SEK|NOK|DKK|PLN|CZK|US|AU|NZ|HK)\$?\d[\d.,]*")
_NO_NAME = re.compile(r"\d{1,2}[xX×]\d{1,2}|[IVX]{1,4}")  # "8x8" is a drive, "II" a number
_KIND_OF = frozenset({"type", "model", "variant", "version", "standard", "family", "series"})
TORN = 0.25
"""What a name joined from pieces of several types loses: any pattern's type is better."""
_NO_PART = frozenset({"led", "backed", "era", "style", "like", "born", "appointed", "brokered"})
_AIR_FORCE = re.compile(r"[A-Z]{1,4}AF")
_JOINTS = frozenset({"-", "‑", "–"})
_PLACING = frozenset({"in", "at", "near", "outside"})


def mended(doc: Doc, cues: Cues, catalogue: Catalogue, *, score: float) -> Iterator[Candidate]:
    """The model's names, in the order of the text."""
    titles = cues.terms("person-title")
    ages = cues.terms("age-word")
    common = cues.terms("force-head", "common") | cues.terms("body-head", "common")
    posts = {t.i for span in doc.spans.get("titles", ()) for t in span}
    claimed = {t.i for ent in doc.ents for t in ent}
    beside, particles = first_names(doc, cues), cues.terms("person-particle")
    for first, last, label, torn in _joined(doc, doc.ents, catalogue):
        i, j = _bare(doc, *trim(doc, first, last), label=label)
        if label in NAME_TYPES and label != "Country":
            i, j = _extended(doc, i, j, label, claimed | posts, titles)
        if label == "Equipment" and j - i > 1 and doc[j - 1].lower_ in _KIND_OF:
            j -= 1
        while label == "Place" and j - i > 1 and _of_what_follows(doc, j):
            j -= 1
        if label in ("Equipment", "EquipmentCategory"):
            i = next((k for k in range(i, j) if doc[k].text not in ages), j)
        if label == "EquipmentCategory":
            i = _whole_words(doc, i)
        if label == "Person":
            i, j = _hyphened(doc, i, j)
            i = begin(doc, i, j, cues=cues, beside=beside, catalogue=catalogue)
        for start, end, type_ in _apart(doc, i, j, label, catalogue, particles):
            if start < end and _is_name(doc, start, end, type_, common, catalogue):
                yield Candidate(
                    i=start,
                    j=end,
                    type=type_,
                    score=score - TORN if torn else score,
                    source="model",
                    reason="named by the language model",
                )


def _of_what_follows(doc: Doc, j: int) -> bool:
    """Whether the last word before `j` is a small one about a word behind: "Fetesti air | base"."""
    return bool(doc[j - 1].is_lower and doc[j - 1].head.i >= j)


def _whole_words(doc: Doc, i: int) -> int:
    """Where a kind begins that the model lets begin behind a hyphen: "medium" of "medium-altitude
    long-endurance drone".
    """
    start = i
    while start > 1 and _tight(doc, start - 1) and not is_capital(doc[start - 2]):
        start -= 2
    while 2 < start < i and _tight(doc, start - 2) and not is_capital(doc[start - 3]):
        start -= 3
    return start


def _hyphened(doc: Doc, i: int, j: int) -> tuple[int, int]:
    """The range with the rest of a word that a hyphen parts: "Kim Jong" of "Kim Jong-un"."""
    if 0 < j < len(doc) - 1 and _tight(doc, j) and doc[j + 1].is_alpha:
        j += 2 if doc[j + 1].lower_ not in _NO_PART else 0
    if i > 1 and _tight(doc, i - 1) and is_capital(doc[i - 2]) and doc[i].is_lower:
        i -= 2
    return i, j


def _tight(doc: Doc, k: int) -> bool:
    """Whether the token is a hyphen without spaces."""
    return doc[k].text in _JOINTS and not doc[k - 1].whitespace_ and not doc[k].whitespace_


def _apart(
    doc: Doc, i: int, j: int, label: str, catalogue: Catalogue, particles: frozenset[str]
) -> Iterator[tuple[int, int, str]]:
    """A name, or the names in it: "RAF Typhoons", two persons with a verb between them."""
    if label == "Person":
        for k in range(i + 1, j - 1):
            word = doc[k]
            if word.is_lower and word.lower_ not in particles and doc[k - 1].whitespace_:
                yield i, k, label
                yield from _apart(doc, k + 1, j, label, catalogue, particles)
                return
    if j - i > 1 and doc[i].text.isupper() and not look_up(surface(doc, i, j), catalogue):
        forces = {hit.type for hit in look_up(doc[i].text, catalogue)}
        models = {hit.type for hit in look_up(surface(doc, i + 1, j), catalogue)}
        if models == {"Equipment"} and (
            forces == {"ArmedForce"} or _AIR_FORCE.fullmatch(doc[i].text)
        ):
            yield i, i + 1, "ArmedForce"
            yield i + 1, j, "Equipment"
            return
    yield i, j, label


def _joined(
    doc: Doc, ents: Sequence[Span], catalogue: Catalogue
) -> list[tuple[int, int, str, bool]]:
    """The names as token ranges; neighbours of one type, or with a hyphen between, are one.

    Neighbours of two types are one name where the catalogue knows neither ("Colt" and "CZ"),
    unless a maker stands before its model; the last item tells them.
    """
    found: list[tuple[int, int, str, bool]] = []
    for ent in ents:
        if ent.label_ not in TYPES:
            continue
        if found and ent.label_ not in _NEVER_JOINED and found[-1][2] == ent.label_:
            end = found[-1][1]
            between = [t.text for t in doc[end : ent.start]]
            tight = len(between) == 1 and between[0] in _JOINTS and not doc[end].whitespace_
            if not between or tight:
                found[-1] = (found[-1][0], ent.end, ent.label_, found[-1][3])
                continue
        if found and found[-1][1] == ent.start and _torn(doc, found[-1][:3], ent, catalogue):
            label = _whole(found[-1][2], ent)
            found[-1] = (found[-1][0], ent.end, label, True)
            continue
        found.append((ent.start, ent.end, ent.label_, False))
    return found


def _torn(doc: Doc, first: tuple[int, int, str], ent: Span, catalogue: Catalogue) -> bool:
    """Whether two touching names of different types are pieces of one."""
    start, end, label = first
    person = label == "Person" and ent.label_ == "Country"  # "King Salman"
    if (label, ent.label_) == ("Company", "Equipment"):
        return False
    if {label, ent.label_} & _NEVER_JOINED and not person:
        return False
    if not all(is_capital(t) and is_word(t) for t in (doc[end - 1], doc[end])):
        return False
    if label == "Place" and start > 0 and doc[start - 1].lower_ in _PLACING:
        return False  # "In Trieste Fincantieri builds"
    return not look_up(surface(doc, start, end), catalogue) and not look_up(ent.text, catalogue)


def _whole(label: str, last: Span) -> str:
    """The type of a name joined from pieces: that of the last, but a person's name goes on."""
    numbered = any(c.isdigit() for c in last.text)
    return label if label == "Person" and not numbered else last.label_


def _bare(doc: Doc, i: int, j: int, *, label: str) -> tuple[int, int]:
    """The range without small words at its edges; "To Lam" and "Moon Jae-in" keep theirs."""
    while i < j and (doc[i].lower_ in _EDGES or not is_word(doc[i])) and not doc[i].text.isupper():
        if label == "Person" and is_capital(doc[i]) and not doc[i].is_sent_start and j - i > 1:
            break
        i += 1
    while i < j and (doc[j - 1].lower_ in _EDGES or is_possessive(doc[j - 1])):
        if j - i > 2 and doc[j - 2].text in _JOINTS and not doc[j - 2].whitespace_:
            break
        j -= 1
    return i, j


def _extended(
    doc: Doc, i: int, j: int, label: str, taken: set[int], titles: frozenset[str]
) -> tuple[int, int]:
    """The range with the capitalised neighbours that the syntax makes parts of the same name."""
    if i >= j or not doc.has_annotation("DEP"):
        return i, j

    def belongs(token: Token) -> bool:
        if token.i in taken or not is_word(token) or token.text in titles:
            return False
        numbered = label in _NUMBERED and token.pos_ == "NUM" and token.i == j
        if not numbered and not (is_capital(token) and token.pos_ == "PROPN"):
            return False
        inside = range(i, j)
        if token.head.i in inside and (token.dep_ in _NAME_PARTS or numbered):
            return True
        return any(doc[k].head == token and doc[k].dep_ in _NAME_PARTS for k in inside)

    while j < len(doc) and belongs(doc[j]):
        j += 1
    while i > 0 and belongs(doc[i - 1]):
        i -= 1
    return i, j


def _is_name(
    doc: Doc, i: int, j: int, label: str, common: frozenset[str], catalogue: Catalogue
) -> bool:
    """Whether the range can be a name or term of its type at all."""
    text = surface(doc, i, j)
    letters = [c for c in text if c.isalpha()]
    if _NO_NAME.fullmatch(text) or (label == "Equipment" and _SUM.fullmatch(text)):
        return False
    if label not in NAME_TYPES:
        return len(letters) > 1
    if len(letters) < 2 and (label != "Equipment" or not (letters and len(text) > 2)):
        return False
    if j - i == 1 and (doc[i].pos_ in ("PRON", "DET", "ADP", "CCONJ", "SCONJ") or doc[i].is_stop):
        return text.isupper() and len(text) > 1
    if label == "Country":
        return any(
            hit.type in ("Country", "InternationalOrganization", "Place")
            for a in range(i, j)
            for b in range(a + 1, j + 1)
            for hit in look_up(surface(doc, a, b), catalogue)
        )
    if any(c.isupper() or c.isdigit() for c in text):
        return not text.replace("-", "").isdigit()
    if text in common:
        return label in _MAY_BE_LOWER
    return bool(look_up(text, catalogue))
