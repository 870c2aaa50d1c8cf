"""How links are judged by the statements of a gold document."""

from __future__ import annotations

from types import ModuleType

from benchmarks.reference import judge
from kg.documents import Mention
from kg.entities import Entity
from kg.resolve import Resolution


def _mention(start: int, entity: str, sentence: int, kind: str) -> Mention:
    return Mention(
        start=start,
        end=start + 1,
        type="Country",
        sentence=sentence,
        entity=entity,
        kind=kind,
        reason="",
    )


def test_right_wrong_and_idle() -> None:
    score = ModuleType("score")
    score.__dict__["same_entity"] = lambda gold, mine: gold["name"] == mine["name"]
    entities = tuple(
        Entity(id=f"country/{n.lower()}", type="Country", name=n) for n in ("Japan", "Turkey")
    )
    mentions = (
        _mention(0, "country/turkey", 1, "name"),
        _mention(2, "country/turkey", 2, "pronoun"),
        _mention(4, "country/japan", 2, "description"),
        _mention(6, "country/turkey", 3, "pronoun"),
    )
    gold = {
        "entities": [{"name": "Japan", "type": "Country"}, {"name": "Turkey", "type": "Country"}],
        "statements": [
            {"subject": "Turkey", "object": "F-16", "sentence": 1},
            {"subject": "Turkey", "object": "F-16", "sentence": 2},
        ],
    }
    found = list(judge(Resolution(mentions=mentions, entities=entities), gold, score))
    assert found == [("pronoun", "right"), ("description", "wrong"), ("pronoun", "idle")]
