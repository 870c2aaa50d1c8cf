"""What the relation model is trained to do, and how well it does it on documents kept back."""

from __future__ import annotations

from collections.abc import Sequence

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


def measure(
    net: Network, head: Relations, items: Sequence[Item], schema: Schema, labels: Labels
) -> str:
    """Precision, recall and F1 of cells at 0.5 and modality, on documents with given mentions."""
    net.eval()
    head.eval()
    found = right = gold_cells = modality = judged = role_right = roles = 0
    with torch.no_grad():
        for one in items:
            _, words = document_words(net, [one], labels)
            for _, vectors in spread([one], words):
                table = one.example.table
                if not table.pairs:
                    continue
                node, pair = torch.from_numpy(table.node), torch.from_numpy(table.pair)
                sentence = torch.from_numpy(table.token_sentence)
                scores, z, spans = head.pairs(vectors, node, pair, sentence)
                hits = (scores.sigmoid() > 0.5) & mask(table, schema)
                cells = {(int(i), int(c)) for i, c in hits.nonzero()}
                targets = {(t.pair, t.predicate): t for t in one.example.targets}
                found += len(cells - (one.example.ignored - targets.keys()))
                right += len(cells & targets.keys())
                gold_cells += len(targets)
                for t in targets.values():
                    cell = torch.tensor([t.predicate])
                    judged += 1
                    best = int(head.modality(z[[t.pair]], cell).argmax())
                    modality += best == t.modality
                    items_ = [(t.pair, t.predicate, f) for f in fillers(table, table.pairs[t.pair])]
                    if items_:
                        rows = torch.from_numpy(filler_rows(table, items_))
                        out = head.roles(vectors, node, spans, z[rows[:, 0]], rows).argmax(1)
                        for (_, _, f), r in zip(items_, out.tolist(), strict=True):
                            if t.roles.get(f, 0) or r:
                                roles += 1
                                role_right += r == t.roles.get(f, 0)
    net.train()
    head.train()
    p, r = right / max(found, 1), right / max(gold_cells, 1)
    return (
        f"P {p:.3f} R {r:.3f} F {2 * p * r / max(p + r, 1e-9):.3f} "
        f"modality {modality / max(judged, 1):.3f} roles {role_right / max(roles, 1):.3f}"
    )
