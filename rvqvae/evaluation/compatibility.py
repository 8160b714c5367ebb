"""Whether a clip fits a checkpoint, and what to do if it does not."""

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.motion import Clip, convert_clip
from rvqvae.motion.conversion import convertible
from rvqvae.motion.layouts import titled


def fit_clip(clip: Clip, checkpoint: Checkpoint, *, convert: bool = False) -> Clip:
    """The clip, if a checkpoint can take its features; with `convert`, converted where that is possible.

    Raises
    ------
    ValueError
        If the features do not fit; the message says why, and whether they could be converted.
    """
    width, expected = clip.features.shape[1], checkpoint.config.input_dim
    if width == expected:
        return clip
    if convert and convertible(clip.layout, checkpoint.layout):
        return convert_clip(clip, checkpoint.layout)
    remedy = (
        "they can be converted"
        if convertible(clip.layout, checkpoint.layout)
        else f"no conversion from {clip.layout} to {checkpoint.layout} features exists"
    )
    raise ValueError(
        f"{clip.name}: {titled(width)} do not fit {checkpoint.name}, which expects {titled(expected)}; "
        f"{remedy}"
    )
