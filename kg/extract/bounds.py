"""Bounds of a figure: "more than 20" is `min`, "some 800" is `about`, "up to $5bn" is `max`."""

from __future__ import annotations

import re
from functools import cache

from kg.extract.numbers import SPACE, either
from ontology import values as words

_WINDOW = 48


@cache
def _before() -> re.Pattern[str]:
    table = words.bounds()
    cues = "|".join(
        f"(?P<{bound}>{either(*phrases)})" for bound, phrases in sorted(table.before.items())
    )
    between = either(*table.between)
    # Longer cues win because the search takes the leftmost match that reaches the figure.
    return re.compile(
        rf"(?<![\w-])(?:{cues})(?P<between>(?:{SPACE}{between}){{0,2}}){SPACE}?$", re.IGNORECASE
    )


@cache
def _after() -> re.Pattern[str]:
    table = words.bounds()
    cues = "|".join(
        f"(?P<{bound}>{either(*phrases)})" for bound, phrases in sorted(table.after.items())
    )
    return re.compile(rf"(?:,?{SPACE}|-)(?:{cues})(?![\w-])", re.IGNORECASE)


_LAST_WORD = re.compile(r"([\w']+)[ \u00a0]*$")
_NOT = re.compile(r"(?:\bnot|n't|\bnever|\bwithout)(?: \w+)?[ \u00a0]*$", re.IGNORECASE)
_ESTIMATED = re.compile(
    r"\bestimated(?: [a-z]+){0,3}(?: (?:of|at|to be))? ?$|\bestimates?(?: of| at)? ?$",
    re.IGNORECASE,
)


def find(text: str, start: int, end: int) -> str | None:
    """The bound of the figure `text[start:end]` ("min", "about", "max"), or None."""
    begin = max(0, start - _WINDOW)
    window = text[begin:start]
    match = _before().search(window)
    while match and not _holds(text, match, begin):
        match = _before().search(window, match.start() + 1)
    if match:
        bound = next(key for key in ("min", "about", "max") if match[key])
        if bound == "min" and _NOT.search(window[: match.start()]):
            return "max"
        return bound
    if _ESTIMATED.search(window):
        return "about"
    following = _after().match(text, end)
    if following:
        return next(key for key in ("min", "about", "max") if following[key])
    return None


def _holds(text: str, match: re.Match[str], begin: int) -> bool:
    """Whether the cue is one here: "handed over 24" and "talks about two" bound nothing."""
    cue = " ".join(next(match[k] for k in ("min", "about", "max") if match[k]).lower().split())
    previous = _LAST_WORD.search(text[max(0, begin - _WINDOW) : begin + match.start()])
    wrong = words.bounds().not_after.get(cue, ())
    if previous and previous[1].lower() in wrong:
        return False
    # "under a €5bn contract", "12 percent more than the 210 billion": no bound.
    return not match["between"] or cue in words.bounds().before_article
