"""When a shorter name means the same as a longer one: a table of rules, each with its reason.

A rule gets two names of the text and says why they are one entity, or None. `cluster` asks the
rules in order and links only where exactly one longer name answers (a person's family name may
have several; then the one named last before it is meant).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kg.resolve.knowledge import Knowledge
from kg.resolve.names import (
    acronym_of,
    has_digit,
    is_acronym,
    leading_part,
    same_person,
    singular,
    tight,
    trailing_part,
    words,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A shorter and a longer name of one type, with what the rules need to judge them."""

    short: str
    long: str
    known: Knowledge

    @property
    def rest(self) -> tuple[str, ...]:
        """The words of the longer name after the shorter one."""
        return words(self.long)[len(words(self.short)) :]


Rule = Callable[[Pair], str | None]


def acronym(p: Pair) -> str | None:
    """ "TAI" after "Turkish Aerospace Industries"."""
    return f"the initials of “{p.long}”" if acronym_of(p.short, p.long) else None


def person(p: Pair) -> str | None:
    """Family names, both orders, missing parts, other spellings."""
    why = same_person(
        p.short,
        p.long,
        titles=p.known.titles,
        particles=p.known.particles,
        surnames_first=p.known.surnames_first,
        spellings=p.known.spellings,
        thresholds=p.known.thresholds,
    )
    return None if why is None else f"{why} of “{p.long}”"


def company_suffix(p: Pair) -> str | None:
    """ "Saab" after "Saab AB": what is missing are words such as Inc. or Systems."""
    if not leading_part(p.short, p.long):
        return None
    if all(w in p.known.suffixes for w in p.rest):
        return f"“{p.long}” without its last words"
    return None


def company_prefix(p: Pair) -> str | None:
    """ "Dirgantara Indonesia" after "PT Dirgantara Indonesia"."""
    if len(words(p.short)) > 1 and trailing_part(p.short, p.long):
        return f"the end of “{p.long}”"
    if trailing_part(p.short, p.long) and words(p.long)[0] in p.known.prefixes:
        return f"“{p.long}” without its legal form"
    return None


def shortened_company(p: Pair) -> str | None:
    """ "Hanwha" after "Hanwha Aerospace"."""
    if leading_part(p.short, p.long) and not is_acronym(p.short) and len(words(p.long)) <= 4:
        return f"the beginning of “{p.long}”"
    return None


def end_of_name(p: Pair) -> str | None:
    """ "Security Council" after "UN Security Council", "Navy" after "Royal Norwegian Navy"."""
    return f"the end of “{p.long}”" if trailing_part(p.short, p.long) else None


def beginning_of_body(p: Pair) -> str | None:
    """ "Budget Committee" after "Budget Committee of the Bundestag"."""
    if (
        leading_part(p.short, p.long)
        and p.rest[0] in ("of", "for", "in")
        and len(words(p.short)) > 1
    ):
        return f"the beginning of “{p.long}”"
    return None


def model_end(p: Pair) -> str | None:
    """ "TB2" after "Bayraktar TB2", "Carl Vinson" after "USS Carl Vinson"."""
    if trailing_part(singular(p.short), singular(p.long)):
        return f"the end of “{p.long}”"
    return None


def model_and_kind(p: Pair) -> str | None:
    """ "K2" and "K2 tank", "Mogami" and "Mogami-class frigate": what is added is a kind."""
    if not leading_part(singular(p.short), p.long):
        return None
    rest = words(p.long)[len(words(singular(p.short))) :]
    if all(w in p.known.kinds for w in rest):
        return f"“{p.long}” without the kind"
    return None


def model_nickname(p: Pair) -> str | None:
    """ "K2" and "K2 Black Panther": a designation and its nickname, no variant."""
    if not leading_part(p.short, p.long) or not has_digit(p.short):
        return None
    rest = words(p.long)[len(words(p.short)) :]
    if all(
        len(w) > 2 and w.isalpha() and w not in ("block", "mod", "mark", "upgrade") for w in rest
    ):
        return f"“{p.long}” without its nickname"
    return None


def exercise_year(p: Pair) -> str | None:
    """ "Sea Breeze" after "Sea Breeze 2021"."""
    if leading_part(p.short, p.long) and all(w.isdigit() for w in p.rest):
        return f"“{p.long}” without the year"
    if words(p.long)[:1] == ("exercise",) and trailing_part(p.short, p.long):
        return f"the end of “{p.long}”"
    return None


def place_head(p: Pair) -> str | None:
    """ "Galápagos" after "Galápagos Islands", "Clark" after "Clark Air Base"."""
    if leading_part(p.short, p.long) and all(w in p.known.place_heads for w in p.rest):
        return f"“{p.long}” without its last words"
    return None


def same_letters(p: Pair) -> str | None:
    """ "Su 35" and "Su-35", "MiG29" and "MiG-29s"."""
    same = tight(singular(p.short)) == tight(singular(p.long))
    return "the same letters and digits" if same else None


def kind_of_agreement(p: Pair) -> str | None:
    """ "the treaty" after "Pukpuk Treaty"."""
    return f"the end of “{p.long}”" if trailing_part(singular(p.short), p.long) else None


RULES: Mapping[str, tuple[Rule, ...]] = {
    "Person": (person,),
    "Company": (acronym, company_suffix, company_prefix, shortened_company),
    "GovernmentBody": (acronym, end_of_name, beginning_of_body),
    "ArmedForce": (acronym, end_of_name),
    "InternationalOrganization": (acronym, end_of_name),
    "Equipment": (same_letters, model_and_kind, model_nickname, model_end, acronym),
    "Exercise": (exercise_year, acronym),
    "Place": (place_head,),
    "EquipmentCategory": (same_letters, acronym),
    "Topic": (acronym,),
    "Agreement": (acronym, kind_of_agreement),
    "Country": (acronym,),
}
"""The rules of each type, in the order in which they are asked."""
