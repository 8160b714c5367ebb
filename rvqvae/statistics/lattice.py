"""Every subset of layers, decoded and scored: what each layer is worth, and to whom."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.metrics import ALIGNMENTS, aligned_joints, distance_mm

MOST_LAYERS = 10
_FRAMES_PER_BATCH = 16_384


@dataclass(frozen=True)
class SubsetError:
    """Error of a clip decoded from some layers alone.

    Attributes
    ----------
    layers : tuple of int, 1 for the first, rising
    local_mm, root_mm, global_mm : float, mean over frames and joints in each alignment
    """

    layers: tuple[int, ...]
    local_mm: float
    root_mm: float
    global_mm: float

    @property
    def is_prefix(self) -> bool:
        """Whether these are the first k layers, which is what a residual quantizer is trained for."""
        return self.layers == tuple(range(1, len(self.layers) + 1))


def layer_lattice(
    checkpoint: Checkpoint,
    features: np.ndarray,
    tokens: np.ndarray | None = None,
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> list[SubsetError]:
    """Score all 2 ** Q - 1 non-empty subsets of layers on a clip, smaller subsets first.

    Parameters
    ----------
    checkpoint : of a layout whose joints are known
    features : (N, D) array, raw units, what the decoded motion is compared with
    tokens : (Q, n) int array to decode; the clip's own when None
    progress : called with the share done, 0 to 1, after each batch; whatever it raises ends the work

    Raises
    ------
    ValueError
        If there are more than `MOST_LAYERS` layers.
    """
    tokens = checkpoint.encode(features) if tokens is None else np.asarray(tokens)
    if len(tokens) > MOST_LAYERS:
        raise ValueError(
            f"{len(tokens)} layers have {2 ** len(tokens) - 1} subsets; "
            f"at most {MOST_LAYERS} layers can be scored"
        )
    subsets = sorted(
        (
            tuple(layer + 1 for layer in range(len(tokens)) if bits >> layer & 1)
            for bits in range(1, 2 ** len(tokens))
        ),
        key=lambda layers: (len(layers), layers),
    )
    target = aligned_joints(features, checkpoint.known_body)
    size = max(1, _FRAMES_PER_BATCH // len(features))
    errors: list[SubsetError] = []
    while len(errors) < len(subsets):
        errors += _score(checkpoint, subsets[len(errors) : len(errors) + size], tokens, target)
        progress(len(errors) / len(subsets))
    return errors


def _score(
    checkpoint: Checkpoint,
    subsets: Sequence[tuple[int, ...]],
    tokens: np.ndarray,
    target: Mapping[str, np.ndarray],
) -> list[SubsetError]:
    """Errors of subsets of layers, numbered from 1, of tokens (Q, n) against aligned joints."""
    kept = np.array([[layer + 1 in subset for subset in subsets] for layer in range(len(tokens))])
    batch = np.where(kept[..., None], tokens[:, None], -1)  # (Q, subsets, n)
    decoded = checkpoint.model.decode_from_tokens(
        list(torch.from_numpy(batch).to(checkpoint.device)), length=len(target["global"])
    )
    predicted = aligned_joints(checkpoint.denormalize(decoded), checkpoint.known_body)
    errors = (distance_mm(predicted[a], target[a]).mean(axis=(1, 2)) for a in ALIGNMENTS)
    return [SubsetError(subset, *map(float, row)) for subset, *row in zip(subsets, *errors, strict=True)]
