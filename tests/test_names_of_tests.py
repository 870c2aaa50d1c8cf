"""Tests are shared out among processes by their names, and of several of one name only one runs."""

from __future__ import annotations

from collections import Counter

import pytest


def test_every_test_has_a_name_of_its_own(request: pytest.FixtureRequest) -> None:
    items = [item for item in request.session.items if not item.get_closest_marker("alone")]
    several = {name: n for name, n in Counter(item.nodeid for item in items).items() if n > 1}
    assert not several
