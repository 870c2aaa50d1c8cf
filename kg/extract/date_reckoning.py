"""Points in time and how they are reckoned: EDTF, years and months added, past or future."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from ontology import values as words


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A year, a month or a day; `month` and `day` are 0 where they are open.

    `basis` is as in `kg.statements.DateValue` and takes no part in comparisons.
    """

    year: int
    month: int = 0
    day: int = 0

    @property
    def edtf(self) -> str:
        text = f"{self.year:04d}"
        if self.month:
            text += f"-{self.month:02d}"
        if self.day:
            text += f"-{self.day:02d}"
        return text

    @property
    def precision(self) -> str:
        return "day" if self.day else "month" if self.month else "year"

    @property
    def exact(self) -> date | None:
        """The calendar day, where the point is one."""
        return date(self.year, self.month, self.day) if self.day else None


def from_date(day: date, *, precision: str = "day") -> Point:
    """A day of the calendar as a point of a precision."""
    return Point(
        day.year,
        day.month if precision != "year" else 0,
        day.day if precision == "day" else 0,
    )


def valid(year: int, month: int = 0, day: int = 0) -> Point | None:
    """The point, or None where the calendar has none (31 June)."""
    if not 1000 <= year <= 2999 or not 0 <= month <= 12:
        return None
    if day and not (month and 1 <= day <= monthrange(year, month)[1]):
        return None
    return Point(year, month, day)


def moved(point: Point, *, years: int = 0, months: int = 0, days: int = 0) -> Point | None:
    """`point` moved by whole units, at the unit's precision; None where it is not that precise."""
    if years:
        return valid(point.year + years)
    if months:
        if not point.month:
            return None
        count = point.year * 12 + point.month - 1 + months
        return valid(count // 12, count % 12 + 1)
    exact = point.exact
    if exact is None or not -36_500 < days < 36_500:
        return None
    if not date(1000, 1, 1) <= exact + timedelta(0) or exact.year > 2900 or exact.year < 1101:
        return None
    return from_date(exact + timedelta(days=days))


def month_near(article: date, month: int, *, direction: str) -> Point:
    """The month by name nearest to the article: in the past, this one included, or ahead.

    Without a cue (`direction` is "") a month that begins within two months lies ahead.
    """
    ahead = (month - article.month) % 12
    if direction == "future" or (direction == "" and 0 < ahead <= 2):
        return Point(article.year + (article.month + ahead > 12), month)
    behind = (article.month - month) % 12
    return Point(article.year - (article.month - behind < 1), month)


def day_near(article: date, month: int, day: int, *, direction: str) -> Point | None:
    """The day of a month nearest to the article: not after it, or not before it."""
    points = [valid(article.year + delta, month, day) for delta in (-4, -3, -2, -1, 0, 1, 2, 3, 4)]
    days = [point.exact for point in points if point and point.exact]
    past = max((d for d in days if d <= article), default=None)
    future = min((d for d in days if d >= article), default=None)
    chosen = future if direction == "future" else past
    if past and future and not direction and (future - article).days <= 60:
        # "on 12 January", written in December, without a verb that tells.
        chosen = future if (article - past).days > 180 else past
    return from_date(chosen) if chosen else None


def weekday_near(article: date, weekday: int, *, direction: str) -> Point:
    """The weekday nearest to the article; "last" and "next" never give the article's own day."""
    behind = (article.weekday() - weekday) % 7
    ahead = (weekday - article.weekday()) % 7
    if direction == "last":
        behind = behind or 7
    if direction == "next":
        ahead = ahead or 7
    if direction in ("future", "next"):
        return from_date(article + timedelta(days=ahead))
    return from_date(article - timedelta(days=behind))


_CLAUSE_END = re.compile(r"[.;:!?\n()\"]|,? (?:but|while|whereas|although|though) ")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DETERMINERS = frozenset(
    [
        "the",
        "a",
        "an",
        "its",
        "their",
        "his",
        "her",
        "this",
        "that",
        "these",
        "those",
        "our",
        "all",
        "both",
        "each",
    ]
)
_NEAR = 25
_BEFORE_TO = frozenset(
    ["is", "are", "be", "s", "set", "poised", "likely", "about", "bound", "due", "ready"]
)


def direction(text: str, start: int, end: int, *, weekday: bool = False) -> str:
    """Whether the words round `text[start:end]` speak of the "future", the "past", or neither ("").

    The nearest cue before it in the same clause decides, else the first one after it.
    """
    before = text[max(0, start - 190) : start]
    cut = max((m.end() for m in _CLAUSE_END.finditer(before)), default=0)
    ahead = _WORD.findall(before[cut:])[-_NEAR:]
    for place in range(len(ahead) - 1, -1, -1):
        found = _cue(ahead, place, weekday=weekday)
        if found:
            return found
    after = text[end : end + 90]
    stop = _CLAUSE_END.search(after)
    following = _WORD.findall(after[: stop.start()] if stop else after)[:10]
    for place in range(len(following)):
        found = _cue(following, place, weekday=weekday)
        if found:
            return found
    return ""


def _cue(tokens: list[str], place: int, *, weekday: bool) -> str:
    table = words.calendar()
    word = tokens[place]
    if word == "to":
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        previous = tokens[place - 1] if place else ""
        if not following.islower() or following in _DETERMINERS:
            return ""
        # In "agreed to build" and "went to sea" the word before "to" tells.
        return "future" if previous in table.future or previous in _BEFORE_TO else ""
    lower = word.lower() if word[1:].islower() and not place else word
    if lower in table.future or (not weekday and lower in table.present):
        return "future"
    # "will be delivered": the word before "be" tells.
    passive = place > 0 and tokens[place - 1] == "be"
    return "past" if _is_past(lower) and not passive else ""


def _is_past(word: str) -> bool:
    table = words.calendar()
    if word in table.past:
        return True
    return (
        word.endswith("ed")
        and word.islower()
        and word not in table.not_past
        and word not in table.future
        and "-" not in word
    )
