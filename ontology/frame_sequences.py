"""Sequences: how a frame says which words follow each other, whatever the syntax tree.

A parser errs most inside noun phrases, where the order of the words alone shows what is meant::

    O 's ~ S                  Germany's state-owned Diehl Defence: object, "'s", subject
    S , a|an|the ~ O          the Meteor, an air-to-air missile
    S ^ {@buy} & O+           Poland has ordered 32 of the F-35A and several K2 tanks

===========  ===============================================================================
``S``        the subject, ``O`` the object; ``S+`` and ``O+`` with the others of a list
``S/O``      the subject at the beginning of the object's name
``<Type>``   a mention of that type, ``<Type>?`` or nothing
``a|b``      one of these words or lemmas ("carry_out" with its particle); ``@name`` takes a
             list, ``?`` behind it: or nothing
``{a|b}``    the same; this word says it, and its modality is that of the statement
``~``        modifiers of a noun, or nothing
``&``        what may stand before a name in its phrase: articles, numbers, "a batch of", ``~``
``^``        auxiliaries, adverbs and "agreed to", or nothing
``%``        a date with its preposition, or nothing
``$``        a sum of money ("worth $2 billion"), or nothing
``=``        an apposition (", an air-to-air missile,"), or nothing
===========  ===============================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ontology.frame_paths import words

_SIGNS = {"~": "modifiers", "&": "phrase", "^": "verbs", "%": "date", "$": "sum", "=": "apposition"}
_WORDS = re.compile(r"(?P<open>\{?)(?P<words>[^{}<>?~&^%$= ]+)(?P<close>\}?)(?P<optional>\??)\Z")
_TYPE = re.compile(r"<(?P<type>[A-Za-z]+)>(?P<optional>\??)\Z")


@dataclass(frozen=True, slots=True)
class Element:
    """One step: `kind` is "subject", "object", "mention", "words" or a sign's name."""

    kind: str
    words: frozenset[str] = frozenset()
    type: str = ""
    optional: bool = False
    trigger: bool = False
    listed: bool = False
    around: bool = False  # its name begins with the end before it


@dataclass(frozen=True, slots=True)
class Sequence:
    """The words before the first end, the elements from it on, and the text for messages."""

    text: str
    before: tuple[Element, ...]
    elements: tuple[Element, ...]
    needed: tuple[frozenset[str], ...]  # words of each of which one must be there


def parse(text: str, lists: Mapping[str, frozenset[str]]) -> Sequence:
    """The sequence that `text` describes; ValueError says what is wrong with it."""
    if text == "S/O":
        nested = Element("subject"), Element("object", around=True)
        return Sequence(text, (), nested, ())
    elements = tuple(_element(part, lists) for part in text.split())
    kinds = [e.kind for e in elements]
    if kinds.count("subject") != 1 or kinds.count("object") != 1:
        raise ValueError(f"`{text}` needs one S and one O")
    before = kinds.index(next(k for k in kinds if k in ("subject", "object")))
    if any(k not in ("words", "modifiers") for k in kinds[:before]):
        raise ValueError(f"`{text}` may have nothing but words and ~ before its first S or O")
    if any(e.listed for e in elements[before + 1 : -1]):
        raise ValueError(f"`{text}` has a list in the middle; put S+ or O+ first or last")
    if sum(e.trigger for e in elements) > 1:
        raise ValueError(f"`{text}` has more than one word in braces; leave one")
    needed = tuple(e.words for e in elements if e.kind == "words" and not e.optional)
    return Sequence(text, elements[:before], elements[before:], needed)


def _element(text: str, lists: Mapping[str, frozenset[str]]) -> Element:
    if text in _SIGNS:
        return Element(_SIGNS[text])
    if text.removesuffix("+") in ("S", "O"):
        return Element("subject" if text[0] == "S" else "object", listed=text.endswith("+"))
    if (match := _TYPE.match(text)) is not None:
        return Element("mention", type=match["type"], optional=bool(match["optional"]))
    match = _WORDS.match(text)
    if match is None or bool(match["open"]) != bool(match["close"]):
        raise ValueError(
            f"`{text}` is no part of a sequence; write S, O, words or one of ~ & ^ % $ ="
        )
    return Element(
        "words",
        words=words([_spaced(w) for w in match["words"].split("|")], lists),
        optional=bool(match["optional"]),
        trigger=bool(match["open"]),
    )


def _spaced(word: str) -> str:
    return word if word.startswith("@") else word.replace("_", " ")
