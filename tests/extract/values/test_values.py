"""`kg.extract.values`: the cases are lines of the .tsv files beside this module."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import CatalogueError
from kg.extract import date_patterns, numbers, values
from kg.extract.records import ValueSpan
from kg.statements import Amount, DateValue
from ontology import values as words

HERE = Path(__file__).parent
KINDS = {"dates": "date", "money": "money", "quantities": "quantity", "percents": "percent"}
Case = tuple[str, str, str, str]


def _cases() -> list[Case]:
    found = []
    for name in sorted(KINDS):
        for line in (HERE / f"{name}.tsv").read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                article, text, expected = line.split("\t")
                found.append((KINDS[name], article, text, expected))
    return found


def _shown(span: ValueSpan) -> str:
    match span.value:
        case DateValue(edtf=edtf):
            value = edtf or "-"
        case Amount(amount=amount, currency=currency):
            value = f"{amount:.15g} {currency}"
        case number:
            value = f"{number.value:.15g}"
    return f"{span.value.text}={value}" + (f"[{span.bound}]" if span.bound else "")


def test_cases_are_collected() -> None:
    assert len(_cases()) == 269


@pytest.mark.parametrize(("kind", "article", "text", "expected"), _cases())
def test_case(kind: str, article: str, text: str, expected: str) -> None:
    spans = values.find(text, article_date=article or None)
    found = " | ".join(_shown(span) for span in spans if span.kind == kind)
    assert found == expected


def test_basis_and_precision() -> None:
    text = "In 2019, on Thursday, in May 2020, by 2030, since 2001."
    spans = values.find(text, article_date="2025-06-20")
    dates = [span.value for span in spans if isinstance(span.value, DateValue)]
    assert [(date.basis, date.precision) for date in dates] == [
        ("stated", "year"),
        ("article", "day"),
        ("stated", "month"),
        ("unknown", ""),
        ("stated", "interval"),
    ]


@pytest.mark.parametrize("article", ["", "yesterday", "2025-02-30", "20250620", "0000-01-01"])
def test_an_article_date_that_is_none(article: str) -> None:
    (span,) = values.find("They met on Thursday.", article_date=article)
    assert isinstance(span.value, DateValue)
    assert span.value.edtf is None


_PIECES = st.sampled_from(
    [
        "$",
        "€",
        "£",
        "NOK",
        "kr",
        "3",
        "1,250",
        "6.5",
        "20",
        "2025",
        "1990s",
        "12",
        "May",
        "March",
        "Monday",
        "last",
        "next",
        "year",
        "month",
        "two",
        "dozen",
        "a",
        "half",
        "billion",
        "million",
        "bn",
        "%",
        "per",
        "cent",
        "of",
        "GDP",
        "more",
        "than",
        "about",
        "since",
        "from",
        "to",
        "and",
        "-",
        "–",
        ",",
        ".",
        "(",
        ")",
        "ago",
        "later",
        "the",
        "one",
        "İ",
        "ſ",
        "K",
        "31",
        "June",
        "2025-26",
        "euros",
        "kroner",
        "Q1",
        "FY24",
        "9999",
        "½",
        "fifth",
    ]
)


@settings(max_examples=300)
@given(
    st.one_of(st.text(), st.lists(_PIECES).map(" ".join), st.lists(_PIECES).map("".join)),
    st.sampled_from([None, "2025-06-20", "2024-02-29", "1001-01-01", "2899-12-31"]),
)
def test_any_text(text: str, article: str | None) -> None:
    spans = values.find(text, article_date=article)
    assert spans == values.find(text, article_date=article)
    ends = dict.fromkeys(KINDS.values(), 0)
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        assert span.value.text == text[span.start : span.end]
        assert span.start >= ends[span.kind]
        ends[span.kind] = span.end


@pytest.mark.parametrize(
    "unit",
    ["1", " ", "\n", "1 ", "1,111,", "the ", "one ", "12-", "2020 to ", "$1 to ", "early in the "],
)
def test_time_grows_with_length_only(unit: str) -> None:
    values.find("5 on Friday for $3", article_date="2025-06-20")
    start = time.process_time()
    values.find(unit * (60_000 // len(unit)), article_date="2025-06-20")
    assert time.process_time() - start < 15


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("numbers", "words:\n  one: 1\n  two: many\n", "numbers.yaml, line 3"),
        ("numbers", "words:\n  one: 1\n  one: 2\n", "numbers.yaml, line 3"),
        ("numbers", "words: [\n", "numbers.yaml, line 2"),
        ("numbers", "- one\n", "numbers.yaml, line 1"),
        ("numbers", "wörter:\n  one: 1\n", "unknown section"),
        ("currencies", "currencies:\n  - {code: EUR}\n", "currencies.yaml, line 2"),
        (
            "currencies",
            "currencies:\n  - {code: euro, marks: [], nouns: [], adjectives: [], cues: []}\n",
            "no ISO 4217 code",
        ),
        ("bounds", "before:\n  most: [up to]\n", "bounds.yaml, line 2"),
        ("calendar", "months: January\n", "calendar.yaml, line 1"),
        ("quantities", "units: mm\n", "quantities.yaml, line 1"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    sections = {
        "numbers": ("words", "scales", "short_scales", "collectives", "vague"),
        "currencies": ("currencies", "defaults", "fixed", "large_only"),
        "bounds": ("before", "after", "before_article", "between", "not_after"),
        "calendar": (
            "months", "month_abbreviations", "weekdays", "future", "present", "past", "not_past"
        ),
        "quantities": (
            "units", "designators", "names", "counted", "one_pronoun", "formations", "organisations"
        ),
    }[name]  # fmt: skip
    if not content.startswith(("-", "words: [")):
        given_section = content.split(":")[0]
        content += "".join(f"{s}: []\n" for s in sections if s != given_section)
    (tmp_path / f"{name}.yaml").write_text(content, "utf-8")
    with pytest.raises(CatalogueError, match=message):
        getattr(words, name)(tmp_path)


@settings(max_examples=40)
@given(st.lists(st.sampled_from([case[2] for case in _cases()]), min_size=1, max_size=5), st.data())
def test_no_date_is_lost_where_sentences_without_a_cue_are_skipped(
    texts: list[str], data: st.DataObject
) -> None:
    joints = data.draw(st.lists(st.sampled_from([" ", "\n", ". ", ' "']), min_size=5, max_size=5))
    text = numbers.normalise("".join(x for pair in zip(texts, joints, strict=False) for x in pair))
    wanted = {
        (name, match.span())
        for name, pattern in date_patterns.patterns()
        for match in pattern.finditer(text)
    }
    assert {(name, match.span()) for name, match in date_patterns.matches(text)} == wanted
