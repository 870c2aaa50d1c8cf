"""Settings from a mapping."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.settings import Settings


def test_defaults() -> None:
    assert Settings.read({}) == Settings()
    assert Settings.read({"PATH": "/bin", "ENTENTE_PORT": ""}) == Settings()
    assert Settings().host == "127.0.0.1"


def test_values() -> None:
    found = Settings.read(
        {
            "ENTENTE_STORE": "news",
            "ENTENTE_PORT": "9000",
            "ENTENTE_CATALOGUE": os.pathsep.join(["a.csv", "b.csv"]),
        }
    )
    assert (found.store, found.port) == ("news", 9000)
    assert found.catalogue == (Path("a.csv"), Path("b.csv"))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ENTENTE_STROE", "x", "no such setting: there are .*ENTENTE_STORE"),
        ("ENTENTE_PORT", "-1", "no whole number above 0"),
        ("ENTENTE_PORT", "８０", "no whole number above 0"),
        ("ENTENTE_PORT", "9" * 30, "no whole number above 0"),
    ],
)
def test_wrong_values(name: str, value: str, says: str) -> None:
    with pytest.raises(InputError, match=f"{name}: .*{says}"):
        Settings.read({name: value})


def test_every_setting_says_what_it_is_for() -> None:
    shown = Settings.help()
    assert len(shown) == len(dataclasses.fields(Settings))
    assert all(name.startswith("ENTENTE_") and text for name, _, text in shown)
