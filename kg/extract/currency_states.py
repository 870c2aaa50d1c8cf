"""Whose money it is: "The defence budget rose to 186 billion zlotys" speaks of Poland."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from kg.documents import Mention
from ontology import catalogue, values

_ABROAD = frozenset({"USD", "EUR"})  # what others reckon in tells nothing of the state


@cache
def _states() -> dict[str, str]:
    """The ids of the catalogue's states by the code of their currency ("Polish zloty")."""
    rows, found = catalogue.load(), {}
    for currency in values.currencies().currencies:
        states = {r.id for word in currency.adjectives for r in rows.find_demonym(word)}
        if len(states) == 1 and currency.code not in _ABROAD:
            found[currency.code] = states.pop()
    return found


class CurrencyStates:
    """The states that a document names, by their currency."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._named: dict[str, list[Mention]] = {}
        for mention in sorted(mentions, key=lambda m: (m.start, m.end)):
            if mention.type == "Country":
                self._named.setdefault(mention.entity, []).append(mention)

    def owner(self, currency: str, place: int) -> Mention | None:
        """The last mention before the character `place`, or else the first one, of the state whose
        currency it is; None for money that is used abroad, and where the text does not name it.
        """
        if currency in _ABROAD:
            return None
        named = self._named.get(_states().get(currency, ""), [])
        before = [m for m in named if m.end <= place]
        return before[-1] if before else next(iter(named), None)
