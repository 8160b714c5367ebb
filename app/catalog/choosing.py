"""Choosing a clip or a checkpoint takes the other along where they do not fit each other."""

from app.catalog import converting
from app.catalog.entry import CheckpointEntry
from app.catalog.keys import RowKey
from app.command import command
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip
from rvqvae.motion.layouts import titled


@command(replaceable=True)
def choose_clip(visitor: Visitor, clip: str) -> str:
    """Work on another clip, with the present checkpoint or else the latest that fits; says if another was
    taken.

    Without one the clip stays on the list, and what is shown stays too.
    """
    clip, before = str(clip), visitor.workbench.encoded
    if RowKey.parse(clip) is not None:
        visitor.choose(clip, before.checkpoint_key)
        return ""
    chosen = visitor.catalog.clip(clip)
    recent = [visitor.catalog.entry(encoded.checkpoint_key) for encoded in (before, *_recent(visitor))]
    wanted = (*recent, *_checkpoints(visitor))
    fitting = next((entry for entry in wanted if entry.takes == chosen.width), None)
    if fitting is None:
        return (
            f"{chosen.title} is kept under Yours: it has {titled(chosen.width)}, so open a checkpoint that "
            f"takes (T, {chosen.width}) to see it; until then {before.clip.title} stays."
        )
    visitor.choose(clip, fitting.key)
    if fitting.key == before.checkpoint_key:
        return ""
    name = visitor.workbench.encoded.checkpoint.name
    return f"{chosen.title} has {titled(chosen.width)}, so it is shown with {name}."


@command(replaceable=True)
def choose_checkpoint(visitor: Visitor, checkpoint: str) -> str:
    """Work with another checkpoint, on the present clip or else the latest that fits; says if another was
    taken.

    Without one the checkpoint stays on the list, and what is shown stays too.
    """
    catalog, before = visitor.catalog, visitor.workbench.encoded
    entry = catalog.entry(checkpoint)
    if _stays(visitor, before, entry):
        visitor.choose(before.clip.key, checkpoint)
        return ""
    wanted = [encoded.clip for encoded in _recent(visitor)]
    wanted += [*reversed(catalog.own_clips.values()), *catalog.library.clips.values()]
    fitting = next((clip for clip in wanted if clip.width == entry.takes), None)
    if fitting is None:
        said = (
            f"{entry.title} takes {titled(entry.takes)}: upload a clip of shape (T, {entry.takes}) as .npy "
            f"to see it; until then {before.clip.title} stays."
        )
        return converting.offer_conversion(visitor, before.clip, entry, said)
    visitor.choose(fitting.key, checkpoint)
    return f"{entry.title} takes {titled(entry.takes)}, so {fitting.title} is shown with it."


def _recent(visitor: Visitor) -> list[EncodedClip]:
    """The encoded clips of recorded motions that were left, the latest first."""
    left = reversed(visitor.workbenches.values())
    return [bench.encoded for bench in left if bench.encoded.recorded]


def _stays(visitor: Visitor, encoded: EncodedClip, entry: CheckpointEntry) -> bool:
    """Whether what is shown can be shown with a checkpoint; a row of tokens has no width to go by."""
    row = RowKey.parse(encoded.clip.key)
    if row is None:
        return encoded.clip.width == entry.takes
    return visitor.catalog.tables.fits(row, entry.load())


def _checkpoints(visitor: Visitor) -> list[CheckpointEntry]:
    """All, the visitor's own first, the latest of them before the others; then the opening one."""
    catalog = visitor.catalog
    opening = catalog.library.entry(catalog.library.opening[1])
    own = reversed(catalog.own_checkpoints.kept.values())
    return [*own, opening, *catalog.library.checkpoints.values()]
