"""Days in requests: written YYYY-MM-DD, and in no other way."""

from __future__ import annotations

import datetime
import re
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written(value: object) -> object:
    """`value`, if it looks like a day; an error where it is a number, a time or something else,
    which pydantic would take for one."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("day", "write a day as YYYY-MM-DD")
    return value


Day = Annotated[datetime.date, BeforeValidator(_written)]
