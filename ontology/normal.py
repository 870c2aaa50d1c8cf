"""One key for all the spellings of a name."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = {
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe",
    "þ": "th", "ß": "ss", "ə": "a",
}  # fmt: skip
"""Latin letters that Unicode does not take apart into a base letter and a mark."""

_PUNCTUATION = {ord(c): " " for c in '-‐‑‒–—−/\\_,;:()[]"“”„«»|!?*•·\t\n\r\xa0\u202f'}
_PUNCTUATION |= {ord(c): "" for c in ".'’‘ʼʻ`´\u200b\u00ad"} | {ord("&"): " and "}
_PUNCTUATION |= {ord(letter): plain for letter, plain in _LETTERS.items()}

_SPELLINGS = {
    "defence": "defense", "programme": "program", "centre": "center", "armour": "armor",
    "armoured": "armored", "organisation": "organization", "harbour": "harbor",
    "modernisation": "modernization", "manoeuvre": "maneuver", "grey": "gray",
}  # fmt: skip
"""British spellings that names in the field differ by, and the American ones."""

_POSSESSIVE = re.compile(r"['’ʼ]s\b|['’ʼ](?=\s|$)")
_JOIN = re.compile(r"(?<=[a-z]) (?=\d)|(?<=\d) (?=[a-z]{1,2}(?:\d|\b))")


def normal_name(name: str) -> str:
    """The key under which a name is looked up; two spellings of one name have the same key.

    Case, diacritics and non-decomposing letters (ı, ø, ł, đ, ß), possessive 's and a leading
    "the" are dropped; hyphens, slashes and other punctuation become spaces; dots and apostrophes
    vanish ("U.S." is "us"); & becomes "and"; British spellings become American ones (defence,
    programme, centre …); a designation's letters and digits are joined, so that "F-16", "F 16"
    and "F16" agree, and so do "212CD" and "212 CD". May be empty.
    """
    text = _POSSESSIVE.sub("", name).casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    words = text.translate(_PUNCTUATION).split()
    if len(words) > 1 and words[0] == "the":
        del words[0]
    text = " ".join([_SPELLINGS.get(w, w) for w in words])
    return _JOIN.sub("", text)


def is_acronym(name: str) -> bool:
    """Whether a name is so short and so capital that only its capitals make it a name."""
    letters = [c for c in name if c.isalpha()]
    return 1 < len(letters) <= 5 and all(c.isupper() for c in letters)
