"""Percentages in normalised text: "48 percent", "3.7%", "48-per-cent", "ten to 15 per cent"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.extract import numbers
from kg.extract.numbers import DIGITS, SPACE


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage at `start:end`; negative where the text says that something fell by it."""

    start: int
    end: int
    value: float


@cache
def _percent() -> re.Pattern[str]:
    figure = rf"(?:(?<![\w.,])[+-]?{DIGITS}|{numbers.word_pattern()})"
    return re.compile(
        rf"(?:(?P<low>{figure})(?P<sign>{SPACE}?(?:%|per{SPACE}?cent))?"
        rf"(?: ?- ?|{SPACE}(?:to|and|or){SPACE}))?"
        rf"(?P<n>(?:(?<![\w.,])[+-]?|(?<=[0-9%]-)){DIGITS}|{numbers.word_pattern()})"
        rf"(?:{SPACE}?%|(?:{SPACE}|-)?(?:per(?:{SPACE}|-)?cent|pct)(?!\w)(?!{SPACE}points?))",
        re.IGNORECASE,
    )


_SIGN = re.compile(r"%|cent|pct", re.IGNORECASE)  # one of these is in every percentage
_FELL = re.compile(
    r"\b(?:fell|fall|falls|fallen|falling|dropp?(?:ed|s|ing)?|declin(?:e|ed|es|ing)|"
    r"decreas(?:e|ed|es|ing)|slump(?:ed|s)?|shr[aiu]nk|shrinking|plung(?:e|ed|ing)|tumbled|slid|"
    r"dipped|lost)(?: (?:[a-z]+|about|around|nearly|almost|some)){0,2}(?: by| of)?(?: [a-z]+)? $"
    r"|\b(?:down|minus|cut(?: of| by| \w+ by)|reduction of|reduced(?: \w+){0,3} by)(?: by)?"
    r"(?: (?:about|around|nearly|almost|some))? $",
    re.IGNORECASE,
)
_FEWER = re.compile(
    r" (?:less|fewer|lower|down|below|smaller|drop|decline|fall|decrease|reduction|cut|slump)\b",
    re.IGNORECASE,
)


# "a fifth more": the share alone is no percentage of change.
_FRACTIONS = {"third": 33.3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_FRACTION = re.compile(
    r"(?<!\w)an? (?P<part>third|quarter|fifth|tenth) (?P<way>more|higher|larger|bigger|less|lower|"
    r"fewer|smaller)(?!\w)",
    re.IGNORECASE,
)


def find(text: str) -> list[Percent]:
    """All percentages in `text`, which `numbers.normalise` has prepared, in order."""
    found = []
    for match in _percent().finditer(text) if _SIGN.search(text) else ():
        falling = _FELL.search(text[max(0, match.start() - 48) : match.start()]) is not None
        falling = falling or _FEWER.match(text, match.end()) is not None
        for group in ("low", "n"):
            if match[group] is None:
                continue
            value = numbers.number(match[group].lstrip("+-"))
            if value is None:
                continue
            negative = falling or match[group].startswith("-")
            end = match.end() if group == "n" else match.end("sign" if match["sign"] else group)
            found.append(Percent(match.start(group), end, -value if negative else value))
    for match in _FRACTION.finditer(text):
        share = _FRACTIONS[match["part"].lower()]
        less = match["way"].lower() in ("less", "lower", "fewer", "smaller")
        found.append(Percent(match.start(), match.end(), -share if less else share))
    found.sort(key=lambda percent: percent.start)
    return found
