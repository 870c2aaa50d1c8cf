"""The encoder at run time: words of one paragraph → one vector a word."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from kg.errors import SetupError
from kg.nlp.subwords import Subwords, pack, shape

WIDTH = 384
Vectors = NDArray[np.float32]


def session(path: Path, *, threads: int = 1) -> onnxruntime.InferenceSession:
    """An ONNX graph, ready to run on the CPU with that many threads."""
    if not path.exists():
        raise SetupError(
            f"the language model {path.name} is missing beside {__package__}: "
            "install the package again, or make it with `make train`"
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Spinning threads would take a core from whoever shares the machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        str(path), sess_options=options, providers=["CPUExecutionProvider"]
    )


class Encoder:
    """Reads paragraphs one by one: no paragraph changes the vectors of another.

    Windows are not batched, since int8 activations are scaled by the largest in a batch: a
    neighbour would change the rounding.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self._subwords = Subwords(folder / "tokenizer.json")
        self._session = session(folder / "encoder.onnx", threads=threads)

    def encode(self, words: Sequence[str]) -> Vectors:
        """The (words, 384) array of one paragraph, given as its words."""
        pieces = self._subwords.pieces(words)
        parts = [self._run(words[a:b], pieces[a:b]) for a, b in pack([len(p) for p in pieces])]
        return np.concatenate(parts) if words else np.zeros((0, WIDTH), dtype=np.float32)

    def _run(self, words: Sequence[str], pieces: Sequence[tuple[int, ...]]) -> Vectors:
        if not words:
            return np.zeros((0, WIDTH), dtype=np.float32)
        sizes = np.array([len(p) for p in pieces], dtype=np.int64)
        edges = np.concatenate([[1], 1 + sizes.cumsum()])
        ids = [self._subwords.cls, *(i for p in pieces for i in p), self._subwords.sep]
        shapes = np.full((1, len(ids)), 7, dtype=np.int64)
        shapes[0, 1:-1] = np.repeat([shape(w) for w in words], sizes)
        feed = {"ids": np.array([ids], dtype=np.int64), "shapes": shapes}
        states = self._session.run(["states"], feed)[0][0]
        sums = np.add.reduceat(states[: edges[-1]], edges[:-1], axis=0)
        vectors: Vectors = (sums / sizes[:, None]).astype(np.float32)
        return vectors
