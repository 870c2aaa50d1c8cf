"""Names inside names: the state in "Kenya's navy", the maker in "Sukhoi Su-33", the kind in
"Meteor air-to-air missiles", the model in "F-35 programme".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from kg.extract.candidates import is_word
from kg.extract.lookup import look_up
from kg.resolve.offices import INSIDE, OWNED_TYPES
from kg.resolve.records import Name
from ontology.catalogue import Catalogue, Row
from ontology.names import Cues


def add_inner(names: Sequence[Name], doc: Doc, catalogue: Catalogue, cues: Cues) -> list[Name]:
    """The names, with the states, makers and models at the beginning of other names, and the kinds
    at the end of models' names.
    """
    found = list(names)
    for name in names:
        if name.j - name.i < 2:
            continue
        if name.type == "Equipment" and (kind := _kind(name, doc, catalogue, cues)) is not None:
            found.append(kind)
        if name.type in OWNED_TYPES:
            inner = _state(name, doc, catalogue)
        elif name.type == "Equipment":
            inner = _maker(name, doc, catalogue)
        elif name.type == "InternationalOrganization":
            inner = _model(name, doc, catalogue)
        else:
            continue
        if inner is not None:
            found.append(inner)
    return sorted(found, key=lambda n: (n.start, n.end))


def _beginnings(name: Name, doc: Doc) -> Iterator[tuple[int, str]]:
    """The ends and texts of all that a name begins with, the longest first."""
    for j in range(name.j - 1, name.i, -1):
        if is_word(doc[j - 1]):
            yield j, " ".join(doc[name.i : j].text.split())


def _state(name: Name, doc: Doc, catalogue: Catalogue) -> Name | None:
    for j, text in _beginnings(name, doc):
        hits = look_up(text, catalogue)
        if [h.type for h in hits if h.how != "metonym"] == ["Country"]:
            return _part(name, doc, j, text, "Country", f"{INSIDE}“{name.text}”")
    return None


def _model(name: Name, doc: Doc, catalogue: Catalogue) -> Name | None:
    for j, text in _beginnings(name, doc):
        if {h.type for h in look_up(text, catalogue)} == {"Equipment"}:
            return _part(name, doc, j, text, "Equipment", f"the model in “{name.text}”")
    return None


def _maker(name: Name, doc: Doc, catalogue: Catalogue) -> Name | None:
    found = maker_in(name.text, catalogue)
    if found is None:
        return None
    for j, text in _beginnings(name, doc):
        if text == found[1]:
            return _part(name, doc, j, text, "Company", f"the maker in “{name.text}”")
    return None


def maker_in(text: str, catalogue: Catalogue) -> tuple[Row, str] | None:
    """The firm whose name a model's name begins with, and that name; none if another made it."""
    parts = text.split()
    models = [h.row for h in look_up(text, catalogue) if h.type == "Equipment"]
    for k in range(len(parts) - 1, 0, -1):
        head = " ".join(parts[:k])
        firms = [h.row for h in look_up(head, catalogue) if h.type == "Company"]
        if len(firms) == 1 and all(firms[0].id in m.maker for m in models):
            return firms[0], head
    return None


def _kind(name: Name, doc: Doc, catalogue: Catalogue, cues: Cues) -> Name | None:
    """The kind in "Orka-class submarines", in lower case: "Naval Strike Missile" is all name."""
    for i in range(name.i + 1, name.j):
        words = doc[i : name.j]
        if not all(t.text.islower() and not t.like_num for t in words if is_word(t)):
            continue
        text = " ".join(words.text.split())
        if not words.text[0].isalpha() or text in cues.terms("wide-kind"):
            continue
        hits = look_up(text, catalogue)
        if [h.type for h in hits] == ["EquipmentCategory"]:
            reason = f"the kind in “{name.text}”"
            return replace(
                name, start=words[0].idx, i=i, text=text, type="EquipmentCategory", reason=reason
            )
    return None


def without_kinds(names: Sequence[Name], doc: Doc) -> dict[int, int]:
    """Where models' names end that have their kind behind them: start → end without the kind."""
    kinds = {n.end: n.i for n in names if n.type == "EquipmentCategory"}
    ends = {}
    for name in names:
        i = kinds.get(name.end, name.j) - 1
        while i > name.i and not is_word(doc[i]):
            i -= 1
        if name.type == "Equipment" and name.i <= i:
            ends[name.start] = doc[i].idx + len(doc[i])
    return ends


def _part(name: Name, doc: Doc, j: int, text: str, type_: str, reason: str) -> Name:
    end = doc[j - 1].idx + len(doc[j - 1])
    return replace(name, end=end, j=j, text=text, type=type_, reason=reason)
