"""The cue words: they load, and a wrong line is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import CatalogueError
from ontology import names


def test_every_kind_has_cues() -> None:
    cues = names.load()
    assert set(cues.by_kind) == set(names.KINDS)
    assert "Navy" in cues.terms("force-head", "branch")
    assert cues.values("description", "company") == ("Company",)
    assert cues.values("description", "zork") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,c\n", "line 1: the header"),
        ("kind,term,value\nzork,a,b\n", "line 2: unknown kind 'zork'"),
        ("kind,term,value\nforce-head,,b\n", "line 2: the term must not be empty"),
        ("kind,term,value\nforce-head,Navy\n", "line 2: three cells"),
        ("kind,term,value\nforce-head,Navy,x\nforce-head,Navy,x\n", "line 3: force-head 'Navy'"),
    ],
)
def test_a_wrong_line_is_named(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "cues.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(CatalogueError, match=message):
        names.read(path)
