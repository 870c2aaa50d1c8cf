"""Dates in normalised text, with EDTF (level 0 or 1) where text and article date fix it.

What is fixed and what is not follows the annotation guide: a day, month, year, decade or span of
these is; a week, a season, a quarter, "early 2026", "by 2030" and "until 2032" are not. The
article's date is used for what is relative to it ("last year", "on Thursday", "in March"), and
then `DateValue.basis` says so; it never stands in for a date that the text doesn't give.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kg.extract import date_guards, numbers
from kg.extract.date_patterns import MODIFIER, OPEN_END, PREPOSITION, RANGE, SINCE_EVENT, patterns
from kg.extract.date_reckoning import (
    Point,
    day_near,
    direction,
    from_date,
    month_near,
    moved,
    valid,
    weekday_near,
)
from kg.statements import DateValue
from ontology import values as words


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


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a pattern's match says: a point, a span of two points, a decade, or nothing fixed."""

    point: Point | None = None
    until: Point | None = None
    basis: str = "stated"
    edtf: str | None = None


_NOTHING = _Reading(basis="unknown")
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
_REACH = 500  # characters from "the same day" back to its day
_CENTURY_WORDS = {"fifties": "195X", "sixties": "196X", "seventies": "197X", "eighties": "198X", "nineties": "199X"}  # fmt: skip


