"""The residual dilated convolution family of T2M-GPT (Zhang et al. 2023) and MoMask (Guo et al. 2024).

Same residual quantizer, another encoder and decoder: between changes of frame rate stand residual blocks
x + Conv1d(k=1)(act(Conv1d(k=3, dilated)(act(x)))), the widest dilation first, in encoder and decoder alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.nn.blocks import valid_frames
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.model import RVQVAE
from rvqvae.nn.operation import NEAREST, Operation, convolution
from rvqvae.nn.products import Conv1d
from rvqvae.nn.quantizer import ResidualVectorQuantizer

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": F.relu,
    "silu": F.silu,
    "gelu": F.gelu,
}

MAX_DILATION = 4096


@dataclass(frozen=True)
class DilatedConfig(RVQVAEConfig):
    """Hyperparameters of the dilated family, with MoMask's values as defaults.

    Attributes
    ----------
    num_layers : int
        Halvings of the frame rate; `downsampling_ratio` is 2 ** num_layers.
    depth : int
        Residual blocks after each halving and before each doubling.
    dilation_growth_rate : int
        The blocks' dilations are this to the power of depth - 1 … 0.
    activation : {"relu", "silu", "gelu"}
        Inside the residual blocks; between the other convolutions it is always ReLU.

    The other fields are those of `RVQVAEConfig`.
    """

    latent_dim: int = 512
    num_layers: int = 2
    depth: int = 3
    dilation_growth_rate: int = 3
    activation: str = "relu"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("depth", "dilation_growth_rate"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 16:
                raise ValueError(f"{name} is {value!r}; it must be a whole number from 1 to 16")
        if self.dilations[0] > MAX_DILATION:
            raise ValueError(
                f"dilation_growth_rate {self.dilation_growth_rate} over depth {self.depth} gives a dilation "
                f"of {self.dilations[0]}; it must be at most {MAX_DILATION}"
            )
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation is {self.activation!r}; it must be one of {list(ACTIVATIONS)}")
        if self.downsampling_ratio != 2**self.num_layers:
            raise ValueError(
                f"downsampling_ratio is {self.downsampling_ratio}; {self.num_layers} halvings give "
                f"{2**self.num_layers}"
            )

    @property
    def dilations(self) -> tuple[int, ...]:
        """Dilation of each residual block, first block first."""
        return tuple(self.dilation_growth_rate**power for power in reversed(range(self.depth)))


class ResidualBlock(nn.Module):
    """x + Conv1d(k=1)(act(Conv1d(k=3, dilated)(act(x))))."""

    def __init__(self, width: int, dilation: int, activation: str):
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.wide = Conv1d(width, width, 3, padding=dilation, dilation=dilation, batch_invariant=True)
        self.point = Conv1d(width, width, 1, batch_invariant=True)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor | None) -> torch.Tensor:
        """Refine x (B, C, N); frames past `lengths` (B,) are zero and stay so."""
        # Every activation maps 0 to 0, so padding reaches the wide convolution as its own zeros.
        return _valid(x + self.point(self.activation(self.wide(self.activation(x)))), lengths)


class DilatedEncoder(nn.Module):
    """Conv1d, then per halving a strided Conv1d(k=4) and the residual blocks, then Conv1d to the latent."""

    def __init__(self, config: DilatedConfig):
        super().__init__()
        width, stages = config.hidden_dim, range(config.num_layers)
        self.first = Conv1d(config.input_dim, width, 3, padding=1, batch_invariant=True)
        self.downs = nn.ModuleList(
            Conv1d(width, width, 4, stride=2, padding=1, batch_invariant=True) for _ in stages
        )
        self.blocks = nn.ModuleList(_blocks(config) for _ in stages)
        self.last = Conv1d(width, config.latent_dim, 3, padding=1, batch_invariant=True)

    def forward(self, motion: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Encode motion (B, D, N), N a multiple of the ratio, into latents (B, d, N / ratio).

        `lengths` (B,) are valid frames, multiples of the ratio; frames past them must be zero and stay so.
        """
        x = _valid(F.relu(self.first(motion)), lengths)
        for down, blocks in zip(self.downs, self.blocks, strict=True):
            lengths = None if lengths is None else lengths // 2
            x = _valid(down(x), lengths)
            for block in cast(nn.ModuleList, blocks):
                x = block(x, lengths)
        return _valid(self.last(x), lengths)


class DilatedDecoder(nn.Module):
    """Conv1d, then per doubling the residual blocks, nearest upsampling and a Conv1d, then two Conv1d."""

    def __init__(self, config: DilatedConfig):
        super().__init__()
        width, stages = config.hidden_dim, range(config.num_layers)
        self.first = Conv1d(config.latent_dim, width, 3, padding=1, batch_invariant=False)
        self.blocks = nn.ModuleList(_blocks(config) for _ in stages)
        self.ups = nn.ModuleList(Conv1d(width, width, 3, padding=1, batch_invariant=False) for _ in stages)
        self.middle = Conv1d(width, width, 3, padding=1, batch_invariant=False)
        self.last = Conv1d(width, config.output_dim or config.input_dim, 3, padding=1, batch_invariant=False)
        self.dilations = config.dilations

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What each convolution and upsampling does along time, in order."""
        stage = (*(convolution(dilation) for dilation in self.dilations), NEAREST, convolution())
        return (convolution(), *stage * len(self.ups), convolution(), convolution())

    def forward(self, latent: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Decode latents (B, d, n) into features (B, D, n * ratio).

        `lengths` (B,) are valid latent steps; latents past them must be zero.
        """
        x = _valid(F.relu(self.first(latent)), lengths)
        for blocks, up in zip(self.blocks, self.ups, strict=True):
            for block in cast(nn.ModuleList, blocks):
                x = block(x, lengths)
            lengths = None if lengths is None else lengths * 2
            x = _valid(up(x.repeat_interleave(2, dim=-1)), lengths)
        x = _valid(F.relu(self.middle(x)), lengths)
        return _valid(self.last(x), lengths)


class DilatedRVQVAE(RVQVAE):
    """An `RVQVAE` of the dilated family's encoder and decoder; everything else is the same."""

    config: DilatedConfig

    def __init__(self, config: DilatedConfig):
        super().__init__(
            config,
            encoder=DilatedEncoder(config),
            quantizer=ResidualVectorQuantizer(config),
            decoder=DilatedDecoder(config),
        )


def _blocks(config: DilatedConfig) -> nn.ModuleList:
    return nn.ModuleList(
        ResidualBlock(config.hidden_dim, dilation, config.activation) for dilation in config.dilations
    )


def _valid(x: torch.Tensor, lengths: torch.Tensor | None) -> torch.Tensor:
    return x if lengths is None else x * valid_frames(lengths, x.shape[-1])[:, None]
