"""The thresholds of the resolution, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What must be reached before a link is made.

    `fuzzy`: similarity (0 to 100, rapidfuzz ratio) of two spellings of one family name;
    `fuzzy_length`: its least length in letters. `capital`: the score above which a capital stands
    for its state. `person` (he, she), `pronoun` (it) and `description`: the least score of the best
    antecedent; `pronoun_margin` and `description_margin`: by how much it must beat the next one.
    `window`: how many sentences back an antecedent may stand.
    """

    fuzzy: float = 88.0
    fuzzy_length: int = 6
    capital: float = 0.0
    person: float = 0.0
    pronoun: float = 1.0
    pronoun_margin: float = 0.75
    description: float = 1.0
    description_margin: float = 0.5
    window: int = 3


THRESHOLDS = Thresholds()
"""The thresholds that were measured to work."""
