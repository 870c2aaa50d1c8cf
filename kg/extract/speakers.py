"""Who says it: direct and indirect speech, and "according to".

`find` starts at the word that says something and climbs to a verb of saying that has it as its
complement ("X said that …"), quotes it ("…", said X) or stands beside it in a phrase ("according
to X"). The words stand in `ontology/frames/speakers.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.syntax import Syntax, preposition
from ontology.frames import SpeakerWords

_QUOTES = frozenset('"“”«»„')
_LIMIT = 12


@dataclass(frozen=True, slots=True)
class Speech:
    """The words that may name the speaker, best first, and whether the word is quoted directly."""

    speakers: tuple[int, ...]
    quoted: bool
    cue: str


def find(token: Token, *, syntax: Syntax, words: SpeakerWords) -> Speech | None:
    """Who says what `token` says; None where the text says it itself."""
    quoted = inside_quotes(token)
    here = token
    for _ in range(_LIMIT):
        found = _according(here, syntax, words)
        if found is not None:
            return Speech(found, quoted, preposition(token.doc[found[0]]) or "according to")
        for child in here.children:  # "…, the minister said": the verb hangs on what is said
            if child.dep_ in ("parataxis", "advcl") and _says(child, words):
                speakers = syntax.roles(child.i, "subj")
                if speakers and not any(c.dep_ == "ccomp" for c in child.children):
                    return Speech(speakers, quoted, child.text)
        head = here.head
        if head == here:
            break
        if here.dep_ in ("ccomp", "parataxis", "obj") and _says(head, words):
            if here.dep_ != "obj" or head.lemma_ in words.reports:
                speakers = syntax.roles(head.i, "subj")
                if speakers:
                    return Speech(speakers, quoted, head.text)
        elif here.dep_ in ("ccomp", "acl") and head.lemma_.lower() in words.nouns:
            speakers = syntax.owners(head.i)
            if speakers:
                return Speech(speakers, quoted, head.text)
        if here.dep_ in ("acl:relcl", "appos"):
            break
        here = head
    return None


def inside_quotes(token: Token) -> bool:
    """Whether the word stands within quotation marks in its sentence."""
    sentence = token.sent
    before = sum(1 for t in token.doc[sentence.start : token.i] if t.text in _QUOTES)
    after = any(t.text in _QUOTES for t in token.doc[token.i + 1 : sentence.end])
    return before % 2 == 1 and after


def _says(token: Token, words: SpeakerWords) -> bool:
    return token.pos_ in ("VERB", "AUX") and token.lemma_.lower() in words.verbs


def _according(token: Token, syntax: Syntax, words: SpeakerWords) -> tuple[int, ...] | None:
    found = tuple(
        e.child
        for e in syntax.base(token.i)
        if e.role in ("obl", "nmod", "advmod", "parataxis", "advcl")
        and e.prep in words.prepositions
    )
    return found or None
