"""The relation heads trained alone, over word vectors of an encoder that stays as it is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from kg.extract.schema import Schema
from kg.nlp.training.averaging import Average
from kg.nlp.training.corpora import Labels
from kg.nlp.training.items import Item
from kg.nlp.training.network import Network
from kg.nlp.training.relation_losses import relation_losses
from kg.nlp.training.relation_network import Relations

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
