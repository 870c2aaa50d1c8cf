"""Finding entities by any of their names, with typos and without diacritics."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from kg.entities import Entity

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
)
_CUT = 75.0
# From this length on a query may be a part of a longer name.
_PART = 4


def normal(text: str) -> str:
    """`text` without case, diacritics, punctuation and doubled spaces."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)
    return re.sub(r"[\W_]+", " ", bare).strip()


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity and how well it fits: 100 for one of its names, down to 75."""

    entity: Entity
    score: float


class NameIndex:
    """All entities of one revision of the store, by all of their names."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.entities: Sequence[Entity] = sorted(entities, key=lambda e: (normal(e.name), e.id))
        self.by_id: Mapping[str, Entity] = {entity.id: entity for entity in self.entities}
        self._names: list[str] = []
        self._owners: list[Entity] = []
        for entity in self.entities:
            for name in sorted({normal(name) for name in (entity.name, *entity.aliases)} - {""}):
                self._names.append(name)
                self._owners.append(entity)

    def search(self, query: str) -> list[Hit]:
        """The entities that fit, the best first, and then by name.

        A whole name counts by its edit distance; the words of a name in another order, or a part
        of it, count a little less. Short queries must be met without a typo.
        """
        wanted = normal(query)
        if not wanted:
            return []
        scores: dict[str, float] = {}
        owners: dict[str, Entity] = {}

        def note(index: int, score: float) -> None:
            entity = self._owners[index]
            owners[entity.id] = entity
            scores[entity.id] = max(scores.get(entity.id, 0.0), score)

        cut = _CUT if len(wanted) >= _PART else 100.0
        for scorer, weight in ((fuzz.ratio, 1.0), (fuzz.token_sort_ratio, 0.97)):
            for _, score, index in process.extract(
                wanted, self._names, scorer=scorer, limit=None, score_cutoff=cut
            ):
                note(index, score * weight)
        starts = re.compile(rf"\b{re.escape(wanted)}")
        for index, name in enumerate(self._names):
            if starts.search(name):
                note(index, 95.0)
        if len(wanted) >= _PART:
            for name, score, index in process.extract(
                wanted, self._names, scorer=fuzz.partial_ratio, limit=None, score_cutoff=85.0
            ):
                if len(name) >= len(wanted):
                    note(index, score * 0.9)
        hits = [Hit(owners[id_], round(score, 1)) for id_, score in scores.items()]
        return sorted(hits, key=lambda hit: (-hit.score, normal(hit.entity.name), hit.entity.id))
