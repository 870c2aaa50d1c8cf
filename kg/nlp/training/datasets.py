"""Which corpus trains what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import spacy
from spacy.language import Language

from kg.extract.nodes import TYPES as NODE_TYPES
from kg.nlp.text import paragraphs
from kg.nlp.tokenizer import build
from kg.nlp.training import annotated, corpora, gold
from kg.nlp.training.corpora import Labels, Window

TYPES = NODE_TYPES[: NODE_TYPES.index("date")]  # what stands in the text as a mention or title


@dataclass(frozen=True, slots=True)
class Data:
    """Training windows by source, and the label sets."""

    syntax: list[Window]
    names: list[Window]
    mentions: list[Window]
    labels: Labels


@cache
def tokenizer() -> Language:
    """A blank English pipeline with our tokenizer."""
    nlp = spacy.blank("en")
    nlp.tokenizer = build(nlp)
    return nlp


def bio(tokens: Sequence[tuple[int, int]], spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """BIO labels of tokens (character spans) for non-overlapping character spans."""
    labels = ["O"] * len(tokens)
    for start, end, kind in spans:
        inside = [i for i, (a, b) in enumerate(tokens) if a < end and b > start]
        for j, i in enumerate(inside):
            labels[i] = ("I-" if j else "B-") + kind
    return labels


def windows(text: str, spans: Sequence[tuple[int, int, str]], *, generic: bool) -> Iterable[Window]:
    """The paragraphs of a text as windows with its spans as names or mentions."""
    nlp = tokenizer()
    for start, end in paragraphs(text):
        doc = nlp.make_doc(text[start:end])
        tokens = [t for t in doc if not t.is_space]
        places = [(start + t.idx, start + t.idx + len(t)) for t in tokens]
        labels = bio(places, [s for s in spans if s[0] < end and s[1] > start])
        window = Window([t.text for t in tokens], [bool(t.whitespace_) for t in tokens])
        if generic:
            window.names = labels
        else:
            window.mentions = labels
        if tokens:
            yield window


def held_out(name: str, share: float = 0.08) -> bool:
    """Whether a gold document is kept back from training, by a hash of its name."""
    return int(sha256(name.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF < share


def labels_of(syntax: Sequence[Window]) -> Labels:
    """The label sets that the treebanks use."""
    seen = {k: {v for w in syntax for v in (getattr(w, k) or ())} for k in ("upos", "xpos", "deps")}
    return Labels(
        upos=sorted(seen["upos"]),
        xpos=sorted(seen["xpos"]),
        deps=sorted(seen["deps"]),
        names=["O", *(f"{p}-{t}" for t in corpora.GENERIC for p in "BI")],
        mentions=["O", *(f"{p}-{t}" for t in TYPES for p in "BI")],
    )


def load(shared: Path, *, keep_all: bool = False) -> Data:
    """Everything that trains tags, trees and names; `keep_all` trains on held-out documents too."""
    c = shared / "corpora"
    ewt = corpora.treebank(c / "ewt" / "train.conllu.gz")
    gum = corpora.treebank(c / "gum" / "train.conllu.gz", names=True)
    syntax = ewt + gum
    ewt_dev = corpora.treebank(c / "ewt" / "dev.conllu.gz", iob=c / "uner-ewt" / "dev.iob2")
    for w in ewt_dev:  # dev trees are for choosing, not for training
        w.upos = w.xpos = w.heads = w.deps = w.starts = None
    names = ewt_dev + corpora.crossner(c / "crossner-politics" / "train.txt")
    names += corpora.crossner(c / "crossner-politics" / "dev.txt")
    for text, spans in corpora.re3d(c / "re3d" / "documents.jsonl")[:33]:
        names += windows(text, spans, generic=True)
    mentions: list[Window] = []
    texts = [d for f in ("train", "train-items") for d in gold.read(shared / "gold" / f)]
    kept = [d for d in texts if keep_all or not held_out(d.name)]
    for document in kept + annotated.read():
        spans = [(m.start, m.end, m.type) for m in document.mentions]
        mentions += windows(document.text, spans, generic=False)
    return Data(syntax, names, mentions, labels_of(syntax))
