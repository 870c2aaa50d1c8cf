"""Nodes that are no entities: titles and sums that are the objects of statements.

In every network (over HTTP, in Python, in files) such a node has the same id.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

_TITLE, _AMOUNT = "title/", "amount/"


def title_id(text: str) -> str:
    """The id of the node for a text. Every format can hold it, and two texts stay two."""
    return _TITLE + "".join(
        quote(c, safe="") if not c.isprintable() or c == "%" else c for c in text
    )


def amount_id(amount: float, currency: str) -> str:
    """The id of the node for a sum."""
    return f"{_AMOUNT}{currency}/{amount:.2f}".removesuffix(".00")


def amount_name(amount: float, currency: str) -> str:
    """A sum as people read it."""
    return f"{amount:,.2f}".removesuffix(".00") + f" {currency}"


def is_entity(node: str) -> bool:
    """Whether a node's id is that of an entity, and not of a text or a sum."""
    return not node.startswith((_TITLE, _AMOUNT))


def described(node: str) -> tuple[str, str, str]:
    """Kind ("text" or "amount"), type and name of a node from `title_id` or `amount_id`."""
    if node.startswith(_TITLE):
        return "text", "Title", unquote(node.removeprefix(_TITLE))
    currency, _, amount = node.removeprefix(_AMOUNT).partition("/")
    return "amount", "Amount", amount_name(float(amount), currency)
