"""Second stage of training: relations, jointly with mentions, tags and trees.

    python -m kg.nlp.training.joint --shared ../shared --state build/tagger.pt --out build/joint.pt

The pipeline of the first stage must stand in `kg/nlp/model` (`export` puts it there): it parses
the gold documents and finds the mentions that relations are learned between.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from kg.extract import schema as schemas
from kg.extract.pairs import ROLES
from kg.nlp.subwords import Subwords
from kg.nlp.training import augment, datasets
from kg.nlp.training.averaging import Average
from kg.nlp.training.batches import Batch, batches, cut
from kg.nlp.training.corpora import Labels
from kg.nlp.training.items import (
    Item,
    document_words,
    documents,
    examples,
    grouped,
    item,
    renamed,
    share,
    spread,
)
from kg.nlp.training.network import Network
from kg.nlp.training.relation_losses import measure, relation_losses
from kg.nlp.training.relation_network import Relations
from kg.nlp.training.tagger import WEIGHTS, minilm, token_losses

REPLAY = 30  # batches of treebanks and names in each epoch, against forgetting


def main() -> None:
    """Train and save tagger and relation model together."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--shared", type=Path, required=True)
    ap.add_argument("--state", type=Path, required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--epochs", type=int, default=10)
    ap.add_argument("--budget", type=int, default=2048)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--rate", type=float, default=1.0, help="of the learning rates")
    ap.add_argument("--share", type=float, default=1.0, help="of the texts, for a learning curve")
    ap.add_argument("--gold-only", action="store_true", help="without our own training texts")
    ap.add_argument("--all", action="store_true", help="train on the held-out documents too")
    a = ap.parse_args()
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    saved = torch.load(a.state, weights_only=False)
    labels: Labels = saved["labels"]
    net = Network(labels)
    net.load_state_dict(saved["state"])
    schema = schemas.load()
    head = Relations(len(schema.predicates))
    if "relations" in saved:  # goes on from an earlier run
        head.load_state_dict(saved["relations"])
    subwords = Subwords(minilm() / "tokenizer.json")
    data = datasets.load(a.shared, keep_all=a.all)
    replay = [e for w in data.syntax + data.names for e in cut(w, subwords)]
    texts = documents(a.shared, ours=not a.gold_only)
    unseen = {d.name for d in documents(a.shared, ours=False) if datasets.held_out(d.name)}
    texts = [d for d in texts if d.name in unseen or share(d.name) <= a.share]
    items = [item(d, e, subwords) for d, e in examples(texts, schema)]
    kept = [i for i in items if a.all or i.example.name not in unseen]
    held = [i for i in items if i.example.name in unseen]
    lost = Counter(name for i in items for name in [i.example.name] for _ in i.example.lost)
    total = sum(len(i.example.targets) for i in items)
    print(f"{len(kept)} + {len(held)} documents, {total} targets, {lost.total()} lost", flush=True)
    a.out.parent.mkdir(parents=True, exist_ok=True)
    (a.out.parent / "lost.txt").write_text("\n".join(x for i in items for x in i.example.lost))
    source_names = augment.pools(
        (w, tags) for i in kept for w, tags in zip(i.windows, i.tags, strict=True)
    )
    # The word embeddings have learned what they can; fixed, they keep rare words in their place.
    net.encoder.words.weight.requires_grad_(False)
    encoder = [p for n, p in net.named_parameters() if n.startswith("encoder.") and p.requires_grad]
    heads = [p for n, p in net.named_parameters() if not n.startswith("encoder.")]
    optimiser = torch.optim.AdamW(
        [
            {"params": encoder, "lr": 1e-4 * a.rate, "weight_decay": 0.01},
            {"params": heads, "lr": 3e-4 * a.rate, "weight_decay": 0.01},
            {"params": list(head.parameters()), "lr": 1e-3 * a.rate, "weight_decay": 0.01},
        ],
        betas=(0.9, 0.98),
    )
    per_epoch = len(grouped(kept, a.budget, rng)) + REPLAY
    steps = per_epoch * a.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / 60, max(0.01, 1 - s / steps))
    )
    print(f"{per_epoch} steps an epoch", flush=True)
    done, began = 0, time.time()
    mean: dict[str, float] = {}
    source: Iterator[Batch] = iter(())
    average = Average([net, head])
    net.train()
    head.train()
    for epoch in range(a.epochs):
        order: list[list[Item] | None] = [*grouped(kept, a.budget, rng), *[None] * REPLAY]
        rng.shuffle(order)
        for group in order:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                if group is None:
                    fresh = next(source, None)
                    if fresh is None:
                        source = iter(batches(replay, labels, a.budget, rng))
                        fresh = next(source)
                    batch = fresh
                    words = net.encode(batch.ids, batch.shapes, batch.mask, batch.word, batch.size)
                    losses = token_losses(net, batch, words)
                    loss = sum((WEIGHTS[k] * v for k, v in losses.items()), torch.zeros(()))
                else:
                    group = [renamed(one, source_names, rng) for one in group]
                    batch, words = document_words(net, group, labels)
                    losses = token_losses(net, batch, words)
                    loss = WEIGHTS["mentions"] * losses["mentions"]
            if group is not None:
                words = words.float()
                sums: dict[str, Tensor] = {}
                count = 0
                for one, vectors in spread(group, words):
                    count += len(one.example.targets)
                    for k, v in relation_losses(head, one.example, vectors, schema).items():
                        sums[k] = sums.get(k, torch.zeros(())) + v
                for k, v in sums.items():
                    losses[k] = v / max(count, 20)
                    loss = loss + {"relation": 1.0, "modality": 0.5, "role": 0.5}[k] * losses[k]
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*net.parameters(), *head.parameters()], 2.0)
            optimiser.step()
            schedule.step()
            average.update()
            done += 1
            for k, v in losses.items():
                if v.item():
                    mean[k] = 0.97 * mean.get(k, v.item()) + 0.03 * v.item()
            if done % 25 == 0:
                shown = " ".join(f"{k} {v:.3f}" for k, v in sorted(mean.items()))
                print(f"{done}/{steps} {time.time() - began:.0f}s {shown}", flush=True)
        with average.applied():
            if held and not a.all:
                print(f"epoch {epoch + 1}: {measure(net, head, held, schema, labels)}", flush=True)
            torch.save(
                {
                    "labels": labels,
                    "state": net.state_dict(),
                    "relations": head.state_dict(),
                    "predicates": schema.predicates,
                    "roles": ROLES,
                    "epoch": epoch,
                },
                a.out,
            )


if __name__ == "__main__":
    main()
