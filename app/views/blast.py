"""What the latest edit moved: the pose within the decoder's reach, and the path from there on."""

import numpy as np
import torch

from app.views.arrays import pack
from app.views.view import View
from rvqvae.motion.humanml import root_heading


def payload(session) -> dict:
    """Displacement between the reconstruction before and after the latest edit.

    pose_mm (F, 22) is measured with each body in its own place and heading, over the frames that the decoder
    lets the edited steps reach; outside them it is zero exactly. path_mm (N,) is the pelvis' displacement
    on the floor, which goes on after them because the root's velocity is summed.
    """
    bench = session.workbench
    before, after = bench.before_last_edit, bench.decoding
    if before is None:
        return {"words": ""}
    words = bench.version.edits[-1].words(bench.take)
    frames = after.frames_that_may_differ(before)
    if frames is None:
        return {"words": words, "frames": None}
    window = slice(*frames)
    pose = after.take.measure.distances(after.aligned["local"][window], before.aligned["local"][window])
    path = 1000 * np.linalg.norm((after.joints - before.joints)[:, 0, [0, 2]], axis=-1)
    turned = [float(root_heading(torch.from_numpy(d.features))[-1]) for d in (before, after)]
    peak_frame, peak_joint = np.unravel_index(pose.argmax(), pose.shape)
    return {
        "words": words,
        "frames": list(frames),
        "pose_mm": pack(pose, "u16", scale=0.1),
        "pose_max_mm": float(pose.max()),
        "pose_max_joint": int(peak_joint),
        "pose_max_frame": int(peak_frame) + frames[0],
        "path_mm": pack(path, "u16", scale=max(0.1, float(path.max()) / 65_000)),
        "path_end_mm": float(path[-1]),
        "turn_end_degrees": float(np.degrees(abs(turned[1] - turned[0]))),
    }


VIEW = View("blast", lambda session: session.workbench.decoding, payload)
