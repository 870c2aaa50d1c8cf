"""Input that cannot be used: one clear line, an exit code, and a store that stays as it was."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml


CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("bad_input_cases.yaml").read_text(encoding="utf-8")
)
