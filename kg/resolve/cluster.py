"""Names to groups: which names of a document are one entity, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc

from kg.extract.candidates import TERM_TYPES
from kg.extract.lookup import Hit, look_up
from kg.resolve.capitals import shouted_dateline, stands_for_state
from kg.resolve.knowledge import Knowledge
from kg.resolve.names import acronym_of, is_acronym, key, orders, singular, tight, words
from kg.resolve.offices import (
    OWNED_TYPES,
    is_bare,
    office_of,
    owner,
    row_for,
    take_apart,
)
from kg.resolve.records import Group, Name, ordered
from kg.resolve.rules import RULES, Pair, Rule
from ontology.catalogue import Catalogue, Row

_KNOWN_BY_PART = frozenset({"InternationalOrganization", "GovernmentBody", "ArmedForce"})
"""Types whose catalogue names may be shortened too: "the Alliance" after "NATO"."""

_SHARED = frozenset({"ArmedForce", "GovernmentBody", "InternationalOrganization", "Company"})
"""Types between which the catalogue corrects the model: who owns what is a matter of knowledge."""


def decide_capitals(doc: Doc, names: Sequence[Name], known: Knowledge) -> list[Name]:
    """The names, each name that can stand for a state or bloc with the type that it has here.

    A dateline in capitals is left out unless the text goes to that place again.
    """
    decided: list[Name] = []
    datelines: list[Name] = []
    for name in names:
        hits = look_up(name.text, known.catalogue) if name.type in ("Place", "Country") else ()
        states = [h for h in hits if h.how == "metonym"]
        if not states or any(h.how != "metonym" and h.type == "Country" for h in hits):
            decided.append(name)
            continue
        if shouted_dateline(doc, name, cues=known.cues):
            datelines.append(replace(name, type="Place", reason="a dateline"))
            continue
        city = name.type == "Place" or any(h.type == "Place" for h in hits)
        score, why = (
            stands_for_state(doc, name, cues=known.cues) if city else (1.0, "never a place")
        )
        if score > known.thresholds.capital:
            decided.append(replace(name, type="Country", reason=f"stands for the state ({why})"))
        else:
            decided.append(replace(name, type="Place", reason=f"the place itself ({why})"))
    visited = {key(n.text) for n in decided if n.type == "Place"}
    decided.extend(n for n in datelines if key(n.text) in visited)
    return sorted(decided, key=lambda n: (n.start, n.end))


def rows_of(name: str, type_: str, catalogue: Catalogue) -> tuple[Row, ...]:
    """The catalogue's rows that a name of a type can mean."""
    hits = look_up(name, catalogue)
    same = [h for h in hits if _fits(h, type_)]
    exact = [h for h in same if name in h.row.names or name in h.row.demonyms]
    by_name = [h for h in exact if name == h.row.name]
    blocs = [h for h in same if h.how == "metonym" and h.type == "InternationalOrganization"]
    if blocs and type_ == "Country":
        return tuple(h.row for h in blocs)  # Brussels that acts is the Union, not Belgium
    return tuple(h.row for h in (by_name or exact or same))


def _fits(hit: Hit, type_: str) -> bool:
    if hit.how == "metonym":
        return type_ in ("Country", "InternationalOrganization") and hit.type != "Place"
    if hit.how == "demonym":
        return hit.type == type_ or (type_ == "Country" and hit.type == "InternationalOrganization")
    return hit.type == type_ or {hit.type, type_} <= _SHARED


def form_groups(names: Sequence[Name], known: Knowledge) -> list[Group]:
    """Names with the same comparison form, and names of the same row of the catalogue."""
    catalogue = known.catalogue
    buckets: dict[tuple[str, str], list[Name]] = defaultdict(list)
    for name in names:
        buckets[(_bucket(name), "Country" if name.type == "Country" else "")].append(name)
    groups = []
    for (form, _), members in buckets.items():
        type_ = _vote(members)
        group = Group(key=form, type=type_, names=members)
        rows: dict[str, Row] = {}
        for text in group.forms():
            rows |= {r.id: r for r in rows_of(text, type_, catalogue)}
        group.rows = tuple(rows[i] for i in sorted(rows))
        if not rows and type_ == "Person":
            group.rows = _in_other_order(group, known)
        if not rows and type_ == "Country":
            state, _ = take_apart(group.forms()[0], catalogue)  # "Government of Canada"
            group.rows = (state,) if state is not None else ()
        if group.row is not None and group.row.type != type_:
            group.type = group.row.type
        groups.append(group)
    return _join_rows(ordered(groups))


