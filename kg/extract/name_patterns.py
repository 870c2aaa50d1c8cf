"""Names by their shape: designations, classes, ships, heads of bodies and forces, titles.

Every pattern is a small function in `PATTERNS` that yields candidates; its docstring says what it
finds. They need tokens only, no tags, so that they hold whatever the model says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from spacy.tokens import Doc

from kg.extract.candidates import Candidate, is_capital, is_possessive, is_word, surface
from kg.extract.person_titles import begin, first_names
from ontology.names import Cues

Nationality = Callable[[int], int]
"""Gives the end of a country name or demonym that begins at a token, or 0."""

_DESIGNATION = re.compile(
    r"(?:[A-Z]{1,5}[a-z]{0,3}-?\d{1,4}[A-Z]{0,5}\d{0,2}[A-Za-z]{0,2}(?:-\d{1,3}[A-Z]{0,2})?"
    r"|\d{1,3}[A-Z]{1,4}\d{0,4}(?:-\d{1,3})?"
    r"|[A-Z]{2,5}-\d{1,4}[A-Z]{0,3}(?:/[A-Z]{1,2})?"
    r"|[A-Z][A-Za-z]{1,3}-\d{1,4}[A-Za-z]{0,4})s?"
)
_NO_DESIGNATION = re.compile(
    r"(?:G-?\d{1,2}|Q[1-4]|H[12]|FY-?\d+|COVID-?19|(?:US|EU|UN|A|C|S|NT|HK|AU|CA|NZ)?\$?\d+(?:bn|m|M|B|K|k|st|nd|rd|th)"
    r"|\d+(?:AM|PM|KM|MM|CM|KG|GW|MW|KW|GHZ|MHZ|G|D|T|M|B|N|E|W|X)s?"
    r"|ISO-?\d+|CET|UTC.*|AD\d+|BC\d+|PM\d+|EUR\d+|USD\d+|GBP\d+|SEK\d+|NOK\d+|DKK\d+|RM\d+|SGD\d+|AUD\d+|Article\d+|No\d+|Rs\d+)"
)
_TYPE_WORDS = frozenset(
    {"Type", "Mk", "MK", "Mark", "Project", "Block", "Mod", "Model", "Increment"}
)
_NUMBER_TAIL = re.compile(r"(?:\d{1,4}[A-Za-z]{0,4}|[IVX]{1,4}|\d+[A-Z]+\d*)s?")
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)")
_NAME_LINKS = frozenset({"of", "and", "for", "the", "&", "de", "des", "du", "-", "–"})
_APART = frozenset({"Company", "Person", "Equipment", "ArmedForce", "Country"})
_ROYAL = frozenset({"Royal", "Imperial", "Federal", "National", "State", "Islamic", "People's"})
_EXERCISE = frozenset({"exercise", "exercises", "exercise,", "drill", "drills", "manoeuvres"})
_BEFORE_NAME = frozenset({"Exercise", "exercise"})
_EDITION = re.compile(r"(?:19|20)?\d\d")
_QUOTES = frozenset({'"', "“", "”", "'", "‘", "’", "``", "''"})
MAX_NAME_TOKENS = 12
KNOWN = 0.95
"""The score of a name that a list has with its type, above what the language model gets."""
_SHORT_TITLES = frozenset(
    {"Gen", "Lt", "Maj", "Col", "Capt", "Adm", "Mr", "Mrs", "Ms", "Dr", "Sgt", "Rep", "Sen"}
)


def designations(doc: Doc, cues: Cues, nationality: Nationality) -> Iterator[Candidate]:
    """Letters with digits (F-16V, Su-35, KF-21), and "Type 26", "Mk 48", "Project 636"."""
    del cues, nationality
    for token in doc:
        text = token.text
        i, j = token.i, token.i + 1
        if text in _TYPE_WORDS and j < len(doc) and _NUMBER_TAIL.fullmatch(doc[j].text):
            if text in {"Block", "Mod", "Model", "Increment", "Mark"} and not _after_name(doc, i):
                continue
            yield _found(i, j + 1, "Equipment", 0.7, "a designation: type word and number")
        elif _DESIGNATION.fullmatch(text) and not _NO_DESIGNATION.fullmatch(text):
            score = 0.7 if any(c.isdigit() for c in text) and len(text) > 2 else 0.5
            yield _found(i, j, "Equipment", score, "a designation: letters with digits")


def _after_name(doc: Doc, i: int) -> bool:
    return i > 0 and is_capital(doc[i - 1]) and any(c.isdigit() for c in doc[i - 1].text)


def classes(doc: Doc, cues: Cues, nationality: Nationality) -> Iterator[Candidate]:
    """A class of ships or vehicles: "Mogami-class", "Ada class", "Virginia-class"."""
    del cues, nationality
    for token in doc:
        if token.lower_ != "class" or token.i == 0:
            if token.lower_.endswith("-class") and is_capital(token):
                start = _opens(doc, _capitals_before(doc, token.i, limit=2), token.i + 1)
                yield _found(start, token.i + 1, "Equipment", 0.75, "a class by name")
            continue
        before = token.i - 1
        if doc[before].text in {"-", "‑", "–"}:
            before -= 1
        if before >= 0 and is_capital(doc[before]) and is_word(doc[before]):
            start = _opens(doc, _capitals_before(doc, before, limit=2), before + 1)
            yield _found(start, token.i + 1, "Equipment", 0.75, "a class by name")


def _capitals_before(doc: Doc, i: int, *, limit: int) -> int:
    """The start of the run of capitalised words that ends with the token `i`."""
    start = i
    while (
        start > 0
        and i - start < limit
        and is_capital(doc[start - 1])
        and is_word(doc[start - 1])
        and doc[start - 1].text[-1] not in ".,"
    ):
        start -= 1
    return start


def ships(doc: Doc, cues: Cues, nationality: Nationality) -> Iterator[Candidate]:
    """A ship's prefix with one to three capitalised words: "HMS Glasgow", "TCG Kınalıada"."""
    del nationality
    prefixes = cues.terms("ship-prefix")
    for token in doc:
        if token.text in prefixes:
            j = _run(doc, token.i + 1, limit=3)
            if j > token.i + 1:
                yield _found(token.i, j, "Equipment", 0.75, f"a ship's name after {token.text}")


