"""Groups to entities: the preferred name, the aliases, the id, and the reason for the link."""

from __future__ import annotations

from collections.abc import Iterator

from kg.entities import Entity, entity_id
from kg.extract.candidates import TERM_TYPES
from kg.extract.lookup import look_up
from kg.resolve.inner import maker_in
from kg.resolve.knowledge import Knowledge
from kg.resolve.names import has_digit, is_acronym, key, singular, tight, without_titles, words
from kg.resolve.offices import OWNED_TYPES, common_name, take_apart
from kg.resolve.records import Group
from ontology.catalogue import Catalogue, Row, normal_name

_NUMERALS = frozenset({"Jr", "Sr", "I", "II", "III", "IV"})  # "Abdullah II", "Marcos Jr."


def entity(group: Group, known: Knowledge) -> Entity:
    """The entity of a group: linked to its row, or minted from its type and name."""
    name = preferred_name(group, known)
    aliases = tuple(sorted({a for a in _aliases(group, name, known) if a} - {name}))
    row = group.row
    if row is None:
        return Entity(
            id=entity_id(group.type, name),
            type=group.type,
            name=name,
            aliases=aliases,
            reason=f"not in the catalogue; the text has “{group.forms()[0]}”",
        )
    forms = sorted(f for f in group.forms() if _names_row(f, row, known.catalogue))
    if forms:
        reason = "in the catalogue as " + ", ".join(f"“{f}”" for f in forms[:3])
    else:
        reason = "the catalogue's office of that kind of the state"
    return Entity(
        id=row.id, type=group.type, name=name, aliases=aliases, catalogue=True, reason=reason
    )


def _names_row(form: str, row: Row, catalogue: Catalogue) -> bool:
    return any(h.row.id == row.id for h in look_up(form, catalogue))


def preferred_name(group: Group, known: Knowledge) -> str:
    """The fullest common name in the article's spelling.

    Adjectives, capitals, acronyms and bare words ("Navy") give way to the catalogue's name; what
    belongs to a state is named with its adjective ("Japanese Ministry of Defense").
    """
    forms = list(dict.fromkeys(_cleaned(f, group, known) for f in group.forms()))
    row = group.row
    if row is not None and group.type in TERM_TYPES:
        return max(forms, key=lambda f: (not is_acronym(f), len(f), f))
    if row is not None:
        return _name_with_row(group, row, forms)
    if group.type in OWNED_TYPES:
        owned = _owned_name(group, known.catalogue)
        if owned is not None:
            return owned
    if group.type == "Person":
        return max(forms, key=lambda f: (len(key(f).split()), -forms.index(f)))
    if group.type in TERM_TYPES:
        return forms[0]
    full = [f for f in forms if not is_acronym(f)] or forms
    if group.type == "Equipment":
        return min(full, key=lambda f: (not has_digit(f), -len(key(f).split()), len(f), f))
    return max(full, key=lambda f: (len(f), f))


def _name_with_row(group: Group, row: Row, forms: list[str]) -> str:
    wanted = {normal_name(n) for n in row.names}
    own = [f for f in forms if normal_name(f) in wanted]
    same = [f for f in own if normal_name(f) == normal_name(row.name) and not _shouted(f)]
    if same:
        return same[0]
    full = [f for f in own if not is_acronym(f) and not _shouted(f)]
    if group.type in ("Country", "Company", "InternationalOrganization", "Place") and full:
        return max(full, key=lambda f: (len(f), f))
    return row.name


def _shouted(text: str) -> bool:
    """Whether a name is in capitals only because its line is: "NEW DELHI"."""
    return text.isupper() and len(text) > 5


def _owned_name(group: Group, catalogue: Catalogue) -> str | None:
    """ "Japanese Ministry of Defense" for "Japan's Ministry of Defense" or a bare "Navy"."""
    longest = max(group.forms(), key=lambda f: (len(f), f))
    state, rest = take_apart(longest, catalogue)
    state = state or group.owner
    if state is None or is_acronym(longest):
        return None
    possessive = "'s " in longest or "’s " in longest or rest == longest
    return common_name(state, rest) if possessive else None


def _cleaned(form: str, group: Group, known: Knowledge) -> str:
    """A form without plural, titles and, at the start of a sentence, its capital."""
    one = singular(form)
    if group.type in TERM_TYPES:
        sentence_case = one[1:2].islower() and not any(c.isupper() for c in one[1:])
        return one[:1].lower() + one[1:] if sentence_case else one
    if group.type == "Equipment":
        texts = {tight(f) for f in group.forms()}
        return one if has_digit(form.split()[-1]) or tight(one) in texts else form
    if group.type == "Person":
        return without_titles(form, known.plain_titles)
    return form


def _aliases(group: Group, name: str, known: Knowledge) -> Iterator[str]:
    """All other forms of the text, and the catalogue's acronyms, names and adjectives."""
    for form in group.forms():
        yield form
        yield _cleaned(form, group, known)
        if group.type == "Equipment":
            yield from _without_kind(singular(form), known)
            made = maker_in(form, known.catalogue)
            if made is not None:
                yield singular(form[len(made[1]) :].strip())
        if group.type == "Place":
            yield _without_common_head(form)
        if group.type in OWNED_TYPES:
            yield take_apart(form, known.catalogue)[1]
    if group.type == "Person":
        parts = [p for p in name.split() if p.rstrip(".") not in _NUMERALS]
        if 1 < len(parts) <= 3:
            yield parts[-1]
        if len(parts) == 2:
            yield f"{parts[1]} {parts[0]}"
    if group.row is not None:
        yield from group.row.names


def _without_common_head(form: str) -> str:
    """ "Senou" from "Senou airport": the name without the common nouns behind it."""
    parts = form.split()
    while len(parts) > 1 and parts[-1].islower():
        parts.pop()
    return " ".join(parts)


def _without_kind(form: str, known: Knowledge) -> Iterator[str]:
    """ "TOW" from "TOW anti-tank missile", "Virginia-class" and "Virginia class" from a kind."""
    parts = form.split()
    while len(parts) > 1 and all(w in known.kinds for w in words(parts[-1])):
        if parts[-1].lower() == "class":
            break
        parts.pop()
    short = " ".join(parts)
    if short != form and (parts[-1].lower() not in known.kinds) and any(c.isupper() for c in short):
        yield short
        if short.lower().endswith("-class"):
            yield short[:-6] + " class"
    elif form.lower().endswith("-class"):
        yield form[:-6] + " class"
