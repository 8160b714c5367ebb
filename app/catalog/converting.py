"""A clip of one layout converted for a checkpoint of another, through joints."""

from dataclasses import replace

from app.catalog.entry import CheckpointEntry
from app.command import command
from app.errors import StudioError
from app.visitor import Visitor
from app.workbench.encoded_clip import SourceClip
from rvqvae.motion.geometry import DegenerateClipError
from rvqvae.motion.layouts import FeatureLayout, layout_of_width
from rvqvae.motion.mapping import MappingError
from rvqvae.motion.retargeting import can_be_placed, convert_features, placed_ends


def offer_conversion(visitor: Visitor, clip: SourceClip, entry: CheckpointEntry, said: str) -> str:
    """What is said, with an offer to convert the clip for a checkpoint where joints allow it."""
    source, target = _layouts(visitor, clip, entry)
    if source is not None and target is not None and can_be_placed(source.skeleton.names, target.skeleton):
        again = {"name": "convert_for", "clip": clip.key, "checkpoint": entry.key}
        visitor.notify("offer", words=said, label=f"Convert {clip.title} for it", command=again)
    return said


@command
def convert_for(visitor: Visitor, clip: str, checkpoint: str) -> str:
    """Make features of a checkpoint's layout of a clip's joints, and show them; the clip stays too."""
    chosen, entry = visitor.catalog.clip(str(clip)), visitor.catalog.entry(str(checkpoint))
    source, target = _layouts(visitor, chosen, entry)
    if source is None or target is None:
        raise StudioError(f"{chosen.title} cannot be converted for {entry.title}: its joints are not known.")
    try:
        features = convert_features(chosen.features, source, target, chosen.fps or source.fps)
    except (MappingError, DegenerateClipError, ValueError) as error:
        raise StudioError(f"{chosen.title} cannot be converted for {entry.title}: {error}.") from None
    title = f"{chosen.title}, as {target.title}"
    made = replace(chosen, title=title, features=features, fps=target.fps, trained=None)
    visitor.choose(visitor.catalog.add_clip(made), entry.key)
    ends = placed_ends(source.skeleton.names, target.skeleton)
    put = f" It has no {', '.join(ends[:4])}: placed from what they hang from." if ends else ""
    return (
        f"{title}: {len(target.skeleton)} joints placed from {len(source.skeleton)} by name, resampled from "
        f"{chosen.fps or source.fps:g} to {target.fps:g} fps.{put}"
    )


def _layouts(
    visitor: Visitor, clip: SourceClip, entry: CheckpointEntry
) -> tuple[FeatureLayout | None, FeatureLayout | None]:
    """Of the clip's features and, if joints make them, of the checkpoint's."""
    target = visitor.catalog.loaded(entry).body
    source = visitor.catalog.described.get(clip.width) or layout_of_width(clip.width)
    return source, target if target is not None and target.from_positions else None
