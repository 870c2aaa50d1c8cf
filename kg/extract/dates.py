"""Dates in normalised text, with EDTF (level 0 or 1) where text and article date fix it.

What is fixed and what is not follows the annotation guide: a day, month, year, decade or span of
these is; a week, a season, a quarter, "early 2026", "by 2030" and "until 2032" are not. The
article's date is used for what is relative to it ("last year", "on Thursday", "in March"), and
then `DateValue.basis` says so; it never stands in for a date that the text doesn't give.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from kg.extract import date_guards
from kg.extract.date_patterns import (
    MODIFIER,
    NOUN,
    OF_NOUN,
    OPEN_END,
    PREPOSITION,
    RANGE,
    SINCE_EVENT,
    matches,
)
from kg.extract.date_readings import NOTHING, Reading, Readings
from kg.extract.date_reckoning import Point, from_date, moved
from kg.statements import DateValue


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date at `start:end`."""

    start: int
    end: int
    edtf: str | None
    basis: str
    precision: str
    bound: str | None = None

    def value(self, text: str) -> DateValue:
        """The record for `text[start:end]`."""
        return DateValue(text[self.start : self.end], self.edtf, self.basis, self.precision)


_Match = re.Match[str]
_POINTS = frozenset(
    [
        "day_month",
        "month_day",
        "iso",
        "numeric",
        "month_year",
        "month_rel",
        "rel_month",
        "month",
        "year",
        "weekday",
        "today",
        "unit",
    ]
)
_OPEN = ("since", "starting", "beginning", "effective", "with effect", "as from")
_UNFIXED = [
    "by",
    "until",
    "till",
    "before",
    "after",
    "through",
    "prior",
    "no",
    "not",
    "up",
]  # first words of prepositions that fix no date
_KEPT = frozenset((*(p.split()[0] for p in _OPEN), *_UNFIXED, "ever", "from", "around", "about"))


