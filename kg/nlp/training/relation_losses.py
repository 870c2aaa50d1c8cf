"""What the relation model is trained to do, and how well it does it on documents kept back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from kg.extract.nodes import TYPES
from kg.extract.pairs import Table, filler_rows, fillers
from kg.extract.schema import Schema
from kg.nlp.training.corpora import Labels
from kg.nlp.training.items import Item, document_words, spread
from kg.nlp.training.network import Network
from kg.nlp.training.relation_network import Relations
from kg.nlp.training.relations import Example


def mask(table: Table, schema: Schema) -> Tensor:
    """(P, 2 * predicates): which cells the types allow."""
    n = len(schema.predicates)
    allowed = torch.zeros(len(TYPES), len(TYPES), 2 * n, dtype=torch.bool)
    backward = [p for p in range(n) if schema.predicates[p] not in schema.symmetric]
    for i, s in enumerate(TYPES):
        for j, o in enumerate(TYPES):
            for p in schema.allowed(s, o):
                allowed[i, j, p] = True
                if p in backward:
                    allowed[j, i, p + n] = True
                else:
                    allowed[j, i, p] = True
    kinds = torch.from_numpy(table.node[:, 4])
    pair = torch.from_numpy(table.pair)
    return allowed[kinds[pair[:, 0]], kinds[pair[:, 1]]]


def relation_losses(
    net: Relations, example: Example, words: Tensor, schema: Schema
) -> dict[str, Tensor]:
    """The losses of one document, given its word vectors (T, 384)."""
    table = example.table
    if not table.pairs:
        return {}
    node, pair = torch.from_numpy(table.node), torch.from_numpy(table.pair)
    sentence = torch.from_numpy(table.token_sentence)
    scores, vectors, spans = net.pairs(words, node, pair, sentence)
    weight = mask(table, schema).float()
    for i, cell in example.ignored:
        weight[i, cell] = 0.0
    gold_cells = torch.zeros_like(weight)
    for t in example.targets:
        gold_cells[t.pair, t.predicate] = 1.0
        weight[t.pair, t.predicate] = t.weight
    bce = F.binary_cross_entropy_with_logits(scores.float(), gold_cells, reduction="none")
    losses = {"relation": (bce * weight).sum()}
    if not example.targets:
        return losses
    at = torch.tensor([t.pair for t in example.targets])
    predicate = torch.tensor([t.predicate for t in example.targets])
    modality = torch.tensor([t.modality for t in example.targets])
    judged = net.modality(vectors[at], predicate).float()
    losses["modality"] = F.cross_entropy(judged, modality, reduction="sum")
    items: list[tuple[int, int, int]] = []
    roles: list[int] = []
    for t in example.targets:
        for filler in fillers(table, table.pairs[t.pair]):
            role = t.roles.get(filler, 0)
            items.append((t.pair, t.predicate, filler))
            roles.append(role)
    if items:
        rows = torch.from_numpy(filler_rows(table, items))
        judged = net.roles(words, node, spans, vectors[rows[:, 0]], rows).float()
        losses["role"] = F.cross_entropy(judged, torch.tensor(roles), reduction="sum")
    return losses


@dataclass(slots=True)
class Figures:
    """Counts over documents, and what they come to as precision, recall, F1 and shares."""

    found: int = 0
    right: int = 0
    gold: int = 0
    modality: int = 0
    judged: int = 0
    role_right: int = 0
    roles: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(self.found, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.gold, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.found + self.gold, 1)

    def __str__(self) -> str:
        return (
            f"P {self.precision:.3f} R {self.recall:.3f} F {self.f1:.3f} "
            f"modality {self.modality / max(self.judged, 1):.3f} "
            f"roles {self.role_right / max(self.roles, 1):.3f}"
        )


def judge(
    head: Relations, example: Example, words: Tensor, schema: Schema, figures: Figures
) -> None:
    """Adds one document, given its word vectors: cells at 0.5, modality, qualifiers."""
    table = example.table
    if not table.pairs:
        return
    node, pair = torch.from_numpy(table.node), torch.from_numpy(table.pair)
    sentence = torch.from_numpy(table.token_sentence)
    scores, z, spans = head.pairs(words, node, pair, sentence)
    hits = (scores.sigmoid() > 0.5) & mask(table, schema)
    cells = {(int(i), int(c)) for i, c in hits.nonzero()}
    targets = {(t.pair, t.predicate): t for t in example.targets}
    figures.found += len(cells - (example.ignored - targets.keys()))
    figures.right += len(cells & targets.keys())
    figures.gold += len(targets)
    for t in targets.values():
        cell = torch.tensor([t.predicate])
        figures.judged += 1
        best = int(head.modality(z[[t.pair]], cell).argmax())
        figures.modality += best == t.modality
        items = [(t.pair, t.predicate, f) for f in fillers(table, table.pairs[t.pair])]
        if items:
            rows = torch.from_numpy(filler_rows(table, items))
            out = head.roles(words, node, spans, z[rows[:, 0]], rows).argmax(1)
            for (_, _, f), r in zip(items, out.tolist(), strict=True):
                if t.roles.get(f, 0) or r:
                    figures.roles += 1
                    figures.role_right += r == t.roles.get(f, 0)


def measure(
    net: Network, head: Relations, items: Sequence[Item], schema: Schema, labels: Labels
) -> Figures:
    """Precision, recall and F1 of cells at 0.5 and modality, on documents with given mentions."""
    net.eval()
    head.eval()
    figures = Figures()
    with torch.no_grad():
        for one in items:
            _, words = document_words(net, [one], labels)
            for _, vectors in spread([one], words):
                judge(head, one.example, vectors, schema, figures)
    net.train()
    head.train()
    return figures
