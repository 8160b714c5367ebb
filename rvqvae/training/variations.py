"""Clips that nobody recorded but somebody could move like: played backwards, or with another's upper body.

What a tokenizer cannot do with few clips is put known movements together in a new way. Here they are put
together for it.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from rvqvae.motion import DegenerateClipError
from rvqvae.motion.skeleton import JOINT, PARENTS, heading_angles, rotate_about_y, unit

NamedJoints = tuple[str, np.ndarray]


def exchange_upper_body(lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Pelvis, legs and path of one clip with the spine, arms and head of another.

    Parameters
    ----------
    lower, upper : (T, 22, 3) arrays of as many frames, metres, on one skeleton

    Returns
    -------
    (T, 22, 3) array; the upper body stands on the other's pelvis and is turned as its own hips were.

    Raises
    ------
    DegenerateClipError
        If the hips of either lie one above the other in a frame, so that they face nowhere.
    """
    turn = _facing(lower) - _facing(upper)
    mixed = lower.copy()
    above = upper[:, _UPPER_BODY] - upper[:, :1]
    mixed[:, _UPPER_BODY] = lower[:, :1] + rotate_about_y(above, turn[:, None])
    return mixed


def vary(
    clips: Sequence[NamedJoints],
    partners: Sequence[Sequence[NamedJoints]],
    *,
    backwards: bool,
    bodies: int,
    seed: int,
) -> Iterator[NamedJoints]:
    """Variations of joint clips.

    Parameters
    ----------
    clips : what is varied, (name, (T, 22, 3))
    partners : groups of clips to take upper bodies from; each group is as likely as the others, and within it
        a clip as its length
    backwards : give each clip played backwards
    bodies : give each clip so many times with the upper body of another, as long as both last
    seed : of the partners and of where in a longer clip a variation begins
    """
    generator = np.random.default_rng(seed)
    chances = [np.array([len(joints) for _, joints in group], dtype=float) for group in partners]
    for name, joints in clips:
        if backwards:
            yield f"{name}, backwards", joints[::-1]
        for _ in range(bodies):
            group = generator.integers(len(partners))
            pick = generator.choice(len(partners[group]), p=chances[group] / chances[group].sum())
            other, upper = partners[group][pick]
            frames = min(len(joints), len(upper))
            starts = [generator.integers(len(whole) - frames + 1) for whole in (joints, upper)]
            pieces = (whole[at : at + frames] for whole, at in zip((joints, upper), starts, strict=True))
            title = f"{name} from {starts[0]}, with {other} from {starts[1]}"
            try:
                yield title, exchange_upper_body(*pieces)
            except DegenerateClipError as error:
                print(f"skipped {title}: {error}")


def _facing(joints):
    across = joints[:, JOINT["right_hip"]] - joints[:, JOINT["left_hip"]]
    return heading_angles(
        unit(np.cross([0.0, 1.0, 0.0], across), "the line across the hips is vertical, so they face nowhere")
    )


def _descendants(joint):
    children = [child for child, parent in enumerate(PARENTS) if parent == joint]
    return [joint, *(one for child in children for one in _descendants(child))]


_UPPER_BODY = sorted(_descendants(JOINT["spine1"]))
