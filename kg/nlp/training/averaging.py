"""The average of a network's parameters over its training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import nn


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

    def keep(self) -> None:
        """The modules hold the average from now on."""
        for module, state in zip(self._modules, self._state, strict=True):
            module.load_state_dict(state)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The modules hold the average within, and their own parameters again after."""
        own = [{k: v.clone() for k, v in m.state_dict().items()} for m in self._modules]
        for module, state in zip(self._modules, self._state, strict=True):
            module.load_state_dict(state)
        yield
        for module, state in zip(self._modules, own, strict=True):
            module.load_state_dict(state)
