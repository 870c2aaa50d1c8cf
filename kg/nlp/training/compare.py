"""What each idea is worth to the relation model, with all else as it is.

    python -m kg.nlp.training.compare --shared ../shared --state build/tagger.pt \\
        --joint build/joint.pt

As in `kg.nlp.training.curve` the encoder of the first stage stays as it is, so that a run takes
minutes, and figures are those of cells at 0.5 on the held-out documents; they are lower than those
of the joint training and serve to be compared with each other. `--only NAME` (repeatable) runs
some of:

base      the gold texts, everything as in use
types     the heads are not told the types of the ends: what remains of typed entity markers where
          the encoder, which reads no markers, is fixed; which predicates fit is masked as ever
parse     no syntax: spans by their last word, no path, no common ancestor, no word above
sentence  the encoder reads one sentence at a time instead of a paragraph
inside    pairs with both ends in the sentence only; what others would say counts as missed
ours      the gold texts and our own with their labels
self      the gold texts and our own without labels, as the model of `base` reads them
joint     the jointly trained model of `--joint` with its own encoder
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from kg.extract import schema as schemas
from kg.extract.pairs import ROLES, Table, Tree, filler_rows, fillers, table
from kg.extract.schema import Schema
from kg.nlp.subwords import Subwords
from kg.nlp.training import annotated, datasets
from kg.nlp.training.corpora import Labels
from kg.nlp.training.gold import GoldDocument
from kg.nlp.training.heads import stage, train
from kg.nlp.training.items import Item, document_words, documents, examples, item, share, spread
from kg.nlp.training.network import Network
from kg.nlp.training.relation_losses import Figures, judge, mask, measure
from kg.nlp.training.relation_network import Relations
from kg.nlp.training.relations import Example, Target
from kg.nlp.training.tagger import minilm

SURE, UNSURE = 0.6, 0.1  # of its own readings: learned from, and too doubtful to teach even "no"
Read = tuple[Item, Tensor]


def vectors(net: Network, one: Item, labels: Labels) -> Read:
    """An item with the vectors of its words."""
    with torch.no_grad():
        _, words = document_words(net, [one], labels)
        ((_, found),) = spread([one], words)
    return one, found.clone()


def unlabelled(document: GoldDocument) -> GoldDocument:
    """A document without what its annotators found in it."""
    raw = {**document.raw, "entities": [], "statements": []}
    return replace(document, raw=raw, mentions=())


def sentences(example: Example) -> list[tuple[int, int]]:
    """Where the sentences of a document stand."""
    return [(s.start_char, s.end_char) for s in example.doc.sents]


class NoTree(Tree):
    """A tree in which no word hangs from another."""

    def path(self, token: int) -> list[int]:
        """The token."""
        return [token]


def without_parse(example: Example) -> Example:
    """An example that the syntax says nothing about."""
    old = example.table
    nodes = [replace(n, root=n.end - 1, parent=n.end - 1) for n in old.nodes]
    flat = table(nodes, old.pairs, tree=NoTree(example.doc), numbers=old.token_sentence.tolist())
    return replace(example, table=flat)


def inside(example: Example) -> Example:
    """An example with the pairs only whose ends both stand in their sentence."""
    old = example.table
    kept = np.flatnonzero((old.pair[:, 6] == 0) & (old.pair[:, 7] == 0)).tolist()
    place = {p: k for k, p in enumerate(kept)}
    rows: Table = replace(old, pairs=[old.pairs[p] for p in kept], pair=old.pair[kept])
    targets = [replace(t, pair=place[t.pair]) for t in example.targets if t.pair in place]
    ignored = {(place[p], cell) for p, cell in example.ignored if p in place}
    return replace(example, table=rows, targets=targets, ignored=ignored)


def changed(read: Sequence[Read], change: Callable[[Example], Example]) -> list[Read]:
    """Documents with their examples changed."""
    return [(replace(one, example=change(one.example)), words) for one, words in read]


def taught(head: Relations, example: Example, words: Tensor, schema: Schema) -> Example:
    """An example with what a model reads in it as its targets."""
    rows = example.table
    if not rows.pairs:
        return example
    head.eval()
    with torch.no_grad():
        node, pair = torch.from_numpy(rows.node), torch.from_numpy(rows.pair)
        scores, z, spans = head.pairs(words, node, pair, torch.from_numpy(rows.token_sentence))
        chance = scores.sigmoid() * mask(rows, schema)
        targets: list[Target] = []
        for p, cell in (chance >= SURE).nonzero().tolist():
            modality = head.modality(z[[p]], torch.tensor([cell])).argmax()
            target = Target(pair=p, predicate=cell, modality=int(modality), weight=1.0)
            found = [(p, cell, f) for f in fillers(rows, rows.pairs[p])]
            if found:
                asked = torch.from_numpy(filler_rows(rows, found))
                best = head.roles(words, node, spans, z[asked[:, 0]], asked).argmax(1).tolist()
                pairs = zip(found, best, strict=True)
                target.roles.update({f: r for (_, _, f), r in pairs if ROLES[r]})
            targets.append(target)
        doubtful = ((chance >= UNSURE) & (chance < SURE)).nonzero().tolist()
    ignored = {(p, cell) for p, cell in doubtful} | {(t.pair, t.predicate) for t in targets}
    return replace(example, targets=targets, ignored=ignored)


def figures(head: Relations, held: Sequence[Read], schema: Schema, *, missing: int = 0) -> Figures:
    """How well a model reads the held-out documents; `missing` statements it cannot see."""
    out = Figures(gold=missing)
    head.eval()
    with torch.no_grad():
        for one, words in held:
            judge(head, one.example, words, schema, out)
    return out


class Comparison:
    """The texts, read when they are first needed, and one method for each thing to compare."""

    def __init__(
        self, shared: Path, state: Path, joint: Path | None, *, epochs: int, seed: int, part: float
    ) -> None:
        self._net, self._labels = stage(state)
        self._joint = joint
        self._epochs, self._seed = epochs, seed
        self._schema = schemas.load()
        self._subwords = Subwords(minilm() / "tokenizer.json")
        gold = documents(shared, ours=False)
        self._unseen = {d.name for d in gold if datasets.held_out(d.name)}
        self._gold = {d.name: d for d in gold if d.name in self._unseen or share(d.name) <= part}
        self._ours = annotated.read()

    @cached_property
    def _all(self) -> list[Read]:
        return self._read(list(self._gold.values()))

    @property
    def gold(self) -> list[Read]:
        """The gold documents to train on."""
        return [r for r in self._all if r[0].example.name not in self._unseen]

    @property
    def held(self) -> list[Read]:
        """The gold documents held out."""
        return [r for r in self._all if r[0].example.name in self._unseen]

    @cached_property
    def own(self) -> list[Read]:
        """The training texts that were written for the project."""
        return self._read(self._ours)

    def trained_on(self, read: Sequence[Read]) -> Figures:
        """How well heads that were trained on these documents read the held-out ones."""
        return figures(self._trained(read), self.held, self._schema)

    @cached_property
    def _base(self) -> Relations:
        return self._trained(self.gold)

    def _read(self, texts: Sequence[GoldDocument]) -> list[Read]:
        return [
            vectors(self._net, item(d, e, self._subwords), self._labels)
            for d, e in examples(texts, self._schema)
        ]

    def _trained(self, read: Sequence[Read], *, blind: bool = False) -> Relations:
        return train(read, self._schema, epochs=self._epochs, seed=self._seed, blind=blind)

    def _with(self, change: Callable[[Sequence[Read]], list[Read]]) -> Figures:
        gold, held = change(self.gold), change(self.held)
        whole = sum(len(one.example.targets) for one, _ in self.held)
        left = sum(len(one.example.targets) for one, _ in held)
        return figures(self._trained(gold), held, self._schema, missing=whole - left)

    def base(self) -> Figures:
        return figures(self._base, self.held, self._schema)

    def types(self) -> Figures:
        head = self._trained(self.gold, blind=True)
        return figures(head, self.held, self._schema)

    def parse(self) -> Figures:
        return self._with(lambda read: changed(read, without_parse))

    def inside(self) -> Figures:
        return self._with(lambda read: changed(read, inside))

    def sentence(self) -> Figures:
        def alone(read: Sequence[Read]) -> list[Read]:
            out = []
            for one, _ in read:
                document, reach = self._gold[one.example.name], sentences(one.example)
                again = item(document, one.example, self._subwords, reach=reach)
                out.append(vectors(self._net, again, self._labels))
            return out

        return self._with(alone)

    def ours(self) -> Figures:
        return self.trained_on([*self.gold, *self.own])

    def self(self) -> Figures:
        base = self._base
        read = [
            (replace(one, example=taught(base, one.example, words, self._schema)), words)
            for one, words in self._read([unlabelled(d) for d in self._ours])
        ]
        return self.trained_on([*self.gold, *read])

    def joint(self) -> Figures | None:
        if self._joint is None:
            return None
        net, labels = stage(self._joint)
        head = Relations(len(self._schema.predicates))
        head.load_state_dict(torch.load(self._joint, weights_only=False)["relations"])
        held = [one for one, _ in self.held]
        return measure(net, head, held, self._schema, labels)


RUNS: Mapping[str, Callable[[Comparison], Figures | None]] = {
    "base": Comparison.base,
    "types": Comparison.types,
    "parse": Comparison.parse,
    "sentence": Comparison.sentence,
    "inside": Comparison.inside,
    "ours": Comparison.ours,
    "self": Comparison.self,
    "joint": Comparison.joint,
}


def main() -> None:
    """Print a line for each comparison, as soon as it is made."""
    ap = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ap.add_argument("--shared", type=Path, required=True)
    ap.add_argument("--state", type=Path, required=True, help="of the first stage")
    ap.add_argument("--joint", type=Path, help="a state of the joint training")
    ap.add_argument("--only", action="append", choices=list(RUNS))
    ap.add_argument("--epochs", type=int, default=8)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--part", type=float, default=1.0, help="of the gold texts to train on")
    a = ap.parse_args()
    comparison = Comparison(a.shared, a.state, a.joint, epochs=a.epochs, seed=a.seed, part=a.part)
    for name in a.only or RUNS:
        found = RUNS[name](comparison)
        if found is not None:
            print(f"{name}: {found}", flush=True)


if __name__ == "__main__":
    main()
