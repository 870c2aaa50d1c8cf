"""Ministries, navies and the like: whose they are, and which office of that state they are.

"Turkish defense ministry", "Turkey's Ministry of National Defence" and, in an article about
Turkey, "the ministry of defence" are one body. A name is taken apart into the state and the
office; bare names get their state from the words around them, each with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from spacy.tokens import Doc

from kg.extract.candidates import is_possessive
from kg.extract.lookup import look_up
from kg.resolve.names import words
from kg.resolve.records import Group, Name
from ontology.catalogue import Catalogue, Row

INSIDE = "the state in "
"""How the reason of a state inside the name of what it owns begins."""

OWNED_TYPES = frozenset({"ArmedForce", "GovernmentBody"})

_SAME = {
    "defence": "defense",
    "programme": "program",
    "centre": "center",
    "organisation": "organization",
}
_DROPPED = frozenset(
    {"royal", "imperial", "national", "peoples", "people", "s", "the", "state", "federal"}
)
_FORCES = {
    "navy": "navy", "naval forces": "navy", "naval force": "navy",
    "army": "army", "land forces": "army", "land force": "army", "ground forces": "army",
    "air force": "air force", "air forces": "air force",
    "armed forces": "military", "military": "military", "defense forces": "military",
    "defense force": "military", "self defense forces": "military",
    "marine corps": "marines", "marines": "marines", "coast guard": "coast guard",
    "coastguard": "coast guard", "general staff": "general staff",
    "maritime self defense force": "navy", "air self defense force": "air force",
    "ground self defense force": "army",
}  # fmt: skip
_FIELDS = {
    "foreign affairs": "foreign", "external affairs": "foreign", "home affairs": "interior",
    "internal affairs": "interior",
}  # fmt: skip
_MINISTRY = re.compile(
    r"(?:ministry|department) (?:of|for) (?:the )?(?:armed )?(.+)|(.+) (?:ministry|department)"
)


def office(text: str) -> str:
    """The office that a name without its state means: "ministry:defense", "navy", or the words."""
    parts = [_SAME.get(w, w) for w in words(text)]
    kept = [w for w in parts if w not in _DROPPED] or parts
    plain = " ".join(kept)
    if plain in _FORCES:
        return _FORCES[plain]
    match = _MINISTRY.fullmatch(plain)
    if match:
        field = match.group(1) or match.group(2)
        return f"ministry:{_FIELDS.get(field, field)}"
    return plain


BARE_OFFICES = frozenset(_FORCES.values()) | {
    "parliament", "cabinet", "senate", "congress", "delegation", "general staff", "government",
    "embassy", "procurement agency", "joint chiefs of staff", "special forces", "border guards",
    "national assembly", "coast guard", "council of ministers", "ministry",
}  # fmt: skip
"""Offices that every state may have, so that the bare word names none of them."""


def is_bare(text: str) -> bool:
    """Whether the text names an office without saying whose: "Ministry of Defence", "the navy"."""
    plain = office(text)
    royal = words(text)[:1] == ("royal",)
    return not royal and (plain in BARE_OFFICES or plain.startswith("ministry:"))


def take_apart(text: str, catalogue: Catalogue) -> tuple[Row | None, str]:
    """The state in a name (in front, after "Royal", or after the last "of"), and the rest."""
    parts = [p for p in re.split(r"(?:['’]s)?\s+", text.strip()) if p]
    offset = 1 if parts and parts[0] in ("Royal", "Imperial", "the", "The") else 0
    for width in (4, 3, 2, 1):
        head = " ".join(parts[offset : offset + width])
        if offset + width < len(parts):
            row = _country(head, catalogue)
            if row is not None:
                return row, " ".join([*parts[:offset], *parts[offset + width :]])
    for k in range(len(parts) - 1, 0, -1):
        if parts[k].lower() in ("of", "in") and k + 1 < len(parts):
            row = _country(" ".join(parts[k + 1 :]), catalogue)
            if row is not None:
                return row, " ".join(parts[:k])
    return None, text


def _country(text: str, catalogue: Catalogue) -> Row | None:
    rows = [h.row for h in look_up(text, catalogue) if h.type == "Country"]
    return rows[0] if len(rows) == 1 else None


def owner(
    doc: Doc, name: Name, countries: Sequence[tuple[Name, Row]], catalogue: Catalogue
) -> tuple[Row, str] | None:
    """Whose office a bare name is, and why; None where the text does not fix it.

    `countries` are the mentions of states with their rows, in the order of the text.
    """
    k = name.i - 1
    if k >= 0 and is_possessive(doc[k]):
        k -= 1
    before = next((r for n, r in countries if n.j - 1 == k), None)
    if before is not None:
        return before, "the state stands before it"
    if name.j + 1 < len(doc) and doc[name.j].lower_ in ("of", "in"):
        after = next((r for n, r in countries if n.i in (name.j + 1, name.j + 2)), None)
        if after is not None:
            return after, "the state stands after it"
        hits = look_up(doc[name.j + 1].text, catalogue)
        seats = [h.row for h in hits if h.type == "Country"]
        if len(seats) == 1:
            return seats[0], "the state's capital stands after it"
    here = [r for n, r in countries if n.sentence == name.sentence and n.end <= name.start]
    if len({r.id for r in here}) == 1:
        return here[-1], "the only state named before it in the sentence"
    if k >= 0 and doc[k].lower_ in ("its", "their", "his", "her") and here:
        return here[0], f"“{doc[k].text}”, after the state named first in the sentence"
    near = [r for n, r in countries if name.sentence - 1 <= n.sentence and n.end <= name.start]
    if not here and len({r.id for r in near}) == 1:
        return near[-1], "the only state named in the sentence before"
    every = {r.id: r for _, r in countries}
    if len(every) == 1:
        return next(iter(every.values())), "the only state in the text"
    return _topical(name, countries)


def _topical(name: Name, countries: Sequence[tuple[Name, Row]]) -> tuple[Row, str] | None:
    """The state that the text is about: that of its other offices, or named far more often."""
    owners = [(n, r) for n, r in countries if n.reason.startswith(INSIDE) and n.end <= name.start]
    if len({r.id for _, r in owners}) == 1:
        return owners[-1][1], "the state of the only other offices before it"
    near = {r.id: r for n, r in owners if n.sentence >= name.sentence - 1}
    if len(near) == 1:
        return next(iter(near.values())), "the state of the only other offices just before it"
    often = Counter(r.id for _, r in countries).most_common(2)
    if len(often) > 1 and often[0][1] >= max(3, 2 * often[1][1]):
        row = next(r for _, r in countries if r.id == often[0][0])
        return row, "the state that the text names most"
    return None


def row_for(country: Row, wanted: str, type_: str, catalogue: Catalogue) -> Row | None:
    """The catalogue's row of this office of a state, if there is exactly one."""
    found = [
        row
        for row in catalogue.rows.values()
        if row.country == country.id
        and row.type in OWNED_TYPES
        and (row.type == type_ or wanted not in BARE_OFFICES)
        and any(office(take_apart(n, catalogue)[1]) == wanted for n in row.names)
    ]
    return found[0] if len(found) == 1 else None


def common_name(country: Row, text: str) -> str:
    """The name of a state's office: its adjective and what the text says."""
    adjective = country.demonyms[0] if country.demonyms else country.name
    bare = re.sub(r"^(?:the|The|a|an|its|their|his|her)\s+", "", text)
    return f"{adjective} {bare}"


def office_of(group: Group, catalogue: Catalogue) -> tuple[str, str]:
    """The id of the state ("" if none) and the office of a group of names."""
    if group.row is not None and group.row.country:
        names = [take_apart(n, catalogue)[1] for n in group.row.names]
        return group.row.country, office(names[0])
    state, rest = take_apart(max(group.forms(), key=lambda f: (len(f), f)), catalogue)
    if group.owner is not None:
        return group.owner.id, office(rest)
    return (state.id if state else ""), office(rest)
