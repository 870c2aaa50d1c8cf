"""The beliefs in statements, as the index of the store keeps them."""

from __future__ import annotations

import json

from kg.exports.excerpt import Beliefs
from kg.store.interface import Store


def beliefs(store: Store) -> Beliefs:
    """The belief in each statement by modality."""
    with store.index.reading() as tables:
        rows = tables.execute("SELECT id, beliefs FROM statement").fetchall()
    return {row["id"]: json.loads(row["beliefs"]) for row in rows}
