"""A body of 55 joints whose fingers move, as sign-language corpora have."""

from dataclasses import replace

import numpy as np

from rvqvae.motion.form import Blocks, features_of
from rvqvae.motion.layouts import LAYOUTS
from rvqvae.motion.skeleton import SMPLH_BODY, Skeleton, chains_of
from tests.motion.test_layouts import body_of

JOINTS = 55


def signing_body(rng: np.random.Generator) -> tuple[np.ndarray, Skeleton, np.ndarray]:
    """Features (N, 668) of 55 joints as Motion-S may have them, skeleton, and joints: a body of SMPL-H whose
    fingers bend, with a jaw and eyes."""
    body = body_of(LAYOUTS["humanml3d-52"], rng)
    for start in range(22, 52, 3):
        bend = 0.3 * np.sin(np.arange(len(body)) / 5 + start)
        for joint in range(start, start + 3):
            above = body[:, SMPLH_BODY.parents[joint]]
            length = 0.09 if joint == start else 0.03
            way = np.stack(
                [
                    np.cos(bend * (joint - start + 1)),
                    np.sin(bend * (joint - start + 1)),
                    0 * bend + start / 60,
                ],
                -1,
            )
            body[:, joint] = above + length * way / np.linalg.norm(way, axis=-1, keepdims=True)
    head = body[:, [15]]
    joints = np.concatenate(
        [body, head + [[0, -0.05, 0.05]], head + [[0.03, 0.05, 0.08]], head + [[-0.03, 0.05, 0.08]]], 1
    )
    parents = (*SMPLH_BODY.parents, 15, 15, 15)
    names = (*SMPLH_BODY.names, "jaw", "left_eye", "right_eye")
    skeleton = replace(
        SMPLH_BODY,
        names=names,
        parents=parents,
        groups={**SMPLH_BODY.groups, "face": (52, 53, 54)},
        chains=chains_of(parents),
        rest=(*SMPLH_BODY.rest, (0, 0, 1), (0, 1, 0), (0, 1, 0)),
    )
    blocks = Blocks.of(JOINTS, 4, rooted=True)
    assert blocks.width == 668
    return features_of(joints, skeleton, blocks, 0.002), skeleton, joints
