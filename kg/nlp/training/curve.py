"""How much more annotation is worth: the relation model trained on parts of the texts.

    python -m kg.nlp.training.curve --shared ../shared --state build/tagger.pt

The encoder of the first stage stays as it is, so that a run takes minutes; figures are lower than
those of the joint training and serve to be compared with each other. For each part it prints
precision, recall and F1 of the cells at 0.5 on the held-out documents.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from kg.extract import schema as schemas
from kg.extract.schema import Schema
from kg.nlp.subwords import Subwords
from kg.nlp.training import datasets
from kg.nlp.training.averaging import Average
from kg.nlp.training.corpora import Labels
from kg.nlp.training.items import Item, document_words, documents, examples, item, share, spread
from kg.nlp.training.network import Network
from kg.nlp.training.relation_losses import measure, relation_losses
from kg.nlp.training.relation_network import Relations
from kg.nlp.training.tagger import minilm

PARTS = ((0.25, False), (0.5, False), (1.0, False), (1.0, True))
GROUP = 6  # documents a step


def train(
    items: Sequence[tuple[Item, Tensor]],
    schema: Schema,
    *,
    epochs: int,
    seed: int,
    blind: bool = False,
) -> Relations:
    """A relation model for documents with their word vectors; a `blind` one is not told the types
    of the ends nor whether a name, a description or a pronoun stands there.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    head = Relations(len(schema.predicates))
    if blind:
        for told in (head.node_type, head.node_kind):
            torch.nn.init.zeros_(told.weight)
            told.weight.requires_grad_(False)
    optimiser = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.01)
    order = list(items)
    steps = epochs * -(-len(order) // GROUP)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / 30, max(0.01, 1 - s / steps))
    )
    average = Average([head])
    weights = {"relation": 1.0, "modality": 0.5, "role": 0.5}
    head.train()
    for _ in range(epochs):
        rng.shuffle(order)
        for at in range(0, len(order), GROUP):
            loss, count = torch.zeros(()), 0
            for one, words in order[at : at + GROUP]:
                count += len(one.example.targets)
                for k, v in relation_losses(head, one.example, words, schema).items():
                    loss = loss + weights[k] * v
            optimiser.zero_grad()
            (loss / max(count, 20)).backward()
            torch.nn.utils.clip_grad_norm_(head.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            average.update()
    average.keep()
    return head


def stage(path: Path) -> tuple[Network, Labels]:
    """The encoder and token heads in a state file."""
    saved = torch.load(path, weights_only=False)
    labels: Labels = saved["labels"]
    net = Network(labels)
    net.load_state_dict(saved["state"])
    net.eval()
    return net, labels


def main() -> None:
    """Print the curve."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--shared", type=Path, required=True)
    ap.add_argument("--state", type=Path, required=True)
    ap.add_argument("--epochs", type=int, default=8)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    net, labels = stage(a.state)
    schema = schemas.load()
    subwords = Subwords(minilm() / "tokenizer.json")
    gold = {d.name for d in documents(a.shared, ours=False)}
    read: list[tuple[Item, Tensor]] = []
    with torch.no_grad():
        for document, example in examples(documents(a.shared), schema):
            one = item(document, example, subwords)
            _, words = document_words(net, [one], labels)
            read += [(i, vectors.clone()) for i, vectors in spread([one], words)]
    names = [i.example.name for i, _ in read]
    unseen = {n for n in names if n in gold and datasets.held_out(n)}
    held = [i for i, _ in read if i.example.name in unseen]
    for part, ours in PARTS:
        chosen = [
            (i, words)
            for i, words in read
            if i.example.name not in unseen
            and (ours or i.example.name in gold)
            and share(i.example.name) <= part
        ]
        head = train(chosen, schema, epochs=a.epochs, seed=a.seed)
        statements = sum(len(i.example.targets) for i, _ in chosen)
        label = f"{part:.2f} of the gold texts" + (" and our own" if ours else "")
        shown = measure(net, head, held, schema, labels)
        print(f"{label}: {len(chosen)} documents, {statements} statements: {shown}", flush=True)


if __name__ == "__main__":
    main()
