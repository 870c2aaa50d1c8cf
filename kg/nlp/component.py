"""The spaCy component that fills a `Doc`: tags, lemmas, trees, sentences and names."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, LEMMA, MORPH, POS, TAG
from spacy.language import Language
from spacy.symbols import IDS
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from kg.nlp.encoder import WIDTH, Encoder, Vectors, session
from kg.nlp.lemmas import Lemmas
from kg.nlp.morphology import FEATURES
from kg.nlp.text import paragraphs
from kg.nlp.trees import decode

MODEL = Path(__file__).parent / "model"
VECTORS = "entente_vectors"  # the key in Doc.user_data: (tokens, 384), zeros for white space
NAMES = "names"  # the key in Doc.spans: PER, ORG, LOC and MISC, as generic corpora draw them
TITLES = "titles"
_GERUND = ("ing", "in'", "in’")
_MAX_SENTENCE = 250  # words; a longer one is a list without punctuation, and is cut


@dataclass(frozen=True, slots=True)
class LabelSets:
    """What the classes of the heads mean, from `labels.json`."""

    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    deps: tuple[str, ...]
    names: tuple[str, ...]
    mentions: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> LabelSets:
        """The label sets of a model folder."""
        return cls(**{k: tuple(v) for k, v in json.loads(path.read_text("utf-8")).items()})


def spans_of(labels: Sequence[str], scores: Sequence[float]) -> list[tuple[int, int, str, float]]:
    """BIO labels → (start, end, type, mean score); a stray I- starts a span of its own."""
    spans: list[tuple[int, int, str, float]] = []
    start, kind = 0, ""
    for i, label in enumerate([*labels, "O"]):
        if kind and label != "I-" + kind:
            spans.append((start, i, kind, float(np.mean(scores[start:i]))))
            kind = ""
        if label != "O" and not kind:
            start, kind = i, label[2:]
    return spans


class Tagger:
    """Callable on a tokenised `Doc`; returns it with everything that syntax can say."""

    def __init__(self, vocab: Vocab, *, folder: Path = MODEL, threads: int = 1) -> None:
        self._vocab = vocab
        self._labels = LabelSets.read(folder / "labels.json")
        self._encoder = Encoder(folder, threads=threads)
        self._tokens = session(folder / "tokens.onnx", threads=threads)
        self._arcs = session(folder / "arcs.onnx", threads=threads)
        self._relations = session(folder / "labels.onnx", threads=threads)
        self._lemmas = Lemmas(json.loads((folder / "lemmas.json").read_text("utf-8")))
        strings = vocab.strings
        self._tag_ids = np.array([strings.add(t) for t in self._labels.xpos], dtype=np.uint64)
        self._pos_ids = np.array([IDS.get(p, 0) for p in self._labels.upos], dtype=np.uint64)
        self._dep_ids = np.array([strings.add(d) for d in self._labels.deps], dtype=np.uint64)
        self._morph_ids = np.array(
            [vocab.morphology.add(FEATURES.get(t, "")) for t in self._labels.xpos], dtype=np.uint64
        )
        self._space = strings.add("_SP")
        self._dep = strings.add("dep")

    def vectors(self, doc: Doc) -> tuple[Vectors, list[tuple[int, int]]]:
        """One vector a token, and the token ranges of the paragraphs (which may hold spaces)."""
        vectors = np.zeros((len(doc), WIDTH), dtype=np.float32)
        ranges: list[tuple[int, int]] = []
        spans = paragraphs(doc.text)
        at = 0
        for start, end in spans:
            while at < len(doc) and (doc[at].idx < start or doc[at].is_space):
                at += 1
            first = at
            while at < len(doc) and doc[at].idx < end:
                at += 1
            words = [i for i in range(first, at) if not doc[i].is_space]
            if words:
                ranges.append((first, at))
                vectors[words] = self._encoder.encode([doc[i].text for i in words])
        return vectors, ranges

    def __call__(self, doc: Doc) -> Doc:
        return self.annotate(doc)

    def annotate(self, doc: Doc, *, starts: NDArray[np.bool_] | None = None) -> Doc:
        """Fill `doc`; `starts` gives the sentence starts where they are known (for measuring)."""
        size = len(doc)
        if size == 0:
            doc.spans[NAMES] = doc.spans[TITLES] = []
            return doc
        vectors, ranges = self.vectors(doc)
        doc.user_data[VECTORS] = vectors
        space = np.array([t.is_space for t in doc])
        out = self._tokens.run(None, {"words": vectors})
        upos, xpos, start_scores, names, mentions = out
        if starts is None:
            tags_ = upos.argmax(1)
            starts = _starts(doc, start_scores, [self._labels.upos[k] for k in tags_])
        tags = self._tags(doc, xpos)
        heads = np.zeros(size, dtype=np.int64)
        deps = np.zeros(size, dtype=np.int64)
        for sentence in _sentences(ranges, starts, space):
            words = vectors[sentence]
            tree = decode(self._arcs.run(None, {"words": words})[0])
            feed = {"words": words, "heads": np.array(tree, dtype=np.int64)}
            scores = self._relations.run(None, feed)[0]
            deps[sentence] = self._dependencies(scores, tree)
            for i, head in zip(sentence, tree, strict=True):
                heads[i] = 0 if head == 0 else sentence[head - 1] - i
        self._fill(doc, upos.argmax(1), tags, heads, deps, space)
        self._spans(doc, names, mentions, space)
        return doc

    def _tags(self, doc: Doc, scores: NDArray[np.float32]) -> NDArray[np.int64]:
        """The best tag of each word; a word is VBG (Penn) only if it ends so: "has led" is not."""
        gerund = self._labels.xpos.index("VBG")
        other = [not t.lower_.endswith(_GERUND) for t in doc]
        scores = scores.copy()
        scores[other, gerund] = -np.inf
        best: NDArray[np.int64] = scores.argmax(1).astype(np.int64)
        return best

    def _dependencies(self, scores: NDArray[np.float32], tree: list[int]) -> NDArray[np.int64]:
        root = self._labels.deps.index("root")
        at_root = np.array([h == 0 for h in tree])
        scores = scores.copy()
        scores[~at_root, root] = -np.inf
        best: NDArray[np.int64] = scores.argmax(1).astype(np.int64)
        best[at_root] = root
        return best

    def _fill(
        self,
        doc: Doc,
        upos: NDArray[np.int64],
        tags: NDArray[np.int64],
        heads: NDArray[np.int64],
        deps: NDArray[np.int64],
        space: NDArray[np.bool_],
    ) -> None:
        strings = self._vocab.strings
        rows = np.zeros((len(doc), 6), dtype=np.uint64)
        rows[:, 0] = np.where(space, self._space, self._tag_ids[tags])
        rows[:, 1] = np.where(space, IDS["SPACE"], self._pos_ids[upos])
        rows[:, 2] = [
            strings.add(t.text if s else self._lemmas.lemma(t.text, self._labels.xpos[k]))
            for t, k, s in zip(doc, tags, space, strict=True)
        ]
        rows[:, 3] = np.where(space, 0, self._morph_ids[tags])
        # White space hangs from the word before it, or from the first one.
        words = np.flatnonzero(~space)
        if words.size:
            for i in np.flatnonzero(space):
                before = words[words < i]
                heads[i] = int(before[-1] if before.size else words[0]) - i
        rows[:, 4] = heads.astype(np.int64).view(np.uint64)
        rows[:, 5] = np.where(space, self._dep, self._dep_ids[deps])
        # spaCy's stub knows only thinc's array types, of which this is one at run time.
        doc.from_array([TAG, POS, LEMMA, MORPH, HEAD, DEP], rows)  # type: ignore[arg-type]

    def _spans(
        self,
        doc: Doc,
        names: NDArray[np.float32],
        mentions: NDArray[np.float32],
        space: NDArray[np.bool_],
    ) -> None:
        doc.spans[NAMES] = [s for s, _ in self._decode(doc, names, self._labels.names, space)]
        found = self._decode(doc, mentions, self._labels.mentions, space)
        doc.spans[TITLES] = [s for s, _ in found if s.label_ == "Title"]
        doc.ents = [s for s, _ in found if s.label_ != "Title"]
        doc.user_data["entente_scores"] = {(s.start, s.end): round(p, 4) for s, p in found}

    def _decode(
        self,
        doc: Doc,
        scores: NDArray[np.float32],
        labels: Sequence[str],
        space: NDArray[np.bool_],
    ) -> list[tuple[Span, float]]:
        best = scores.argmax(1)
        exp = np.exp(scores - scores.max(1, keepdims=True))
        sure = exp[np.arange(len(best)), best] / exp.sum(1)
        names = ["O" if s else labels[k] for k, s in zip(best, space, strict=True)]
        return [
            (Span(doc, a, b, label=kind), score)
            for a, b, kind, score in spans_of(names, [float(x) for x in sure])
            if doc[a].sent.start <= a and doc[b - 1].i < doc[a].sent.end
        ]


_ENDS = frozenset({".", "!", "?", "…"})
_CLOSES = frozenset({'"', "”", "’", "'", ")", "]", "»", "''"})
_INITIALS = re.compile(r"(?:[A-Z]\.)+")  # "U.S. President": seldom the end of a sentence
_NAMED = frozenset({"NUM", "PROPN"})
# Abbreviations that a name or a number follows.
_SHORT = frozenset(
    {"Bros.", "Co.", "Mfg.", "Pte.", "Pty."}
    | {"Adm.", "Amb.", "Brig.", "Capt.", "Cdr.", "Cmdr.", "Cmd.", "Col.", "Comdr.", "Cpl."}
    | {"Dr.", "Ens.", "Ft.", "Gen.", "Gov.", "Hon.", "Lt.", "Maj.", "Mr.", "Mrs.", "Ms."}
    | {"Mt.", "Msgr.", "No.", "Nos.", "Pfc.", "Pres.", "Prof.", "Pvt.", "Rep.", "Reps."}
    | {"Ret.", "Rev.", "Rt.", "Sen.", "Sens.", "Sec.", "Sgt.", "St.", "Supt.", "vs.", "approx."}
    | {"ca.", "cf.", "e.g.", "i.e.", "Jan.", "Feb.", "Mar.", "Apr.", "Jun.", "Jul.", "Aug."}
    | {"Sep.", "Sept.", "Oct.", "Nov.", "Dec."}
)
_QUOTES = frozenset({'"', "“", "‘", "'", "«", "``"})


def _starts(doc: Doc, scores: NDArray[np.float32], tags: Sequence[str]) -> NDArray[np.bool_]:
    """Which tokens start a sentence: only one that follows a mark that can end a sentence.

    The treebanks have much text without punctuation, and news has none: within a paragraph a
    sentence of news ends with a mark, and an opening quotation mark belongs to what follows it.
    """
    starts: NDArray[np.bool_] = scores[:, 1] > scores[:, 0]
    for i in np.flatnonzero(starts):
        at = int(i)
        j = at - 1
        while j > 0 and (doc[j].text in _CLOSES or doc[j].is_space):
            j -= 1
        named = tags[at] in _NAMED or doc[at].text.rstrip(".") + "." in _SHORT
        goes_on = named and j >= 0 and _abbreviates(doc, j)
        quoted = j < at - 1 and doc[at].text[:1].islower()  # “Why?” asked the minister
        if j >= 0 and (goes_on or quoted or not _ends(doc, j)):
            starts[i] = False
        elif at + 1 < len(doc) and starts[at + 1] and doc[at].text in _QUOTES:
            starts[at + 1] = False
    return starts


def _ends(doc: Doc, j: int) -> bool:
    return doc[j].text in _ENDS or doc[j].text[-1] in ".!?"


def _abbreviates(doc: Doc, j: int) -> bool:
    """Whether the mark at token j belongs to an abbreviation that a name or number follows."""
    before = doc[j - 1] if j > 0 else None
    if doc[j].text == "." and before is not None and not before.whitespace_:
        return before.text + "." in _SHORT or _INITIALS.fullmatch(before.text + ".") is not None
    return doc[j].text in _SHORT or _INITIALS.fullmatch(doc[j].text) is not None


def _sentences(
    ranges: Sequence[tuple[int, int]], starts: NDArray[np.bool_], space: NDArray[np.bool_]
) -> list[NDArray[np.int64]]:
    """Token indices of each sentence, white space left out; none crosses a paragraph."""
    sentences: list[NDArray[np.int64]] = []
    for first, end in ranges:
        words = np.array([i for i in range(first, end) if not space[i]], dtype=np.int64)
        cuts = [k for k, i in enumerate(words) if k == 0 or starts[i]]
        for a, b in zip(cuts, [*cuts[1:], len(words)], strict=True):
            for c in range(a, b, _MAX_SENTENCE):
                sentences.append(words[c : min(c + _MAX_SENTENCE, b)])
    return sentences


@Language.factory("entente_tagger", assigns=["token.tag", "token.dep", "doc.ents"])
def create_tagger(nlp: Language, name: str) -> Tagger:  # noqa: ARG001  (spaCy's signature)
    """The component by its name, for `nlp.add_pipe("entente_tagger")`."""
    return Tagger(nlp.vocab)
