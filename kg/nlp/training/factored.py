"""The relation heads as they run in use: the same sums, taken once where training repeats them.

Training joins what is known of a pair into one long row and multiplies it by one matrix. What
belongs to a node or a word stands in many rows, so here its part of the product is taken once for
each node or word and looked up; only what belongs to the pair alone is multiplied for each pair.
`check` compares both with random numbers, and the export refuses to write what differs.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from kg.extract.pairs import DISTANCES, FAR, PATHS
from kg.nlp.training.network import WIDTH
from kg.nlp.training.relation_network import ATTENTION, SIDE, SPAN, Relations

_MASKED = -1e4  # exp of it is 0 in 32 bits, so what is masked takes no part at all
_TOLERANCE = 2e-4


def columns(layer: nn.Linear, sizes: Sequence[int]) -> list[Tensor]:
    """The parts of a layer's matrix, transposed, that the parts of its input are multiplied by."""
    return [part.T for part in layer.weight.split(list(sizes), 1)]


class PairHead(nn.Module):
    """What judges pairs: gives what `Relations.pairs` gives."""

    def __init__(self, net: Relations) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, words: Tensor, node: Tensor, pair: Tensor, sentence: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        net = self.net
        sizes = [SPAN] * 3 + [SIDE] * 5 + [16 + 16 + 8 + 8]
        of_a, of_b, of_both, of_head_a, of_head_b, of_meet, of_between, of_seen, of_places = (
            columns(net.mix, sizes)
        )
        spans = net.spans(words, node)
        heads = F.gelu(net.parent(words[node[:, 3]]))
        first, second = pair[:, 0], pair[:, 1]
        by_node_a = spans @ of_a + heads @ of_head_a + net.mix.bias
        by_node_b = spans @ of_b + heads @ of_head_b
        by_word = F.gelu(net.meet(words)) @ of_meet
        inside = words @ net.between.weight.T
        total = torch.cat([torch.zeros_like(inside[:1]), inside.cumsum(0)])
        start, end = pair[:, 8], pair[:, 9]
        count = (end - start).clamp(min=1).to(words.dtype)[:, None]
        between = F.gelu((total[end] - total[start]) / count + net.between.bias)
        own = [
            spans[first] * spans[second],
            between,
            F.gelu(self._seen(words, spans, pair, sentence)),
            net.far(pair[:, 4]),
            net.path(pair[:, 5]),
            net.ago(pair[:, 6]),
            net.ago(pair[:, 7]),
        ]
        own_columns = torch.cat([of_both, of_between, of_seen, of_places])
        mixed = torch.cat(own, -1) @ own_columns
        mixed = mixed + by_node_a[first] + by_node_b[second] + by_word[pair[:, 3]]
        mixed = net.norm(F.gelu(mixed))
        mixed = net.norm2(mixed + net.beside_out(self._beside(mixed, pair[:, 2])))
        mixed = mixed + F.gelu(net.mix2(mixed))
        return net.out(mixed), mixed, spans

    def _seen(self, words: Tensor, spans: Tensor, pair: Tensor, sentence: Tensor) -> Tensor:
        """(P, 128): what each pair finds in the words of its sentence."""
        net, width = self.net, SIDE // ATTENTION
        of_a, of_b = columns(net.query, [SPAN, SPAN])
        query = (spans @ of_a)[pair[:, 0]] + (spans @ of_b + net.query.bias)[pair[:, 1]]
        q = (query / width**0.5).reshape(-1, ATTENTION, width).transpose(0, 1)
        k = net.keys(words).reshape(-1, ATTENTION, width).permute(1, 2, 0)
        v = net.found(words).reshape(-1, ATTENTION, width).transpose(0, 1)
        other = (sentence[None, :] != pair[:, 2:3]).to(words.dtype) * _MASKED
        found = (q @ k + other).softmax(-1) @ v
        return found.transpose(0, 1).reshape(-1, SIDE)

    def _beside(self, mixed: Tensor, sentence: Tensor) -> Tensor:
        """(P, 128): what each pair takes from the other pairs of its sentence."""
        width = SIDE // ATTENTION
        q, k, v = self.net.beside(mixed).reshape(-1, 3, ATTENTION, width).permute(1, 2, 0, 3)
        other = (sentence[None, :] != sentence[:, None]).to(mixed.dtype) * _MASKED
        scores = (q / width**0.5) @ k.transpose(1, 2) + other
        return (scores.softmax(-1) @ v).transpose(0, 1).reshape(-1, SIDE)


class RoleHead(nn.Module):
    """What judges qualifiers: gives what `Relations.roles` gives, but takes each pair's vector
    once; the first number of a row is the place of its pair's vector.
    """

    def __init__(self, net: Relations) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, words: Tensor, node: Tensor, spans: Tensor, vectors: Tensor, rows: Tensor
    ) -> Tensor:
        net = self.net
        of_pair, of_filler, of_both, of_head, of_predicate, of_places = columns(
            net.role1, [SPAN, SPAN, SPAN, SIDE, 64, 16 + 16 + 16 + 8 + 8]
        )
        pair = net.role_pair(vectors)
        heads = F.gelu(net.parent(words[node[:, 3]]))
        by_pair = pair @ of_pair + net.role1.bias
        by_node = spans @ of_filler + heads @ of_head
        by_predicate = net.predicate.weight @ of_predicate
        which, filler = rows[:, 0], rows[:, 2]
        own = [
            pair[which] * spans[filler],
            net.path(rows[:, 3]),
            net.far(rows[:, 4]),
            net.far(rows[:, 5]),
            net.side(rows[:, 6]),
            net.ago(rows[:, 7]),
        ]
        judged = torch.cat(own, -1) @ torch.cat([of_both, of_places])
        judged = judged + by_pair[which] + by_node[filler] + by_predicate[rows[:, 1]]
        return net.role2(F.gelu(judged))


def check(net: Relations, *, seed: int = 1) -> None:
    """ValueError where the heads here and those of the network do not give the same."""
    net.eval()
    dice = torch.Generator().manual_seed(seed)

    def below(limit: int, count: int) -> Tensor:
        return torch.randint(limit, (count,), generator=dice)

    words = torch.randn(60, WIDTH, generator=dice)
    sentence = torch.arange(60) // 20
    node = torch.stack([*(below(60, 12) for _ in range(4)), below(17, 12), below(3, 12)], 1)
    start = below(40, 50)
    pair = torch.stack(
        [
            *(below(12, 50), below(12, 50), below(3, 50), below(60, 50)),
            *(below(DISTANCES, 50), below(PATHS, 50), below(FAR + 1, 50), below(FAR + 1, 50)),
            *(start, start + below(20, 50)),
        ],
        1,
    )
    rows = torch.stack(
        [
            *(below(50, 90), below(2 * net.predicates, 90), below(12, 90), below(PATHS, 90)),
            *(below(DISTANCES, 90), below(DISTANCES, 90), below(3, 90), below(FAR + 1, 90)),
        ],
        1,
    )
    with torch.no_grad():
        wanted = net.pairs(words, node, pair, sentence)
        found = PairHead(net)(words, node, pair, sentence)
        _, mixed, spans = wanted
        judged = net.roles(words, node, spans, mixed[rows[:, 0]], rows)
        again = RoleHead(net)(words, node, spans, mixed, rows)
    for a, b in zip((*wanted, judged), (*found, again), strict=True):
        apart = float((a - b).abs().max())
        if apart > _TOLERANCE:
            raise ValueError(
                f"the factored relation heads differ from the network by {apart:.5f}: "
                "bring kg/nlp/training/factored.py in step with relation_network.py"
            )
