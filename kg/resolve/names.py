"""What two names have in common: pure functions over strings, each with its reason.

The comparison forms are folded: lower case, no diacritics, words of letters and digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import fuzz

from kg.resolve.settings import THRESHOLDS, Thresholds

# letters that NFKD leaves whole
_LETTERS = str.maketrans(
    {
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
        "ß": "ss", "ə": "e", "ħ": "h", "ŋ": "n", "ʻ": "", "ʼ": "", "’": "", "'": "", "‘": "",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"(?:['’‘`]s|['’])$")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The text in lower case, without diacritics and apostrophes."""
    lowered = _POSSESSIVE.sub("", text).casefold().translate(_LETTERS)
    return "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    )


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """The folded words of a name, a leading article left out: "the F-16V" gives f, 16v."""
    found = tuple(_WORD.findall(fold(text)))
    return found[1:] if len(found) > 1 and found[0] in ("the", "a", "an") else found


def key(text: str) -> str:
    """The comparison form of a name: its folded words, joined."""
    return " ".join(words(text))


def tight(text: str) -> str:
    """The comparison form without any separator: "Su 35", "Su-35" and "SU35" agree."""
    return "".join(words(text))


def singular(text: str) -> str:
    """The name without the s of a plural: "F-16s", "Eurofighters", "patrol boats"."""
    if re.search(r"[A-Za-z0-9]s$", text) and not text.endswith(("ss", "us", "is")):
        if re.search(r"\w{3}ies$", text):
            return text[:-3] + "y"
        if re.search(r"(?:o|x|ch|sh)es$", text):
            return text[:-2]
        return text[:-1]
    return text


def is_acronym(text: str) -> bool:
    """Whether the text is written as an acronym: two to eight capitals, dots and digits allowed."""
    letters = re.sub(r"[.\-&/ ]", "", text)
    return (
        2 <= len(letters) <= 8
        and letters.isalnum()
        and sum(c.isupper() for c in letters) >= max(2, len(letters) - 1)
    )


_SMALL = frozenset(
    {"of", "the", "and", "for", "in", "on", "de", "du", "des", "la", "le", "to", "e", "y"}
)


def initials(text: str) -> Iterator[str]:
    """The acronyms that a name's first letters give, with and without its small words."""
    parts = [w for w in re.split(r"[\s\-–/]+", text) if w]
    folded = [fold(p) for p in parts]
    yield "".join(f[0] for f in folded if f)
    yield "".join(f[0] for f in folded if f and f not in _SMALL)


def acronym_of(short: str, long: str) -> bool:
    """Whether `short` is written as an acronym and `long` has its initials."""
    if not is_acronym(short) or len(words(long)) < 2:
        return False
    letters = "".join(words(short))
    return any(letters == i for i in initials(long))


def without_titles(name: str, titles: frozenset[str]) -> str:
    """A person's name without the ranks, posts and forms of address (folded) in front."""
    parts = name.split()
    start = 0
    while start < len(parts) - 1:
        for width in (3, 2, 1):
            head = fold(" ".join(parts[start : start + width])).rstrip(".")
            if start + width < len(parts) and head in titles:
                start += width
                break
        else:
            break
    return " ".join(parts[start:])


_ARTICLES = frozenset({"al", "el"})


@lru_cache(maxsize=8192)
def orders(name: str, titles: frozenset[str] = frozenset()) -> frozenset[str]:
    """The ways to write a person's name with the family name first or last, without separators.

    Words change places only at spaces and commas, and only from one end to the other: "Lee
    Jae-myung" is "Jaemyung Lee", but "Mohammed bin Salman" is not "Salman bin Mohammed". A name
    of one word has no other order.
    """
    found: set[str] = set()
    for text in {name, without_titles(name, titles)}:  # Gen is a rank, and Mr Nakatani's name
        parts = [tight(p) for p in re.split(r"[\s,]+", text)]
        parts = [p for p in parts if p]
        if len(parts) > 1:
            found.update("".join(parts[k:] + parts[:k]) for k in range(len(parts)))
    return frozenset(found)