def _run(doc: Doc, i: int, *, limit: int) -> int:
    """The end of the run of capitalised words that begins at the token `i`."""
    j = i
    while j < len(doc) and j - i < limit and is_capital(doc[j]) and is_word(doc[j]):
        j += 1
    return j


@cache
def _heads(cues: Cues, kind: str, value: str | None) -> dict[str, list[tuple[str, ...]]]:
    """The heads of a kind as token tuples, by their first token, longest first."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for term in cues.terms(kind, value):
        parts = tuple(term.replace("-", " - ").split())
        table.setdefault(parts[0], []).append(parts)
        whole = tuple(term.split())
        if whole != parts:
            table.setdefault(whole[0], []).append(whole)
    for options in table.values():
        options.sort(key=lambda o: (-len(o), o))
    return table


def _words(doc: Doc) -> list[str]:
    return [t.text for t in doc]


def _heads_in(
    words: Sequence[str], table: dict[str, list[tuple[str, ...]]]
) -> Iterator[tuple[int, int]]:
    """The heads in a text: the first token of each, and its end."""
    for i, word in enumerate(words):
        if word in table and (j := _head_at(words, i, table)):
            yield i, j


def _head_at(words: Sequence[str], i: int, table: dict[str, list[tuple[str, ...]]]) -> int:
    """The end of a head that begins at the word `i`, or 0."""
    for parts in table.get(words[i], ()):
        if tuple(words[i : i + len(parts)]) == parts:
            return i + len(parts)
    return 0


def forces_and_bodies(doc: Doc, cues: Cues, nationality: Nationality) -> Iterator[Candidate]:
    """A head of forces or bodies with what stands before it: "Royal Norwegian Navy", "Navy".

    In front may stand a nationality, a country with `'s`, "Royal" and capitalised words. Lower-case
    heads count after a nationality only: "Turkish defense ministry", "China's navy".
    """
    kinds = (
        ("ArmedForce", "force-head", "branch"),
        ("ArmedForce", "force-head", "unit"),
        ("ArmedForce", "force-head", "common"),
        ("GovernmentBody", "body-head", "end"),
        ("GovernmentBody", "body-head", "common"),
    )
    forces: set[int] = set()  # where they end: a "Naval Service" is no body for its last word
    words = _words(doc)
    for type_, kind, value in kinds:
        for i, j in _heads_in(words, _heads(cues, kind, value)):
            if type_ == "ArmedForce":
                forces.add(j)
            elif j in forces or (j < len(doc) and doc[j].text in {"Secretary", "Minister"}):
                continue  # a post, not the body: "Defence Cabinet Secretary"
            start, national = _before_head(doc, i, nationality)
            start = _opens(doc, start, j)
            if value == "common":
                if national and start < i:
                    yield _found(start, j, type_, 0.7, "a nationality and what it owns")
            elif start < i or value == "branch":
                score = 0.55 if start == i else 0.72
                yield _found(start, j, type_, score, f"ends with {surface(doc, i, j)}")


def _before_head(doc: Doc, i: int, nationality: Nationality) -> tuple[int, bool]:
    """The start of the name whose head begins at `i`, and whether a nationality stands there."""
    start = i
    while start > 0 and i - start < MAX_NAME_TOKENS:
        k = start - 1
        if is_possessive(doc[k]):
            # "China's foreign ministry": only a country may own a body inside one name
            owner = _national_ending(k, nationality)
            return (owner, True) if owner >= 0 else (start, False)
        owner = _national_ending(start, nationality)
        if owner >= 0:
            if owner > 0 and doc[owner - 1].text in _ROYAL:
                owner -= 1
            return owner, True
        if _ORDINAL.fullmatch(doc[k].text):
            return k, False
        if not (is_capital(doc[k]) and is_word(doc[k])):
            break
        start = k
    return start, False


def _national_ending(end: int, nationality: Nationality) -> int:
    """The start of the country name or demonym that ends before the token `end`, or -1."""
    for start in range(max(0, end - 4), end):
        if nationality(start) == end:
            return start
    return -1


def bodies_of(doc: Doc, cues: Cues, nationality: Nationality) -> Iterator[Candidate]:
    """A head with "of": "Ministry of Defence of Serbia", "Department of National Defense"."""
    table = _heads(cues, "body-head", "of")
    for i, j in _heads_in(_words(doc), table):
        end = j
        k = j
        while k < len(doc) and k - j < MAX_NAME_TOKENS:
            if is_capital(doc[k]) and is_word(doc[k]):
                k += 1
                end = k
            elif doc[k].text in _NAME_LINKS and k + 1 < len(doc) and not _next_name(doc, k):
                k += 1
            else:
                break
        if end == j:
            continue
        start, _ = _before_head(doc, i, nationality)
        start = _opens(doc, start, end)
        yield _found(start, end, "GovernmentBody", 0.72, f"begins with {surface(doc, i, j)}")


def _next_name(doc: Doc, k: int) -> bool:
    """Whether the "and" at `k` joins another name: "the Ministry of Defence and Boeing"."""
    after = doc[k + 1]
    return doc[k].text in ("and", "&") and (after.text == "the" or after.ent_type_ in _APART)


def companies(doc: Doc, cues: Cues, nationality: Nationality) -> Iterator[Candidate]:
    """Capitalised words before a company's suffix: "Kongsberg Gruppen ASA", "Roketsan A.Ş."."""
    del nationality
    legal = _heads(cues, "company-suffix", "end")
    words = _heads(cues, "company-suffix", "word")
    for table, score in ((legal, 0.75), (words, 0.6)):
        for i, j in _heads_in(_words(doc), table):
            start = _opens(doc, _capitals_before(doc, i, limit=5), i)
            start += start < i and doc[start].is_stop
            if start < i:
                yield _found(start, j, "Company", score, f"ends with {surface(doc, i, j)}")