def _in_other_order(group: Group, known: Knowledge) -> tuple[Row, ...]:
    """The one person of the catalogue whose name has these words in one of its two orders."""
    found = {
        row.id: (row, form)
        for form in group.forms()
        for written in sorted(orders(form, known.titles))
        for row in known.people.get(written, ())
    }
    if len(found) != 1:
        return ()
    row, form = next(iter(found.values()))
    group.links.setdefault(form, f"“{row.name}” of the catalogue in another order or spelling")
    return (row,)


def _bucket(name: Name) -> str:
    if name.type == "Equipment":
        return tight(singular(name.text)) or name.text
    if name.type in TERM_TYPES:
        return key(singular(name.text)) or name.text
    return key(name.text) or name.text


def _vote(names: Sequence[Name]) -> str:
    """The type that most of the same names have, weighted by their scores."""
    votes: dict[str, float] = defaultdict(float)
    for name in names:
        votes[name.type] += name.score
    return min(votes, key=lambda t: (-votes[t], t))


def _join_rows(groups: list[Group]) -> list[Group]:
    """Join groups that the catalogue gives the same single row."""
    first: dict[str, Group] = {}
    kept = []
    for group in groups:
        row = group.row
        if row is None:
            kept.append(group)
        elif row.id in first:
            first[row.id].take(group, f"names of {row.id} in the catalogue")
        else:
            first[row.id] = group
            kept.append(group)
    return kept


def choose_rows(groups: Sequence[Group]) -> list[Group]:
    """Where several rows have a name, take the one whose state, maker or parent the text names."""
    named = {g.row.id for g in groups if g.row is not None}
    for group in groups:
        if len(group.rows) < 2:
            continue
        near = [
            r
            for r in group.rows
            if ({r.country, r.category, *r.maker, *r.parent} - {""}) & named or r.id in named
        ]
        group.rows = tuple(near) if len(near) == 1 else ()
        if group.rows:
            for form in group.forms():
                group.links.setdefault(form, "of several with this name the one that fits the text")
    return _join_rows(ordered(groups))


def join_brackets(doc: Doc, groups: list[Group]) -> list[Group]:
    """ "Defence Materiel Agency (NDMA)": what stands in brackets behind a name names the same."""
    at_start = {n.i: g for g in groups for n in g.names}
    for group in list(ordered(groups)):
        for name in sorted(group.names, key=lambda n: n.start):
            k = name.j
            if k + 2 >= len(doc) or doc[k].text != "(":
                continue
            inner = at_start.get(k + 1)
            if inner is None or inner is group or inner not in groups:
                continue
            short = next(n for n in inner.names if n.i == k + 1)
            closes = short.j < len(doc) and doc[short.j].text == ")"
            if not closes or not (is_acronym(short.text) or inner.type == group.type):
                continue
            if is_acronym(name.text) and not is_acronym(short.text) and inner.type != group.type:
                continue
            fits = acronym_of(short.text, name.text)
            rows = (group.row, inner.row)
            if all(rows) and rows[0] is not rows[1] and not fits:
                continue
            if group.type in ("Place", "Country", "Person") and inner.type != group.type:
                continue
            # an acronym means what it is introduced for, whatever else the catalogue knows it as
            if group.row is None and not any(
                set(words(n)) >= set(words(name.text)) for r in inner.rows for n in r.names
            ):
                inner.rows = ()
            group.take(inner, f"in brackets behind “{name.text}”")
            groups.remove(inner)
            for n in inner.names:
                at_start[n.i] = group
    return groups


