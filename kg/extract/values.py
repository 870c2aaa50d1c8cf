"""Finds dates, sums of money, counts and percentages in plain text.

The words that it knows are data (`ontology/values/*.yaml`). Nothing is guessed: a date that text
and article date do not fix carries no EDTF value, and a vague number ("hundreds of") is left out.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from kg.extract import bounds, dates, money, numbers, percents, quantities
from kg.extract.records import ValueSpan
from kg.statements import Amount, Number


def find(text: str, *, article_date: str | None) -> list[ValueSpan]:
    """The values in `text`, sorted by start; spans of one kind do not overlap.

    `article_date` (ISO 8601, or None) is what "last year" and "on Thursday" are read against. A
    share of gross domestic product is both a percentage and a sum with the currency "% of GDP".
    """
    plain = numbers.normalise(text)
    when = dates.find(plain, article=_day(article_date))
    sums = money.find(plain)
    shares = percents.find(plain)
    taken = [(d.start, d.end) for d in when]
    taken += [(s.start, s.end) for s in sums]
    taken += [(p.start, p.end) for p in shares]
    counts = quantities.find(plain, taken=taken)

    def span(
        kind: str, start: int, end: int, value: Amount | Number, bound: str | None = None
    ) -> ValueSpan:
        bound = bound or bounds.find(plain, start, end)
        return ValueSpan(start=start, end=end, kind=kind, value=value, bound=bound)

    spans = [
        ValueSpan(start=d.start, end=d.end, kind="date", value=d.value(text), bound=d.bound)
        for d in when
    ]
    for s in sums:
        amount = Amount(s.amount, s.currency, text[s.start : s.end])
        spans.append(span("money", s.start, s.end, amount))
    for p in shares:
        percent = Number(p.value, text[p.start : p.end])
        spans.append(span("percent", p.start, p.end, percent))
    for q in counts:
        count = Number(q.value, text[q.start : q.end])
        spans.append(span("quantity", q.start, q.end, count, q.bound))
    return sorted(spans, key=lambda span: (span.start, span.end, span.kind))


def _day(article_date: str | None) -> date | None:
    """The article's date; one that is no calendar date counts as unknown."""
    if article_date and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", article_date):
        year, month, day = (int(part) for part in article_date.split("-"))
        if 1000 < year < 2900 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            return date(year, month, day)
    return None


__all__ = ["find"]