def places(doc: Doc, cues: Cues, nationality: Nationality) -> Iterator[Candidate]:
    """Capitalised words with a geographical head: "Kuril Islands", "Fort Bragg"."""
    del nationality
    ends, starts = _heads(cues, "place-head", "end"), _heads(cues, "place-head", "start")
    for i, j in _heads_in(_words(doc), ends):
        start = _opens(doc, _capitals_before(doc, i, limit=3), i)
        start += start < i and doc[start].is_stop
        if start < i:
            yield _found(start, j, "Place", 0.6, f"ends with {surface(doc, i, j)}")
    for i, j in _heads_in(_words(doc), starts):
        end = _run(doc, j, limit=2)
        if end > j and not any(c.isdigit() for c in doc[j].text):  # "RAF F-35Bs" is no base
            yield _found(i, end, "Place", 0.6, f"begins with {surface(doc, i, j)}")


def people(doc: Doc, cues: Cues, nationality: Nationality) -> Iterator[Candidate]:
    """Capitalised words after a title: "Defense Minister Yasar Guler", "Gen. Lee"."""
    titles, beside = _heads(cues, "person-title", None), first_names(doc, cues)
    particles = cues.terms("person-particle")
    words = _words(doc)
    for token in doc:
        i = _head_at(words, token.i, titles) or _lower_head_at(words, token.i, titles)
        if not i:
            continue
        if i < len(doc) and doc[i].text == "." and token.text in _SHORT_TITLES:
            i += 1
        if i >= len(doc) or not is_capital(doc[i]) or not is_word(doc[i]):
            continue
        if doc[i].text in titles or nationality(i) or doc[i].is_sent_start:
            continue
        if doc[i].is_stop and not _goes_on(doc, i):  # "President To Lam" is a name
            continue
        j = i
        while j < len(doc) and j - i < 5:
            small = doc[j].lower_ in particles or doc[j].text in {"-", "‑"}
            if (is_capital(doc[j]) and is_word(doc[j])) or (j > i and small and _goes_on(doc, j)):
                j += 1
            else:
                break
        if _no_person(doc, i, j):
            continue
        i = begin(doc, i, j, cues=cues, beside=beside)
        yield _found(i, j, "Person", 0.6, f"a name after {token.text}")


