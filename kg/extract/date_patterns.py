# ruff: noqa: E501  (a pattern is read best on one line)
"""The forms of dates in English news, as patterns over normalised text.

Each pattern has a name, and `kg.extract.dates` has a reading for each name. Where two match at one
place the longer one is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from kg.extract import numbers
from ontology import values as words

YEAR = r"(?:19|20)[0-9]{2}(?![0-9])"
_DAY = r"(?:[0-3]?[0-9])(?:st|nd|rd|th)?(?![0-9])"
_UNIT = r"(?:day|week|month|year|decade|fortnight|weekend|quarter)"
_UNITS = rf"(?:{_UNIT}s?)"
_SEASON = r"(?:spring|summer|autumn|winter|fall)"
_GAP = r"(?: ?- ?| to | and | until | till | through |/| & )"


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Names and patterns, in no order that matters."""
    table = words.calendar()
    full = "|".join(f"{name}|{name.upper()}" for name in table.months)
    short = "|".join(rf"{name}\.?|{name.upper()}\.?" for name in table.month_abbreviations)
    weekday = "|".join(f"{name}|{name.upper()}" for name in table.weekdays)
    any_month = f"(?:{full}|{short})"
    month = f"(?:{full})"
    rel_year = r"(?i:(?:of )?(?P<rel>last|this|next|that|the same|the following|the next|the previous) year)(?!\w)"
    count = rf"(?:{numbers.word_pattern()}|[0-9]{{1,3}}|an?|several|some|a few|few|a couple of|half an?|half a dozen|a dozen)"
    sources = {
        "days_month": rf"(?<![\w.,/$€£])(?P<d1>{_DAY}){_GAP}(?P<d2>{_DAY})(?: of)? (?P<m>{any_month})(?!\w)(?:,? (?P<y>{YEAR})| {rel_year})?",
        "month_days": rf"(?<!\w)(?P<m>{any_month}) (?P<d1>{_DAY}){_GAP}(?P<d2>{_DAY})(?![\w%])(?:,? (?P<y>{YEAR})| {rel_year})?",
        "day_month": rf"(?<![\w.,/$€£])(?P<d>{_DAY})(?: of)? (?P<m>{any_month})(?!\w)(?:,? (?P<y>{YEAR})|,? {rel_year})?",
        "month_day": rf"(?<!\w)(?P<m>{any_month}) (?P<d>{_DAY})(?![\w%-])(?! (?:percent|per|million|billion))(?:,? (?P<y>{YEAR})|,? {rel_year})?",
        "iso": rf"(?<![\w/-])(?P<y>{YEAR})-(?P<m>[01][0-9])(?:-(?P<d>[0-3][0-9]))?(?![\w/-])",
        "numeric": rf"(?<![\w./-])(?P<a>[0-9]{{1,2}})(?P<sep>[./])(?P<b>[0-9]{{1,2}})(?P=sep)(?P<y>{YEAR})(?!\w)",
        "month_year": rf"(?<!\w)(?P<m>{any_month})(?:,| of)? (?P<y>{YEAR})(?!\w)",
        "month_rel": rf"(?<!\w)(?P<m>{month})(?:,)? {rel_year}",
        "rel_month": rf"(?<!\w)(?i:(?P<rel>last|next|this|that|this coming|this past|the following|the next|the previous|the same)) (?P<m>{month})(?![\w-])",
        "month": rf"(?:(?<![\w-])|(?<=[Mm]id-))(?P<m>{month})(?!\w|-[a-z0-9])",
        "years": rf"(?<![\w.,/$€£-])(?P<y1>{YEAR})(?:-|/)(?P<y2>(?:19|20)[0-9]{{2}}|[0-9]{{2}})(?![\w/-]|[.,][0-9])(?: (?P<fiscal>(?:fiscal|financial) year))?",
        "year": rf"(?:(?<![\w.,/$€£#:'-])|(?<=[Mm]id-))(?P<y>{YEAR})(?![\w/-]|[.,:][0-9]|%)",
        "decade": r"(?<![\w$€£])(?i:the )?(?P<y>(?:19|20)[0-9]0)'?s(?!\w)|(?<!\w)(?i:the )(?i:early |late |mid-)?(?:'[0-9]0s|(?:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|noughties))(?!\w)",
        "fiscal": rf"(?<!\w)(?:(?i:(?:fiscal|financial|budget)(?: year)?) (?P<y>{YEAR})(?:[-/][0-9]{{2,4}})?|FY ?(?:{YEAR}|[0-9]{{2}})(?:[-/][0-9]{{2,4}})?)(?!\w)|(?<!\w)(?i:(?:this|last|next|the current|the previous|the coming|the past)) (?i:(?:fiscal|financial) year)(?!\w)",
        "weekday": rf"(?<!\w)(?:(?i:(?P<rel>last|next|this|this coming|this past|the following|the previous|that)) )?(?P<w>{weekday})(?![\w-])(?:,? (?i:morning|afternoon|evening|night|noon)(?!\w))?",
        "today": r"(?<!\w)(?i:(?P<word>today|yesterday|tomorrow|tonight|(?:the )?day before yesterday|(?:the )?day after tomorrow|this (?:very )?(?:morning|afternoon|evening)|last night|(?:earlier|later) (?:today|in the day)))(?!['\w-])",
        "same_day": r"(?<!\w)(?i:(?:the|that) (?:very )?same (?:day|evening|morning|afternoon|night)|(?:later|earlier) (?:that|the same) day|that (?:very )?(?:day|evening|morning|afternoon|night))(?![\w-])",
        "next_day": r"(?<!\w)(?i:the (?P<rel>next|following|previous|preceding) (?:day|morning|evening)|the day (?P<side>before|after|earlier|later))(?!\w)(?! yesterday| tomorrow)",
        "unit": rf"(?<!\w)(?i:(?P<rel>this|last|next|the coming|the past|the previous|the following|the preceding|the next|the same|the current|that|the present) (?P<u>year|month|week|quarter|decade|century|weekend|{_SEASON}))(?![\w-]|'(?!s(?!\w)))",
        "year_before": r"(?<!\w)(?i:(?:the|a) (?P<u>year|month) (?P<side>before|after|earlier|later|previously))(?!\w)(?! last| next)",
        "ago": rf"(?<!\w)(?i:(?P<n>{count}) (?P<u>{_UNITS}) (?P<side>ago|earlier|later|before|after|afterwards|previously|hence|on|from now))(?!\w)",
        "vague_ago": r"(?<!\w)(?i:(?:some|several|many|a few|(?:just |only )?)?(?:days|weeks|months|years|decades) (?:ago|earlier|later|before|afterwards))(?!\w)",
        "duration": rf"(?<!\w)(?i:(?:(?:over|within|in|for|during|inside|throughout|after|across|these) )?(?:the |its |their )?(?:(?:next|coming|past|last|following|previous|first|final|preceding) )?(?P<n>{count}|[0-9]{{1,3}})(?:-| )(?:to |or |- ?)?(?:(?:[0-9]{{1,3}}|{numbers.word_pattern()}) )?{_UNITS})(?!['\w-])(?! (?:ago|earlier|later|before|after|afterwards|hence|from now)(?!\w))",
        "coming": r"(?<!\w)(?i:(?:(?:in|over|within|for|during|through|across) )(?:the )?(?:coming|next|past|last|recent|following|earlier|previous|previous few|next few|coming few|past few|last few|early|late) (?:days|weeks|months|years|decades|quarters))(?!\w)",
        "end_of": rf"(?<!\w)(?i:(?:by |at |before |until |towards? |from |since |in )?(?:the )?(?P<what>end|beginning|start|middle|turn|close|rest|course) of (?:the|this|last|next|that) (?:same )?(?P<u>year|month|week|decade|century|quarter|{_SEASON}))(?!\w)",
        "year_out": r"(?<!\w)(?i:before (?:the|this) year (?:is out|ends|is over|was out)|(?:by |before |until |at |in )(?:Christmas|the new year|new year|year's end|year-end|the turn of the year))(?!\w)",
        "season": rf"(?<!\w)(?i:(?:in |by |before |since |until |from |during |for )?(?:the |early |late |mid-?){{0,3}}{_SEASON}(?:(?: of)? (?:{YEAR}|(?:this|last|next|that) year)))(?!\w)|(?<!\w)(?i:(?:in|by|before|since|until|from|during|for|over) (?:the )?(?:early |late |mid-?)?(?:spring|summer|autumn|winter))(?!\w)|(?<!\w)the (?:spring|summer|autumn|winter)(?!\w)",
        "part": rf"(?<!\w)(?i:(?:in |by |before |since |until |from |during |for )?(?:the )?(?:end of )?(?:the )?(?:(?:first|second|third|fourth|last|final) (?:half|quarter|months|weeks|three months|six months|nine months|two months)|(?:first|last) [a-z]+ months|Q[1-4]|H[12])(?: of| in|,)? (?:the )?(?:(?:fiscal |financial )?{YEAR}|(?:this|last|next|that) year|year|decade|{month}|(?:this|last|next) month))(?!\w)|(?<!\w){YEAR} ?[QH][1-4](?!\w)",
        "annual": r"(?<!\w)(?i:(?:annual|full-year|whole-year|year-end) (?:total|sum|tally))(?!\w)",
        "every": r"(?<!\w)(?i:(?:every|each|per) (?:year|month|quarter))(?!\w)|(?<!\w)annually(?!\w)",
        "weekend": r"(?<!\w)(?i:(?:over|at|on|during) the weekend)(?!\w)",
    }
    return tuple((name, re.compile(source)) for name, source in sources.items())


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEARS = ("19", "20")
_SEASONS = ("spring", "summer", "autumn", "winter", "fall")
_SPANS = ("day", "week", "month", "year", "decade", "fortnight", "quarter")
_TURNS = ("year", "month", "week", "quarter", "decade", "century", *_SEASONS)
_TIMES = ("day", "morning", "afternoon", "evening", "night")
# Every match of a pattern has one of its cues in it, in small letters, so that a sentence without
# them need not be searched.
_CUES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(["days_month", "month_days", "day_month", "month_day"], _MONTHS),
    **dict.fromkeys(["month_year", "month_rel", "rel_month", "month"], _MONTHS),
    **dict.fromkeys(["iso", "numeric", "years", "year"], _YEARS),
    "decade": ("0s", "0's", "ties"),
    "fiscal": ("fiscal", "financial", "budget", "fy"),
    "weekday": ("day",),
    **dict.fromkeys(["today", "same_day", "next_day"], (*_TIMES, "tomorrow")),
    **dict.fromkeys(["unit", "end_of"], _TURNS),
    "year_before": ("year", "month"),
    **dict.fromkeys(["ago", "vague_ago", "duration", "coming"], _SPANS),
    "year_out": ("year", "christmas"),
    "season": _SEASONS,
    "part": ("half", "quarter", "months", "weeks", *(f"{x}{n}" for x in "qh" for n in "1234")),
    "annual": ("total", "sum", "tally"),
    "every": ("every ", "each ", "per ", "annually"),
    "weekend": ("weekend",),
}
# No pattern goes on over the end of a sentence, except after "Jan." and the like.
_SENTENCE = re.compile(
    r"\n+|(?<=[.!?])(?<![JFMASOND][A-Za-z]{2}\.)(?<!S[Ee][Pp][Tt]\.) (?=[A-Z\"])"
)


def matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """All that the patterns find in `text`, with their names, in no order that matters."""
    start = 0
    for end, following in [*(m.span() for m in _SENTENCE.finditer(text)), (len(text), len(text))]:
        lower = text[start:end].lower()
        for name, pattern in patterns():
            if any(cue in lower for cue in _CUES[name]):
                for match in pattern.finditer(text, start, end):
                    yield name, match
        start = following


# What stands before a date and belongs to it.
MODIFIER = re.compile(
    r"(?<!\w)(?i:(?P<mod>(?:the )?(?:very )?(?:(?:early|earlier|late|later|mid|middle)"
    r"(?: part)?(?:-| in the | in mid-| in | of | on |, | )"
    r"|(?:start|beginning|middle|end|close|turn|course|rest|(?:first|second|latter) half|"
    r"(?:first|second|third|fourth|last) quarter|(?:first|last|final|opening|closing) months)"
    r"(?: of (?:the )?|-))))$"
)
PREPOSITION = re.compile(
    r"(?<!\w)(?i:(?P<prep>ever since|since at least|since|starting from|starting in|starting on|starting|beginning in|"
    r"beginning on|beginning from|beginning|from|effective|by|until|till|up to|no later than|not later than|"
    r"before|after|through|prior to|not before|between|as of|as early as|for|in|on|to|up from|down from|at|around|about|"
    r"as from|with effect from|over|during|of|and|,)) (?P<the>the )?$"
)
# "by last year's talks", "from the 2022 order": the preposition is that of the noun.
OF_NOUN = re.compile(r"['’]s? [a-z]")
NOUN = re.compile(
    r" (?!(?:and|or|but|to|in|at|on|of|for|with|when|until|is|was|are|were|has|had|will|onwards?)\b)"
    r"[a-z]"
)
# "since the war of 1982": the event between the preposition and its date.
SINCE_EVENT = re.compile(
    r"(?<!\w)(?P<since>(?:[Ee]ver )?[Ss]ince) (?:the|its|their|his|a) [^.,;:()\n]{2,60} (?:of|in) $"
)
RANGE = re.compile(r" ?- ?| to | until | till | through | up to | and | or |/")
OPEN_END = re.compile(r" (?:on|onwards?|onward)(?![\w-])(?! the| a)")
