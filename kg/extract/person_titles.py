"""Where a person's name begins behind titles, and when a title is a first name: "Gen Nakatani".

Some ranks and titles are first names too, or belong to a single name ("Sheikh Hasina"); the cues
`person-title` have them with the value `name`. Such a word stays with the one name behind it,
unless the text shows a rank: a full stop, a longer rank ("Lt Gen"), another first name of that
family ("Mark Milley", later "Gen Milley"), or an army beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from spacy.tokens import Doc

from kg.extract.candidates import is_capital, is_word, surface
from kg.extract.lookup import look_up
from ontology.catalogue import Catalogue
from ontology.names import Cues

FirstNames = Mapping[str, frozenset[str]]
"""What else stands in names with each word, for the persons of a text."""

_LONGEST = 3
_REACH = 8  # words of an apposition that are looked at
_FORCES = frozenset(
    {"army", "navy", "force", "forces", "military", "troops", "corps", "staff", "commander"}
    | {"brigade", "division", "battalion", "regiment", "garrison", "soldiers"}
)
_NUMERALS = frozenset({"I", "II", "III", "IV", "Jr", "Jr.", "Sr", "Sr."})


def first_names(doc: Doc, cues: Cues) -> FirstNames:
    """For each word in the names of the text's persons, the others there, without titles."""
    titles = {w for title in cues.terms("person-title") for w in title.split()}
    beside: dict[str, set[str]] = {}
    for ent in doc.ents:
        if ent.label_ == "Person" and len(ent) > 1:
            words = {t.text for t in ent if is_word(t)} - titles
            for word in words:
                beside.setdefault(word, set()).update(words - {word})
    return {word: frozenset(others) for word, others in beside.items()}


def begin(
    doc: Doc, i: int, j: int, *, cues: Cues, beside: FirstNames, catalogue: Catalogue | None = None
) -> int:
    """The first token of a person's name: titles in front of it are left out.

    A word that is title and first name stays, or is taken in from before the name, where nothing
    shows that it is a title, or where the catalogue has the person with it.
    """
    titles = cues.terms("person-title")
    start = i
    while start < j - 1:
        width = next(
            (w for w in range(_LONGEST, 0, -1) if _is_title(doc, start, start + w, j, titles)), 0
        )
        if not width or (width == 1 and _is_name(doc, start, j, cues, beside, catalogue)):
            break
        start += width
        while start < j - 1 and not is_word(doc[start]):
            start += 1
    if start == i > 0 and _is_name(doc, i - 1, j, cues, beside, catalogue):
        return i - 1
    return start


def _is_title(doc: Doc, start: int, end: int, j: int, titles: frozenset[str]) -> bool:
    return end < j and surface(doc, start, end) in titles


def _is_name(
    doc: Doc, k: int, j: int, cues: Cues, beside: FirstNames, catalogue: Catalogue | None
) -> bool:
    """Whether the title at `k` is part of the name that ends at `j`."""
    doubtful = cues.terms("person-title", "name")
    if doc[k].text not in doubtful or k + 1 >= j or any(t.is_sent_start for t in doc[k + 1 : j]):
        return False
    if catalogue is not None and _listed(doc, k, j, catalogue):
        return True
    if k > 0 and surface(doc, k - 1, k + 1) in cues.terms("person-title"):
        return False
    words = _name_words(doc, k + 1, j, cues.terms("person-particle"))
    if len(words) != 1 or len(words[0]) < 2 or not is_capital(doc[k + 1]):
        return False
    if beside.get(words[0]):
        return False
    return not _of_an_army(doc, k, j)


def _listed(doc: Doc, k: int, j: int, catalogue: Catalogue) -> bool:
    """Whether the catalogue has a person with the title as a first name, in either order."""
    first, rest = doc[k].text, surface(doc, k + 1, j)
    return any(
        hit.type == "Person"
        for text in (f"{first} {rest}", f"{rest} {first}")
        for hit in look_up(text, catalogue)
    )


def _name_words(doc: Doc, i: int, j: int, particles: frozenset[str]) -> list[str]:
    """The words of a name, as spaces part them, without particles and numerals."""
    parts = surface(doc, i, j).split()
    return [w for w in parts if w.lower() not in particles and w not in _NUMERALS]


def _of_an_army(doc: Doc, k: int, j: int) -> bool:
    """Whether forces stand before the title or in the apposition behind the name."""
    if any(t.lower_ in _FORCES for t in doc[max(0, k - 2) : k]):
        return True
    if j >= len(doc) or doc[j].text not in (",", "("):
        return False
    for token in doc[j + 1 : j + 1 + _REACH]:
        if token.is_punct:
            break
        if token.lower_ in _FORCES:
            return True
    return False
