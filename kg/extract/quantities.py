"""Counts of things in normalised text: "24 F-16s", "two dozen", "a pair of", "three squadrons".

Numbers that count nothing are left out: designations, references, dates, times, measures,
percentages and money (the caller hands in the spans that are taken).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg.extract import numbers
from kg.extract.numbers import DIGITS, SPACE, either
from ontology import values as words


@dataclass(frozen=True, slots=True)
class Quantity:
    """A count at `start:end`. `bound` is set where a range gives it."""

    start: int
    end: int
    value: float
    bound: str | None = None


_AFTER_A = ("single", "hundred", "thousand", "dozen", "million", "half-dozen")


@cache
def _figure() -> re.Pattern[str]:
    table = words.numbers()
    large = either(*(name for name, value in table.scales.items() if value > 1000), "thousand")
    groups = either(*table.collectives, *(f"{name}s" for name in ("pair", "score", "couple")))
    word = numbers.word_pattern()
    digits = rf"(?<![\w.,:/#°$€£¥+]){DIGITS}(?:{SPACE}{large}(?!\w)|{SPACE}dozen(?!\w))?"
    return re.compile(
        rf"(?P<d>{digits})|(?P<h>(?<![\w-])half(?= of (?:them|these|those|which)(?!\w)))"
        rf"|(?P<w>(?<![\w-])half{SPACE}a(?:{SPACE}|-){either('dozen', 'million', 'score')}(?!\w)"
        rf"|(?<![\w-])a{SPACE}{either(*_AFTER_A)}"
        rf"(?:{SPACE}{large})?(?!\w)"
        rf"|(?<![\w-])an?{SPACE}(?:further{SPACE}|new{SPACE}|second{SPACE}|matching{SPACE}|first{SPACE})?"
        rf"{groups}(?={SPACE}(?:more{SPACE})?of(?!\w))"
        rf"|(?<![\w-])(?:(?:the|a|an|its|their|another|his){SPACE})?(?:own|other|first|further|second|new|matching|last|final|remaining){SPACE}(?:pair|dozen|trio)(?!\w)"
        rf"|(?<![\w-])the{SPACE}pair(?={SPACE}of(?!\w))"
        rf"|{word}(?:(?:{SPACE}|-)(?:{large}|{groups})(?!\w))?)",
        re.IGNORECASE,
    )


_NEXT_WORD = re.compile(r"[ \u00a0]([^\W\d_][\w.'/-]*|%)")
_HYPHEN = re.compile(r"-([^\W\d_]+)")
_LAST = re.compile(r"([^\W_][\w.]*)[ \u00a0]$")
_LAST_TWO = re.compile(r"([^\W\d_]\w*[ \u00a0][^\W\d_]\w*)[ \u00a0]$")
_ORDINAL = re.compile(r"-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)", re.I)
_CLOCK = re.compile(r"[ \u00a0](?:a\.?m|p\.?m|o'clock|GMT|UTC|local time)(?!\w)", re.IGNORECASE)
_RANGE = re.compile(r"(?: ?- ?| to | or | and )$")
_LOW_END = re.compile(r"(?<![\w.,/-])([0-9][0-9,]{0,8})-$")
_AGE = re.compile(r"[^\W\d_], $")
_LIST = re.compile(r"(?:^|\n)[ \u00a0]*$")


class _Reader:
    def __init__(self, text: str, taken: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.taken = sorted(taken)
        self._starts = [start for start, _ in self.taken]
        self.table = words.quantities()

    def counts(self) -> list[Quantity]:
        found: list[Quantity] = []
        for match in _figure().finditer(self.text):
            quantity = self._half(match, found) if match["h"] else self._count(match)
            if quantity is None:
                continue
            if found and self._is_range(found[-1], quantity):
                low = found.pop()
                found.append(Quantity(low.start, low.end, low.value, "min"))
                quantity = Quantity(quantity.start, quantity.end, quantity.value, "max")
            found.append(quantity)
        return [quantity for quantity in found if quantity.value > 0]

    def _half(self, match: re.Match[str], found: list[Quantity]) -> Quantity | None:
        """ "400, half of them the older type": half of the count before it in the sentence."""
        if not found or re.search(r"[.;\n]", self.text[found[-1].end : match.start()]):
            return None
        half = found[-1].value / 2
        return Quantity(match.start(), match.end(), half) if half == int(half) else None

    def _is_range(self, low: Quantity, high: Quantity) -> bool:
        """Whether two counts are "20 to 30" or "between 20 and 30"."""
        gap = self.text[low.end : high.start]
        if low.value >= high.value or not _RANGE.fullmatch(gap):
            return False
        before = self.text[max(0, low.start - 9) : low.start].lower()
        return gap.strip() not in ("and",) or before.endswith("between ")

    def _count(self, match: re.Match[str]) -> Quantity | None:
        start, end, text = match.start(), match.end(), match[0]
        place = bisect_right(self._starts, end - 1) - 1
        if place >= 0 and self.taken[place][1] > start:
            return None
        if match["d"] and not self._digits_count(start, end, text):
            return None
        if match["w"] and self._is_pronoun(start, end, text):
            return None
        value = self._value(text)
        if value is None and match["w"]:
            # "four two-seaters": the words are two numbers, the first one counts.
            end = start + len(re.match(r"\w+", text)[0])  # type: ignore[index]
            value = self._value(self.text[start:end])
        if self._is_named(start, end) or self._measures(end):
            return None
        if value is None or value != int(value) or value >= 1e9:
            return None
        return Quantity(start, end, value)

    def _value(self, text: str) -> float | None:
        lower = " ".join(text.lower().replace("\u00a0", " ").split())
        if lower.endswith(" single"):
            return 1.0
        collective = re.fullmatch(
            r"(?:(?:an?|the|its|their|another|his) )?(?:(?:further|new|second|matching|first|own|"
            r"other|last|final|remaining) )?(\w+)",
            lower,
        )
        table = words.numbers().collectives
        if collective and collective[1] in table:
            return float(table[collective[1]])
        return numbers.number(lower.replace("half-dozen", "half a dozen").removeprefix("a half a"))

    def _digits_count(self, start: int, end: int, text: str) -> bool:
        """Whether digits can be a count, by what touches them."""
        before = self.text[max(0, start - 1) : start]
        after = self.text[end : end + 2]
        if "." in text and " " not in text and "\u00a0" not in text:
            return False
        if before in ("-", "'") and not self._high_end(start):
            return False
        if after[:1].isalnum() or after[:1] in "%°/:\u20ac\u00a3*×_@\u00b2\u00b3":
            return False
        if (
            after[:1] in ".,:-"
            and after[1:2].isdigit()
            and not (after[0] == "-" and self._low_end(end, text))
        ):
            return False
        if after[:1] in ".)" and _LIST.search(self.text[max(0, start - 4) : start]):
            return False
        if text.startswith("0"):
            return False
        if (
            len(text) == 2
            and after[:1] in ",."
            and _AGE.search(self.text[max(0, start - 3) : start])
        ):
            return False  # "Montiel, 35, …" is an age
        # A bare 1900 to 2099 is a year unless it stands in a phrase such as "some 2000 troops".
        if re.fullmatch(r"(?:19|20)[0-9]{2}", text):
            return bool(
                re.search(
                    r"(?:more than|at least|some|about|around|nearly|almost|up to|roughly) $",
                    self.text[max(0, start - 12) : start],
                    re.IGNORECASE,
                )
                and re.match(r" [a-z]+s\b", self.text[end : end + 24])
            )
        return len(text) < 16

    def _high_end(self, start: int) -> bool:
        """Whether the digits after a hyphen end a range of two plain numbers: "20-30"."""
        low = _LOW_END.search(self.text[max(0, start - 12) : start])
        high = re.match(DIGITS, self.text[start : start + 20])
        return bool(low and high and (numbers.number(low[1]) or 0) < (numbers.number(high[0]) or 0))

    def _low_end(self, end: int, text: str) -> bool:
        """Whether a higher plain number follows the digits and a hyphen; 266-37 is a vote."""
        high = re.match(r"-([0-9][0-9,]{0,8})(?![\w/-]|[.,:][0-9])", self.text[end : end + 14])
        return bool(high and (numbers.number(text) or 0) < (numbers.number(high[1]) or 0))

    def _is_pronoun(self, start: int, end: int, text: str) -> bool:
        """Whether "one" stands for a thing and counts none."""
        if text.lower() in ("hundred", "thousand"):
            return True  # "by the thousand"
        if text.lower() != "one":
            return False
        previous = _LAST.search(self.text[max(0, start - 20) : start])
        if previous and previous[1].lower() in self.table.one_pronoun:
            return True
        following = _NEXT_WORD.match(self.text, end)
        if following is None:
            return True
        word = following[1]
        return word.lower() in _AFTER_PRONOUN

    def _is_named(self, start: int, end: int) -> bool:
        """Whether the number belongs to the word before it: "Type 26", "Leopard 2"."""
        window = self.text[max(0, start - 32) : start]
        last = _LAST.search(window)
        if last is None:
            return False
        if last[1].lower() in self.table.designators or last[1] in self.table.names:
            return True
        following = self.text[end : end + 14]
        if last[1].isupper() and 2 <= len(last[1]) <= 12 and last[1].isalpha():
            # "RCH 155" is a name, "sold NATO 12 jets" and a headline in capitals are not.
            headline = re.match(r" [A-Z]{3,}", following) is not None
            if last[1] not in self.table.organisations and not headline:
                return True
        if self.text[start].isdigit() and last[1][:1].isupper() and re.match(r"[,.;:)]", following):
            # "the Arrowhead 120, a frigate": no noun that it could count follows the figure.
            return last.start() > 0 and last[1] not in self.table.organisations
        two = _LAST_TWO.search(window)
        return two is not None and two[1] in self.table.names

    def _measures(self, end: int) -> bool:
        """Whether a unit, an ordinal, a clock or a compound follows the number."""
        if _CLOCK.match(self.text, end) or _ORDINAL.match(self.text, end):
            return True
        hyphen = _HYPHEN.match(self.text, end)
        if hyphen:
            return hyphen[1].lower() not in self.table.counted
        following = _NEXT_WORD.match(self.text, end)
        if following is None:
            return False
        written = following[1].strip(".'/-")
        word = written.lower()
        if written in self.table.formations:
            return True
        # Units in small letters: "30 mm", but "24 M-346"; "two months' notice", "24 month-long".
        first = re.split(r"[-/']", written)[0]
        if written in self.table.units or (written.islower() and first in self.table.units):
            return not written.startswith("second-")
        if word in (
            "more",
            "full",
            "whole",
            "further",
            "additional",
            "short",
            "long",
            "straight",
            "consecutive",
            "nautical",
            "million",
            "billion",
            "trillion",
        ):
            then = _NEXT_WORD.match(self.text, following.end())
            return then is not None and then[1].strip(".'").lower() in self.table.units
        return False


_AFTER_PRONOUN = frozenset(
    [
        "of",
        "that",
        "which",
        "who",
        "whose",
        "is",
        "was",
        "are",
        "were",
        "has",
        "had",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "must",
        "should",
        "in",
        "on",
        "at",
        "to",
        "for",
        "by",
        "with",
        "from",
        "and",
        "or",
        "but",
        "as",
        "if",
        "than",
        "then",
        "when",
        "where",
        "while",
        "another",
        "day",
        "side",
        "after",
        "before",
        "until",
        "since",
        "because",
        "so",
        "not",
        "no",
        "he",
        "she",
        "it",
        "they",
        "we",
        "you",
        "i",
        "thing",
        "another's",
        "way",
        "hand",
        "nation",
        "such",
        "between",
        "being",
        "day's",
        "about",
    ]
)


def find(text: str, *, taken: Sequence[tuple[int, int]]) -> list[Quantity]:
    """All counts in `text` (normalised) outside the spans of `taken`, in order."""
    return _Reader(text, taken).counts()
