"""How to train."""

import math
from dataclasses import dataclass

PRECISIONS = ("auto", "bfloat16", "float32")
STORAGE = ("float32", "float16")


@dataclass(frozen=True)
class TrainingSettings:
    """How to train.

    Attributes
    ----------
    steps : optimiser steps
    batch_size, window : windows a step, frames a window
    learning_rate, weight_decay : AdamW; the rate warms up linearly and then falls along a cosine to zero
    warmup : steps of warm-up
    joint_weight : weight of `joint_loss` (metres) beside the described loss; 0 leaves it out
    contact_weight : weight of `contact_loss` (metres a frame) beside it; 0 leaves it out
    heading_weight : weight of `heading_loss` (radians) beside it; 0 leaves it out
    weight_average : decay of a moving average of the weights, which is then validated and saved; 0 for none
    gradient_clip : largest gradient norm
    interval : steps between validations, each of which also saves
    seed : of everything random
    precision : "bfloat16" (autocast; the quantizer stays float32), "float32", or "auto": bfloat16 on a GPU
    freeze_codebooks : train encoder and decoder around codebooks that stay as they are
    as_described : quantize to the letter of the description, see `rvqvae.training.as_described`
    storage : what the finished best checkpoint is stored in, "float32" or "float16"
    """

    steps: int = 20_000
    batch_size: int = 128
    window: int = 64
    learning_rate: float = 5e-4
    weight_decay: float = 0.01
    warmup: int = 500
    joint_weight: float = 0.0
    contact_weight: float = 0.0
    heading_weight: float = 0.0
    weight_average: float = 0.0
    gradient_clip: float = 1.0
    interval: int = 1000
    seed: int = 0
    precision: str = "auto"
    freeze_codebooks: bool = False
    as_described: bool = False
    storage: str = "float32"

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "window", "interval"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if not 0 <= self.weight_average < 1:
            raise ValueError(f"weight_average is {self.weight_average}; it must be 0, or a decay below 1")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision is {self.precision!r}; it must be one of {PRECISIONS}")
        if self.storage not in STORAGE:
            raise ValueError(f"storage is {self.storage!r}; it must be one of {STORAGE}")

    def half_precision(self, device_type: str) -> bool:
        """Whether to train under bfloat16 autocast on a device of this type."""
        return self.precision == "bfloat16" or (self.precision == "auto" and device_type == "cuda")

    def learning_rate_at(self, step: int) -> float:
        """Learning rate of a step, the first being 0."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        progress = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * progress))
