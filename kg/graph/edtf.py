"""The days that a date in EDTF (ISO 8601-2, level 0 and 1) can mean."""

from __future__ import annotations

import calendar
import re

_DATE = re.compile(
    r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?[?~%]?"
)


def days(edtf: str) -> tuple[str | None, str | None]:
    """The first and the last day, as ISO dates; None where that end is open or not a date.

    `2026-03` gives the first and last of March, `1993/..` a first day only. Seasons and years of
    more than four digits give nothing.
    """
    if "/" in edtf:
        start, _, end = edtf.partition("/")
        return _days(start)[0], _days(end)[1]
    return _days(edtf)


def _days(edtf: str) -> tuple[str | None, str | None]:
    match = _DATE.fullmatch(edtf)
    if match is None:
        return None, None
    first_year = int(match["year"].replace("X", "0"))
    last_year = int(match["year"].replace("X", "9"))
    months = _span(match["month"], 1, 12)
    if first_year == 0 or months is None:
        return None, None
    longest = calendar.monthrange(last_year, months[1])[1]
    month_days = _span(match["day"], 1, longest)
    if month_days is None:
        return None, None
    return (
        f"{first_year:04}-{months[0]:02}-{month_days[0]:02}",
        f"{last_year:04}-{months[1]:02}-{month_days[1]:02}",
    )


def _span(digits: str | None, low: int, high: int) -> tuple[int, int] | None:
    """What two digits, or none, or XX, can mean between low and high; None beyond them."""
    if digits is None or digits == "XX":
        return low, high
    number = int(digits)
    return (number, number) if low <= number <= high else None
