"""The relation model at run time: nodes of a `Doc` → claims with a probability each.

Every sentence is judged with the few before it in view (`kg.extract.pairs`), so that text further
away changes nothing. The graphs are those that `kg.nlp.training.export` writes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from kg import __version__
from kg.documents import Mention
from kg.extract import schema as schemas
from kg.extract.nodes import TYPES, Node, nodes, sentence_numbers
from kg.extract.pairs import (
    FILLS,
    ROLES,
    Pair,
    Table,
    Tree,
    candidates,
    filler_rows,
    fillers,
    table,
)
from kg.extract.phrases import singular, tidy
from kg.extract.records import Claim, Span, ValueSpan
from kg.extract.schema import Schema
from kg.nlp.component import MODEL, VECTORS
from kg.nlp.encoder import session
from kg.statements import Amount, EntityRef, Literal, Object, QualifierValue

EXTRACTOR = f"model {__version__}"
MODALITIES = ("asserted", "planned", "possible", "denied")
_MOST = 100  # pairs judged in one run, unless a sentence has more: each looks at all others
_CELLS = 300  # claims that are read closely in one run
_MIN_ROLE = 0.5
Floats = NDArray[np.float32]


class RelationModel:
    """Reads the graphs of a model folder once; `find` may then be called for any document."""

    def __init__(self, folder: Path = MODEL, *, threads: int = 1) -> None:
        self._schema: Schema = schemas.load()
        settings: Mapping[str, Any] = json.loads((folder / "relations.json").read_text("utf-8"))
        self._order: list[str] = settings["predicates"]
        thresholds = [settings["thresholds"][p] for p in self._order]
        self._limits = np.array(thresholds * 2, dtype=np.float32)  # by predicate and direction
        self._kinds = frozenset(settings.get("kinds", ["name"]))  # what it was trained on
        self._nodes = session(folder / "nodes.onnx", threads=threads)
        self._pairs = session(folder / "pairs.onnx", threads=threads)
        self._modality = session(folder / "modality.onnx", threads=threads)
        self._roles = session(folder / "roles.onnx", threads=threads)
        self._allowed = self._mask()

    def _mask(self) -> NDArray[np.bool_]:
        n = len(self._order)
        allowed = np.zeros((len(TYPES), len(TYPES), 2 * n), dtype=bool)
        for i, s in enumerate(TYPES):
            for j, o in enumerate(TYPES):
                for p in self._schema.allowed(s, o):
                    name = self._schema.predicates[p]
                    if name not in self._order:  # added to the ontology since the training
                        continue
                    cell = self._order.index(name)
                    allowed[i, j, cell] = True
                    symmetric = name in self._schema.symmetric
                    allowed[j, i, cell if symmetric else cell + n] = True
        return allowed

    def find(
        self,
        doc: Doc,
        mentions: Sequence[Mention],
        values: Sequence[ValueSpan],
        titles: Sequence[Span],
        *,
        floor: float = 0.05,
        framed: Collection[tuple[int, str]] | None = None,
    ) -> list[Claim]:
        """All claims of a probability of at least `floor`, kept or not: see `Claim.kept`.

        A claim is kept where its probability reaches the threshold of its predicate. `doc` comes
        from `kg.nlp.load()`, since the model reads its vectors. Where `framed` gives the sentences
        and predicates of what the frames say, claims that are not kept and cannot support any of
        that are left out, as only explanations show them.
        """
        vectors: Floats | None = doc.user_data.get(VECTORS)
        if vectors is None:
            return []
        found = nodes(doc, [m for m in mentions if m.kind in self._kinds], titles, values)
        numbers = sentence_numbers(doc)
        tree = Tree(doc)
        pairs = candidates(found, max(numbers, default=0), self._schema.fits)
        if not pairs:
            return []
        rows = table(found, pairs, tree=tree, numbers=numbers)
        inputs = self._inputs(vectors, rows)
        chosen = [self._choose(rows, inputs, run, floor, framed) for run in _runs(pairs)]
        cells, chance, mixed = (np.concatenate(part) for part in zip(*chosen, strict=True))
        claims: list[Claim] = []
        for start in range(0, len(cells), _CELLS):
            part = slice(start, start + _CELLS)
            claims += self._read(doc, rows, inputs, cells[part], chance[part], mixed[part])
        return claims

    def _inputs(self, vectors: Floats, rows: Table) -> dict[str, NDArray[Any]]:
        """What the graphs that judge read of a document, by the names of their inputs."""
        meeting, place = np.unique(rows.pair[:, 3], return_inverse=True)
        feed = {"words": vectors, "node": rows.node, "meeting": meeting}
        names = [output.name for output in self._nodes.get_outputs()]
        inputs = dict(zip(names, self._nodes.run(None, feed), strict=True))
        pair = rows.pair.copy()
        pair[:, 3] = place
        return inputs | {"pair": pair, "sentence": rows.token_sentence}

    def _choose(
        self,
        rows: Table,
        inputs: Mapping[str, NDArray[Any]],
        run: slice,
        floor: float,
        framed: Collection[tuple[int, str]] | None,
    ) -> tuple[NDArray[np.int64], Floats, Floats]:
        """The cells (pair, predicate with direction) of a run of pairs that are worth a look, the
        probability of each, and the vector of its pair.
        """
        pair = rows.pair[run]
        scores, mixed = self._pairs.run(None, _feed(inputs, run))
        chance: Floats = 1.0 / (1.0 + np.exp(-scores))
        kinds = rows.node[:, 4]
        worth = (chance >= floor) & self._allowed[kinds[pair[:, 0]], kinds[pair[:, 1]]]
        if framed is not None:
            worth &= (chance >= self._limits) | self._said(pair[:, 2], framed)
        p, cell = worth.nonzero()
        return np.column_stack([p + run.start, cell]), chance[p, cell], mixed[p]

    def _read(
        self,
        doc: Doc,
        rows: Table,
        inputs: Mapping[str, NDArray[Any]],
        cells: NDArray[np.int64],
        chance: Floats,
        mixed: Floats,
    ) -> Iterator[Claim]:
        """The claims of some cells, with modality and qualifiers."""
        n = len(self._order)
        feed = {"vectors": mixed, "predicate": cells[:, 1]}
        modality = _softmax(self._modality.run(None, feed)[0])
        roles = self._fill(rows, inputs, cells, mixed)
        text = doc.text  # which spaCy puts together anew each time
        for k, (p, cell) in enumerate(cells.tolist()):
            pair = rows.pairs[p]
            a, b = rows.nodes[pair.a], rows.nodes[pair.b]
            subject, object_ = (b, a) if cell >= n else (a, b)
            name = self._order[cell % n]
            if name in self._schema.symmetric and b.key < a.key:
                subject, object_ = b, a
            elif not self._right_way(name, subject, object_):
                subject, object_ = object_, subject
            target = _object(text, object_)
            if target is None or not isinstance(subject.source, Mention):
                continue
            qualifiers = dict(roles.get(k, {}))
            source = object_.source
            if isinstance(source, ValueSpan) and source.bound:
                qualifiers["bound"] = (Literal(source.bound),)
            probability = float(chance[k])
            yield Claim(
                subject=subject.key,
                predicate=name,
                object=target,
                sentence=pair.sentence,
                modality=MODALITIES[int(modality[k].argmax())],
                qualifiers=qualifiers,
                confidence=round(probability, 4),
                kept=bool(probability >= self._limits[cell]),
                extractor=EXTRACTOR,
                reason=(
                    f"relation model: {probability:.2f} for {name}, "
                    f"{self._limits[cell]:.2f} is needed; modality {float(modality[k].max()):.2f}"
                ),
                subject_span=(subject.source.start, subject.source.end),
                object_span=(object_.source.start, object_.source.end),
            )

    def _said(
        self, sentences: NDArray[np.int64], framed: Collection[tuple[int, str]]
    ) -> NDArray[np.bool_]:
        """(P, 2 * predicates): whether a frame says the predicate in the sentence of the pair."""
        said = np.zeros((len(sentences), 2, len(self._order)), dtype=bool)
        for sentence, name in framed:
            if name in self._order:
                said[sentences == sentence, :, self._order.index(name)] = True
        return said.reshape(len(said), -1)

    def _right_way(self, name: str, subject: Node, object_: Node) -> bool:
        number = self._schema.predicates.index(name)
        return number in self._schema.allowed(subject.type, object_.type)

    def _fill(
        self,
        rows: Table,
        inputs: Mapping[str, NDArray[Any]],
        cells: NDArray[np.int64],
        mixed: Floats,
    ) -> dict[int, dict[str, tuple[QualifierValue, ...]]]:
        """The qualifiers of each cell, by its place."""
        judged, first, place = np.unique(cells[:, 0], return_index=True, return_inverse=True)
        inside = [np.array(fillers(rows, rows.pairs[p]), dtype=np.int64) for p in judged]
        counts = np.array([len(inside[k]) for k in place], dtype=np.int64)
        if not counts.any():
            return {}
        owner = np.repeat(np.arange(len(cells)), counts)
        filler = np.concatenate([inside[k] for k in place])
        table_rows = filler_rows(rows, np.column_stack([cells[owner], filler]))
        table_rows[:, 0] = place[owner]
        feed = {name: inputs[name] for name in ("spans", "fillers")}
        feed |= {"vectors": mixed[first], "rows": table_rows}
        chance = _softmax(self._roles.run(None, feed)[0])
        best, top = chance.argmax(1), chance.max(1)
        chosen: dict[int, dict[str, dict[str, tuple[float, Node]]]] = {}
        for r in np.flatnonzero((best > 0) & (top >= _MIN_ROLE)).tolist():
            node, role, sure = rows.nodes[filler[r]], ROLES[best[r]], float(top[r])
            if role not in FILLS[node.type]:
                continue
            known = chosen.setdefault(int(owner[r]), {}).setdefault(role, {})
            if node.key not in known or known[node.key][0] < sure:
                known[node.key] = (sure, node)
        return {k: _qualifiers(roles) for k, roles in chosen.items()}


_SEVERAL = frozenset({"topic", "equipment", "destination"})


def _qualifiers(
    roles: Mapping[str, Mapping[str, tuple[float, Node]]],
) -> dict[str, tuple[QualifierValue, ...]]:
    """The best filler of each role, all of them where a role takes several."""
    out: dict[str, tuple[QualifierValue, ...]] = {}
    for role, found in sorted(roles.items()):
        ranked = sorted(found.values(), key=lambda x: (-x[0], x[1].start))
        if role not in _SEVERAL:
            ranked = ranked[:1]
        kept = sorted((n for _, n in ranked), key=lambda n: n.start)
        out[role] = tuple(
            n.source.value if isinstance(n.source, ValueSpan) else EntityRef(n.key) for n in kept
        )
        bound = next((n.source.bound for n in kept if isinstance(n.source, ValueSpan)), None)
        if bound and role in ("quantity", "value"):
            out["bound"] = (Literal(bound),)
    return out


def _object(text: str, node: Node) -> Object | None:
    match node.source:
        case Mention():
            return EntityRef(node.key)
        case Span():
            return Literal(singular(tidy(text[node.source.start : node.source.end])))
        case ValueSpan(value=Amount() as amount):
            return amount
    return None


def _runs(pairs: Sequence[Pair]) -> Iterator[slice]:
    """The pairs, which are in order of their sentences, in runs of whole sentences."""
    start = end = 0
    for _, sentence in groupby(pairs, key=lambda p: p.sentence):
        more = sum(1 for _ in sentence)
        if end > start and end - start + more > _MOST:
            yield slice(start, end)
            start = end
        end += more
    if end > start:
        yield slice(start, end)


_WHOLE = ("spans", "firsts", "seconds", "meetings", "totals")


def _feed(inputs: Mapping[str, NDArray[Any]], run: slice) -> dict[str, NDArray[Any]]:
    """What is read of a run of pairs, with the words of their sentences alone."""
    pair, sentence = inputs["pair"][run], inputs["sentence"]
    inside = np.flatnonzero((pair[0, 2] <= sentence) & (sentence <= pair[-1, 2]))
    words = slice(inside[0], inside[-1] + 1)
    feed = {name: inputs[name] for name in _WHOLE} | {"pair": pair}
    return feed | {name: inputs[name][words] for name in ("keys", "found", "sentence")}


def _softmax(scores: Floats) -> Floats:
    exp = np.exp(scores - scores.max(1, keepdims=True))
    out: Floats = exp / exp.sum(1, keepdims=True)
    return out


@cache
def load() -> RelationModel:
    """The model that the package ships."""
    return RelationModel()
