"""What limits a tokenizer on some clips: its codes or its network?

`python -m tests.benchmarks.encoding CHECKPOINT PATH…` prints the error of greedy encoding, of beam search of
width 8 with the same codebooks, and of the decoder fed with the latents before quantization.
"""

import sys
from collections.abc import Callable

import numpy as np
import torch

from rvqvae import Checkpoint, load_checkpoint
from rvqvae.evaluation.beam import beam_encode
from rvqvae.evaluation.metrics import mpjpe_mm
from rvqvae.motion import read_clips
from tests.benchmarks.timing import choose_isa

WIDTH = 8


def main(checkpoint: Checkpoint, paths: list[str]) -> None:
    """Print local and root-aligned MPJPE in mm, means over frames, a line a way of encoding."""
    clips = [clip.features for path in paths for clip in read_clips(path)]
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "greedy": lambda x: checkpoint.decode(checkpoint.encode(x), length=len(x)),
        f"beam of {WIDTH}": lambda x: checkpoint.decode(
            beam_encode(checkpoint, x, WIDTH).tokens, length=len(x)
        ),
        "no quantizer": lambda x: unquantized(checkpoint, x),
    }
    print(f"{len(clips)} clips; MPJPE in mm, local / root-aligned, {checkpoint.fps:g} fps")
    for name, reconstruct in ways.items():
        made = [reconstruct(x) for x in clips]
        errors = (
            np.average(
                [mpjpe_mm(a, b, alignment) for a, b in zip(made, clips, strict=True)],
                weights=[len(x) for x in clips],
            )
            for alignment in ("local", "root")
        )
        print(f"{name:14}" + " / ".join(f"{error:.1f}" for error in errors))


@torch.no_grad()
def unquantized(checkpoint: Checkpoint, features: np.ndarray) -> np.ndarray:
    """Features (N, D) decoded from their latents as they are."""
    latent = checkpoint.model.encode_to_latent(checkpoint.normalize(features)[None])
    return checkpoint.denormalize(checkpoint.model.decoder(latent)[0])[: len(features)]


if __name__ == "__main__":
    choose_isa()
    main(load_checkpoint(sys.argv[1]), sys.argv[2:])
