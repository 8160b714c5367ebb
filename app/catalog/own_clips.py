"""A visitor's motion file as a clip of this page."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

from app.errors import StudioError, in_the_files_name
from app.parsing.motion import read_clip
from app.workbench.encoded_clip import MAX_FRAMES, SourceClip, most_frames
from rvqvae.motion.bvh.bvh_body import MAPPED
from rvqvae.motion.errors import NoBodyError, UnknownJointsError
from rvqvae.motion.layouts import HUMANML3D, titled
from rvqvae.motion.mapping import JointMap


class ConvertibleError(StudioError):
    """A clip of another layout that can be converted, if the visitor wants it."""


class NoOwnBodyError(StudioError):
    """A clip whose joints make no body; another joint map may help."""


class OtherJointsError(StudioError):
    """A clip of joints of which it is not known which of a body they are; a joint map helps."""


_KINDS: dict[type[ValueError], type[StudioError]] = {
    NoBodyError: NoOwnBodyError,
    UnknownJointsError: OtherJointsError,
}


class OwnClip(NamedTuple):
    """A clip of a visitor's file.

    Attributes
    ----------
    remark : what was found in the file and done to it; "" if nothing
    mends : what of a BVH could be mended, see `rvqvae.motion.bvh.inspection`, or of joints that have z up
    told : what an array was taken for, where it is as expected; "" of others
    """

    clip: SourceClip
    remark: str
    mends: tuple[str, ...]
    told: str


def read_own_clip(
    path: str | Path,
    file_name: str,
    *,
    convert: bool = False,
    widths: Collection[int] = (),
    joint_map: JointMap | None = None,
    target: str | dict[str, Any] | None = None,
    mends: Collection[str] = (),
) -> OwnClip:
    """A visitor's file as a clip of this page.

    Parameters
    ----------
    convert : whether features of another layout may be converted
    widths : of features that can be shown as they are, HumanML3D's aside
    joint_map : of a BVH, or of joints that are not known, see `read_motion`; the page shows it, so the
        sentence does not tell it
    target, mends : see `app.parsing.tasks.clip`

    Raises
    ------
    ConvertibleError
        If the features cannot be shown as they are, and `convert` would help.
    StudioError
        In the file's own name, not in that of the server's temporary copy.
    """
    try:
        found = read_clip(
            path,
            most_values=MAX_FRAMES * HUMANML3D.width,
            joint_map=joint_map,
            widths=widths,
            convert=convert,
            target=target,
            mends=mends,
        )
    except StudioError as error:
        raise StudioError(f"{file_name}: {error}") from error
    except ValueError as error:
        kind = next((ours for theirs, ours in _KINDS.items() if isinstance(error, theirs)), StudioError)
        raise kind(in_the_files_name(error, path, file_name)) from error
    clip, features = found.clip, found.clip.features
    if found.convertible:
        raise ConvertibleError(
            f"{file_name}: found {titled(features.shape[1])}, {found.frames} frames, which no checkpoint on "
            f"this page takes. It can be converted to {titled(HUMANML3D.width)}; or open a checkpoint that "
            "takes it first."
        )
    said = [remark for remark in clip.remarks if not remark.startswith(MAPPED)]
    looked = [found.inspection] if found.inspection else []
    remarks = [f"{file_name}: {remark}." for remark in (*looked, *said)]
    if found.count > 1:
        remarks.append(f"{file_name} holds {found.count} clips; the first, {clip.name}, is shown.")
    most = most_frames(features.shape[1])
    if found.frames > most:
        lasts = f" ({most / clip.fps:.0f} s)" if clip.fps else ""
        remarks.append(f"{file_name} has {found.frames} frames; the first {most}{lasts} are shown.")
        features = features[:most]
    title = Path(file_name).stem if found.count == 1 else clip.name
    source = SourceClip("", title, features, clip.fps, None, "your file", "")
    return OwnClip(source, " ".join(remarks), found.mends, found.told)
