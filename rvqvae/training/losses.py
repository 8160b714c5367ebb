"""What a training step minimises: the described loss, and additional ones on recovered joints and heading."""

from collections.abc import Callable

import torch

from rvqvae.motion.layouts import HUMANML3D, FeatureLayout
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.loss import compute_rvq_loss
from rvqvae.training.settings import TrainingSettings


def training_loss(
    reconstructed: torch.Tensor,
    motion: torch.Tensor,
    commitment: torch.Tensor,
    mask: torch.Tensor | None,
    raw: Callable[[torch.Tensor], torch.Tensor],
    config: RVQVAEConfig,
    settings: TrainingSettings,
    layout: FeatureLayout = HUMANML3D,
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """The loss of one batch and its detached parts, each before its weight.

    Parameters
    ----------
    reconstructed, motion : (B, D, N) tensors, normalised features
    commitment : scalar tensor
    mask : (B, N) bool tensor or None, True for valid frames
    raw : gives the raw features (B, N, D) of normalised ones
    layout : where joints, heading and contacts lie in them
    """
    loss, parts = compute_rvq_loss(
        reconstructed,
        motion,
        commitment,
        mask,
        global_weight=config.global_weight,
        commitment_weight=config.commitment_weight,
        velocity_weight=config.velocity_weight,
    )
    for name, weight, term in (
        ("joints", settings.joint_weight, joint_loss),
        ("contact", settings.contact_weight, contact_loss),
        ("heading", settings.heading_weight, heading_loss),
    ):
        if weight:
            value = term(raw(reconstructed), raw(motion), mask, layout)
            loss = loss + weight * value
            parts[name] = value.detach()
    return loss, parts


def joint_loss(
    reconstructed: torch.Tensor,
    motion: torch.Tensor,
    mask: torch.Tensor | None = None,
    layout: FeatureLayout = HUMANML3D,
) -> torch.Tensor:
    """Mean distance in metres between recovered joints: body relative to the root, and the root's path.

    What the features' own loss cannot see: small errors of yaw velocity add up to a wrong heading.

    Parameters
    ----------
    reconstructed, motion : (B, N, D) tensors, raw features of the layout
    mask : (B, N) bool tensor, optional, True for valid frames
    """
    apart = _root_and_body(reconstructed, layout) - _root_and_body(motion, layout)
    distance = _length(apart).mean(-1)
    return distance.mean() if mask is None else distance[mask].mean()


def contact_loss(
    reconstructed: torch.Tensor,
    motion: torch.Tensor,
    mask: torch.Tensor | None = None,
    layout: FeatureLayout = HUMANML3D,
) -> torch.Tensor:
    """Mean distance, in metres a frame, between the feet's movements where the original's feet stand.

    A contact in HumanML3D allows 45 mm a frame, so the original's own movement is the measure, not zero.
    Where the layout has no contacts, its feet stand as slow as its threshold asks. Zero where no foot stands.
    Parameters as in `joint_loss`.
    """
    standing = _standing(motion, layout)
    if mask is not None:
        standing = standing & (mask[:, :-1] & mask[:, 1:])[..., None]
    apart = _length(_foot_steps(reconstructed, layout) - _foot_steps(motion, layout))
    return (apart * standing).sum() / standing.sum().clamp_min(1)


def heading_loss(
    reconstructed: torch.Tensor,
    motion: torch.Tensor,
    mask: torch.Tensor | None = None,
    layout: FeatureLayout = HUMANML3D,
) -> torch.Tensor:
    """Mean error, in radians, of the turn over every stretch of half the window.

    Errors of yaw velocity hardly show in a frame, but have the same sign for seconds: their sum is what turns
    a body away from where it should face. Zero where no stretch is valid. Parameters as in `joint_loss`.
    """
    drift = layout.heading(reconstructed.float()) - layout.heading(motion.float())
    stretch = drift.shape[1] // 2
    apart = (drift[:, stretch:] - drift[:, : drift.shape[1] - stretch]).abs()
    if mask is None:
        return apart.mean()
    valid = mask[:, stretch:]  # a clip's valid frames come first
    return (apart * valid).sum() / valid.sum().clamp_min(1)


def _standing(motion: torch.Tensor, layout: FeatureLayout) -> torch.Tensor:
    """(B, N - 1, F) bool: whether each contact joint stands from a frame to the next."""
    if "contacts" in layout.blocks.parts:
        return motion[:, :-1, layout.blocks.contacts] > 0.5
    steps = _foot_steps(motion, layout) / layout.unit
    return steps.square().sum(-1) < layout.contact_squared_speed


def _foot_steps(features: torch.Tensor, layout: FeatureLayout) -> torch.Tensor:
    return layout.to_joints(features.float())[..., list(layout.skeleton.contacts), :].diff(dim=1)


def _length(vectors: torch.Tensor) -> torch.Tensor:
    # The root of zero has no gradient.
    return (vectors.square().sum(-1) + 1e-12).sqrt()


def _root_and_body(features: torch.Tensor, layout: FeatureLayout) -> torch.Tensor:
    joints = layout.to_joints(features.float())
    return torch.cat([joints[..., :1, :], joints[..., 1:, :] - joints[..., :1, :]], dim=-2)