class _Reader:
    """Puts prepositions, modifiers and ranges round what the patterns read."""

    def __init__(self, text: str, article: date | None) -> None:
        self.text = text
        self.article = article
        self.readings = Readings(text, article)

    def spans(self) -> list[DateSpan]:
        found = _chosen(self.text)
        out: list[DateSpan] = []
        place = 0
        while place < len(found):
            name, match = found[place]
            following = found[place + 1] if place + 1 < len(found) else None
            if name == "weekday" and following and self._same_date(match, following):
                name, second = following
                out.append(self._point(name, second, start=match.start()))
                place += 2
                continue
            if name == "annual" and self.readings.read(name, match).point is None:
                place += 1  # no time is meant: "an annual total of 40 jets"
                continue
            pair = self._range(name, match, following) if following else None
            if pair:
                out.append(pair)
                place += 2
                continue
            out.append(self._point(name, match, start=match.start()))
            place += 1
        return out

    # One date

    def _point(self, name: str, match: _Match, *, start: int) -> DateSpan:
        reading = self.readings.read(name, match)
        end = match.end()
        if name not in _POINTS and name != "decade":
            self.readings.remember(reading, end)
            return self._span(start, end, reading)
        window = self.text[max(0, start - 96) : start]
        modifier = MODIFIER.search(window)
        if modifier:
            window = window[: modifier.start()]
            start -= len(modifier[0])
        reading = self._modified(reading, name, match, modifier[0] if modifier else "")
        preposition = PREPOSITION.search(window)
        if preposition and OF_NOUN.match(self.text, end):
            preposition = None
        prep = " ".join(preposition["prep"].lower().split()) if preposition else ""
        if (
            prep in ("by", "from")
            and preposition
            and preposition["the"]
            and NOUN.match(self.text, end)
        ):
            preposition, prep = None, ""
        event = SINCE_EVENT.search(window)
        if event:
            start -= len(event[0])
            prep = "since"
        elif preposition and prep.split()[0] in _KEPT:
            start -= len(preposition[0])
        self.readings.remember(reading, end)
        if reading.point is None or reading.until:
            if prep.startswith("since") or (prep and prep.split()[0] in _UNFIXED):
                reading = NOTHING
            return self._span(start, end, reading)
        if prep.startswith(_OPEN) or prep.startswith("ever") or self._opens(prep, reading, end):
            more = OPEN_END.match(self.text, end)
            end = more.end() if more else end
            edtf = f"{reading.point.edtf}/.."
            return DateSpan(start, end, edtf, reading.basis, "interval")
        if prep and prep.split()[0] in _UNFIXED:
            return DateSpan(start, end, None, "unknown", "")
        if prep in ("around", "about"):
            span = self._span(start, end, reading)
            return DateSpan(start, end, span.edtf, span.basis, span.precision, "about")
        return self._span(start, end, reading)

    def _opens(self, prep: str, reading: Reading, end: int) -> bool:
        """Whether "from 2028" begins something; "from 2019" alone rather dates it."""
        if prep != "from" or reading.point is None:
            return False
        if OPEN_END.match(self.text, end):
            return True
        return self.article is not None and reading.point > from_date(
            self.article, precision=reading.point.precision
        )

    def _modified(self, reading: Reading, name: str, match: _Match, modifier: str) -> Reading:
        """ "early 2026" fixes no year; "late last month" and "early this year" fix theirs."""
        if not modifier or reading.point is None:
            return NOTHING if modifier else reading
        word = modifier.lower().removeprefix("the ").removeprefix("very ")
        if reading.point.day:
            return reading
        if word.startswith(("start", "beginning", "earlier", "early", "late", "mid")):
            if reading.point.month:
                return reading
            this_year = name == "unit" and match["rel"].lower() == "this"
            if this_year or word.startswith(("start", "beginning", "earlier")):
                return reading
        if word.startswith(("end", "close")) and reading.point.month:
            return reading
        if word.startswith("course"):
            return reading
        return NOTHING

    def _span(self, start: int, end: int, reading: Reading) -> DateSpan:
        if reading.edtf:
            return DateSpan(start, end, reading.edtf, reading.basis, "interval")
        if reading.point is None:
            return DateSpan(start, end, None, "unknown", "")
        if reading.until:
            edtf = f"{reading.point.edtf}/{reading.until.edtf}"
            return DateSpan(start, end, edtf, reading.basis, "interval")
        return DateSpan(start, end, reading.point.edtf, reading.basis, reading.point.precision)

    # Two dates that are one span

    def _same_date(self, match: _Match, following: tuple[str, _Match]) -> bool:
        """Whether a weekday and the date after it are one: "Thursday, 12 March"."""
        name, second = following
        gap = self.text[match.end() : second.start()]
        return name in ("day_month", "month_day", "iso") and gap in (", ", " ", " (", ", the ")

    def _range(self, name: str, match: _Match, following: tuple[str, _Match]) -> DateSpan | None:
        second_name, second = following
        if name not in _POINTS or second_name not in _POINTS:
            return None
        gap = self.text[match.end() : second.start()]
        if not RANGE.fullmatch(gap):
            return None
        before = self.text[max(0, match.start() - 12) : match.start()].lower()
        opener = re.search(r"\b(from|between|since) $", before)
        kept = self.readings.anchor
        last = self.readings.read(second_name, second)
        self.readings.anchor = kept
        first = self.readings.read(name, match, hint=last.point)
        if first.point is None or last.point is None or not first.point < last.point:
            return None
        if gap.strip() in ("and", "or", "/", ""):
            between = opener is not None and opener[1] == "between" and gap.strip() == "and"
            if not between and not (gap.strip() == "and" and _adjoin(first.point, last.point)):
                return None
        elif gap.strip() == "to" and name != second_name and opener is None:
            return None
        start = match.start() - (len(opener[0]) if opener else 0)
        basis = "article" if "article" in (first.basis, last.basis) else "stated"
        reading = Reading(first.point, last.point, basis)
        self.readings.remember(reading, second.end())
        return self._span(start, second.end(), reading)


def _adjoin(first: Point, last: Point) -> bool:
    """Whether "2016 and 2017" or "Monday and Tuesday" are one stretch of time."""
    if first.precision != last.precision or first.precision == "month":
        return False
    step = moved(first, years=1) if first.precision == "year" else moved(first, days=1)
    return step == last


def _chosen(text: str) -> list[tuple[str, _Match]]:
    """The matches of all patterns that hold, leftmost and longest, without overlaps."""
    candidates = [
        (match.start(), -match.end(), name, match)
        for name, match in matches(text)
        if date_guards.holds(name, match, text)
    ]
    candidates.sort(key=lambda item: item[:3])
    chosen: list[tuple[str, _Match]] = []
    end = 0
    for start, _, name, match in candidates:
        if start >= end:
            chosen.append((name, match))
            end = match.end()
    return chosen


def find(text: str, *, article: date | None) -> list[DateSpan]:
    """All dates in `text`, which `numbers.normalise` has prepared, in order and not overlapping."""
    spans = _Reader(text, article).spans()
    out: list[DateSpan] = []
    for span in spans:
        # A preposition or an event before the date may reach back into the span before it.
        start = max(span.start, out[-1].end if out else 0)
        out.append(replace(span, start=start))
    return out
