"""Where the models run: on a GPU if there is one, on ZeroGPU for long clips on such a Space, else the CPU."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from rvqvae import Checkpoint, load_checkpoint

try:
    import spaces
except ImportError:
    spaces = None

log = logging.getLogger(__name__)

ZERO_GPU = spaces is not None and os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")

# Getting a ZeroGPU takes longer than the CPU needs for a clip of this many frames.
ZERO_GPU_FRAMES = 2_000

MOST_THREADS = 4
LONG_FRAMES = 1_000  # a clip that more than one thread encode faster


def limit_threads() -> None:
    """Give a decode, a few small convolutions, no more threads than do not only wait for each other."""
    torch.set_num_threads(min(torch.get_num_threads(), MOST_THREADS))


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let this thread's arithmetic use so many threads.

    A request decodes a few frames: one thread is as fast where nobody else works, and where many visitors do,
    threads that share an operation wait for each other longer than they work.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def load(source: str | Path) -> Checkpoint:
    """A checkpoint, from its path or Hub id, on the device that answers edits."""
    return load_checkpoint(source, device="cpu" if ZERO_GPU else "auto")


def encode(checkpoint: Checkpoint, source: str | Path, features: np.ndarray) -> torch.Tensor:
    """Latent (d, n) of raw features (N, D), before quantization, on the checkpoint's device."""
    if ZERO_GPU and len(features) >= ZERO_GPU_FRAMES:
        try:
            return torch.from_numpy(encode_on_zero_gpu(str(source), features)).to(checkpoint.device)
        except Exception as error:  # a quota that is used up, no GPU free, a worker that died
            log.warning("no ZeroGPU for a clip of %d frames: %s", len(features), error)
    return _latent(checkpoint, features)


def encode_on_zero_gpu(source: str, features: np.ndarray) -> np.ndarray:
    """Latent (d, n), computed in the process that ZeroGPU lends its GPU to."""
    return _latent(load_checkpoint(source, device="cuda"), features).cpu().numpy()


def _latent(checkpoint: Checkpoint, features: np.ndarray) -> torch.Tensor:
    many = min(os.cpu_count() or 1, MOST_THREADS) if len(features) >= LONG_FRAMES else torch.get_num_threads()
    with threads(many):
        return checkpoint.model.encode_to_latent(checkpoint.normalize(features)[None])[0]


if spaces is not None:
    encode_on_zero_gpu = spaces.GPU(encode_on_zero_gpu)


def device_label() -> str:
    """In words, where the models run."""
    if ZERO_GPU:
        return "Runs on CPU, long clips on ZeroGPU"
    if torch.cuda.is_available():
        return f"Runs on GPU ({torch.cuda.get_device_name(0)})"
    return "Runs on CPU"
