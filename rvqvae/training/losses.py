"""What a training step minimises: the described loss, and two additional ones on recovered joints."""

from collections.abc import Callable

import torch

from rvqvae.config import RVQVAEConfig
from rvqvae.loss import compute_rvq_loss
from rvqvae.motion import features_to_joints
from rvqvae.motion.humanml import CONTACT_JOINTS, CONTACTS
from rvqvae.training.settings import TrainingSettings


def training_loss(
    reconstructed: torch.Tensor,
    motion: torch.Tensor,
    commitment: torch.Tensor,
    mask: torch.Tensor | None,
    raw: Callable[[torch.Tensor], torch.Tensor],
    config: RVQVAEConfig,
    settings: TrainingSettings,
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """The loss of one batch and its detached parts, each before its weight.

    Parameters
    ----------
    reconstructed, motion : (B, D, N) tensors, normalised features
    commitment : scalar tensor
    mask : (B, N) bool tensor or None, True for valid frames
    raw : gives the raw features (B, N, D) of normalised ones
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
    ):
        if weight:
            value = term(raw(reconstructed), raw(motion), mask)
            loss = loss + weight * value
            parts[name] = value.detach()
    return loss, parts


def joint_loss(
    reconstructed: torch.Tensor, motion: torch.Tensor, mask: torch.Tensor | None = None
) -> torch.Tensor:
    """Mean distance in metres between recovered joints: body relative to the pelvis, and the pelvis' path.

    What the features' own loss cannot see: small errors of yaw velocity add up to a wrong heading.

    Parameters
    ----------
    reconstructed, motion : (B, N, 263) tensors, raw features
    mask : (B, N) bool tensor, optional, True for valid frames
    """
    distance = _length(_pelvis_and_body(reconstructed) - _pelvis_and_body(motion)).mean(-1)
    return distance.mean() if mask is None else distance[mask].mean()


def contact_loss(
    reconstructed: torch.Tensor, motion: torch.Tensor, mask: torch.Tensor | None = None
) -> torch.Tensor:
    """Mean distance, in metres a frame, between the feet's movements where the original's feet stand.

    A contact in HumanML3D allows 45 mm a frame, so the original's own movement is the measure, not zero.
    Zero where no foot stands. Parameters as in `joint_loss`.
    """
    # A contact is about the movement from its frame to the next.
    standing = motion[:, :-1, CONTACTS] > 0.5
    if mask is not None:
        standing = standing & (mask[:, :-1] & mask[:, 1:])[..., None]
    apart = _length(_foot_steps(reconstructed) - _foot_steps(motion))
    return (apart * standing).sum() / standing.sum().clamp_min(1)


def _foot_steps(features):
    return features_to_joints(features.float())[..., CONTACT_JOINTS, :].diff(dim=1)


def _length(vectors):
    # The root of zero has no gradient.
    return (vectors.square().sum(-1) + 1e-12).sqrt()


def _pelvis_and_body(features):
    joints = features_to_joints(features.float())
    return torch.cat([joints[..., :1, :], joints[..., 1:, :] - joints[..., :1, :]], dim=-2)