def same_person(
    short: str,
    long: str,
    *,
    titles: frozenset[str] = frozenset(),
    particles: frozenset[str] = frozenset(),
    surnames_first: frozenset[str] = frozenset(),
    spellings: Mapping[str, str] | None = None,
    thresholds: Thresholds = THRESHOLDS,
) -> str | None:
    """Why `short` can name the person whom `long` names, or None.

    Covers both orders of a name, family names with particles ("bin Salman", "von der Leyen"),
    family names in front (Korean, Chinese, Vietnamese, Japanese, Hungarian), given names,
    initials, missing middle names, spellings with and without diacritics, "al-Sisi" and "el-Sisi",
    and first names that `spellings` makes one ("Mohamed", "Muhammad").
    """
    a = _plain(words(without_titles(short, titles)) or words(short), spellings)
    b = _plain(words(without_titles(long, titles)) or words(long), spellings)
    if not a or not b:
        return None
    if a == b or tight(" ".join(a)) == tight(" ".join(b)):
        return "the same name"
    if not orders(short, titles).isdisjoint(orders(long, titles)):
        return "the same name in the other order"
    if len(a) > 1 and a[-1] == b[-1] and len(a[0]) == 1 and b[0].startswith(a[0]):
        return "the initial and the family name"
    if len(a) >= len(b):
        return _same_spelling(a, b, thresholds)
    if b[-len(a) :] == a:
        return "the family name"
    tail = tuple(w for w in b if w not in ("jr", "sr", "ii", "iii"))
    if tail[-len(a) :] == a:
        return "the family name"
    if len(a) == 1:
        given = b[0] == a[0]
        if given and a[0] in surnames_first:
            return "the family name, which comes first"
        if given and any(w in particles for w in b[1:]):
            return "the given name, as usual with such names"
        if a[0] in b and len(a[0]) > 2:
            return "a part of the name"
        if len(a[0]) >= thresholds.fuzzy_length and fuzz.ratio(a[0], b[-1]) >= thresholds.fuzzy:
            return "another spelling of the family name"
        return None
    if _in_order(a, b) and a[-1] in b[len(a) - 1 :]:
        return "the name without some of its parts"
    return None


def _plain(parts: tuple[str, ...], spellings: Mapping[str, str] | None) -> tuple[str, ...]:
    """The words of a name in one spelling each, without the Arabic article."""
    kept = tuple(p for p in parts if p not in _ARTICLES) or parts
    return tuple((spellings or {}).get(p, p) for p in kept)


def _same_spelling(a: tuple[str, ...], b: tuple[str, ...], thresholds: Thresholds) -> str | None:
    if len(a) != len(b):
        return None
    alike = [
        x == y or (len(x) > 3 and fuzz.ratio(x, y) >= thresholds.fuzzy - 8)
        for x, y in zip(a, b, strict=True)
    ]
    if all(alike) and sum(x == y for x, y in zip(a, b, strict=True)) >= len(a) - 1 and len(a) > 1:
        return "another spelling of the name"
    return None


def _in_order(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    rest = iter(b)
    return all(w in rest for w in a)


def leading_part(short: str, long: str) -> bool:
    """Whether `short` is the beginning of `long`: "Hanwha" of "Hanwha Aerospace"."""
    a, b = words(short), words(long)
    return 0 < len(a) < len(b) and b[: len(a)] == a and len("".join(a)) > 1


def trailing_part(short: str, long: str) -> bool:
    """Whether `short` is the end of `long`: "TB2" of "Bayraktar TB2"."""
    a, b = words(short), words(long)
    return 0 < len(a) < len(b) and b[-len(a) :] == a and len("".join(a)) > 1


def has_digit(text: str) -> bool:
    """Whether the name has a digit, as designations have."""
    return any(c.isdigit() for c in text)