class _Reader:
    """Reads the dates of one text from left to right; `anchor` is the date read last."""

    def __init__(self, text: str, article: date | None) -> None:
        self.text = text
        self.article = article
        self.anchor: _Reading = _NOTHING
        self.anchor_end = 0
        self.finest: dict[str, tuple[int, _Reading]] = {}
        self.months = {**words.calendar().months, **words.calendar().month_abbreviations}
        self.months = {name.lower(): number for name, number in self.months.items()}
        self.weekdays = {name.lower(): n for name, n in words.calendar().weekdays.items()}

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
        reading = self._read(name, match)
        end = match.end()
        if name not in _POINTS and name != "decade":
            self._remember(reading, end)
            return self._span(start, end, reading)
        window = self.text[max(0, start - 96) : start]
        modifier = MODIFIER.search(window)
        if modifier:
            window = window[: modifier.start()]
            start -= len(modifier[0])
        reading = self._modified(reading, name, match, modifier[0] if modifier else "")
        preposition = PREPOSITION.search(window)
        prep = " ".join(preposition["prep"].lower().split()) if preposition else ""
        event = SINCE_EVENT.search(window)
        if event:
            start -= len(event[0])
            prep = "since"
        elif preposition and prep.split()[0] in _KEPT:
            start -= len(preposition[0])
        self._remember(reading, end)
        if reading.point is None or reading.until:
            if prep.startswith("since") or (prep and prep.split()[0] in _UNFIXED):
                reading = _NOTHING
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

    def _opens(self, prep: str, reading: _Reading, end: int) -> bool:
        """Whether "from 2028" begins something; "from 2019" alone rather dates it."""
        if prep != "from" or reading.point is None:
            return False
        if OPEN_END.match(self.text, end):
            return True
        return self.article is not None and reading.point > from_date(
            self.article, precision=reading.point.precision
        )

    def _modified(self, reading: _Reading, name: str, match: _Match, modifier: str) -> _Reading:
        """ "early 2026" fixes no year; "late last month" and "early this year" fix theirs."""
        if not modifier or reading.point is None:
            return _NOTHING if modifier else reading
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
        return _NOTHING

    def _span(self, start: int, end: int, reading: _Reading) -> DateSpan:
        if reading.edtf:
            return DateSpan(start, end, reading.edtf, reading.basis, "interval")
        if reading.point is None:
            return DateSpan(start, end, None, "unknown", "")
        if reading.until:
            edtf = f"{reading.point.edtf}/{reading.until.edtf}"
            return DateSpan(start, end, edtf, reading.basis, "interval")
        return DateSpan(start, end, reading.point.edtf, reading.basis, reading.point.precision)

    def _remember(self, reading: _Reading, end: int) -> None:
        if reading.point is None:
            return
        self.anchor, self.anchor_end = reading, end
        if reading.point.month:
            self.finest["month"] = (end, reading)
        if reading.point.day:
            self.finest["day"] = (end, reading)

    def _near(self, unit: str, at: int) -> _Reading:
        """The last date that is as precise as `unit`, if it stands near enough to be meant."""
        if unit == "year":
            return self.anchor
        end, reading = self.finest.get(unit, (0, _NOTHING))
        return reading if at - end <= _REACH else _NOTHING

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
        kept = self.anchor
        last = self._read(second_name, second)
        self.anchor = kept
        first = self._read(name, match, hint=last.point)
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
        reading = _Reading(first.point, last.point, basis)
        self._remember(reading, second.end())
        return self._span(start, second.end(), reading)

    # What each pattern says

    def _read(self, name: str, match: _Match, *, hint: Point | None = None) -> _Reading:
        read: Callable[..., _Reading] | None = getattr(self, f"_read_{name}", None)
        if name == "decade" and re.match(r"the (?:early|late|mid)", match[0], re.IGNORECASE):
            return _NOTHING
        if read is None:
            return _NOTHING
        if name in ("month", "day_month", "month_day", "weekday"):
            return read(match, hint)
        return read(match)

    def _relative_year(self, rel: str) -> tuple[int, str] | None:
        """The year that "last year", "that year" … means, and its basis."""
        rel = rel.lower()
        if rel in ("last", "this", "next"):
            if self.article is None:
                return None
            return self.article.year + {"last": -1, "this": 0, "next": 1}[rel], "article"
        if self.anchor.point is None:
            return None
        step = {"the following": 1, "the next": 1, "the previous": -1, "the preceding": -1}
        return self.anchor.point.year + step.get(rel, 0), self.anchor.basis

    def _read_year(self, match: _Match) -> _Reading:
        return _Reading(valid(int(match["y"])))

    def _read_month_year(self, match: _Match) -> _Reading:
        return _Reading(valid(int(match["y"]), self._month(match)))

    def _month(self, match: _Match) -> int:
        return self.months[match["m"].rstrip(".").lower()]

    def _read_month_rel(self, match: _Match) -> _Reading:
        year = self._relative_year(match["rel"])
        return _Reading(valid(year[0], self._month(match)), basis=year[1]) if year else _NOTHING

    def _read_rel_month(self, match: _Match) -> _Reading:
        rel, month = match["rel"].lower(), self._month(match)
        if rel in ("that", "the same", "the following", "the next", "the previous"):
            if self.anchor.point is None:
                return _NOTHING
            year, base = self.anchor.point.year, self.anchor.point.month
            if rel in ("the following", "the next"):
                year += not (base and month > base)
            elif rel == "the previous":
                year -= not (base and month < base)
            return _Reading(valid(year, month), basis=self.anchor.basis)
        if self.article is None:
            return _NOTHING
        year = self.article.year
        if rel in ("last", "this past"):
            year -= month >= self.article.month
        elif rel in ("next", "this coming"):
            year += month <= self.article.month
        return _Reading(valid(year, month), basis="article")

    def _read_month(self, match: _Match, hint: Point | None) -> _Reading:
        month = self._month(match)
        if hint is not None and hint.month:
            return _Reading(valid(hint.year - (month > hint.month), month), basis="article")
        if self.article is None:
            return _NOTHING
        way = direction(self.text, match.start(), match.end())
        return _Reading(month_near(self.article, month, direction=way), basis="article")

    def _day(self, match: _Match, day: int, hint: Point | None = None) -> _Reading:
        month = self._month(match)
        if match["y"]:
            return _Reading(valid(int(match["y"]), month, day))
        if match["rel"]:
            year = self._relative_year(match["rel"])
            return _Reading(valid(year[0], month, day), basis=year[1]) if year else _NOTHING
        if hint is not None and hint.day:
            point = valid(hint.year, month, day)
            if point and point > hint:
                point = valid(hint.year - 1, month, day)
            return _Reading(point, basis="article")
        if self.article is None:
            return _NOTHING
        way = direction(self.text, match.start(), match.end())
        return _Reading(day_near(self.article, month, day, direction=way), basis="article")

    def _read_day_month(self, match: _Match, hint: Point | None) -> _Reading:
        return self._day(match, _ordinal(match["d"]), hint)

    _read_month_day = _read_day_month

    def _read_days_month(self, match: _Match) -> _Reading:
        last = self._day(match, _ordinal(match["d2"]))
        if last.point is None:
            return _NOTHING
        first = valid(last.point.year, last.point.month, _ordinal(match["d1"]))
        if first is None or not first < last.point:
            return _NOTHING
        return _Reading(first, last.point, last.basis)

    _read_month_days = _read_days_month

    def _read_iso(self, match: _Match) -> _Reading:
        return _Reading(valid(int(match["y"]), int(match["m"]), int(match["d"] or 0)))

    def _read_numeric(self, match: _Match) -> _Reading:
        a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
        if match["sep"] == "." or a > 12 or a == b:
            return _Reading(valid(year, b, a))
        # 3/4/2025 is a day in March in one country and in April in another.
        return _Reading(valid(year, a, b)) if b > 12 else _NOTHING

    def _read_years(self, match: _Match) -> _Reading:
        if match["fiscal"]:
            return _NOTHING
        first = int(match["y1"])
        last = int(match["y2"]) if len(match["y2"]) == 4 else first // 100 * 100 + int(match["y2"])
        return _Reading(valid(first), valid(last))

    def _read_decade(self, match: _Match) -> _Reading:
        if match["y"]:
            return _Reading(edtf=f"{match['y'][:3]}X", point=None)
        edtf = _CENTURY_WORDS.get(match[0].split()[-1].lower())
        return _Reading(edtf=edtf) if edtf else _NOTHING

    def _read_weekday(self, match: _Match, hint: Point | None) -> _Reading:
        weekday = self.weekdays[match["w"].lower()]
        rel = (match["rel"] or "").lower()
        if rel in ("the following", "the previous", "that"):
            base = self.anchor.point.exact if self.anchor.point else None
            if base is None:
                return _NOTHING
            way = {"the following": "next", "the previous": "last", "that": "future"}[rel]
            return _Reading(weekday_near(base, weekday, direction=way), basis=self.anchor.basis)
        if self.article is None:
            return _NOTHING
        if hint is not None and hint.exact:
            return _Reading(weekday_near(hint.exact, weekday, direction="past"), basis="article")
        stated = {"last": "last", "this past": "last", "next": "next", "this coming": "next"}
        way = stated.get(rel, "")
        if not way:
            way = direction(self.text, match.start(), match.end(), weekday=True)
        return _Reading(weekday_near(self.article, weekday, direction=way), basis="article")

    def _read_today(self, match: _Match) -> _Reading:
        if self.article is None:
            return _NOTHING
        word = " ".join(match["word"].lower().split())
        steps = {"yesterday": -1, "last night": -1, "tomorrow": 1}
        step = steps.get(word, -2 if "before" in word else 2 if "after t" in word else 0)
        return _Reading(from_date(self.article + timedelta(days=step)), basis="article")

    def _read_same_day(self, match: _Match) -> _Reading:
        return self._near("day", match.start())

    def _read_next_day(self, match: _Match) -> _Reading:
        if match["side"] and date_guards.event_follows(self.text, match.end()):
            return _NOTHING
        back = (match["rel"] or match["side"]).lower() in ("previous", "preceding", "before", "earlier")  # fmt: skip
        return self._from_anchor(match.start(), "day", -1 if back else 1)

    def _from_anchor(self, at: int, unit: str, count: int) -> _Reading:
        anchor = self._near(unit, at)
        point = anchor.until or anchor.point
        if point is None:
            return _NOTHING
        return _Reading(moved(point, **{f"{unit}s": count}), basis=anchor.basis)

    def _read_unit(self, match: _Match) -> _Reading:
        rel, unit = " ".join(match["rel"].lower().split()), match["u"].lower()
        if rel in ("the coming", "the past") or unit not in ("year", "month", "day"):
            return _NOTHING
        rel = {"the current": "this", "the present": "this"}.get(rel, rel)
        if unit == "year":
            year = self._relative_year(rel)
            return _Reading(valid(year[0]), basis=year[1]) if year else _NOTHING
        step = {"last": -1, "this": 0, "next": 1}.get(rel)
        if step is not None:
            if self.article is None:
                return _NOTHING
            month = from_date(self.article, precision="month")
            return _Reading(moved(month, months=step) if step else month, basis="article")
        if rel in ("that", "the same"):
            near = self._near("month", match.start())
            month_point = valid(near.point.year, near.point.month) if near.point else None
            return _Reading(month_point, basis=near.basis) if month_point else _NOTHING
        step = 1 if rel in ("the following", "the next") else -1
        return self._from_anchor(match.start(), "month", step)

    def _read_year_before(self, match: _Match) -> _Reading:
        side = match["side"].lower()
        if side in ("before", "after") and date_guards.event_follows(self.text, match.end()):
            return _NOTHING
        step = 1 if side in ("after", "later") else -1
        return self._from_anchor(match.start(), match["u"].lower(), step)

    def _read_ago(self, match: _Match) -> _Reading:
        side, unit = " ".join(match["side"].lower().split()), match["u"].lower().removesuffix("s")
        event = side in ("before", "after") and date_guards.event_follows(self.text, match.end())
        count = numbers.number(match["n"])
        if count is None or count != int(count) or unit not in ("year", "month", "day"):
            return _NOTHING
        back = side in ("ago", "earlier", "before", "previously")
        step = int(-count if back else count)
        if event:
            # "handed over on Friday, two years after the order": the order was two years before.
            near = unit == "year" and "." not in self.text[self.anchor_end : match.start()]
            return self._from_anchor(match.start(), unit, -step) if near else _NOTHING
        if side in ("ago", "hence", "from now"):
            if self.article is None or abs(step) > 1000:
                return _NOTHING
            point = from_date(self.article, precision="month" if unit == "month" else "day")
            return _Reading(moved(point, **{f"{unit}s": step}), basis="article")
        return self._from_anchor(match.start(), unit, step)

    def _read_end_of(self, match: _Match) -> _Reading:
        text = match[0].lower()
        if self.article is None or text.startswith(("by", "before", "until", "toward", "since")):
            return _NOTHING
        unit, what = match["u"].lower(), match["what"].lower()
        step = -1 if " last " in text else 1 if " next " in text else 0
        month = from_date(self.article, precision="month")
        if unit == "month" and what in ("beginning", "start", "end", "middle", "course"):
            return _Reading(moved(month, months=step) if step else month, basis="article")
        if unit == "year" and what in ("beginning", "start", "course"):
            return _Reading(valid(self.article.year + step), basis="article")
        return _NOTHING


def _ordinal(text: str) -> int:
    return int(re.sub(r"\D", "", text))


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
        for name, pattern in patterns()
        for match in pattern.finditer(text)
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
