"""Entities: what mentions refer to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something with a name.

    `id` is the local part of its IRI, such as `country/japan` or `person/yasar-guler`. `type` is
    a class of the ontology. `catalogue` is true where the entity was linked to the catalogue and
    false where it was minted; `reason` says why.
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    catalogue: bool = False
    reason: str = ""


_LETTERS = str.maketrans(
    {"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "ħ": "h"}
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ß": "ss", "ə": "a"}
)
"""Latin letters that Unicode does not take apart into a base letter and a mark."""


def slug(text: str) -> str:
    """`text` as lower-case ASCII letters, digits and hyphens, for an IRI; never empty.

    Text without Latin letters or digits gives a hash, so that two names stay two.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    ascii_text = plain.encode("ascii", "ignore").decode()
    joined = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
    return joined or "x" + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def entity_id(type_: str, name: str) -> str:
    """The stable id of an entity that is not in the catalogue: type and name, no more."""
    kebab = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type_).lower()
    return f"{kebab}/{slug(name)}"
