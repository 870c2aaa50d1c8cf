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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from kg import nlp as language
from kg.documents import Document
from kg.extract import mentions as mention_step
from kg.extract import schema as schemas
from kg.extract import values as value_step
from kg.extract.nodes import TYPES
from kg.extract.pairs import ROLES, Table, filler_rows, fillers
from kg.extract.records import Span
from kg.extract.schema import Schema
from kg.nlp.component import TITLES
from kg.nlp.subwords import Subwords
from kg.nlp.text import paragraphs
from kg.nlp.training import annotated, augment, datasets, gold, relations
from kg.nlp.training.batches import Batch, batches, collate, cut
from kg.nlp.training.corpora import Encoded, Labels, Window
from kg.nlp.training.network import WIDTH, Network
from kg.nlp.training.relation_network import Relations
from kg.nlp.training.relations import Example
from kg.nlp.training.tagger import WEIGHTS, minilm, token_losses
from kg.resolve import resolve
from ontology import catalogue as catalogues

REPLAY = 30  # batches of treebanks and names in each epoch, against forgetting
RENAMED = 0.5  # how many of the texts are read with other names each time


@dataclass(slots=True)
class Item:
    """An example with its windows; `places[w]` are the document's tokens of window w, and
    `tags[w]` their parts of speech.
    """

    example: Example
    windows: list[Encoded]
    places: list[list[int]]
    tags: list[list[str]]


def documents(shared: Path, *, ours: bool = True) -> list[gold.GoldDocument]:
    """The gold documents for training and, if `ours`, our own training texts."""
    found = [d for f in ("train", "train-items") for d in gold.read(shared / "gold" / f)]
    return found + (annotated.read() if ours else [])


def examples(
    texts: Iterable[gold.GoldDocument], schema: Schema
) -> Iterator[tuple[gold.GoldDocument, Example]]:
    """Documents as the pipeline of the first stage reads them."""
    nlp = language.load()
    catalogue = catalogues.load()
    for document in texts:
        doc = nlp(document.text)
        spans = mention_step.find(doc, catalogue=catalogue)
        found = resolve(doc, spans, catalogue=catalogue)
        article = Document(text=document.text, date=document.date or None)
        titles = [Span(start=s.start_char, end=s.end_char, type="Title") for s in doc.spans[TITLES]]
        known = {(t.start, t.end) for t in titles}
        titles += [
            Span(start=m.start, end=m.end, type="Title")
            for m in document.mentions
            if m.type == "Title" and (m.start, m.end) not in known
        ]
        entities = [
            {"id": e.id, "name": e.name, "type": e.type, "aliases": list(e.aliases)}
            for e in found.entities
        ]
        yield (
            document,
            relations.example(
                document,
                doc,
                entities=entities,
                mentions=found.mentions,
                titles=titles,
                values_=value_step.find(document.text, article_date=article.date),
                schema=schema,
            ),
        )


def item(document: gold.GoldDocument, example: Example, subwords: Subwords) -> Item:
    """An example as the windows that the encoder reads, labelled with its mentions."""
    doc = example.doc
    spans = [(m.start, m.end, m.type) for m in document.mentions]
    windows: list[Encoded] = []
    places: list[list[int]] = []
    for start, end in paragraphs(doc.text):
        tokens = [t for t in doc if start <= t.idx < end and not t.is_space]
        labels = datasets.bio([(t.idx, t.idx + len(t)) for t in tokens], spans)
        window = Window([t.text for t in tokens], [bool(t.whitespace_) for t in tokens])
        window.mentions = labels
        at = 0
        for encoded in cut(window, subwords):
            size = len(encoded.window.tokens)
            windows.append(encoded)
            places.append([t.i for t in tokens[at : at + size]])
            at += size
    return Item(example, windows, places, [[doc[i].pos_ for i in p] for p in places])


def renamed(one: Item, source: augment.Pools, rng: random.Random) -> Item:
    """An item as it stands, or with other names in its text."""
    if rng.random() > RENAMED:
        return one
    windows = augment.renamed(one.windows, one.tags, source, rng, share=0.6)
    return replace(one, windows=windows)


class Average:
    """The exponential moving average of parameters (Polyak and Juditsky 1992): steadier than the
    last step's.
    """

    def __init__(self, modules: Sequence[nn.Module], decay: float = 0.995) -> None:
        self._modules = modules
        self._decay = decay
        self._steps = 0
        self._state = [{k: v.clone() for k, v in m.state_dict().items()} for m in modules]

    def update(self) -> None:
        """Take in the present parameters; the first steps count for more."""
        self._steps += 1
        decay = min(self._decay, self._steps / (self._steps + 9))
        with torch.no_grad():
            for module, state in zip(self._modules, self._state, strict=True):
                for k, v in module.state_dict().items():
                    state[k].lerp_(v, 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The modules hold the average within, and their own parameters again after."""
        own = [{k: v.clone() for k, v in m.state_dict().items()} for m in self._modules]
        for module, state in zip(self._modules, self._state, strict=True):
            module.load_state_dict(state)
        yield
        for module, state in zip(self._modules, own, strict=True):
            module.load_state_dict(state)


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


def document_words(net: Network, items: Sequence[Item], labels: Labels) -> tuple[Batch, Tensor]:
    """One batch for the windows of some documents, and its words (B, T, 384)."""
    batch = collate([e for i in items for e in i.windows], labels)
    return batch, net.encode(batch.ids, batch.shapes, batch.mask, batch.word, batch.size)


def spread(items: Sequence[Item], words: Tensor) -> Iterator[tuple[Item, Tensor]]:
    """The words of a batch, put back in the order of each document's tokens."""
    row = 0
    for one in items:
        vectors = words.new_zeros(len(one.example.doc), WIDTH)
        for places in one.places:
            vectors = vectors.index_copy(0, torch.tensor(places), words[row, : len(places)])
            row += 1
        yield one, vectors


def grouped(items: Sequence[Item], budget: int, rng: random.Random) -> list[list[Item]]:
    """Documents in groups of about `budget` sub-words."""
    order = list(items)
    rng.shuffle(order)
    groups: list[list[Item]] = [[]]
    used = 0
    for one in order:
        size = sum(len(e.ids) for e in one.windows)
        if groups[-1] and used + size > budget:
            groups.append([])
            used = 0
        groups[-1].append(one)
        used += size
    return groups


def share(name: str) -> float:
    """A document's place in a random order of all, from 0 to 1."""
    return int(sha256(f"{name} order".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


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


def main() -> None:
    """Train and save tagger and relation model together."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--shared", type=Path, required=True)
    ap.add_argument("--state", type=Path, required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--epochs", type=int, default=10)
    ap.add_argument("--budget", type=int, default=2048)
    ap.add_argument("--seed", type=int, default=1)
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
            {"params": encoder, "lr": 1e-4, "weight_decay": 0.01},
            {"params": heads, "lr": 3e-4, "weight_decay": 0.01},
            {"params": list(head.parameters()), "lr": 1e-3, "weight_decay": 0.01},
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
