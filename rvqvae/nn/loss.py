"""The training loss."""

import torch
import torch.nn.functional as F

_EPSILON = 1e-8
_ROOT_FEATURES = 4


def compute_rvq_loss(
    reconstructed: torch.Tensor,
    motion: torch.Tensor,
    commit_loss: torch.Tensor,
    mask: torch.Tensor | None = None,
    *,
    global_weight: float = 1.5,
    commitment_weight: float = 0.02,
    velocity_weight: float = 2.0,
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Motion-S loss: L_rec + 1.5 L_global + 0.02 L_commit + 2.0 L_vel.

    L_rec is SmoothL1 on all features, L_global on the first four (the root), L_vel on the differences
    between neighbouring frames.

    Parameters
    ----------
    reconstructed, motion : (B, D, N) tensors, normalised features
    commit_loss : scalar tensor, summed over layers
    mask : (B, N) tensor, optional
        True or 1 for valid frames; means are then over valid frames only, and over pairs of valid
        frames for L_vel.

    Returns
    -------
    total : scalar tensor
    loss_dict : detached scalar tensors "total", "reconstruction", "global", "commitment", "velocity",
        each before its weight
    """
    pairs = None
    if mask is not None:
        mask = mask.bool()
        pairs = mask[:, 1:] & mask[:, :-1]
        # Whatever stands in padding, NaN too, must reach neither the sums nor the gradient.
        reconstructed, motion = (x.where(mask[:, None], 0.0) for x in (reconstructed, motion))
    reconstruction = _smooth_l1(reconstructed, motion, mask)
    root = _smooth_l1(reconstructed[:, :_ROOT_FEATURES], motion[:, :_ROOT_FEATURES], mask)
    velocity = _smooth_l1(reconstructed.diff(dim=-1), motion.diff(dim=-1), pairs)
    total = (
        reconstruction + global_weight * root + commitment_weight * commit_loss + velocity_weight * velocity
    )
    parts = {
        "total": total,
        "reconstruction": reconstruction,
        "global": root,
        "commitment": commit_loss,
        "velocity": velocity,
    }
    return total, {name: value.detach() for name, value in parts.items()}


def _smooth_l1(a: torch.Tensor, b: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    if a.shape[-1] == 0:
        return a.sum()  # a single frame has no velocity
    if mask is None:
        return F.smooth_l1_loss(a, b)
    weight = mask[:, None].to(a.dtype)
    error = F.smooth_l1_loss(a, b, reduction="none") * weight
    return error.sum() / (weight.sum() * a.shape[1] + _EPSILON)
