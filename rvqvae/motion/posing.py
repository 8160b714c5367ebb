"""Joints of layouts that tell how bones are turned, and not where joints are."""

from collections.abc import Sequence

import torch

from rvqvae.motion.form import ROOT_HEIGHT, Blocks

# SnapMoGen's joints from their parents, centimetres: utils/A_Pose.bvh in the code published with Guo et al.
# 2025, "SnapMoGen". The root's is not used.
SNAPMOGEN_OFFSETS = (
    *((0.0, 0.0, 0.0), (0.0, 1.619, 0.0), (0.0, 4.942, 0.0), (0.0, 4.942, 0.0)),
    *((0.0, 17.026, 0.0), (0.0, 3.25, 0.0), (0.0, 5.278, 0.0)),
    *((4.59, 12.067, 0.834), (7.813, 0.512, -3.453), (15.266, -6.552, -0.058), (14.748, -6.37, 5.049)),
    *((-4.59, 12.067, 0.834), (-7.813, 0.512, -3.453), (-15.266, -6.552, -0.058), (-14.747, -6.37, 5.049)),
    (0.0, 0.0, 0.0),
    *((6.6, -6.027, 0.539), (-0.141, -19.187, 0.04), (-0.132, -18.029, -1.138), (0.007, -4.693, 9.887)),
    *((-6.6, -6.027, 0.539), (0.141, -19.187, 0.041), (0.132, -18.029, -1.138), (-0.007, -4.693, 9.887)),
)


def posed(
    features: torch.Tensor, blocks: Blocks, parents: Sequence[int], offsets: Sequence[Sequence[float]]
) -> torch.Tensor:
    """Joints (..., T, J, 3) over the origin in the body's own heading, in the features' unit.

    Parameters
    ----------
    features : (..., T, D) tensor whose rotations turn each joint from the rest pose, heading removed; the
        root is among them
    parents : (J,) of the joints, each before its children
    offsets : (J, 3) of each joint from its parent in the rest pose
    """
    columns = features[..., blocks.rotations].unflatten(-1, (-1, 2, 3))
    x = torch.nn.functional.normalize(columns[..., 0, :], dim=-1)
    z = torch.nn.functional.normalize(torch.linalg.cross(x, columns[..., 1, :]), dim=-1)
    turned = torch.stack([x, torch.linalg.cross(z, x), z], dim=-1)
    above = list(parents)
    above[0] = 0
    bones = torch.einsum("...jab,jb->...ja", turned[..., above, :, :], turned.new_tensor(offsets))
    root = torch.zeros_like(bones[..., 0, :])
    root[..., 1] = features[..., ROOT_HEIGHT].squeeze(-1)
    joints = [root]
    for joint, parent in enumerate(parents[1:], start=1):
        joints.append(joints[parent] + bones[..., joint, :])
    return torch.stack(joints, dim=-2)
