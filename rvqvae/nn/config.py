"""The hyperparameters of a Motion-S RVQ-VAE, checked when they are set."""

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class RVQVAEConfig:
    """Hyperparameters, with the published Motion-S values as defaults.

    Attributes
    ----------
    input_dim : int
        Features of a frame, D_POSE: 263 for HumanML3D, 251 for KIT-ML, 668 for Motion-S.
    output_dim : int, optional
        Features of a reconstructed frame; `input_dim` when not given.
    latent_dim : int
        Width d of latents and codes.
    hidden_dim : int
        Channels between the convolution blocks.
    num_layers : int
        Convolution blocks in the encoder, and as many in the decoder.
    downsampling_ratio : int
        Frames per latent step, a power of two of at most 2 ** num_layers.
    num_quantizers : int
        Residual layers Q, one codebook each.
    num_embeddings : int
        Codes K in each codebook.
    commitment_cost : float
        Weight of each layer's commitment term within the commitment loss.
    decay : float
        Decay of the codebooks' moving averages, in [0, 1).
    quantization_dropout : float
        Probability that a training step uses only the first randint(1..Q) layers.
    dead_code_threshold : float
        A code is replaced when its moving count falls below this share of the layer's mean count;
        0 never replaces.
    kmeans_iterations : int
        Lloyd steps when a codebook is initialised from the first training batch; with 0 its codes are
        random vectors of that batch.
    global_weight, commitment_weight, velocity_weight : float
        Weights of the root, commitment and velocity terms in `compute_rvq_loss`.

    Raises
    ------
    ValueError
        If a value, or a combination, is impossible; the message says what is allowed.
    """

    input_dim: int = 263
    output_dim: int | None = None
    latent_dim: int = 256
    hidden_dim: int = 512
    num_layers: int = 4
    downsampling_ratio: int = 4
    num_quantizers: int = 6
    num_embeddings: int = 512
    commitment_cost: float = 1.0
    decay: float = 0.99
    quantization_dropout: float = 0.2
    dead_code_threshold: float = 0.05
    kmeans_iterations: int = 10
    global_weight: float = 1.5
    commitment_weight: float = 0.02
    velocity_weight: float = 2.0

    def __post_init__(self) -> None:
        if self.output_dim is None:
            object.__setattr__(self, "output_dim", self.input_dim)
        for name in _COUNTS:
            value = getattr(self, name)
            least = 0 if name == "kmeans_iterations" else 1
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ValueError(f"{name} is {value!r}; it must be a whole number of {least} or more")
            if value > _MOST:
                raise ValueError(f"{name} is {value}; it must be at most {_MOST}")
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{name} is {value!r}; it must be a number")
            if not least <= value <= most:
                raise ValueError(f"{name} is {value}; it must lie between {least:g} and {most:g}")
        if self.decay == 1:
            raise ValueError("decay is 1; it must be below 1, or the codebooks never learn")
        ratio = self.downsampling_ratio
        if ratio & (ratio - 1):
            raise ValueError(f"downsampling_ratio is {ratio}; it must be a power of two (1, 2, 4, 8 ...)")
        if ratio > 2**self.num_layers:
            raise ValueError(
                f"downsampling_ratio {ratio} needs {ratio.bit_length() - 1} blocks of stride 2, but "
                f"num_layers is {self.num_layers}; the ratio can be at most {2**self.num_layers}"
            )

    @property
    def strides(self) -> tuple[int, ...]:
        """Stride of each block, in encoder and decoder alike: 2 first, then 1."""
        halvings = self.downsampling_ratio.bit_length() - 1
        return (2,) * halvings + (1,) * (self.num_layers - halvings)

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RVQVAEConfig":
        """Build a configuration; `ValueError` names fields that do not exist."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown hyperparameters {unknown}; known are {sorted(known)}")
        return cls(**values)


_MOST = 2**20
_COUNTS = (
    "input_dim",
    "output_dim",
    "latent_dim",
    "hidden_dim",
    "num_layers",
    "downsampling_ratio",
    "num_quantizers",
    "num_embeddings",
    "kmeans_iterations",
)
_RANGES = {
    "commitment_cost": (0, 1e6),
    "decay": (0, 1),
    "quantization_dropout": (0, 1),
    "dead_code_threshold": (0, 1),
    "global_weight": (0, 1e6),
    "commitment_weight": (0, 1e6),
    "velocity_weight": (0, 1e6),
}
