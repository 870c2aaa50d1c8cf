"""The beliefs in statements, as the index of the store keeps them."""

from __future__ import annotations

import json

from kg.exports.excerpt import Beliefs
from kg.store.interface import Store


def beliefs(store: Store) -> Beliefs | None:
    """The belief in each statement by modality; None where the index keeps none."""
    with store.index.reading() as tables:
        columns = {row["name"] for row in tables.execute("PRAGMA table_info(statement)")}
        if "beliefs" not in columns:
            return None
        rows = tables.execute("SELECT id, beliefs FROM statement").fetchall()
    return {row["id"]: json.loads(row["beliefs"]) for row in rows}
