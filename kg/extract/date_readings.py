"""What each pattern of `kg.extract.date_patterns` says: a point, a span, or nothing fixed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from kg.extract import date_guards, numbers
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
from ontology import values as words


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pattern's match says: a point, a span of two points, a decade, or nothing fixed."""

    point: Point | None = None
    until: Point | None = None
    basis: str = "stated"
    edtf: str | None = None


NOTHING = Reading(basis="unknown")

_Match = re.Match[str]
_REACH = 500  # characters from "the same day" back to its day
_CENTURY_WORDS = {
    "fifties": "195X",
    "sixties": "196X",
    "seventies": "197X",
    "eighties": "198X",
    "nineties": "199X",
}


class Readings:
    """Reads the matches of one text from left to right; `anchor` is the date read last."""

    def __init__(self, text: str, article: date | None) -> None:
        self.text = text
        self.article = article
        self.anchor: Reading = NOTHING
        self.anchor_end = 0
        self.finest: dict[str, tuple[int, Reading]] = {}
        self.months = {**words.calendar().months, **words.calendar().month_abbreviations}
        self.months = {name.lower(): number for name, number in self.months.items()}
        self.weekdays = {name.lower(): n for name, n in words.calendar().weekdays.items()}

    def read(self, name: str, match: _Match, *, hint: Point | None = None) -> Reading:
        read: Callable[..., Reading] | None = getattr(self, f"_read_{name}", None)
        if name == "decade" and re.match(r"the (?:early|late|mid)", match[0], re.IGNORECASE):
            return NOTHING
        if read is None:
            return NOTHING
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

    def _read_year(self, match: _Match) -> Reading:
        return Reading(valid(int(match["y"])))

    def _read_annual(self, match: _Match) -> Reading:
        """ "In December …, an annual total of …": the year of the date before in the sentence."""
        between = self.text[self.anchor_end : match.start()]
        if self.anchor.point is None or re.search(r"[.!?;]\s|\n", between):
            return NOTHING
        return Reading(Point(self.anchor.point.year), basis=self.anchor.basis)

    def _read_month_year(self, match: _Match) -> Reading:
        return Reading(valid(int(match["y"]), self._month(match)))

    def _month(self, match: _Match) -> int:
        return self.months[match["m"].rstrip(".").lower()]

    def _read_month_rel(self, match: _Match) -> Reading:
        year = self._relative_year(match["rel"])
        return Reading(valid(year[0], self._month(match)), basis=year[1]) if year else NOTHING

    def _read_rel_month(self, match: _Match) -> Reading:
        rel, month = match["rel"].lower(), self._month(match)
        if rel in ("that", "the same", "the following", "the next", "the previous"):
            if self.anchor.point is None:
                return NOTHING
            year, base = self.anchor.point.year, self.anchor.point.month
            if rel in ("the following", "the next"):
                year += not (base and month > base)
            elif rel == "the previous":
                year -= not (base and month < base)
            return Reading(valid(year, month), basis=self.anchor.basis)
        if self.article is None:
            return NOTHING
        year = self.article.year
        if rel in ("last", "this past"):
            year -= month >= self.article.month
        elif rel in ("next", "this coming"):
            year += month <= self.article.month
        return Reading(valid(year, month), basis="article")

    def _read_month(self, match: _Match, hint: Point | None) -> Reading:
        month = self._month(match)
        if hint is not None and hint.month:
            return Reading(valid(hint.year - (month > hint.month), month), basis="article")
        if self.article is None:
            return NOTHING
        way = direction(self.text, match.start(), match.end())
        return Reading(month_near(self.article, month, direction=way), basis="article")

    def _day(self, match: _Match, day: int, hint: Point | None = None) -> Reading:
        month = self._month(match)
        if match["y"]:
            return Reading(valid(int(match["y"]), month, day))
        if match["rel"]:
            year = self._relative_year(match["rel"])
            return Reading(valid(year[0], month, day), basis=year[1]) if year else NOTHING
        if hint is not None and hint.day:
            point = valid(hint.year, month, day)
            if point and point > hint:
                point = valid(hint.year - 1, month, day)
            return Reading(point, basis="article")
        if self.article is None:
            return NOTHING
        way = direction(self.text, match.start(), match.end())
        return Reading(day_near(self.article, month, day, direction=way), basis="article")

    def _read_day_month(self, match: _Match, hint: Point | None) -> Reading:
        return self._day(match, _ordinal(match["d"]), hint)

    _read_month_day = _read_day_month

    def _read_days_month(self, match: _Match) -> Reading:
        last = self._day(match, _ordinal(match["d2"]))
        if last.point is None:
            return NOTHING
        first = valid(last.point.year, last.point.month, _ordinal(match["d1"]))
        if first is None or not first < last.point:
            return NOTHING
        return Reading(first, last.point, last.basis)

    _read_month_days = _read_days_month

    def _read_iso(self, match: _Match) -> Reading:
        return Reading(valid(int(match["y"]), int(match["m"]), int(match["d"] or 0)))

    def _read_numeric(self, match: _Match) -> Reading:
        a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
        if match["sep"] == "." or a > 12 or a == b:
            return Reading(valid(year, b, a))
        # 3/4/2025 is a day in March in one country and in April in another.
        return Reading(valid(year, a, b)) if b > 12 else NOTHING

    def _read_years(self, match: _Match) -> Reading:
        if match["fiscal"]:
            return NOTHING
        first = int(match["y1"])
        last = int(match["y2"]) if len(match["y2"]) == 4 else first // 100 * 100 + int(match["y2"])
        return Reading(valid(first), valid(last))

    def _read_decade(self, match: _Match) -> Reading:
        if match["y"]:
            return Reading(edtf=f"{match['y'][:3]}X", point=None)
        edtf = _CENTURY_WORDS.get(match[0].split()[-1].lower())
        return Reading(edtf=edtf) if edtf else NOTHING

    def _read_weekday(self, match: _Match, hint: Point | None) -> Reading:
        weekday = self.weekdays[match["w"].lower()]
        rel = (match["rel"] or "").lower()
        if rel in ("the following", "the previous", "that"):
            base = self.anchor.point.exact if self.anchor.point else None
            if base is None:
                return NOTHING
            way = {"the following": "next", "the previous": "last", "that": "future"}[rel]
            return Reading(weekday_near(base, weekday, direction=way), basis=self.anchor.basis)
        if self.article is None:
            return NOTHING
        if hint is not None and hint.exact:
            return Reading(weekday_near(hint.exact, weekday, direction="past"), basis="article")
        stated = {"last": "last", "this past": "last", "next": "next", "this coming": "next"}
        way = stated.get(rel, "")
        if not way:
            way = direction(self.text, match.start(), match.end(), weekday=True)
        return Reading(weekday_near(self.article, weekday, direction=way), basis="article")

    def _read_today(self, match: _Match) -> Reading:
        if self.article is None:
            return NOTHING
        word = " ".join(match["word"].lower().split())
        steps = {"yesterday": -1, "last night": -1, "tomorrow": 1}
        step = steps.get(word, -2 if "before" in word else 2 if "after t" in word else 0)
        return Reading(from_date(self.article + timedelta(days=step)), basis="article")

    def _read_same_day(self, match: _Match) -> Reading:
        return self._near("day", match.start())

    def _read_next_day(self, match: _Match) -> Reading:
        if match["side"] and date_guards.event_follows(self.text, match.end()):
            return NOTHING
        side = (match["rel"] or match["side"]).lower()
        back = side in ("previous", "preceding", "before", "earlier")
        return self._from_anchor(match.start(), "day", -1 if back else 1)

    def _from_anchor(self, at: int, unit: str, count: int) -> Reading:
        anchor = self._near(unit, at)
        point = anchor.until or anchor.point
        if point is None:
            return NOTHING
        return Reading(moved(point, **{f"{unit}s": count}), basis=anchor.basis)

    def _read_unit(self, match: _Match) -> Reading:
        rel, unit = " ".join(match["rel"].lower().split()), match["u"].lower()
        if rel in ("the coming", "the past") or unit not in ("year", "month", "day"):
            return NOTHING
        rel = {"the current": "this", "the present": "this"}.get(rel, rel)
        if unit == "year":
            year = self._relative_year(rel)
            return Reading(valid(year[0]), basis=year[1]) if year else NOTHING
        step = {"last": -1, "this": 0, "next": 1}.get(rel)
        if step is not None:
            if self.article is None:
                return NOTHING
            month = from_date(self.article, precision="month")
            return Reading(moved(month, months=step) if step else month, basis="article")
        if rel in ("that", "the same"):
            near = self._near("month", match.start())
            month_point = valid(near.point.year, near.point.month) if near.point else None
            return Reading(month_point, basis=near.basis) if month_point else NOTHING
        step = 1 if rel in ("the following", "the next") else -1
        return self._from_anchor(match.start(), "month", step)

    def _read_year_before(self, match: _Match) -> Reading:
        side = match["side"].lower()
        if side in ("before", "after") and date_guards.event_follows(self.text, match.end()):
            return NOTHING
        step = 1 if side in ("after", "later") else -1
        return self._from_anchor(match.start(), match["u"].lower(), step)

    def _read_ago(self, match: _Match) -> Reading:
        side, unit = " ".join(match["side"].lower().split()), match["u"].lower().removesuffix("s")
        event = side in ("before", "after") and date_guards.event_follows(self.text, match.end())
        count = numbers.number(match["n"])
        if count is None or count != int(count) or unit not in ("year", "month", "day"):
            return NOTHING
        back = side in ("ago", "earlier", "before", "previously")
        step = int(-count if back else count)
        if event:
            # "handed over on Friday, two years after the order": the order was two years before.
            near = unit == "year" and "." not in self.text[self.anchor_end : match.start()]
            return self._from_anchor(match.start(), unit, -step) if near else NOTHING
        if side in ("ago", "hence", "from now"):
            if self.article is None or abs(step) > 1000:
                return NOTHING
            point = from_date(self.article, precision="month" if unit == "month" else "day")
            return Reading(moved(point, **{f"{unit}s": step}), basis="article")
        return self._from_anchor(match.start(), unit, step)

    def _read_end_of(self, match: _Match) -> Reading:
        text = match[0].lower()
        if self.article is None or text.startswith(("by", "before", "until", "toward", "since")):
            return NOTHING
        unit, what = match["u"].lower(), match["what"].lower()
        step = -1 if " last " in text else 1 if " next " in text else 0
        month = from_date(self.article, precision="month")
        if unit == "month" and what in ("beginning", "start", "end", "middle", "course"):
            return Reading(moved(month, months=step) if step else month, basis="article")
        if unit == "year" and what in ("beginning", "start", "course"):
            return Reading(valid(self.article.year + step), basis="article")
        return NOTHING

    def remember(self, reading: Reading, end: int) -> None:
        if reading.point is None:
            return
        self.anchor, self.anchor_end = reading, end
        if reading.point.month:
            self.finest["month"] = (end, reading)
        if reading.point.day:
            self.finest["day"] = (end, reading)

    def _near(self, unit: str, at: int) -> Reading:
        """The last date that is as precise as `unit`, if it stands near enough to be meant."""
        if unit == "year":
            return self.anchor
        end, reading = self.finest.get(unit, (0, NOTHING))
        return reading if at - end <= _REACH else NOTHING


def _ordinal(text: str) -> int:
    return int(re.sub(r"\D", "", text))
