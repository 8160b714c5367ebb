"""What repairs are made of: changed copies of models; the examined one stays as it is."""

import copy
from collections.abc import Callable, Iterable
from typing import cast

import torch
from torch import nn

from rvqvae.nn.decoder import MotionDecoder
from rvqvae.nn.encoder import MotionEncoder
from rvqvae.nn.model import RVQVAE
from rvqvae.nn.versioned_cache import VersionedCache


def with_strides(
    model: RVQVAE, encoder: tuple[int, ...] | None = None, decoder: tuple[int, ...] | None = None
) -> RVQVAE:
    """A copy whose encoder or decoder blocks have these strides and the same weights.

    In the decoder a block of stride 2 is a ConvTranspose1d and one of stride 1 a Conv1d; either's weights are
    the other's with the kernel reversed and the channels exchanged.
    """

    def change(copied: RVQVAE) -> None:
        if encoder is not None:
            into = cast(MotionEncoder, copied.encoder)
            into.strides = encoder
            for conv, stride in zip(into.convs, encoder, strict=True):
                cast(nn.Conv1d, conv).stride = (stride,)
        if decoder is not None:
            out = cast(MotionDecoder, copied.decoder)
            out.strides = decoder
            blocks = cast(Iterable[nn.Conv1d | nn.ConvTranspose1d], out.convs)
            out.convs = nn.ModuleList(
                _upsampling(conv, stride) for conv, stride in zip(blocks, decoder, strict=True)
            )

    return changed(model, change)


def _upsampling(conv: nn.Conv1d | nn.ConvTranspose1d, stride: int) -> nn.Module:
    transposed = isinstance(conv, nn.ConvTranspose1d)
    if transposed == (stride == 2):
        return conv
    channels = (conv.in_channels, conv.out_channels)
    new: nn.Conv1d | nn.ConvTranspose1d
    if stride == 2:
        new = nn.ConvTranspose1d(*channels, 3, stride=2, padding=1, output_padding=1)
    else:
        new = nn.Conv1d(*channels, 3, padding=1)
    new.weight = parameter(conv.weight.flip(2).transpose(0, 1))
    new.bias = conv.bias
    return new


def changed(model: RVQVAE, change: Callable[[RVQVAE], object]) -> RVQVAE:
    """A copy of the model with a change made to it, which may put tensors in the place of others.

    All tensors are shared with the original, so that many copies cost little: none may be changed in place.
    What modules keep of their tensors is shared too, where those are still the same.
    """
    copied = cast(RVQVAE, _shallow(model))
    change(copied)
    originals = dict(model.named_modules())
    for name, module in copied.named_modules():
        caches = {key: value for key, value in vars(module).items() if isinstance(value, VersionedCache)}
        if caches and not _same_tensors(module, originals.get(name)):
            vars(module).update({key: copy.copy(cache) for key, cache in caches.items()})
    return copied


def parameter(values: torch.Tensor) -> nn.Parameter:
    """Values as a parameter that is not trained, in memory of its own order."""
    return nn.Parameter(values.detach().contiguous(), requires_grad=False)


def is_same(one: nn.Module, other: nn.Module) -> bool:
    """Whether two modules compute the same, as far as sharing every tensor and stride shows it."""
    pairs = zip(one.modules(), other.modules(), strict=False)
    return all(
        type(a) is type(b)
        and getattr(a, "stride", None) == getattr(b, "stride", None)
        and _same_tensors(a, b)
        for a, b in pairs
    )


def _same_tensors(one: nn.Module, other: nn.Module | None) -> bool:
    if other is None:
        return False
    return all(
        mine.keys() == others.keys() and all(mine[name] is others[name] for name in mine)
        for mine, others in ((one._parameters, other._parameters), (one._buffers, other._buffers))
    )


def _shallow(module: nn.Module) -> nn.Module:
    copied = object.__new__(type(module))  # a module's own copying goes the long way of pickling
    state = vars(copied)
    state.update(vars(module))
    for name in ("_parameters", "_buffers"):
        state[name] = dict(state[name])
    state["_modules"] = {name: part and _shallow(part) for name, part in module._modules.items()}
    for name in ("_forward_hooks", "_forward_pre_hooks"):
        state[name] = type(state[name])()
    return copied


def untransposed(codebook: torch.Tensor) -> torch.Tensor:
    """The codebook (d, K) that these numbers are if they were written as (K, d)."""
    return codebook.reshape(codebook.shape[1], codebook.shape[0]).t()
