"""Content negotiation: which of our formats a client wants most (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What may stand in Accept, and the media type that the engine writes for it; best first.
RESULTS: Mapping[str, str] = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
}
GRAPHS: Mapping[str, str] = {
    "text/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "application/json": "application/ld+json",
    "text/plain": "application/n-triples",
    "application/trig": "application/trig",
    "application/n-quads": "application/n-quads",
    "text/n3": "text/turtle",
}
# What RDF may be sent in as.
INPUTS: Mapping[str, str] = {
    "text/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "text/plain": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/json": "application/ld+json",
    "application/trig": "application/trig",
    "application/n-quads": "application/n-quads",
}

# Short names for them, as `format` in a URL has them, for whoever cannot send headers.
_TABLES: Mapping[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_GRAPHS: Mapping[str, str] = {
    "turtle": "text/turtle",
    "ttl": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "xml": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "json-ld": "application/ld+json",
    "json": "application/ld+json",
    "trig": "application/trig",
    "nquads": "application/n-quads",
}
NAMES: Mapping[bool, Mapping[str, str]] = {False: _TABLES, True: _GRAPHS}


def named(name: str | None, *, graph: bool) -> str | None:
    """The media type that a short name, or a media type, stands for; None where it is neither."""
    if not name:
        return None
    wanted = name.strip().lower()
    return NAMES[graph].get(wanted) or (GRAPHS if graph else RESULTS).get(wanted)


@dataclass(frozen=True, slots=True)
class _Range:
    """One entry of an Accept header."""

    type: str
    subtype: str
    quality: float

    def specificity(self, offer: str) -> int:
        """How closely the range fits `offer`: 0 not at all, 3 exactly."""
        type_, _, subtype = offer.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            return 3
        if (self.type, self.subtype) == (type_, "*"):
            return 2
        return 1 if (self.type, self.subtype) == ("*", "*") else 0


def quality_of(text: str) -> float:
    """A quality value between 0 and 1; what is no number counts as 0."""
    whole, _, fraction = text.strip().partition(".")
    if whole in ("0", "1") and (not fraction or fraction.isdecimal()) and text.isascii():
        return min(1.0, float(text))
    return 0.0


def _ranges(accept: str) -> list[_Range]:
    """The entries of an Accept header; what cannot be read is left out."""
    result = []
    for entry in accept.split(","):
        media, *parameters = (part.strip() for part in entry.split(";"))
        type_, slash, subtype = media.lower().partition("/")
        if not slash or not type_ or not subtype:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = quality_of(value)
        result.append(_Range(type_, subtype, quality))
    return result


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that `accept` likes most, the earlier one where two are liked the same.

    The first offer where there is no Accept header; None where nothing is acceptable.
    """
    if accept is None or not accept.strip():
        return offers[0]
    ranges = _ranges(accept)
    best, most = None, 0.0
    for offer in offers:
        fitting = [(r.specificity(offer), r.quality) for r in ranges if r.specificity(offer)]
        quality = max(fitting)[1] if fitting else 0.0
        if quality > most:
            best, most = offer, quality
    return best
