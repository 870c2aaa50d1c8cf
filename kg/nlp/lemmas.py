"""Lemmas by suffix: the longest suffix of a word that the table knows, for its tag.

An edit "2y" takes two letters off and puts a "y" there. The table is learned from the treebanks
(`kg.nlp.training.lemmatiser`); whole words in it are the irregular ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_EDIT = re.compile(r"(\d+)(.*)", re.DOTALL)
MAX_SUFFIX = 7


class Lemmas:
    """Lemmas from a table "tag:suffix" → edit; ^ before a suffix means the whole word."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table
        self.lemma = lru_cache(maxsize=100_000)(self._lemma)

    def _lemma(self, word: str, tag: str) -> str:
        """The lemma of a word with a Penn tag; names keep their case, all else is lower-cased."""
        if tag == "NNP":
            return word
        form = word if tag == "NNPS" else word.lower()
        if f"{tag}:^{form.lower()}" not in self._table:
            tag = fitting(tag, form.lower())
        keys = [f"{tag}:^{form.lower()}"]
        keys += [f"{tag}:{form[-n:].lower()}" for n in range(min(MAX_SUFFIX, len(form)), -1, -1)]
        keys[-1] = f"{tag}:"
        for key in keys:
            edit = self._table.get(key)
            if edit is not None:
                return apply(form, edit) or form
        return form


def fitting(tag: str, form: str) -> str:
    """The tag, or where the form cannot have it the one whose form it is: a tagger errs, and
    "signed" as VBP would keep its ending.
    """
    past = form.endswith("ed") and not form.endswith(("eed", "bed", "hred")) and len(form) > 4
    if tag in ("VB", "VBP", "VBZ", "VBG") and past:
        return "VBD"
    if tag in ("VBD", "VBN", "VBZ") and form.endswith("ing") and len(form) > 5:
        return "VBG"
    if tag == "VBZ" and not form.endswith("s"):
        return "VB"
    if tag == "VBG" and not form.endswith(("ing", "in'", "in’")):
        return "VB"
    if tag == "NNS" and not form.endswith(("s", "men")):
        return "NN"
    return tag


def apply(form: str, edit: str) -> str:
    """`form` after an edit."""
    found = _EDIT.fullmatch(edit)
    if found is None:
        return form
    cut = int(found[1])
    if cut > len(form):
        return form
    return form[: len(form) - cut] + found[2]
