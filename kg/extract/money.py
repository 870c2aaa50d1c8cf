"""Sums of money in normalised text.

"$6.5bn", "US$ 3.2 million", "1.2 billion euros", "NOK 110 billion", "Rs 62,370 crore", "half a
billion dollars", "$2-3 billion", "2.3 per cent of GDP"; and a sum whose currency the sum before
it gives: "from $7.1 billion in 2023 to 8.5 billion".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg.extract import numbers
from kg.extract.numbers import DIGITS, SPACE, either
from ontology import values as words

GDP = "% of GDP"


@dataclass(frozen=True, slots=True)
class Money:
    """A sum at `start:end`."""

    start: int
    end: int
    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class _Tables:
    """What the data files say, turned round for look-up."""

    figure: re.Pattern[str]
    nouns: dict[str, tuple[str, ...]]
    marks: dict[str, tuple[str, ...]]
    adjectives: dict[tuple[str, str], str]
    cues: re.Pattern[str]
    cue_codes: dict[str, str]


def _figure() -> str:
    """A figure with its multiplier, groups `n` (all of it) and `s` (the multiplier)."""
    table = words.numbers()
    large = either(*(name for name, value in table.scales.items() if value > 1000), "thousand")
    short = either(*table.short_scales)
    half = f"{SPACE}and{SPACE}a{SPACE}half"
    digits = (
        rf"{DIGITS}(?:{half})?"
        rf"(?:(?P<s1>(?:-|{SPACE})?{large}(?!\w)|(?:{SPACE})?{short}(?![\w'])))?"
    )
    word = (
        rf"(?:half{SPACE}an?|an?{SPACE}(?:quarter{SPACE}of{SPACE}a|hundred|half|dozen|couple{SPACE}of)"
        rf"|an?|{numbers.word_pattern()}(?:{half}(?:{SPACE}a)?)?)"
        rf"(?P<s2>(?:-|{SPACE}){large}(?!\w))"
    )
    plain = rf"{numbers.word_pattern()}"
    return rf"(?P<n>{digits}|(?<![\w$€£-]){word}|(?<![\w$€£-]){plain})"


@cache
def _tables() -> _Tables:
    table = words.currencies()
    nouns: dict[str, list[str]] = {}
    marks: dict[str, list[str]] = {}
    adjectives: dict[tuple[str, str], str] = {}
    cues: dict[str, str] = {}
    for row in table.currencies:
        for noun in row.nouns:
            nouns.setdefault(noun.lower(), []).append(row.code)
        for mark in row.marks:
            marks.setdefault(mark, []).append(row.code)
        for adjective in row.adjectives:
            for noun in row.nouns:
                adjectives.setdefault((adjective.lower(), noun.lower()), row.code)
        for cue in (*row.adjectives, *row.cues):
            cues.setdefault(cue, row.code)
    return _Tables(
        figure=re.compile(rf"(?<![0-9.,]){_figure()}", re.IGNORECASE),
        nouns={key: tuple(value) for key, value in nouns.items()},
        marks={key: tuple(value) for key, value in marks.items()},
        adjectives=adjectives,
        cues=re.compile(rf"(?<!\w){either(*cues)}(?!\w)"),
        cue_codes=cues,
    )


@cache
def _after() -> re.Pattern[str]:
    """A currency after a figure: "billion euros", "billion U.S. dollars", "bn-zloty", "100 PLN"."""
    table = words.currencies()
    adjectives = either(*(a for row in table.currencies for a in row.adjectives))
    nouns = either(*(noun for row in table.currencies for noun in row.nouns))
    codes = either(*(row.code for row in table.currencies), "€", "£", "$", "RMB", "kr", "zł", "TL")
    return re.compile(
        rf"(?:-|{SPACE})?(?:(?i:(?:(?P<adj>{adjectives})(?:-|{SPACE}))?(?P<noun>{nouns}))(?!\w)"
        rf"|(?P<code>{codes})(?!\w)(?![ \u00a0]{{0,2}}[0-9]))"
    )


@cache
def _clarified() -> re.Pattern[str]:
    """What may follow a sum in "$" and say whose: "$3 billion Canadian", "$5m USD"."""
    table = words.currencies()
    dollars = [row for row in table.currencies if "dollars" in row.nouns]
    names = either(*(row.code for row in dollars), *(a for row in dollars for a in row.adjectives))
    return re.compile(rf"{SPACE}\(?(?P<name>{names})(?P<noun>{SPACE}dollars)?(?!\w)(?!{SPACE}\w)")


_JOIN = re.compile(r" ?- ?| to | and | or ")
_GDP = re.compile(
    rf"(?:%|{SPACE}%|(?:-|{SPACE})?per ?cent|{SPACE}pc){SPACE}of{SPACE}"
    rf"(?:(?:the|its|their|our|national|\w+'s){SPACE}){{0,2}}"
    r"(?:GDP|GNP|GNI|gross domestic product|national income|economic output|national output)(?!\w)",
    re.IGNORECASE,
)
_NO_MONEY = re.compile(
    r"[ -](?:people|inhabitants|citizens|users|barrels|cubic|tonnes|tons|parameters|miles|km|"
    r"kilometres|rounds|shells|years|times|bullets|watts|litres|bytes|views)(?!\w)",
    re.IGNORECASE,
)
_PERCENT = re.compile(rf"(?:{SPACE})?(?:%|per ?cent(?!\w))(?!{SPACE}of|-)", re.IGNORECASE)
# From one share of the gross domestic product to the next: "3.3 per cent … and to 5 per cent".
_SHARE_TO = re.compile(r"^[^.;\n]{0,80}(?:^| )to $")
# After a figure that is in millions these show that it counts money and not people or rounds.
_ELLIPSIS = re.compile(
    r"(?=\s*(?:[.,;:)!?\n-]|$)| (?:in|for|by|a year|per|this|last|next|from|to|over|and|on|the|"
    r"at|annually|of (?:which|that|it|this|these)|a share|went|goes|is|are|will|would|has|had|came|"
    r"more|less|under|between|as|was|were|with|two|three|ten)(?!\w))"
)


def _plain(name: str) -> str:
    """A name from the text with single blanks, as the data files write it."""
    return " ".join(name.replace("\u00a0", " ").split())


class _Reader:
    """Reads the sums of one text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tables = _tables()
        self._cues: list[tuple[int, str]] | None = None

    def figures(self) -> list[tuple[int, int, float, bool]]:
        """Every figure: start, end, value, and whether a multiplier stands with it."""
        vague = words.numbers().vague
        found = []
        for match in self.tables.figure.finditer(self.text):
            value = numbers.number(match["n"])
            if value is None:
                continue
            before = re.search(r"([a-z]+) $", self.text[max(0, match.start() - 14) : match.start()])
            if before and before[1] in vague and match["n"][:1].isalpha():
                continue
            scaled = bool(match["s1"] or match["s2"])
            found.append((match.start(), match.end(), value, scaled))
        return found

    def settle(self, name: str, codes: tuple[str, ...], at: int) -> str:
        """The currency that a shared name means here: by the nearest cue, else by default."""
        if len(codes) == 1:
            return codes[0]
        table = words.currencies()
        default = table.defaults.get(name, codes[0])
        if name in table.fixed or name == "$":
            return default
        if self._cues is None:
            self._cues = [
                (match.start(), self.tables.cue_codes[_plain(match[0])])
                for match in self.tables.cues.finditer(self.text)
            ]
        # The same sentence decides; else the country that the text speaks of most.
        sentence = max(self.text.rfind(mark, 0, at) for mark in (". ", "\n", "! ", "? "))
        place = bisect_left(self._cues, (at, ""))
        for where, code in reversed(self._cues[:place]):
            if where < sentence:
                break
            if code in codes:
                return code
        votes = Counter(code for _, code in self._cues if code in codes)
        return max(sorted(votes), key=lambda code: votes[code], default=default)

    def mark_before(self, start: int) -> tuple[int, str] | None:
        """The currency mark that ends where a figure starts: its own start and its currency."""
        window = self.text[max(0, start - 12) : start]
        match = _mark_at_end().search(window)
        if match is None:
            return None
        mark = _plain(match["mark"])
        codes = self.tables.marks.get(mark)
        if codes is None:
            return None
        at = start - len(window) + match.start()
        return at, self.settle(mark, codes, at)

    def noun_after(self, end: int, *, value: float, scaled: bool) -> tuple[int, str] | None:
        """The currency that follows a figure: where it ends, and its code."""
        match = _after().match(self.text, end)
        if match is None:
            return None
        table = words.currencies()
        if match["code"]:
            code = match["code"]
            if code in self.tables.marks:
                return match.end(), self.settle(code, self.tables.marks[code], end)
            return match.end(), {"RMB": "CNY"}.get(code, code)
        noun = _plain(match["noun"]).lower()
        codes = self.tables.nouns[noun]
        adjective = _plain(match["adj"] or "").lower()
        if noun in table.large_only and not scaled and not adjective and value < 1e5:
            return None
        named = self.tables.adjectives.get((adjective, noun))
        return match.end(), named or self.settle(noun, codes, end)

    def clarify(self, end: int, code: str) -> tuple[int, str]:
        """A "$" sum may be followed by its country: "$3 billion Canadian"."""
        match = _clarified().match(self.text, end) if code == "USD" else None
        if match is None:
            return end, code
        name = match["name"]
        for row in words.currencies().currencies:
            if "dollars" in row.nouns and (name == row.code or name in row.adjectives):
                return match.end(), row.code
        return end, code

    def sums(self) -> Iterator[Money]:
        figures = self.figures()
        last: tuple[int, str] | None = None
        done, share = -1, 0
        for place, (start, end, value, scaled) in enumerate(figures):
            if place <= done:
                continue
            gdp = _GDP.match(self.text, end)
            if gdp and not scaled:
                yield Money(start, gdp.end(), value, GDP)
                share = gdp.end()
                continue
            percent = _PERCENT.match(self.text, end)
            if percent and share and _SHARE_TO.search(self.text[share:start]):
                yield Money(start, percent.end(), value, GDP)
                share = percent.end()
                continue
            pair = self._pair(figures, place)
            mark = self.mark_before(start)
            if mark and not self._plausible(mark[0], start, value, scaled=scaled):
                mark = None
            if mark is None and start and (self.text[start - 1].isalnum()):
                continue
            if mark:
                at, code = mark
                first = Money(at, end, value, code)
                if pair:
                    second_start, second_end, second, second_scaled = figures[place + 1]
                    own = self.mark_before(second_start)
                    noun = self.noun_after(second_end, value=second, scaled=second_scaled)
                    if own is None and noun is None and second_scaled:
                        low = value if scaled else self._inherit(value, place, figures)
                        yield Money(at, end, low, code)
                        yield Money(second_start, second_end, second, code)
                        last, done = (second_end, code), place + 1
                        continue
                    if own and second_scaled and not scaled and own[1] == code:
                        first = Money(at, end, self._inherit(value, place, figures), code)
                stop, code = self.clarify(end, code)
                yield Money(at, stop, first.amount, code)
                # "9 trillion yen ($58 billion), after 8.7 trillion": the brackets only convert.
                converts = last is not None and re.search(r"\([^()]*$", self.text[last[0] : at])
                last = (stop, last[1] if last and converts else code)
                continue
            noun = self.noun_after(end, value=value, scaled=scaled)
            if noun and self.text[end] == "-" and self.text[start] in "aA":
                continue  # "a million-dollar deal" names no sum
            if noun:
                yield Money(start, noun[0], value, noun[1])
                last = noun
                continue
            if pair:
                second_start, second_end, second, second_scaled = figures[place + 1]
                noun = self.noun_after(second_end, value=second, scaled=second_scaled)
                if noun and self.mark_before(second_start) is None:
                    low = value if scaled else self._inherit(value, place, figures)
                    yield Money(start, end, low, noun[1])
                    yield Money(second_start, noun[0], second, noun[1])
                    last, done = noun, place + 1
                    continue
            if last and scaled and value >= 1e6 and self._continues(start, end, last[0], value):
                yield Money(start, end, value, last[1])
                last = (end, last[1])

    def _plausible(self, at: int, start: int, value: float, *, scaled: bool) -> bool:
        """Whether mark and figure are a sum and no designation ("P-8", "DA 42", "R99")."""
        mark = self.text[at:start]
        letters = mark.strip(" \u00a0-.")
        if not self.text[start].isdigit():
            return False
        if not letters.isalpha() or not letters.isascii():
            return True
        if mark.endswith("-") and not scaled:
            return False
        return scaled or value >= (100 if len(letters) > 2 else 10_000)

    def _continues(self, start: int, end: int, last: int, value: float) -> bool:
        """Whether a bare "8.5 billion" goes on counting the currency of the sum before it."""
        if value >= 1e9:
            # Nothing but money comes in billions, with few exceptions.
            return _NO_MONEY.match(self.text, end) is None
        if start - last > 250:
            return False
        return _ELLIPSIS.match(self.text, end) is not None

    def _pair(self, figures: list[tuple[int, int, float, bool]], place: int) -> bool:
        """Whether the next figure is the other end of a range or a coordination."""
        if place + 1 >= len(figures):
            return False
        end, following = figures[place][1], figures[place + 1][0]
        if following - end > 14:
            return False
        gap = self.text[end:following]
        mark = self.mark_before(following)
        if mark:
            gap = self.text[end : mark[0]]
        return _JOIN.fullmatch(gap) is not None

    def _inherit(
        self, value: float, place: int, figures: list[tuple[int, int, float, bool]]
    ) -> float:
        """ "$2-3 billion": the first figure takes the multiplier of the second."""
        start, end, second, scaled = figures[place + 1]
        if not scaled:
            return value
        bare = re.match(DIGITS, self.text[start:end])
        base = numbers.number(bare[0]) if bare else None
        if base is None:
            scales = words.numbers().scales
            base = second / max((s for s in scales.values() if s <= second), default=1)
        return round(value * second / base, 6) if base else value


@cache
def _mark_at_end() -> re.Pattern[str]:
    marks = either(*(mark for row in words.currencies().currencies for mark in row.marks))
    return re.compile(rf"(?<![\w$€£¥])(?P<mark>{marks})(?:{SPACE}|-)?$")


def find(text: str) -> list[Money]:
    """All sums in `text`, which `numbers.normalise` has prepared, in order."""
    found: list[Money] = []
    for money in _Reader(text).sums():
        if not found or money.start >= found[-1].end:
            found.append(money)
    return found


__all__ = ["GDP", "Money", "find"]
