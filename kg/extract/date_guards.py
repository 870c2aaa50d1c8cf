"""What looks like a date and is none: "Theresa May", "Squadron 2020", "2000 troops"."""

from __future__ import annotations

import re

from kg.extract.date_reckoning import valid

# Before a year these are capitalised without being part of a name.
_OPENERS = frozenset(
    [
        "In",
        "Since",
        "By",
        "From",
        "Until",
        "Till",
        "For",
        "During",
        "Between",
        "The",
        "After",
        "Before",
        "Of",
        "And",
        "To",
        "Late",
        "Early",
        "Mid",
        "Through",
        "Around",
        "About",
        "Summer",
        "Autumn",
        "Spring",
        "Winter",
        "Fiscal",
        "Year",
        "Year's",
        "FY",
        "Only",
        "Throughout",
        "Already",
        "Back",
        "As",
        "Or",
        "Towards",
        "On",
        "At",
        "Over",
        "Both",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Sept",
        "Oct",
        "Nov",
        "Dec",
        "Christmas",
        "Ever",
        "Not",
        "But",
        "Starting",
        "Beginning",
        "Circa",
        "Class",
    ]
)
_NAME_BEFORE = re.compile(r"(?<![^\W_])([A-Z][\w'.-]*) $")
_AMOUNT_BEFORE = re.compile(
    r"(?:more than|less than|fewer than|at least|some|around|about|nearly|almost|up to|roughly|"
    r"approximately|over|worth) $",
    re.IGNORECASE,
)
_COUNTED_AFTER = re.compile(
    r" (?:troops|soldiers|people|men|personnel|missiles|rounds|shells|drones|vehicles|tonnes|"
    r"tons|km|kilometres|kilometers|miles|hours|metres|meters|kg|feet|mm|jobs|employees|workers|"
    r"units|sailors|marines|crew|staff|aircraft|tanks|pounds|hp|nautical|dead|others|rockets|"
    r"bombs|guns|rifles|m|ft|lb|lbs|euros|dollars|percent|per cent)(?!\w)"
)
_PERSON_BEFORE = re.compile(r"(?<![^\W_])([A-Z][\w'-]+) $")
_SENTENCE_WORDS = frozenset(
    [
        "In",
        "Since",
        "By",
        "From",
        "Until",
        "Till",
        "For",
        "During",
        "Between",
        "After",
        "Before",
        "Of",
        "And",
        "To",
        "Late",
        "Early",
        "Mid",
        "Last",
        "Next",
        "This",
        "That",
        "On",
        "At",
        "Through",
        "Around",
        "Over",
        "Throughout",
        "Both",
        "Every",
        "Each",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Until",
        "The",
        "Already",
        "Only",
    ]
)
_SINCE_WHEN = re.compile(
    r"(?:over|within|in|for|during|inside|throughout|after|across|these|the|its|their|next|coming|"
    r"past|last|following) ",
    re.IGNORECASE,
)
_NO_EVENT = re.compile(r"$|[.,;:!?)\n'\"-]| (?:in|at|on|and|but|from|for|when|had|has|-)(?!\w)")
_NOT_MONTH_AFTER = re.compile(r"(?: [A-Z][a-z]+ (?:said|told|says))|(?:'s government)")


def event_follows(text: str, end: int) -> bool:
    """Whether "a year before" goes on with the event that it is reckoned from."""
    return _NO_EVENT.match(text, end) is None


def holds(name: str, match: re.Match[str], text: str) -> bool:
    """Whether the match of the pattern `name` can be a date where it stands."""
    check = _CHECKS.get(name)
    return check is None or check(match, text)


def _year(match: re.Match[str], text: str) -> bool:
    before = text[max(0, match.start() - 40) : match.start()]
    named = _NAME_BEFORE.search(before)
    # "Francis's 2016 visit" has the year, "Squadron 2020" is called so.
    if named and named[1].rstrip(".") not in _OPENERS and not named[1].endswith(("'s", "s'")):
        return False
    if _AMOUNT_BEFORE.search(before) and _COUNTED_AFTER.match(text, match.end()):
        return False
    return not _COUNTED_AFTER.match(text, match.end())


def _years(match: re.Match[str], text: str) -> bool:
    first, last = int(match["y1"]), int(match["y2"])
    if len(match["y2"]) == 2:
        return last > first % 100 and _year(match, text)
    return last > first and _year(match, text)


def _iso(match: re.Match[str], _text: str) -> bool:
    year, month = int(match["y"]), int(match["m"])
    if match["d"] is None and month == year % 100 + 1:
        return False  # 2011-12 is two years
    return valid(year, month, int(match["d"] or 0)) is not None and month > 0


def _month(match: re.Match[str], text: str) -> bool:
    """A bare month; "May" and "March" may be a name or a verb at the start of a sentence."""
    before = text[max(0, match.start() - 30) : match.start()]
    person = _PERSON_BEFORE.search(before)
    if person and person[1] not in _SENTENCE_WORDS:
        return False
    if match["m"] in ("May", "MAY", "March", "MARCH", "August"):
        # At the start of a sentence without a preposition it is rather another word.
        start = re.search(r"(?:^|[.!?\n\"] ?)$", before) is not None
        return not start or text[match.end() : match.end() + 1] in ",:"
    return not _NOT_MONTH_AFTER.match(text, match.end())


def _day(match: re.Match[str], _text: str) -> bool:
    days = [group for group in ("d", "d1", "d2") if group in match.re.groupindex]
    values = [int(re.sub(r"\D", "", match[group])) for group in days]
    if not all(1 <= value <= 31 for value in values):
        return False
    return len(values) < 2 or values[0] < values[1]


def _duration(match: re.Match[str], _text: str) -> bool:
    """Durations that say when: "within three years", "over the next decade"."""
    return _SINCE_WHEN.match(match[0]) is not None


_CHECKS = {
    "year": _year,
    "years": _years,
    "iso": _iso,
    "month": _month,
    "day_month": _day,
    "month_day": _day,
    "days_month": _day,
    "month_days": _day,
    "duration": _duration,
}