def _lower_head_at(words: Sequence[str], i: int, table: dict[str, list[tuple[str, ...]]]) -> int:
    """The end of a head written in lower case ("defence minister") at the word `i`, or 0."""
    if words[i][:1].isupper():
        return 0
    for parts in table.get(words[i].capitalize(), ()):
        said = words[i : i + len(parts)]
        if [word.lower() for word in said] == [part.lower() for part in parts]:
            return i + len(parts)
    return 0


def _goes_on(doc: Doc, j: int) -> bool:
    return j + 1 < len(doc) and is_word(doc[j + 1]) and is_capital(doc[j + 1])


def _no_person(doc: Doc, i: int, j: int) -> bool:
    return all(t.text.isupper() and len(t.text) > 1 for t in doc[i:j]) or any(
        c.isdigit() for t in doc[i:j] for c in t.text
    )


def exercises(doc: Doc, cues: Cues, nationality: Nationality) -> Iterator[Candidate]:
    """A known name, one after "exercise", or a quoted one: `drill "Allied Resolve"`."""
    for i, end in _heads_in(_words(doc), _heads(cues, "exercise-name", None)):
        j = end + 1 if end < len(doc) and doc[end].text in {"-", "–"} else end
        j = j + 1 if j < len(doc) and _EDITION.fullmatch(doc[j].text) else end
        yield _found(i, j, "Exercise", KNOWN, "the name of a series of exercises")
    for token in doc:
        if token.lower_ not in _EXERCISE:
            continue
        i = token.i + 1
        while (
            i < len(doc) and i - token.i < 4 and doc[i].lower_ in {"known", "as", "called", "named"}
        ):
            i += 1
        quoted = i < len(doc) and doc[i].text in _QUOTES
        if quoted:
            i += 1
        elif token.text not in _BEFORE_NAME or i > token.i + 1 or (i < len(doc) and nationality(i)):
            continue
        j = i
        while (
            j < len(doc)
            and j - i < 6
            and (is_capital(doc[j]) or doc[j].text[:1].isdigit() or doc[j].text == "-")
        ):
            j += 1
        if j > i:
            yield _found(i, j, "Exercise", 0.65, f"a name after {token.text}")


def _opens(doc: Doc, i: int, j: int) -> int:
    """`i` after articles and other small words that a sentence begins with: "The", "With"."""
    while i < j - 1 and doc[i].is_stop and not doc[i].text.isupper():
        i += 1
    return i


def _found(i: int, j: int, type_: str, score: float, reason: str) -> Candidate:
    return Candidate(i=i, j=j, type=type_, score=score, source="pattern", reason=reason)


PATTERNS: tuple[Callable[[Doc, Cues, Nationality], Iterator[Candidate]], ...] = (
    designations,
    classes,
    ships,
    forces_and_bodies,
    bodies_of,
    companies,
    places,
    people,
    exercises,
)
"""All patterns, in the order in which they run; the order does not change what is found."""
