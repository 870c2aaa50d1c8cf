"""The network: a MiniLM encoder with heads for tags, trees, sentences and names.

Encoder: BERT (Devlin et al. 2019) as distilled in MiniLM (Wang et al. 2020). Trees: deep biaffine
attention (Dozat and Manning 2017). The sub-word vocabulary is lower-cased; the case of each word
comes in through the token-type embedding, which BERT has and sentence encoders do not use.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file
from torch import Tensor, nn

from kg.nlp.subwords import SHAPES
from kg.nlp.training.corpora import Labels

__all__ = ["WIDTH", "Encoder", "Labels", "Network"]

WIDTH = 384
HEADS = 12
LAYERS = 6


class Layer(nn.Module):
    """One transformer layer with the normalisation after each block, as in BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        b, t, _ = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = self.norm1(x + self.drop(self.out(a.transpose(1, 2).reshape(b, t, WIDTH))))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """(batch, sub-words) ids, shapes and mask → (batch, sub-words, 384)."""

    def __init__(self, vocabulary: int = 30522, positions: int = 512) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, WIDTH)
        self.places = nn.Embedding(positions, WIDTH)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor | None = None) -> Tensor:
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.places(places)[None] + self.shapes(shapes)
        x = self.drop(self.norm(x))
        bias = None
        if mask is not None:
            bias = ((1.0 - mask[:, None, None, :]) * -10000.0).to(x.dtype)
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def load_minilm(self, path: Path) -> None:
        """Take over the weights of a BERT in Hugging Face's naming (`model.safetensors`)."""
        raw = {k.removeprefix("bert."): v.float() for k, v in load_file(str(path)).items()}
        e = "embeddings."
        self.words.weight.data.copy_(raw[e + "word_embeddings.weight"])
        self.places.weight.data.copy_(raw[e + "position_embeddings.weight"])
        kind = raw[e + "token_type_embeddings.weight"][0]
        self.shapes.weight.data.copy_(kind + 0.01 * torch.randn(SHAPES, WIDTH))
        self.norm.weight.data.copy_(raw[e + "LayerNorm.weight"])
        self.norm.bias.data.copy_(raw[e + "LayerNorm.bias"])
        for i, layer in enumerate(self.layers):
            assert isinstance(layer, Layer)
            p = f"encoder.layer.{i}."
            for part in ("weight", "bias"):
                names = [p + f"attention.self.{n}.{part}" for n in ("query", "key", "value")]
                getattr(layer.qkv, part).data.copy_(torch.cat([raw[n] for n in names]))
                for mine, theirs in (
                    (layer.out, "attention.output.dense"),
                    (layer.norm1, "attention.output.LayerNorm"),
                    (layer.up, "intermediate.dense"),
                    (layer.down, "output.dense"),
                    (layer.norm2, "output.LayerNorm"),
                ):
                    getattr(mine, part).data.copy_(raw[p + theirs + "." + part])


class Mlp(nn.Module):
    """Linear, GELU, dropout."""

    def __init__(self, width: int, out: int, drop: float = 0.25) -> None:
        super().__init__()
        self.linear = nn.Linear(width, out)
        self.drop = nn.Dropout(drop)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.drop(F.gelu(self.linear(x)))
        return out


class Network(nn.Module):
    """Encoder and token heads. Words are the mean of their sub-words."""

    def __init__(self, labels: Labels, arc: int = 256, rel: int = 128) -> None:
        super().__init__()
        self.labels = labels
        self.encoder = Encoder()
        self.upos = nn.Linear(WIDTH, len(labels.upos))
        self.xpos = nn.Linear(WIDTH, len(labels.xpos))
        self.starts = nn.Linear(WIDTH, 2)
        self.names = nn.Linear(WIDTH, len(labels.names))
        self.mentions_in = Mlp(WIDTH, WIDTH)
        self.mentions = nn.Linear(WIDTH, len(labels.mentions))
        self.arc_dep = Mlp(WIDTH, arc)
        self.arc_head = Mlp(WIDTH, arc)
        self.arc = nn.Parameter(torch.zeros(arc + 1, arc))
        self.root = nn.Parameter(torch.zeros(WIDTH))
        self.rel_dep = Mlp(WIDTH, rel)
        self.rel_head = Mlp(WIDTH, rel)
        self.rel = nn.Parameter(torch.zeros(len(labels.deps), rel + 1, rel + 1))
        nn.init.normal_(self.root, std=0.02)
        self.drop = nn.Dropout(0.2)

    def encode(self, ids: Tensor, shapes: Tensor, mask: Tensor, word: Tensor, size: int) -> Tensor:
        """(batch, sub-words) → (batch, `size`, 384); `word` is each sub-word's word or `size`."""
        x = self.encoder(ids, shapes, mask)
        total = x.new_zeros(x.shape[0], size + 1, WIDTH)
        total.scatter_add_(1, word[..., None].expand(-1, -1, WIDTH), x)
        count = x.new_zeros(x.shape[0], size + 1)
        count.scatter_add_(1, word, torch.ones_like(word, dtype=x.dtype))
        return (total / count.clamp(min=1)[..., None])[:, :size]

    def arcs(self, words: Tensor) -> Tensor:
        """(batch, T, 384) → scores (batch, T, T + 1); column 0 is the root, column j+1 word j."""
        root = self.root[None, None].expand(words.shape[0], 1, -1).to(words.dtype)
        head = self.arc_head(torch.cat([root, words], 1))
        dep = self.arc_dep(words)
        dep = torch.cat([dep, torch.ones_like(dep[..., :1])], -1)
        return dep @ self.arc.to(dep.dtype) @ head.transpose(1, 2)

    def relations(self, words: Tensor, heads: Tensor) -> Tensor:
        """Label scores (n, labels) for n words, given the words (n, 384) that head them."""
        dep, head = self.rel_dep(words), self.rel_head(heads)
        one = torch.ones_like(dep[..., :1])
        dep, head = torch.cat([dep, one], -1), torch.cat([head, one], -1)
        return torch.einsum("ni,lij,nj->nl", dep, self.rel.to(dep.dtype), head)
