"""Weights in the order that a CPU's kernels read them in, laid out once instead of at every call.

PyTorch brings a weight into oneDNN's blocked order each time it is used. For a clip of some seconds that is
half as much work again as the arithmetic. The operators are those `torch.compile` uses for frozen weights.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
from torch import nn

# The shape a layout is chosen for; any other works with it as well.
_FRAMES = _ROWS = 64


class _Made(NamedTuple):
    """What was made, and of what: the alias keeps the memory from being given to another tensor."""

    alias: torch.Tensor
    version: int
    result: object


class Kept:
    """Something made of a tensor, kept until the tensor changes.

    A change is what PyTorch counts as one. It does not count what is written through `Tensor.data`.
    """

    def __init__(self):
        self._made: _Made | None = None

    def __reduce__(self):
        # A copy of a module has tensors of its own, so what was made of these does not go along.
        return Kept, ()

    def of(self, tensor: torch.Tensor, make: Callable[[torch.Tensor], object]) -> object:
        """What `make` gives for the tensor, made when it is first asked for after a change."""
        # A tensor made in inference mode does not count its changes, so nothing of it can be kept.
        version = -1 if tensor.is_inference() else tensor._version
        made = self._made
        if (
            made is None
            or version < 0
            or made.version != version
            or made.alias.data_ptr() != tensor.data_ptr()
            or made.alias.dtype != tensor.dtype
        ):
            # Ordinary tensors, also when first asked for in inference mode: training may come later.
            with torch.inference_mode(False), torch.no_grad():
                alias = tensor.detach()
                made = _Made(alias, version, make(alias))
            self._made = made
        return made.result


def packable(*tensors: torch.Tensor) -> bool:
    """Whether these tensors' arithmetic can be done with packed weights: without gradients, on a CPU."""
    return (
        all(t.device.type == "cpu" and t.dtype == torch.float32 for t in tensors)
        and not (torch.is_grad_enabled() and any(t.requires_grad for t in tensors))
        and not torch.is_autocast_enabled("cpu")
        and not torch.compiler.is_compiling()  # torch.compile packs weights itself
        and _kernels_work()
    )


@cache
def _kernels_work() -> bool:
    """Whether this PyTorch has the operators for this processor: they are none of its public ones."""
    if not torch.backends.mkldnn.is_available():
        return False
    with torch.random.fork_rng(devices=[]):  # a run draws the same numbers whether this was asked or not
        layers = [PackedConv1d(2, 3, 3, padding=1), PackedConvTranspose1d(2, 3, 3, stride=2, padding=1)]
    rows, x = torch.ones(2, 3), torch.ones(1, 2, 4)
    try:
        with torch.inference_mode(False), torch.no_grad():
            product(rows, pack_product(torch.ones(4, 3)), torch.zeros(4))
            for layer in layers:
                layer.convolve(x)
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return False
    return True


def pack_product(weight: torch.Tensor) -> torch.Tensor:
    """A weight (out, in) for `product`."""
    return torch.ops.mkldnn._reorder_linear_weight(weight, _ROWS)


def product(rows: torch.Tensor, packed: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """rows (m, in) times the weight, plus bias (out,): (m, out)."""
    return torch.ops.mkldnn._linear_pointwise(rows, packed, bias, "none", [], "")


class Packing:
    """Makes a convolution of PyTorch's use packed weights where it can, through a `convolve` of its own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._packed = Kept()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve x (B, C, N). With packed weights the result lies in memory frame by frame."""
        return self.convolve(x) if packable(x, self.weight) else super().forward(x)


class PackedConv1d(Packing, nn.Conv1d):
    """`nn.Conv1d` that has its weight packed where it can."""

    def convolve(self, x: torch.Tensor) -> torch.Tensor:
        """The same with the weight packed."""
        step = _flat(self.padding, 0), _flat(self.stride), _flat(self.dilation)
        packed = self._packed.of(
            self.weight,
            lambda weight: torch._C._nn.mkldnn_reorder_conv2d_weight(
                weight[:, :, None].to_mkldnn(), *step, 1, (1, self.in_channels, 1, _FRAMES)
            ),
        )
        return torch.ops.mkldnn._convolution_pointwise(
            _image(x), packed, self.bias, *step, 1, "none", [], ""
        )[:, :, 0]


class PackedConvTranspose1d(Packing, nn.ConvTranspose1d):
    """`nn.ConvTranspose1d` in the same manner."""

    def convolve(self, x: torch.Tensor) -> torch.Tensor:
        """The same with the weight packed."""
        step = (
            _flat(self.padding, 0),
            _flat(self.output_padding, 0),
            _flat(self.stride),
            _flat(self.dilation),
        )
        packed = self._packed.of(
            self.weight,
            lambda weight: torch.ops.mkldnn._reorder_convolution_transpose_weight(
                weight[:, :, None], *step, 1, (1, self.in_channels, 1, _FRAMES)
            ),
        )
        return torch.ops.mkldnn._convolution_transpose_pointwise(
            _image(x), packed, self.bias, *step, 1, "none", [], ""
        )[:, :, 0]


def _flat(one, other=1):
    """A 1-D setting of a convolution as that of an image one pixel high."""
    return (other, *one)


def _image(x):
    return x[:, :, None].contiguous(memory_format=torch.channels_last)