def join_offices(doc: Doc, groups: list[Group], catalogue: Catalogue) -> list[Group]:
    """Join names of one office of one state; give bare names their state, or leave them out.

    A lower-case bare name whose state the text does not fix is no mention.
    """
    countries = sorted(
        ((n, g.row) for g in groups if g.type == "Country" and g.row for n in g.names),
        key=lambda pair: pair[0].start,
    )
    kept: list[Group] = []
    for group in groups:
        if group.type not in OWNED_TYPES or group.row is not None or not _all_bare(group):
            kept.append(group)
            continue
        by_owner: dict[str, Group] = {}
        for name in sorted(group.names, key=lambda n: n.start):
            found = owner(doc, name, countries, catalogue)
            if found is None and not any(c.isupper() for c in name.text):
                continue
            state, why = found if found else (None, "")
            part = by_owner.setdefault(
                state.id if state else "", Group(key=group.key, type=group.type, owner=state)
            )
            part.names.append(name)
            if why and state:
                part.links.setdefault(name.text, f"of {state.name}: {why}")
        kept.extend(by_owner.values())
    return _join_same_office(ordered(kept), catalogue)


def _all_bare(group: Group) -> bool:
    return all(is_bare(form) for form in group.forms())


def _join_same_office(groups: list[Group], catalogue: Catalogue) -> list[Group]:
    for group in groups:
        if group.type in OWNED_TYPES and group.row is None:
            state, what = office_of(group, catalogue)
            country = catalogue.rows.get(state)
            if country is not None:
                row = row_for(country, what, group.type, catalogue)
                if row is not None:
                    group.rows = (row,)
                    group.type = row.type
    groups = _join_rows(groups)
    first: dict[tuple[str, str], Group] = {}
    kept = []
    for group in groups:
        place = office_of(group, catalogue) if group.type in OWNED_TYPES else ("", "")
        if place[0] and place in first and first[place].type == group.type:
            one, other = first[place], group
            if one.row is None or other.row is None or one.row.id == other.row.id:
                one.take(other, "the same office of the same state")
                continue
        if place[0]:
            first.setdefault(place, group)
        kept.append(group)
    return kept


def join_by_rules(groups: list[Group], known: Knowledge) -> list[Group]:
    """Link shorter names to longer ones by the rules of their type, where only one answers."""
    kept = [g for g in groups if g.type not in RULES]
    for type_, rules in RULES.items():
        same = [g for g in groups if g.type == type_]
        for rule in rules:
            # what the catalogue knows was joined by its rows; only the rest may be short for it
            loose = [g for g in same if g.row is None]
            for group in sorted(loose, key=lambda g: (-max(map(len, g.forms())), g.first)):
                answers: list[tuple[Group, str]] = []
                for other in same:
                    if other is group or not _may_join(group, other):
                        continue
                    why = _why(group, other, rule, known)
                    if why is not None:
                        answers.append((other, why))
                if _moved(group, answers):
                    same.remove(group)
        kept.extend(same)
    return ordered(kept)


def _why(group: Group, other: Group, rule: Rule, known: Knowledge) -> str | None:
    for short in group.forms():
        longer = other.forms()
        if other.row is not None and other.type in _KNOWN_BY_PART:
            longer = (*longer, *other.row.names)
        for long in longer:
            if len(short) > len(long) and group.type != "Person":
                continue
            why = rule(Pair(short, long, known))
            if why is not None:
                return why
    return None


def _may_join(group: Group, other: Group) -> bool:
    """What belongs to two states stays apart."""
    if group.owner is not None and other.owner is not None:
        return group.owner.id == other.owner.id
    return group.owner is None or other.row is None or other.row.country == group.owner.id


def _moved(group: Group, answers: list[tuple[Group, str]]) -> bool:
    """Move the names of a group to the entity that answered; whether none is left."""
    if len(answers) == 1:
        other, why = answers[0]
        other.take(group, why)
        return True
    if not answers or group.type != "Person":
        return False
    # several people have this name: each mention means the one who was named last before it
    by_place = sorted(((n.start, k) for k, (other, _) in enumerate(answers) for n in other.names))
    left = []
    for name in sorted(group.names, key=lambda n: n.start):
        before = [k for start, k in by_place if start < name.start]
        if not before:
            left.append(name)
            continue
        other, why = answers[before[-1]]
        other.take(
            Group(key=group.key, type=group.type, names=[name]),
            f"{why}, who was named last before it",
        )
    group.names[:] = left or group.names
    return not left


__all__ = [
    "choose_rows",
    "decide_capitals",
    "form_groups",
    "join_brackets",
    "join_by_rules",
    "join_offices",
    "rows_of",
]
