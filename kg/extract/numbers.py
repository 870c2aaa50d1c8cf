"""Reads number phrases: "1,250", "6.5 billion", "two dozen", "half a billion", "twenty-four".

Text comes in normalised (`normalise`): one character for one character, so that offsets hold.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from ontology import values as words

# One character becomes one character; İ, ı, ſ and K would otherwise slip through re.IGNORECASE.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\t\r\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a\u3000", " "),
        **dict.fromkeys("\u00a0\u2009\u202f", "\u00a0"),
        **dict.fromkeys("‐‑‒–−", "-"),
        **dict.fromkeys("‘’ʼ", "'"),
        **dict.fromkeys("“”", '"'),
        "İ": "I",
        "ı": "i",
        "ſ": "s",
        "\u212a": "K",
    }
)
_LINE_BREAK = re.compile(r"(?<=[^\n])\n(?=[^\n])")

# A space inside a figure's phrase; line breaks inside a paragraph have become spaces.
SPACE = "(?:[ \u00a0]{1,2})"
# Digits: groups of three, or plain, with decimals; bounded, so that runs of digits cost nothing.
DIGITS = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9])"
    r"|[0-9]{1,3}(?:,[0-9]{2}){1,4},[0-9]{3}(?![0-9])"
    "|[0-9]{1,3}(?:\u00a0[0-9]{3}){1,5}(?![0-9])"
    r"|[0-9]{1,15}(?![0-9]))(?:\.[0-9]{1,6}(?![0-9]))?"
)


def normalise(text: str) -> str:
    """`text` with plain spaces, hyphens and quotes, and of the same length."""
    return _LINE_BREAK.sub(" ", text.translate(_PLAIN))


def either(*phrases: str) -> str:
    """A pattern for any of `phrases`, longest first, blanks in them standing for any space."""
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(p).replace(r"\ ", SPACE) for p in ordered) + ")"


@cache
def word_pattern() -> str:
    """A pattern for a number in words, without multipliers such as "million"."""
    one = either(*words.numbers().words)
    return rf"(?<![\w-]){one}(?:(?:-|{SPACE})(?:and{SPACE})?{one}){{0,7}}(?![\w])"


@cache
def scale_pattern() -> str:
    """A pattern for a multiplier in words: "million", "lakh crore"."""
    return either(*words.numbers().scales)


@cache
def short_scale_pattern() -> str:
    """A pattern for a multiplier by letters: "bn", "m"."""
    return either(*words.numbers().short_scales)


def number_in_words(text: str) -> int | None:
    """The number that `text` spells ("two hundred and fifty"), or None where it spells none."""
    table = words.numbers().words
    total = group = 0
    previous = 0
    for token in re.findall(r"[a-z]+", text.lower()):
        if token in ("and", "a"):
            continue
        value = table.get(token)
        if value is None:
            return None
        if value == 1000:
            total, group, previous = total + max(group, 1) * 1000, 0, 1000
            continue
        if value == 100:
            if group >= 100:
                return None
            group, previous = max(group, 1) * 100, 100
            continue
        # "twenty four" and "hundred four" add up; "four twenty" and "two three" do not.
        if (
            previous
            and previous < 100
            and not (previous >= 20 and previous % 10 == 0 and value < 10)
        ):
            return None
        group, previous = group + value, value or 1
    return total + group


def number(text: str) -> float | None:
    """The figure that a digit or word phrase gives, multipliers included; None where there is none.

    >>> number("1.2 billion"), number("two dozen"), number("half a million")
    (1200000000.0, 24.0, 500000.0)
    """
    table = words.numbers()
    lower = " ".join(text.lower().replace("\u00a0", " ").split())
    match = _scaled().fullmatch(lower)
    if match is None:
        return _base(lower)
    scale = match[2] or match[4]
    factor = table.scales.get(scale) or table.short_scales[scale]
    return _times(_base(match[1] or match[3] or ""), float(factor))


@cache
def _scaled() -> re.Pattern[str]:
    table = words.numbers()
    # "hundred" and "thousand" belong to a number in words: "two thousand five hundred".
    large = either(*(scale for scale, value in table.scales.items() if value > 1000))
    every = either(*table.scales, *table.short_scales)
    return re.compile(rf"([0-9][0-9., ]{{0,30}}?)[ -]*({every})|(.{{0,60}}?)[ -]*\b({large})")


def _times(base: float | None, factor: float) -> float | None:
    # In decimals, because 8.7 times a trillion is 8699999999999.999 in floating point.
    return None if base is None else float(Decimal(repr(base)) * Decimal(factor))


def _base(text: str) -> float | None:
    """The figure without its multiplier: digits, words, halves, dozens."""
    table = words.numbers()
    if text in ("", "a", "an"):
        return 1.0
    if text in ("half a", "half", "a half"):
        return 0.5
    if text in ("a quarter of a", "quarter of a"):
        return 0.25
    if text[0].isdigit():
        digits = text.replace(",", "").replace(" ", "")
        head, _, tail = digits.partition("and")
        if tail:
            return float(head) + 0.5 if tail.startswith("ahalf") else None
        return float(digits) if re.fullmatch(r"[0-9.]+", digits) else None
    half = re.fullmatch(r"(.+?) and a half(?: a)?", text)
    if half:
        whole = _base(half[1])
        return None if whole is None else whole + 0.5
    collective = re.fullmatch(r"(?:(.+?)[ -])?([a-z]+?)(?: of)?", text)
    if collective and (each := table.collectives.get(collective[2].removesuffix("s") or "")):
        count = _base((collective[1] or "").strip())
        return None if count is None else count * each
    if text.startswith("a "):
        text = text[2:]
    found = number_in_words(text)
    return None if found is None else float(found)
