"""Gold documents as tokens with the mentions that their entities have in the text.

The gold documents name each entity with all its forms but do not mark where they stand; a form
counts as a mention wherever it stands as a whole word, the longest first.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GENERIC_TYPES = frozenset({"Topic", "EquipmentCategory", "Agreement"})
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoldMention:
    """`text[start:end]` mentions the entity with that index, or a title (index -1)."""

    start: int
    end: int
    type: str
    entity: int


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A gold document: its text without front matter, its annotation, and the mentions found."""

    name: str
    text: str
    date: str
    raw: Json
    mentions: tuple[GoldMention, ...]


def body(source: str) -> str:
    """The article below the front matter, without the blank lines around it."""
    parts = source.split("---\n", 2)
    return parts[2] if source.startswith("---\n") and len(parts) == 3 else source


def read(folder: Path) -> list[GoldDocument]:
    """All documents of a gold folder, sorted by name."""
    documents = []
    for path in sorted(folder.glob("*.json")):
        raw = json.loads(path.read_text(encoding="utf-8"))
        text = body(path.with_suffix(".txt").read_text(encoding="utf-8"))
        documents.append(
            GoldDocument(path.stem, text, raw.get("date", ""), raw, tuple(find_mentions(text, raw)))
        )
    return documents


def _occurrences(text: str, form: str, *, ignore_case: bool) -> list[tuple[int, int]]:
    words = [re.escape(w) for w in re.split(r"[\s-]+", form) if w]
    if not words:
        return []
    pattern = r"(?<![\w])" + r"[\s-]+".join(words) + r"(?![\w])"
    return [m.span() for m in re.finditer(pattern, text, re.IGNORECASE if ignore_case else 0)]


def _plural(form: str) -> list[str]:
    if form.endswith("s"):
        return []
    if form.endswith("y") and form[-2:-1] not in "aeiou":
        return [form[:-1] + "ies"]
    return [form + "s", form + "es"] if form.endswith(("x", "ch", "sh")) else [form + "s"]


def find_mentions(text: str, raw: Json) -> list[GoldMention]:
    """Non-overlapping mentions, sorted; longer forms win, then names over generic terms."""
    entities = raw["entities"]
    categories = {
        f.lower()
        for e in entities
        if e["type"] == "EquipmentCategory"
        for f in [e["name"], *e["aliases"]]
    }
    categories |= {p for f in list(categories) for p in _plural(f)}
    nations = {f for e in entities if e["type"] == "Country" for f in [e["name"], *e["aliases"]]}
    candidates: list[tuple[int, int, str, int]] = []
    for index, entity in enumerate(entities):
        generic = entity["type"] in GENERIC_TYPES
        forms = {f for f in [entity["name"], *entity["aliases"]] if f.strip()}
        if generic:
            forms |= {p for f in list(forms) for p in _plural(f)}
        for form in forms:
            if re.match(r"(?:a|an|the) ", form):
                continue
            first, _, rest = form.partition(" ")
            if generic and first in nations and rest:
                continue
            tail = form.rpartition(" ")
            if entity["type"] == "Equipment" and tail[0] and tail[2].lower() in categories:
                form = tail[0]
            for start, end in _occurrences(text, form, ignore_case=generic):
                candidates.append((start, end, entity["type"], index))
    for statement in raw["statements"]:
        if statement["predicate"] == "holdsPosition" and isinstance(statement["object"], str):
            title = statement["object"]
            for form in {title, *_plural(title)}:
                for start, end in _occurrences(text, form, ignore_case=True):
                    candidates.append((start, end, "Title", -1))
    candidates.sort(
        key=lambda c: (-(c[1] - c[0]), c[2] in GENERIC_TYPES, c[2] == "Title", c[0], c[3])
    )
    taken: list[GoldMention] = []
    covered = bytearray(len(text))
    for start, end, kind, index in candidates:
        if not any(covered[start:end]):
            covered[start:end] = b"\x01" * (end - start)
            taken.append(GoldMention(start, end, kind, index))
    return sorted(taken, key=lambda m: m.start)
