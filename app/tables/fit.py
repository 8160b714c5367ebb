"""Whether a checkpoint can decode tokens (Q, n), and what they stand for then."""

import numpy as np

from app.workbench.encoded_clip import most_frames
from rvqvae import Checkpoint
from rvqvae.nn.rows import DROPPED
from rvqvae.tokens.csv_format import layer_columns


def outside(tokens: np.ndarray, checkpoint: Checkpoint) -> np.ndarray:
    """Where tokens (Q, n) name codes that the checkpoint does not have: a mask of their shape."""
    return (tokens < DROPPED) | (tokens >= checkpoint.config.num_embeddings)


def misfit(tokens: np.ndarray, checkpoint: Checkpoint) -> str:
    """Why a checkpoint cannot decode tokens (Q, n), in a sentence's second half; empty if it can."""
    config = checkpoint.config
    layers, steps = tokens.shape
    if layers != config.num_quantizers:
        return (
            f"has {layers} layer{'' if layers == 1 else 's'} of tokens; checkpoint {checkpoint.name} decodes "
            f"{config.num_quantizers}"
        )
    most = most_frames(config.output_dim or config.input_dim) // config.downsampling_ratio
    if steps > most:
        return f"has {steps} steps; at most {most} are shown here"
    wrong = outside(tokens, checkpoint)
    if wrong.any():
        layer, step = np.argwhere(wrong)[0]
        return (
            f"has code {tokens[layer, step]} in {layer_columns(layers)[layer]}, step {step}; checkpoint "
            f"{checkpoint.name} has codes 0 to {config.num_embeddings - 1}"
        )
    return ""


def frames_of(tokens: np.ndarray, frames: int | None, checkpoint: Checkpoint) -> int:
    """Frames that tokens (Q, n) stand for: those of their clip where that can be, else n x ratio."""
    ratio, steps = checkpoint.config.downsampling_ratio, tokens.shape[1]
    return frames if frames is not None and -(-frames // ratio) == steps else steps * ratio
