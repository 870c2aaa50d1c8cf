"""Training documents as what the relation model learns from: windows, tables and targets."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import torch
from torch import Tensor

from kg import nlp as language
from kg.documents import Document
from kg.extract import mentions as mention_step
from kg.extract import values as value_step
from kg.extract.records import Span
from kg.extract.schema import Schema
from kg.nlp.component import TITLES
from kg.nlp.subwords import Subwords
from kg.nlp.text import paragraphs
from kg.nlp.training import annotated, augment, datasets, gold, relations
from kg.nlp.training.batches import Batch, collate, cut
from kg.nlp.training.corpora import Encoded, Labels, Window
from kg.nlp.training.network import WIDTH, Network
from kg.nlp.training.relations import Example
from kg.resolve import resolve
from ontology import catalogue as catalogues

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


def share(name: str) -> float:
    """A document's place in a random order of all, from 0 to 1."""
    return int(sha256(f"{name} order".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


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


def item(
    document: gold.GoldDocument,
    example: Example,
    subwords: Subwords,
    *,
    reach: Sequence[tuple[int, int]] | None = None,
) -> Item:
    """An example as the windows that the encoder reads, labelled with its mentions.

    A window is what `reach` gives as characters, a paragraph where it gives none.
    """
    doc = example.doc
    spans = [(m.start, m.end, m.type) for m in document.mentions]
    windows: list[Encoded] = []
    places: list[list[int]] = []
    for start, end in paragraphs(doc.text) if reach is None else reach:
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
