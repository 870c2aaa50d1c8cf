"""Content negotiation, one case a line: Accept and what is chosen."""

from __future__ import annotations

import pytest

from api.negotiation import choose

OFFERS = ("application/json", "application/xml", "text/csv", "text/plain")
CASES = """
| application/json
*/* | application/json
text/csv | text/csv
TEXT/CSV | text/csv
text/* | text/csv
text/*, text/plain | text/csv
text/*;q=0.5, text/plain | text/plain
application/xml;q=0.5, text/csv;q=0.4 | application/xml
application/xml;q=0.4, text/csv;q=0.5 | text/csv
text/html, application/xml;q=0.9, */*;q=0.8 | application/xml
*/*, application/json;q=0 | application/xml
application/json;q=0, */*;q=0.1 | application/xml
application/json;q=0 | none
image/png | none
text/csv;charset=utf-8;q=0.9, text/plain;q=0.8 | text/csv
text/csv;q=2, text/plain;q=0.1 | text/plain
text/csv;q=x, text/plain;q=0.1 | text/plain
nonsense, ;;, text/csv | text/csv
text/csv;q=0.001 | text/csv
""".strip().splitlines()


def test_all_cases_are_collected() -> None:
    assert len(CASES) == 19


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    accept, expected = case.rsplit("|", 1)[0].strip(), case.rsplit("|", 1)[1].strip()
    assert choose(accept, OFFERS) == (None if expected == "none" else expected)


def test_no_header() -> None:
    assert choose(None, OFFERS) == "application/json"
