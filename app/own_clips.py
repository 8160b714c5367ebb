"""A visitor's motion file as a clip of this page."""

import warnings
from pathlib import Path

from app.take import LAYOUT, MAX_FRAMES, SourceClip, StudioError
from rvqvae.motion import FPS, Clip, SkippedClipWarning, convert_clip, read_motion
from rvqvae.motion.bvh_body import MAPPED
from rvqvae.motion.conversion import convertible
from rvqvae.motion.errors import NoBodyError
from rvqvae.motion.mapping import JointMap
from rvqvae.motion.representations import HUMANML3D, titled

EXPECTED = (
    f"this page shows {titled(HUMANML3D.width)}, joints (T, 22, 3), KIT-ML's (T, 21, 3) or SMPL-H's "
    "(T, 52, 3), and BVH"
)


class ConvertibleError(StudioError):
    """A clip of another layout that can be converted, if the visitor wants it."""


class NoOwnBodyError(StudioError):
    """A clip whose joints make no body; another joint map may help."""


def read_own_clip(
    path: str | Path, file_name: str, *, convert: bool = False, joint_map: JointMap | None = None
) -> tuple[SourceClip, str]:
    """A visitor's file as a clip, and a sentence about what was done to it (empty if nothing was).

    Parameters
    ----------
    convert : whether features of another layout may be converted
    joint_map : of a BVH, see `read_motion`; the page shows it, so the sentence does not tell it

    Raises
    ------
    ConvertibleError
        If the features are of another layout and `convert` would help.
    StudioError
        In the file's own name, not in that of the server's temporary copy.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SkippedClipWarning)
            clips = read_motion(path, joint_map=joint_map)
        clip = _of_this_page(clips[0], file_name, convert)
    except StudioError:
        raise
    except ValueError as error:
        kind = NoOwnBodyError if isinstance(error, NoBodyError) else StudioError
        raise kind(f"{str(error).replace(str(path), file_name)}.") from error
    said = [remark for remark in clip.remarks if not remark.startswith(MAPPED)]
    features, remarks = clip.features, [f"{file_name}: {remark}." for remark in said]
    if len(clips) > 1:
        remarks.append(f"{file_name} holds {len(clips)} clips; the first, {clip.name}, is shown.")
    if len(features) > MAX_FRAMES:
        remarks.append(
            f"{file_name} has {len(features)} frames; "
            f"the first {MAX_FRAMES} ({MAX_FRAMES / FPS:.0f} s) are shown."
        )
        features = features[:MAX_FRAMES]
    title = Path(file_name).stem if len(clips) == 1 else clip.name
    return SourceClip("", title, features, clip.fps, None, "your file", ""), " ".join(remarks)


def _of_this_page(clip: Clip, file_name: str, convert: bool) -> Clip:
    if clip.layout == LAYOUT:
        return clip
    frames, width = clip.features.shape
    found = f"{file_name}: found {titled(width)}, {frames} frames; {EXPECTED}"
    if not convertible(clip.layout, LAYOUT):
        raise StudioError(f"{found}. No conversion from layout {clip.layout} exists.")
    if not convert:
        raise ConvertibleError(f"{found}. It can be converted.")
    return convert_clip(clip, LAYOUT)
