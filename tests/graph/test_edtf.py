"""The days that EDTF dates can mean."""

from __future__ import annotations

import pytest

from kg.graph.edtf import days


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-03-05", "2026-03-05", "2026-03-05"),
        ("2026-03-05~", "2026-03-05", "2026-03-05"),
        ("199X", "1990-01-01", "1999-12-31"),
        ("2026-XX", "2026-01-01", "2026-12-31"),
        ("2019/2020", "2019-01-01", "2020-12-31"),
        ("1993/..", "1993-01-01", None),
        ("../2030-06", None, "2030-06-30"),
        ("2026-21", None, None),
        ("2026-02-30", None, None),
        ("0000", None, None),
        ("Y17000", None, None),
        ("", None, None),
    ],
)
def test_days(edtf: str, first: str | None, last: str | None) -> None:
    assert days(edtf) == (first, last)
