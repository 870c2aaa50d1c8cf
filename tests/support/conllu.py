"""Docs with hand-built trees from a compact text format; `frames/cases.txt` shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import spacy
from spacy.tokens import Doc, Span

from kg.documents import Mention
from kg.extract.records import ValueSpan
from kg.statements import Number

VOCAB = spacy.blank("en").vocab


@dataclass(slots=True)
class Case:
    """One sentence: its words, what is mentioned in it, and the claims that it makes."""

    name: str
    text: str = ""
    words: list[list[str]] = field(default_factory=list)
    marks: dict[str, list[str]] = field(default_factory=dict)

    def doc(self) -> Doc:
        """The sentence as a Doc with tags, lemmas and a tree."""
        forms = [w[0] for w in self.words]
        spaces, at = [], 0
        for form in forms:
            at = self.text.index(form, at) + len(form)
            spaces.append(self.text[at : at + 1] == " ")
        return Doc(
            VOCAB,
            words=forms,
            spaces=spaces,
            pos=[w[1] for w in self.words],
            tags=[w[2] for w in self.words],
            heads=[int(w[3]) - 1 if w[3] != "0" else i for i, w in enumerate(self.words)],
            deps=[w[4] for w in self.words],
            lemmas=[w[5] for w in self.words],
        )

    def spans(self, doc: Doc, kind: str) -> Iterator[tuple[Span, list[str]]]:
        """The spans marked as `kind`, with what else stands on their lines."""
        for line in self.marks.get(kind, []):
            where, *rest = line.split()
            first, last = where.split("-")
            yield doc[int(first) - 1 : int(last)], rest

    def mentions(self, doc: Doc) -> list[Mention]:
        """The mentions, with the short names of the case as entity ids."""
        return [
            Mention(start=s.start_char, end=s.end_char, type=rest[0], sentence=1, entity=rest[1])
            for s, rest in self.spans(doc, "mention")
        ]

    def values(self, doc: Doc) -> list[ValueSpan]:
        """The counts."""
        return [
            ValueSpan(
                start=s.start_char, end=s.end_char, kind=rest[0], value=Number(float(rest[1]))
            )
            for s, rest in self.spans(doc, "value")
        ]

    def titles(self, doc: Doc) -> list[Span]:
        """The posts."""
        return [s for s, _ in self.spans(doc, "title")]


def read(path: Path) -> list[Case]:
    """The cases of a file."""
    cases: list[Case] = []
    for line in path.read_text("utf-8").splitlines():
        key, _, rest = line.partition(": ")
        if not line or line.startswith("#"):
            continue
        if key == "case":
            cases.append(Case(rest))
        elif key == "text":
            cases[-1].text = rest
        elif key in ("mention", "value", "title", "claim", "pair", "home"):
            cases[-1].marks.setdefault(key, []).append(rest)
        else:
            cases[-1].words.append(line.split())
    return cases
