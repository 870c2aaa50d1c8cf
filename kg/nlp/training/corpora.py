"""The corpora as windows of tokens with whatever each of them annotates.

A window is one paragraph (or part of a long one); the encoder never looks beyond it, here and at
run time alike, so that a paragraph means the same wherever it stands.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAX_TOKENS = 160  # in a training window; at run time the limit is in sub-words

GENERIC = ("PER", "ORG", "LOC", "MISC")

_CROSSNER = {
    "politician": "PER",
    "person": "PER",
    "organisation": "ORG",
    "politicalparty": "ORG",
    "country": "LOC",
    "location": "LOC",
    "event": "MISC",
    "election": "MISC",
    "misc": "MISC",
}
_GUM = {"person": "PER", "organization": "ORG", "place": "LOC", "event": "MISC", "object": "MISC"}
_RE3D = {
    "Organisation": "ORG",
    "Person": "PER",
    "Location": "LOC",
    "MilitaryPlatform": "MISC",
    "Weapon": "MISC",
    "Nationality": "MISC",
}


@dataclass(frozen=True, slots=True)
class Labels:
    """The label sets of the heads; the position in a list is the class."""

    upos: list[str]
    xpos: list[str]
    deps: list[str]
    names: list[str]
    mentions: list[str]


@dataclass(slots=True)
class Window:
    """Tokens with annotations; an annotation that a corpus lacks is None.

    `heads` counts tokens of the window from 0, the root of a sentence points to itself.
    `names` and `mentions` are BIO labels, generic and of the guide's types.
    """

    tokens: list[str]
    spaces: list[bool]
    upos: list[str] | None = None
    xpos: list[str] | None = None
    lemmas: list[str] | None = None
    heads: list[int] | None = None
    deps: list[str] | None = None
    starts: list[bool] | None = None
    names: list[str] | None = None
    mentions: list[str] | None = None


@dataclass(slots=True)
class Encoded:
    """A window as sub-words: `word[i]` is the word of sub-word i, -1 for [CLS] and [SEP]."""

    ids: list[int]
    shapes: list[int]
    word: list[int]
    window: Window


@dataclass(slots=True)
class _Sentence:
    rows: list[list[str]] = field(default_factory=list)
    text: str = ""
    new_paragraph: bool = False
    new_document: bool = False


def sentences(path: Path) -> Iterator[_Sentence]:
    """The sentences of a CoNLL-U file (gzipped), multiword ranges and empty nodes left out."""
    current = _Sentence()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for raw in lines:
            line = raw.rstrip("\n")
            if not line:
                if current.rows:
                    yield current
                current = _Sentence()
            elif line.startswith("# text = "):
                current.text = line[9:]
            elif line.startswith("# newdoc"):
                current.new_document = current.new_paragraph = True
            elif line.startswith("# newpar"):
                current.new_paragraph = True
            elif line[0] != "#":
                row = line.split("\t")
                if row[0].isdigit():
                    current.rows.append(row)
    if current.rows:
        yield current


def _entity_bio(rows: list[list[str]]) -> list[str]:
    """Outermost named mentions of a GUM sentence: those whose head word is a proper noun."""
    labels = ["O"] * len(rows)
    opened: list[tuple[str, int]] = []
    spans: list[tuple[int, int, str]] = []
    for i, row in enumerate(rows):
        found = re.search(r"Entity=([^|]*)", row[9])
        if not found:
            continue
        for opening, whole, closing in re.findall(r"\(([^()]+)(\))?|([^()]+)\)", found.group(1)):
            if opening:
                parts = opening.split("-")
                opened.append((parts[1] if len(parts) > 1 else "", i))
                if whole:
                    kind, start = opened.pop()
                    spans.append((start, i, kind))
            elif closing and opened:
                kind, start = opened.pop()
                spans.append((start, i, kind))
    for start, end, kind in sorted(spans, key=lambda s: s[0] - s[1], reverse=True):
        inside = range(start, end + 1)
        head = next((j for j in inside if not start <= int(rows[j][6]) - 1 <= end), end)
        if kind not in _GUM or rows[head][3] != "PROPN":
            continue
        while start < end and rows[start][3] in {"DET", "ADP", "PUNCT"}:
            start += 1
        name = [start]
        for j in range(start + 1, end + 1):
            name.append(j)
        # Relative clauses and prepositional phrases are part of a GUM mention but not of a name.
        cut = next(
            (j for j in name if rows[j][7].split(":")[0] in {"acl", "punct", "appos"} and j > head),
            end + 1,
        )
        for j in range(start, cut):
            labels[j] = ("B-" if j == start else "I-") + _GUM[kind]
    return labels


def treebank(path: Path, *, names: bool = False, iob: Path | None = None) -> list[Window]:
    """The windows of a UD treebank; `names` reads GUM's entities, `iob` a name file.

    A sentence that the name file lacks gets the label "?", which trains nothing.
    """
    labels = {tuple(forms): tags for forms, tags in iob_sentences(iob)} if iob else None
    windows: list[Window] = []
    current: Window | None = None
    for sentence in sentences(path):
        rows = sentence.rows
        size = len(rows)
        if current is None or sentence.new_paragraph or len(current.tokens) + size > MAX_TOKENS:
            current = Window([], [], [], [], [], [], [], [])
            if names or labels:
                current.names = []
            windows.append(current)
        base = len(current.tokens)
        assert current.upos is not None
        assert current.xpos is not None
        assert current.lemmas is not None
        assert current.heads is not None
        assert current.deps is not None
        assert current.starts is not None
        for i, row in enumerate(rows):
            current.tokens.append(row[1])
            current.spaces.append("SpaceAfter=No" not in row[9])
            current.upos.append(row[3])
            current.xpos.append(row[4])
            current.lemmas.append(row[2])
            head = int(row[6])
            current.heads.append(base + (head - 1 if head else i))
            current.deps.append(row[7])
            current.starts.append(i == 0)
        if current.names is not None:
            if labels is not None:
                tags = labels.get(tuple(row[1] for row in rows), ["?"] * size)
                current.names += [t if t == "?" or t[2:] in GENERIC else "O" for t in tags]
            else:
                current.names += _entity_bio(rows)
    return windows


def iob_sentences(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Tokens and IOB2 tags of a UNER or CrossNER file."""
    tokens: list[str] = []
    tags: list[str] = []
    for raw in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        line = raw.rstrip("\r")
        if not line.strip():
            if tokens:
                yield tokens, tags
            tokens, tags = [], []
        elif not line.startswith("# "):
            parts = line.split("\t")
            form, tag = (parts[1], parts[2]) if len(parts) > 2 else (parts[0], parts[-1])
            tokens.append(form)
            tags.append(tag)


def crossner(path: Path) -> list[Window]:
    """CrossNER's politics with its types mapped to the generic ones."""
    windows = []
    for tokens, tags in iob_sentences(path):
        mapped = [t if t == "O" else t[:2] + _CROSSNER[t[2:]] for t in tags]
        windows.append(Window(tokens, [True] * len(tokens), names=mapped))
    return windows


def re3d(path: Path) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Texts of re3d with their names as character spans of generic types."""
    documents = []
    for line in path.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        text = raw["text"]
        spans = []
        for entity in raw["entities"]:
            kind = _RE3D.get(entity["type"])
            start, end = int(entity["begin"]), int(entity["end"])
            surface = text[start:end]
            # re3d marks descriptions as well; a name has a capital at both ends of its words.
            if kind and surface[:1].isupper() and len(surface) > 1:
                spans.append((start, end, kind))
        documents.append((text, spans))
    return documents
