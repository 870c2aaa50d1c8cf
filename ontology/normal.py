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
_DIGIT = re.compile(r"[0-9]")
_JOIN = re.compile(r"(?<=[a-z]) (?=\d)|(?<=\d) (?=[a-z]{1,2}(?:\d|\b))")


def normal_name(name: str) -> str:
    """The key under which a name is looked up; two spellings of one name have the same key.

    Case, diacritics and non-decomposing letters (ı, ø, ł, đ, ß), possessive 's and a leading
    "the" are dropped; hyphens, slashes and other punctuation become spaces; dots and apostrophes
    vanish ("U.S." is "us"); & becomes "and"; British spellings become American ones (defence,
    programme, centre …); a designation's letters and digits are joined, so that "F-16", "F 16"
    and "F16" agree, and so do "212CD" and "212 CD". May be empty.
    """
    text = name
    if "'" in text or "’" in text or "ʼ" in text:
        text = _POSSESSIVE.sub("", text)
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join([c for c in text if not unicodedata.combining(c)])
    words = text.translate(_PUNCTUATION).split()
    if len(words) > 1 and words[0] == "the":
        del words[0]
    text = " ".join([_SPELLINGS.get(w, w) for w in words])
    return _JOIN.sub("", text) if _DIGIT.search(text) else text


def is_acronym(name: str) -> bool:
    """Whether a name is so short and so capital that only its capitals make it a name."""
    if len(name) > 12 or name != name.upper():
        return False
    return 1 < sum(map(str.isalpha, name)) <= 5
