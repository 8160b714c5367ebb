"""A visitor's motion file as a clip of this page."""

import warnings
from collections.abc import Collection
from pathlib import Path

from app.take import LAYOUT, SourceClip, StudioError, most_frames
from rvqvae.motion import Clip, SkippedClipWarning, convert_clip, read_motion
from rvqvae.motion.bvh_body import MAPPED
from rvqvae.motion.conversion import convertible
from rvqvae.motion.errors import NoBodyError
from rvqvae.motion.mapping import JointMap
from rvqvae.motion.representations import HUMANML3D, titled


class ConvertibleError(StudioError):
    """A clip of another layout that can be converted, if the visitor wants it."""


class NoOwnBodyError(StudioError):
    """A clip whose joints make no body; another joint map may help."""


def read_own_clip(
    path: str | Path,
    file_name: str,
    *,
    convert: bool = False,
    widths: Collection[int] = (),
    joint_map: JointMap | None = None,
) -> tuple[SourceClip, str]:
    """A visitor's file as a clip, and a sentence about what was done to it (empty if nothing was).

    Parameters
    ----------
    convert : whether features of another layout may be converted
    widths : of features that can be shown as they are, HumanML3D's aside
    joint_map : of a BVH, see `read_motion`; the page shows it, so the sentence does not tell it

    Raises
    ------
    ConvertibleError
        If the features cannot be shown as they are, and `convert` would help.
    StudioError
        In the file's own name, not in that of the server's temporary copy.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SkippedClipWarning)
            clips = read_motion(path, joint_map=joint_map)
        clip = clips[0]
        if clip.features.shape[1] not in widths:
            clip = _converted(clip, file_name, convert)
    except StudioError:
        raise
    except ValueError as error:
        kind = NoOwnBodyError if isinstance(error, NoBodyError) else StudioError
        raise kind(f"{str(error).replace(str(path), file_name)}.") from error
    said = [remark for remark in clip.remarks if not remark.startswith(MAPPED)]
    features, remarks = clip.features, [f"{file_name}: {remark}." for remark in said]
    if len(clips) > 1:
        remarks.append(f"{file_name} holds {len(clips)} clips; the first, {clip.name}, is shown.")
    most = most_frames(features.shape[1])
    if len(features) > most:
        lasts = f" ({most / clip.fps:.0f} s)" if clip.fps else ""
        remarks.append(f"{file_name} has {len(features)} frames; the first {most}{lasts} are shown.")
        features = features[:most]
    title = Path(file_name).stem if len(clips) == 1 else clip.name
    return SourceClip("", title, features, clip.fps, None, "your file", ""), " ".join(remarks)


def _converted(clip: Clip, file_name: str, convert: bool) -> Clip:
    """The clip in HumanML3D's layout where that can be had, else as it is."""
    if not convertible(clip.layout, LAYOUT):
        return clip
    if convert:
        return convert_clip(clip, LAYOUT)
    frames, width = clip.features.shape
    raise ConvertibleError(
        f"{file_name}: found {titled(width)}, {frames} frames, which no checkpoint on this page takes. "
        f"It can be converted to {titled(HUMANML3D.width)}; or open a checkpoint that takes it first."
    )
