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
from kg.nlp.training.relation_network import ATTENTION, PAIR, SIDE, SPAN, Relations

# The parts of the rows that training multiplies, by their sizes.
MIXED = [SPAN] * 3 + [SIDE] * 5 + [16 + 16 + 8 + 8]  # a pair
JUDGED = [SPAN, SPAN, SPAN, SIDE, 64, 16 + 16 + 16 + 8 + 8]  # a pair and what may qualify it
_MASKED = -1e4  # exp of it is 0 in 32 bits, so what is masked takes no part at all
_TOLERANCE = 2e-4


def columns(layer: nn.Linear, sizes: Sequence[int]) -> list[Tensor]:
    """The parts of a layer's matrix, transposed, that the parts of its input are multiplied by.

    They are constants of their own in a graph, so that none has to hold those of another.
    """
    return [part.T.contiguous() for part in layer.weight.detach().split(list(sizes), 1)]


class NodeHead(nn.Module):
    """What the other heads look up, once for each node and word of a document.

    words (T, 384); node (N, 6), as in `kg.extract.pairs.Table`; meeting (M,): the words in which
    the paths of pairs meet, each once. Gives what `PairHead` and `RoleHead` take.
    """

    names = ("spans", "firsts", "seconds", "fillers", "meetings", "keys", "found", "totals")

    def __init__(self, net: Relations) -> None:
        super().__init__()
        self.net = net
        self.mix = columns(net.mix, MIXED)
        self.query = columns(net.query, [SPAN, SPAN])
        self.role = columns(net.role1, JUDGED)

    def forward(self, words: Tensor, node: Tensor, meeting: Tensor) -> tuple[Tensor, ...]:
        net = self.net
        of_a, of_b, _, of_head_a, of_head_b, of_meet, *_ = self.mix
        asks_a, asks_b = self.query
        _, of_filler, _, of_head, *_ = self.role
        scale = (SIDE // ATTENTION) ** 0.5
        spans = net.spans(words, node)
        heads = F.gelu(net.parent(words[node[:, 3]]))
        first = [spans @ of_a + heads @ of_head_a + net.mix.bias, spans @ asks_a / scale]
        second = [spans @ of_b + heads @ of_head_b, (spans @ asks_b + net.query.bias) / scale]
        # Sums over many words: in 32 bits, their differences would be rounded too much.
        totals = F.pad((words @ net.between.weight.T).double().cumsum(0), (0, 0, 1, 0))
        return (
            spans,
            torch.cat(first, -1),
            torch.cat(second, -1),
            spans @ of_filler + heads @ of_head,
            F.gelu(net.meet(words[meeting])) @ of_meet,
            net.keys(words),
            net.found(words),
            totals,
        )


class PairHead(nn.Module):
    """What judges pairs: gives what `Relations.pairs` gives, without the spans.

    `pair` is that of `Relations.pairs`, but has the place in `meetings` instead of the word;
    `keys`, `found` and `sentence` may be those of the words in the pairs' sentences only.
    """

    names = (*NodeHead.names[:3], *NodeHead.names[4:], "sentence", "pair")

    def __init__(self, net: Relations) -> None:
        super().__init__()
        self.net = net
        _, _, of_both, _, _, _, *others = columns(net.mix, MIXED)
        self.mix = torch.cat([of_both, *others])

    def forward(
        self,
        spans: Tensor,
        firsts: Tensor,
        seconds: Tensor,
        meetings: Tensor,
        keys: Tensor,
        found: Tensor,
        totals: Tensor,
        sentence: Tensor,
        pair: Tensor,
    ) -> tuple[Tensor, Tensor]:
        net = self.net
        a, b = pair[:, 0], pair[:, 1]
        known = firsts[a] + seconds[b]
        own = [
            spans[a] * spans[b],
            self._between(totals, pair[:, 8], pair[:, 9]),
            F.gelu(self._seen(known[:, PAIR:], keys, found, sentence[None, :] != pair[:, 2:3])),
            net.far(pair[:, 4]),
            net.path(pair[:, 5]),
            net.ago(pair[:, 6]),
            net.ago(pair[:, 7]),
        ]
        mixed = torch.cat(own, -1) @ self.mix
        mixed = mixed + known[:, :PAIR] + meetings[pair[:, 3]]
        mixed = net.norm(F.gelu(mixed))
        mixed = net.norm2(mixed + net.beside_out(self._beside(mixed, pair[:, 2])))
        mixed = mixed + F.gelu(net.mix2(mixed))
        return net.out(mixed), mixed

    def _between(self, totals: Tensor, start: Tensor, end: Tensor) -> Tensor:
        """(P, 128): what stands between the ends."""
        count = (end - start).clamp(min=1).to(totals.dtype)[:, None]
        mean = ((totals[end] - totals[start]) / count).float()
        return F.gelu(mean + self.net.between.bias)

    def _seen(self, query: Tensor, keys: Tensor, found: Tensor, other: Tensor) -> Tensor:
        """(P, 128): what each pair finds in the words that are not of another sentence."""
        width = SIDE // ATTENTION
        q = query.reshape(-1, ATTENTION, width).transpose(0, 1)
        k = keys.reshape(-1, ATTENTION, width).permute(1, 2, 0)
        v = found.reshape(-1, ATTENTION, width).transpose(0, 1)
        seen = (q @ k + other.to(keys.dtype) * _MASKED).softmax(-1) @ v
        return seen.transpose(0, 1).reshape(-1, SIDE)

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

    names = ("spans", "fillers", "vectors", "rows")

    def __init__(self, net: Relations) -> None:
        super().__init__()
        self.net = net
        self.of_pair, _, of_both, _, of_predicate, of_places = columns(net.role1, JUDGED)
        self.own = torch.cat([of_both, of_places])
        self.by_predicate = net.predicate.weight.detach() @ of_predicate

    def forward(self, spans: Tensor, fillers: Tensor, vectors: Tensor, rows: Tensor) -> Tensor:
        net = self.net
        pair = net.role_pair(vectors)
        by_pair = pair @ self.of_pair + net.role1.bias
        which, filler = rows[:, 0], rows[:, 2]
        own = [
            pair[which] * spans[filler],
            net.path(rows[:, 3]),
            net.far(rows[:, 4]),
            net.far(rows[:, 5]),
            net.side(rows[:, 6]),
            net.ago(rows[:, 7]),
        ]
        judged = torch.cat(own, -1) @ self.own
        judged = judged + by_pair[which] + fillers[filler] + self.by_predicate[rows[:, 1]]
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
        *wanted, spans = net.pairs(words, node, pair, sentence)
        wanted += [spans, net.roles(words, node, spans, wanted[1][rows[:, 0]], rows)]
        meeting, place = pair[:, 3].unique(return_inverse=True)
        looked_up = dict(zip(NodeHead.names, NodeHead(net)(words, node, meeting), strict=True))
        placed = torch.cat([pair[:, :3], place[:, None], pair[:, 4:]], 1)
        inputs = {**looked_up, "sentence": sentence, "pair": placed}
        found = [*PairHead(net)(*(inputs[k] for k in PairHead.names)), looked_up["spans"]]
        inputs |= {"vectors": found[1], "rows": rows}
        found.append(RoleHead(net)(*(inputs[k] for k in RoleHead.names)))
    for a, b in zip(wanted, found, strict=True):
        apart = float((a - b).abs().max())
        if apart > _TOLERANCE:
            raise ValueError(
                f"the factored relation heads differ from the network by {apart:.5f}: "
                "bring kg/nlp/training/factored.py in step with relation_network.py"
            )
