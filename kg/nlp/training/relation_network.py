"""The relation model: from word vectors and pairs of nodes to predicates, modality, qualifiers.

Each pair is judged by its two spans, their product, the words between, the word where their paths
in the syntax tree meet, the words that head them, and what an attention of the pair over the words
of the sentence finds (typed spans as in Zhong and Chen 2021, the rest as in classic relation
extraction), then beside the other pairs of its sentence, since what is said of one tells of the
other. Predicates are independent of each other (one sigmoid each, both directions), since a
sentence may say several things of two entities.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from kg.extract.nodes import KINDS, TYPES
from kg.extract.pairs import DISTANCES, FAR, PATHS, ROLES
from kg.nlp.training.network import WIDTH

SPAN = 256
SIDE = 128
PAIR = 384
ATTENTION = 4


class Relations(nn.Module):
    """Heads over the word vectors of one document.

    words (T, 384); node (N, 6); pair (P, 10); sentence (T,): as in `kg.extract.pairs.Table`.
    """

    def __init__(self, predicates: int) -> None:
        super().__init__()
        self.predicates = predicates
        self.node_type = nn.Embedding(len(TYPES), 32)
        self.node_kind = nn.Embedding(len(KINDS), 8)
        self.span = nn.Linear(3 * WIDTH + 40, SPAN)
        self.parent = nn.Linear(WIDTH, SIDE)
        self.meet = nn.Linear(WIDTH, SIDE)
        self.between = nn.Linear(WIDTH, SIDE)
        self.query = nn.Linear(2 * SPAN, SIDE)
        self.keys = nn.Linear(WIDTH, SIDE)
        self.found = nn.Linear(WIDTH, SIDE)
        self.far = nn.Embedding(DISTANCES, 16)
        self.path = nn.Embedding(PATHS, 16)
        self.ago = nn.Embedding(FAR + 1, 8)
        size = 3 * SPAN + 5 * SIDE + 16 + 16 + 16
        self.mix = nn.Linear(size, PAIR)
        self.norm = nn.LayerNorm(PAIR)
        self.beside = nn.Linear(PAIR, 3 * SIDE)
        self.beside_out = nn.Linear(SIDE, PAIR)
        self.norm2 = nn.LayerNorm(PAIR)
        self.mix2 = nn.Linear(PAIR, PAIR)
        self.out = nn.Linear(PAIR, 2 * predicates)
        self.predicate = nn.Embedding(2 * predicates, 64)
        self.modality1 = nn.Linear(PAIR + 64, SIDE)
        self.modality2 = nn.Linear(SIDE, 4)
        self.side = nn.Embedding(3, 8)
        self.role_pair = nn.Linear(PAIR, SPAN)
        self.role1 = nn.Linear(3 * SPAN + SIDE + 64 + 16 + 16 + 16 + 8 + 8, SPAN)
        self.role2 = nn.Linear(SPAN, len(ROLES))
        self.drop = nn.Dropout(0.3)
        nn.init.constant_(self.out.bias, -4.0)

    def spans(self, words: Tensor, node: Tensor) -> Tensor:
        """(N, 256): each node by its first, last and root word, its type and kind."""
        parts = [words[node[:, k]] for k in (0, 1, 2)]
        parts += [self.node_type(node[:, 4]), self.node_kind(node[:, 5])]
        return F.gelu(self.span(self.drop(torch.cat(parts, -1))))

    def pairs(
        self, words: Tensor, node: Tensor, pair: Tensor, sentence: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Scores (P, 2 * predicates), pair vectors (P, 384) and span vectors (N, 256)."""
        spans = self.spans(words, node)
        a, b = spans[pair[:, 0]], spans[pair[:, 1]]
        parents = F.gelu(self.parent(words[node[:, 3]]))
        meet = F.gelu(self.meet(words[pair[:, 3]]))
        total = torch.cat([torch.zeros_like(words[:1]), words.cumsum(0)])
        start, end = pair[:, 8], pair[:, 9]
        count = (end - start).clamp(min=1).to(words.dtype)[:, None]
        between = F.gelu(self.between((total[end] - total[start]) / count))
        query = self.query(torch.cat([a, b], -1))
        keys, found = self.keys(words), self.found(words)
        width = SIDE // ATTENTION
        q = query.reshape(-1, ATTENTION, width)
        k = keys.reshape(-1, ATTENTION, width)
        v = found.reshape(-1, ATTENTION, width)
        scores = torch.einsum("phw,thw->hpt", q, k) / width**0.5
        other = sentence[None, :] != pair[:, 2:3]
        scores = scores.masked_fill(other[None], -1e4)
        seen = torch.einsum("hpt,thw->phw", scores.softmax(-1), v).reshape(-1, SIDE)
        parts = [
            a,
            b,
            a * b,
            parents[pair[:, 0]],
            parents[pair[:, 1]],
            meet,
            between,
            F.gelu(seen),
            self.far(pair[:, 4]),
            self.path(pair[:, 5]),
            self.ago(pair[:, 6]),
            self.ago(pair[:, 7]),
        ]
        mixed = self.norm(F.gelu(self.mix(self.drop(torch.cat(parts, -1)))))
        mixed = self.norm2(mixed + self.beside_out(self._beside(mixed, pair[:, 2])))
        mixed = mixed + F.gelu(self.mix2(self.drop(mixed)))
        return self.out(self.drop(mixed)), mixed, spans

    def _beside(self, mixed: Tensor, sentence: Tensor) -> Tensor:
        """(P, 128): what each pair takes from the other pairs of its sentence."""
        width = SIDE // ATTENTION
        q, k, v = self.beside(mixed).reshape(-1, 3, ATTENTION, width).unbind(1)
        scores = torch.einsum("phw,rhw->hpr", q, k) / width**0.5
        other = sentence[None, :] != sentence[:, None]
        chance = scores.masked_fill(other[None], -1e4).softmax(-1)
        return torch.einsum("hpr,rhw->phw", chance, v).reshape(-1, SIDE)

    def modality(self, vectors: Tensor, predicate: Tensor) -> Tensor:
        """(M, 4): scores for pair vectors (M, 384) and predicates with direction (M,)."""
        x = torch.cat([vectors, self.predicate(predicate)], -1)
        return self.modality2(F.gelu(self.modality1(self.drop(x))))

    def roles(
        self, words: Tensor, node: Tensor, spans: Tensor, vectors: Tensor, rows: Tensor
    ) -> Tensor:
        """(R, roles): scores for `kg.extract.pairs.filler_rows`, one pair vector a row."""
        pair = self.role_pair(vectors)
        filler = spans[rows[:, 2]]
        parts = [
            pair,
            filler,
            pair * filler,
            F.gelu(self.parent(words[node[rows[:, 2], 3]])),
            self.predicate(rows[:, 1]),
            self.path(rows[:, 3]),
            self.far(rows[:, 4]),
            self.far(rows[:, 5]),
            self.side(rows[:, 6]),
            self.ago(rows[:, 7]),
        ]
        return self.role2(F.gelu(self.role1(self.drop(torch.cat(parts, -1)))))
