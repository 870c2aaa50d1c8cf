"""Mentions to entities: which names, descriptions and pronouns mean the same, and who it is."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from kg.documents import Mention
from kg.extract.records import Counterpart, Span
from kg.resolve import counterparts, descriptions, pronouns
from kg.resolve.antecedents import referents
from kg.resolve.cluster import (
    choose_rows,
    decide_capitals,
    form_groups,
    join_brackets,
    join_by_rules,
    join_offices,
)
from kg.resolve.describe import entity
from kg.resolve.inner import add_inner, without_kinds
from kg.resolve.knowledge import make
from kg.resolve.records import Group, Resolution, names_of, sentence_numbers
from kg.resolve.settings import THRESHOLDS, Thresholds
from ontology.catalogue import Catalogue
from ontology.names import Cues

__all__ = ["THRESHOLDS", "Resolution", "Thresholds", "resolve"]


def resolve(
    doc: Doc,
    spans: Sequence[Span],
    *,
    catalogue: Catalogue,
    cues: Cues | None = None,
    thresholds: Thresholds = THRESHOLDS,
) -> Resolution:
    """The entities that the spans of a document name, and every mention of them.

    Works on tokens alone; with tags and syntax it also resolves descriptions and pronouns.
    """
    known = make(catalogue, cues=cues, thresholds=thresholds)
    names = decide_capitals(doc, names_of(doc, spans), known)
    names = add_inner(names, doc, catalogue, known.cues)
    ends = without_kinds(names, doc)
    groups = form_groups(names, known)
    groups = choose_rows(groups)
    groups = join_brackets(doc, groups)
    groups = join_offices(doc, groups, catalogue)
    groups = join_by_rules(groups, known)
    entities = {}
    merged: dict[str, Group] = {}
    for group in sorted(groups, key=lambda g: (g.first, g.type, g.key)):
        made = entity(group, known)
        if made.id in merged:
            # two groups that nothing tells apart: the same type and name
            merged[made.id].take(group, "the same type and name")
            entities[made.id] = entity(merged[made.id], known)
        else:
            merged[made.id] = group
            group.id = made.id
            entities[made.id] = made
    mentions = [
        Mention(
            start=name.start,
            end=ends.get(name.start, name.end) if name.type == "Equipment" else name.end,
            type=group.type,
            sentence=name.sentence,
            entity=id_,
            reason="; ".join(filter(None, (name.reason, group.links.get(name.text, "")))),
        )
        for id_, group in merged.items()
        for name in group.names
    ]
    named: list[Counterpart] = []
    if doc.has_annotation("DEP") and doc.has_annotation("TAG"):
        numbers = sentence_numbers(doc)
        earlier = referents(doc, merged.values())
        he = list(pronouns.resolve(doc, earlier, numbers, known))
        mentions.extend(he)
        mentions.extend(descriptions.resolve(doc, earlier, numbers, known))
        fixed, named = counterparts.resolve(
            doc, earlier, numbers, known, pronouns=pronouns.persons(he)
        )
        mentions.extend(fixed)
    return Resolution(
        mentions=tuple(sorted(mentions, key=lambda m: (m.start, m.end, m.entity))),
        entities=tuple(entities[i] for i in sorted(entities)),
        counterparts=tuple(named),
        homes={
            id_: group.row.country
            for id_, group in sorted(merged.items())
            if group.type == "Person" and group.row is not None and group.row.country
        },
    )
