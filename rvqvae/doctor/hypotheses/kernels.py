"""Convolutions whose kernels are the wrong way round, in time or in channels.

A ConvTranspose1d is a Conv1d with its kernel reversed and its channels exchanged: whoever brings one to the
other and forgets half of it gets weights that load and are wrong.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.hypotheses.hypothesis import Hypothesis, Kind
from rvqvae.doctor.repairs import changed, parameter

_Change = Callable[[torch.Tensor], torch.Tensor]


def hypotheses(checkpoint: Checkpoint) -> Iterator[Hypothesis]:
    """Kernels reversed in a whole part, in its blocks of one stride, in one convolution; one transposed."""
    for part in ("encoder", "decoder"):
        convs = [
            (f"{part}.{name}", module)
            for name, module in getattr(checkpoint.model, part).named_modules()
            if isinstance(module, _ConvNd) and module.kernel_size[0] > 1
        ]
        groups = {"all": [name for name, _ in convs]}
        for stride in sorted({module.stride[0] for _, module in convs}):
            groups[f"stride {stride}"] = [name for name, module in convs if module.stride[0] == stride]
        chosen = {tuple(names): label for label, names in groups.items()}
        chosen |= {(name,): name for name, _ in convs}
        yield from (_reversed(part, label, names) for names, label in chosen.items() if names)
        yield from (_transposed(name) for name, module in convs if _is_square(module))


def _reversed(part: str, label: str, names: tuple[str, ...]) -> Hypothesis:
    which = {"all": f"All kernels of the {part}"}.get(label, f"The kernels of {label}")
    if label.startswith("stride"):
        which = f"The {part}'s kernels of {label}"
    return Hypothesis(
        f"{part}_kernels",
        part if len(names) > 1 else names[0],
        f"{which} run backwards in time.",
        "Reverse these kernels along their last axis: a convolution and a transposed one differ by that.",
        lambda checkpoint: _with(checkpoint, names, lambda weight: weight.flip(-1)),
        Kind.REARRANGEMENT,
        "these kernels reversed",
    )


def _transposed(name: str) -> Hypothesis:
    return Hypothesis(
        "transposed_convolution",
        name,
        f"The weights of {name} have their input and output channels exchanged.",
        "Transpose their first two axes; as many channels go in as come out, so that loading succeeds.",
        lambda checkpoint: _with(checkpoint, (name,), lambda weight: weight.transpose(0, 1)),
        Kind.REARRANGEMENT,
        "its first two axes exchanged",
    )


def _with(checkpoint: Checkpoint, names: tuple[str, ...], change: _Change) -> Checkpoint:
    def run(model: nn.Module) -> None:
        for name in names:
            conv = cast(nn.Conv1d, model.get_submodule(name))
            conv.weight = parameter(change(conv.weight))

    return replace(checkpoint, model=changed(checkpoint.model, run))


def _is_square(conv: _ConvNd) -> bool:
    return conv.in_channels == conv.out_channels
