"""The trained network as ONNX graphs for onnxruntime, the encoder with int8 weights.

python -m kg.nlp.training.export --state build/tagger.pt --shared ../shared --out kg/nlp/model
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from kg.extract.nodes import KINDS
from kg.nlp.training.factored import NodeHead, PairHead, RoleHead, check
from kg.nlp.training.lemmatiser import learn
from kg.nlp.training.network import WIDTH, Encoder, Network
from kg.nlp.training.relation_network import PAIR, Relations
from kg.nlp.training.tagger import minilm


class TokenHeads(nn.Module):
    """(T, 384) → the scores of every head that looks at one token."""

    def __init__(self, net: Network) -> None:
        super().__init__()
        self.net = net

    def forward(self, words: Tensor) -> tuple[Tensor, ...]:
        n = self.net
        return (
            n.upos(words),
            n.xpos(words),
            n.starts(words),
            n.names(words),
            n.mentions(n.mentions_in(words)),
        )


class ArcHead(nn.Module):
    """(T, 384), the words of one sentence → (T, T + 1), column 0 the root."""

    def __init__(self, net: Network) -> None:
        super().__init__()
        self.net = net

    def forward(self, words: Tensor) -> Tensor:
        return self.net.arcs(words[None])[0]


class LabelHead(nn.Module):
    """(T, 384) and the heads (T,), 0 the root and j + 1 word j → label scores (T, labels)."""

    def __init__(self, net: Network) -> None:
        super().__init__()
        self.net = net

    def forward(self, words: Tensor, heads: Tensor) -> Tensor:
        all_words = torch.cat([self.net.root[None], words])
        return self.net.relations(words, all_words[heads])


def write(
    module: nn.Module,
    arguments: tuple[Tensor, ...],
    path: Path,
    inputs: Sequence[str],
    outputs: Sequence[str],
    axes: dict[str, dict[int, str]],
) -> None:
    """One module as an ONNX graph of opset 17."""
    module.eval()
    torch.onnx.export(
        module,
        arguments,
        str(path),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


def encoder(net: Encoder, path: Path) -> None:
    """The encoder, its matrices and embeddings as int8 (one scale a column)."""
    ids = torch.randint(5, 1000, (2, 9))
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "encoder.onnx"
        both = {0: "batch", 1: "subwords"}
        write(
            net,
            (ids, torch.zeros_like(ids)),
            full,
            ["ids", "shapes"],
            ["states"],
            {"ids": both, "shapes": both, "states": both},
        )
        quantize_dynamic(
            full,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )


def tagger(net: Network, folder: Path) -> None:
    """Write every graph of the first stage."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder(net.encoder, folder / "encoder.onnx")
    words = torch.randn(7, WIDTH)
    outputs = ["upos", "xpos", "starts", "names", "mentions"]
    axes = {k: {0: "words"} for k in ["words", *outputs]}
    write(TokenHeads(net), (words,), folder / "tokens.onnx", ["words"], outputs, axes)
    write(
        ArcHead(net),
        (words,),
        folder / "arcs.onnx",
        ["words"],
        ["arcs"],
        {"words": {0: "words"}, "arcs": {0: "words", 1: "heads"}},
    )
    write(
        LabelHead(net),
        (words, torch.arange(7)),
        folder / "labels.onnx",
        ["words", "heads"],
        ["labels"],
        {"words": {0: "words"}, "heads": {0: "words"}, "labels": {0: "words"}},
    )


# What a row is, of the inputs and outputs of the relation graphs.
_ROWS = {
    **dict.fromkeys(("words", "keys", "found", "sentence"), "tokens"),
    **dict.fromkeys(("node", "spans", "firsts", "seconds", "fillers"), "nodes"),
    **dict.fromkeys(("meeting", "meetings"), "meetings"),
    "totals": "sums",
    **dict.fromkeys(("pair", "scores", "mixed"), "pairs"),
    **dict.fromkeys(("vectors", "predicate", "modality"), "judged"),
    **dict.fromkeys(("rows", "roles"), "rows"),
}


class ModalityHead(nn.Module):
    """What judges the modality of a pair, see `Relations.modality`."""

    def __init__(self, net: Relations) -> None:
        super().__init__()
        self.net = net

    def forward(self, vectors: Tensor, predicate: Tensor) -> Tensor:
        return self.net.modality(vectors, predicate)


def relations(net: Relations, folder: Path) -> None:
    """Write the graphs of the relation model; ValueError where they would differ from it."""
    check(net)
    words, node = torch.randn(9, WIDTH), torch.zeros(4, 6, dtype=torch.long)
    pair, meeting = torch.zeros(3, 10, dtype=torch.long), torch.zeros(2, dtype=torch.long)
    rows = torch.zeros(5, 8, dtype=torch.long)
    looked_up = NodeHead(net)(words, node, meeting)
    given = {
        **{"words": words, "node": node, "meeting": meeting, "pair": pair, "rows": rows},
        **dict(zip(NodeHead.names, looked_up, strict=True)),
        **{"sentence": torch.zeros(9, dtype=torch.long), "vectors": torch.randn(3, PAIR)},
        "predicate": torch.zeros(3, dtype=torch.long),
    }
    for module, name, inputs, outputs in (
        (NodeHead(net), "nodes", ("words", "node", "meeting"), NodeHead.names),
        (PairHead(net), "pairs", PairHead.names, ("scores", "mixed")),
        (ModalityHead(net), "modality", ("vectors", "predicate"), ("modality",)),
        (RoleHead(net), "roles", RoleHead.names, ("roles",)),
    ):
        axes = {k: {0: _ROWS[k]} for k in (*inputs, *outputs)}
        arguments = tuple(given[k] for k in inputs)
        write(module, arguments, folder / f"{name}.onnx", inputs, outputs, axes)


def main() -> None:
    """Write the model folder."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--state", type=Path, required=True)
    ap.add_argument("--shared", type=Path, required=True)
    ap.add_argument("--out", type=Path, required=True)
    a = ap.parse_args()
    saved = torch.load(a.state, weights_only=False)
    net = Network(saved["labels"])
    net.load_state_dict(saved["state"], strict=False)
    tagger(net, a.out)
    labels = asdict(saved["labels"])
    (a.out / "labels.json").write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")
    shutil.copyfile(minilm() / "tokenizer.json", a.out / "tokenizer.json")
    table = learn(a.shared / "corpora")
    (a.out / "lemmas.json").write_text(
        json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8"
    )
    if "relations" in saved:
        head = Relations(len(saved["predicates"]))
        head.load_state_dict(saved["relations"])
        relations(head, a.out)
        settings = {
            "predicates": list(saved["predicates"]),
            "kinds": list(KINDS),
            "thresholds": saved.get("thresholds") or dict.fromkeys(saved["predicates"], 0.5),
        }
        (a.out / "relations.json").write_text(json.dumps(settings, indent=1) + "\n")


if __name__ == "__main__":
    main()
