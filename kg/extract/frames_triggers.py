"""Which frames a word sets off."""

from __future__ import annotations

from spacy.tokens import Token

from kg.extract.syntax import is_verb, words_of
from ontology.frames import Frame, Frames

_KINDS = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADJ": "adjective"}


def triggered(token: Token, frames: Frames) -> list[Frame]:
    """The frames that have the token as a trigger word, each once."""
    words = [word for word in words_of(token) if word in frames.by_word]
    if not words:
        return []
    kinds = [_KINDS[token.pos_]] if token.pos_ in _KINDS else []
    if token.pos_ == "ADP" or token.dep_ == "case":
        kinds.append("preposition")
    if is_verb(token) and "verb" not in kinds:  # taggers disagree on participles
        kinds.append("verb")
    found = {
        frame.id: frame
        for kind in kinds
        for word in words
        for frame in frames.by_word[word].get(kind, ())
    }
    return list(found.values())
