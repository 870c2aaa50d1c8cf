"""Tags, trees, sentences and names of the language pipeline against treebanks and name corpora.

    python benchmarks/language.py ../shared/corpora

With gold tokens: UPOS, UAS and LAS (universal labels, punctuation left out) on EWT, GUM and PUD
test, the sentence boundaries given. From raw text: the same as F1 over words aligned by their
characters, and the F1 of tokens and sentences (Zeman et al. 2018). Names: F1 of exact spans, by
type and over all, of PER, ORG and LOC as the corpora draw them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from spacy.tokens import Doc, Token

from kg import nlp as language
from kg.nlp.component import Tagger
from kg.nlp.training import corpora
from kg.nlp.training.corpora import Window


@dataclass
class Score:
    """Counts of what is right, given and found."""

    right: Counter[str] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    def f1(self, name: str) -> float:
        """The F1 of one figure in percent."""
        total = self.gold[name] + self.found[name]
        return 200 * self.right[name] / total if total else 0.0


def _tagger() -> Tagger:
    tagger = language.load().get_pipe("entente_tagger")
    assert isinstance(tagger, Tagger)
    return tagger


def universal(label: str) -> str:
    """A dependency label without its subtype."""
    return label.partition(":")[0]


def gold_tokens(windows: Iterable[Window]) -> Score:
    """Tags and trees with tokens and sentences given."""
    score = Score()
    tagger, vocab = _tagger(), language.load().vocab
    for w in windows:
        assert w.heads is not None
        assert w.deps is not None
        assert w.upos is not None
        doc = Doc(vocab, words=w.tokens, spaces=w.spaces)
        doc = tagger.annotate(doc, starts=np.array(w.starts, dtype=bool))
        for t, head, dep, pos in zip(doc, w.heads, w.deps, w.upos, strict=True):
            score.gold["upos"] += 1
            score.found["upos"] += 1
            score.right["upos"] += t.pos_ == pos
            if pos == "PUNCT":
                continue
            for name in ("uas", "las"):
                score.gold[name] += 1
                score.found[name] += 1
            score.right["uas"] += t.head.i == head
            score.right["las"] += t.head.i == head and universal(t.dep_) == universal(dep)
    return score


def paragraphs(path: Path) -> Iterator[list[corpora._Sentence]]:
    """The sentences of each paragraph of a treebank."""
    current: list[corpora._Sentence] = []
    for sentence in corpora.sentences(path):
        if sentence.new_paragraph and current:
            yield current
            current = []
        current.append(sentence)
    if current:
        yield current


def raw_text(path: Path) -> Score:
    """Tokens, sentences, tags and trees from the text alone, a paragraph at a time."""
    score = Score()
    nlp = language.load()
    for paragraph in paragraphs(path):
        text, at = "", 0
        gold: dict[tuple[int, int], tuple[str, tuple[int, int] | None, str]] = {}
        sentences = set()
        for sentence in paragraph:
            text += (" " if text else "") + sentence.text
            spans = []
            for row in sentence.rows:
                start = text.find(row[1], at)
                # A word of a multiword token need not stand in the text ("gonna"): no space then.
                start = at if start < 0 else start
                at = start + len(row[1])
                spans.append((start, at))
            sentences.add((spans[0][0], spans[-1][1]))
            for row, span in zip(sentence.rows, spans, strict=True):
                head = int(row[6])
                gold[span] = (row[3], spans[head - 1] if head else None, universal(row[7]))
        doc = nlp(text)
        words = [t for t in doc if not t.is_space]
        place = {t.i: (t.idx, t.idx + len(t)) for t in words}
        found = {(s[0].idx, s[-1].idx + len(s[-1])) for s in _trimmed(doc)}
        score.gold["sentences"] += len(sentences)
        score.found["sentences"] += len(found)
        score.right["sentences"] += len(sentences & found)
        score.gold["tokens"] += len(gold)
        score.gold["upos"] += len(gold)
        for name in ("uas", "las"):
            score.gold[name] += sum(g[0] != "PUNCT" for g in gold.values())
        for t in words:
            span = place[t.i]
            known = gold.get(span)
            counted = ["tokens", "upos"] + ([] if t.pos_ == "PUNCT" else ["uas", "las"])
            score.found.update(counted)
            if known is None:
                continue
            score.right["tokens"] += 1
            score.right["upos"] += known[0] == t.pos_
            if known[0] == "PUNCT" or t.pos_ == "PUNCT":
                continue
            head_span = None if t.head.i == t.i else place.get(t.head.i)
            score.right["uas"] += head_span == known[1]
            score.right["las"] += head_span == known[1] and universal(t.dep_) == known[2]
    return score


def _trimmed(doc: Doc) -> Iterator[list[Token]]:
    for sentence in doc.sents:
        words = [t for t in sentence if not t.is_space]
        if words:
            yield words


def _bio_spans(labels: Iterable[str]) -> set[tuple[int, int, str]]:
    spans = set()
    start, kind = 0, ""
    for i, label in enumerate([*labels, "O"]):
        if kind and label != "I-" + kind:
            spans.add((start, i, kind))
            kind = ""
        if label not in ("O", "?") and not kind:
            start, kind = i, label[2:]
    return spans


def names(windows: Iterable[Window]) -> Score:
    """Exact spans of names with tokens given."""
    score = Score()
    tagger, vocab = _tagger(), language.load().vocab
    for w in windows:
        assert w.names is not None
        doc = Doc(vocab, words=w.tokens, spaces=w.spaces)
        starts = np.array([i == 0 for i in range(len(w.tokens))], dtype=bool)
        doc = tagger.annotate(doc, starts=starts if w.starts is None else np.array(w.starts))
        keep = {"PER", "ORG", "LOC"}
        gold = {s for s in _bio_spans(w.names) if s[2] in keep}
        found = {(s.start, s.end, s.label_) for s in doc.spans["names"] if s.label_ in keep}
        for name in ("PER", "ORG", "LOC", "all"):
            ours = {s for s in gold if name in (s[2], "all")}
            theirs = {s for s in found if name in (s[2], "all")}
            score.gold[name] += len(ours)
            score.found[name] += len(theirs)
            score.right[name] += len(ours & theirs)
    return score


def re3d(path: Path) -> Score:
    """Names in the documents of re3d that training leaves out."""
    from kg.nlp.training.datasets import windows

    parts = [
        w for text, spans in corpora.re3d(path)[33:] for w in windows(text, spans, generic=True)
    ]
    return names(parts)


def main() -> int:
    """Print the tables."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("corpora", type=Path)
    folder: Path = ap.parse_args().corpora
    if not (folder / "ewt").is_dir():
        print(f"{folder}: no treebanks here (ewt, gum, pud)", file=sys.stderr)
        return 3
    print("| treebank, test | tokens | UPOS | UAS | LAS | token F1 | sentence F1 |")
    print("|---|---|---|---|---|---|---|")
    for name in ("ewt", "gum", "pud"):
        path = folder / name / "test.conllu.gz"
        given, raw = gold_tokens(corpora.treebank(path)), raw_text(path)
        row = " | ".join(f"{given.f1(k):.1f}" for k in ("upos", "uas", "las"))
        print(f"| {name.upper()} | gold | {row} | | |")
        row = " | ".join(f"{raw.f1(k):.1f}" for k in ("upos", "uas", "las", "tokens", "sentences"))
        print(f"| {name.upper()} | raw text | {row} |", flush=True)
    print("\n| names, F1 | PER | ORG | LOC | all |")
    print("|---|---|---|---|---|")
    gum = corpora.treebank(folder / "gum" / "test.conllu.gz", names=True)
    ewt = corpora.treebank(folder / "ewt" / "test.conllu.gz", iob=folder / "uner-ewt" / "test.iob2")
    crossner = corpora.crossner(folder / "crossner-politics" / "test.txt")
    for label, score in (
        ("GUM test", names(gum)),
        ("UNER-EWT test", names(ewt)),
        ("CrossNER politics test", names(crossner)),
        ("re3d, last 10 documents", re3d(folder / "re3d" / "documents.jsonl")),
    ):
        row = " | ".join(f"{score.f1(k):.1f}" for k in ("PER", "ORG", "LOC", "all"))
        print(f"| {label} | {row} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
