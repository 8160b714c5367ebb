"""An additional training loss, on the joints that the features recover to."""

import torch

from rvqvae.motion import features_to_joints


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
    error = _pelvis_and_body(reconstructed) - _pelvis_and_body(motion)
    distance = (error.square().sum(-1) + 1e-12).sqrt().mean(-1)
    return distance.mean() if mask is None else distance[mask].mean()


def _pelvis_and_body(features):
    joints = features_to_joints(features.float())
    return torch.cat([joints[..., :1, :], joints[..., 1:, :] - joints[..., :1, :]], dim=-2)
