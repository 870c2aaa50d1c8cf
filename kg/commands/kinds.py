"""What the values of arguments and options may be: functions that click calls with each, and that
say what to write instead of a wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import click

_SHOWN = 40  # characters of a wrong value in a message


def text(value: str) -> str:
    """Words: not nothing, and something that can be looked up and stored."""
    if not value.strip():
        raise click.BadParameter("this is empty: write what is meant, or leave it out")
    if re.search("[\ud800-\udfff]", value):  # how Python hands on bytes that are no UTF-8
        raise click.BadParameter(f"{value[:_SHOWN]!r} is not UTF-8: write it in that encoding")
    return value


def place(value: str) -> str:
    """The name of a file or folder, or an address. An empty one would be the folder where one is,
    which nobody means who writes "$NAME" and has set no NAME."""
    if not value.strip():
        raise click.BadParameter("this is empty: write a name, or leave it out")
    return value


def share(value: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise click.BadParameter(f"{value[:_SHOWN]!r} is no number from 0 to 1, such as 0.8")
    return number


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads whole numbers from `least` to `most`, both included."""

    def number(value: str) -> int:
        if not (re.fullmatch("[0-9]{1,18}", value) and least <= int(value) <= most):
            raise click.BadParameter(
                f"{value[:_SHOWN]!r} is no whole number from {least} to {most}"
            )
        return int(value)

    return number


def day(value: str) -> str:
    """A day, as YYYY-MM-DD."""
    try:
        found = date.fromisoformat(value).isoformat()
    except ValueError:
        found = ""
    if found != value:
        raise click.BadParameter(f"{value[:_SHOWN]!r} is no day: write it as 2026-01-31")
    return value
