"""The original motion, its unedited tokens, and where it comes from."""

from app.take import OWN
from app.views.arrays import pack, pack_joints
from app.views.view import View
from rvqvae.motion import JOINT_NAMES, PARENTS


def payload(session) -> dict:
    """Joints of every frame, the encoder's tokens (Q, n), and the clip's facts."""
    take = session.workbench.take
    clip = take.clip
    return {
        "key": clip.key,
        "title": clip.title,
        "trained": take.trained,
        "own": clip.key.startswith(OWN),
        "source": clip.source,
        "licence": clip.licence,
        "fps": clip.fps,
        "frames": take.frames,
        "seconds": take.frames / clip.fps,
        "ratio": take.ratio,
        "steps": take.tokens.shape[1],
        "tokens": pack(take.tokens, "i16"),
        "joint_names": list(JOINT_NAMES),
        "parents": [int(parent) for parent in PARENTS],
        "joints": pack_joints(take.joints),
    }


VIEW = View("clip", lambda session: session.workbench.take, payload)
