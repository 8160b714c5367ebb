"""Clips and checkpoints that fit each other: choosing one takes the other along where it must."""

from collections.abc import Iterable

from app.tables.table import split_key
from app.take import SourceClip, Take
from rvqvae.motion.representations import titled


def widths(session) -> set[int]:
    """Features of a frame that some checkpoint of this page takes."""
    return {_width(session, key) for key in _checkpoints(session)}


def show_clip(session, key: str) -> str:
    """Work on a clip, with the present checkpoint or else the latest that fits; says so if another was taken.

    Without one the clip stays on the list, and what is shown stays too.
    """
    before = session.workbench.take
    if split_key(key) is not None:
        session.choose(key, before.checkpoint_key)
        return ""
    clip = session.clip(key)
    recent = [take.checkpoint_key for take in _recent(session)]
    wanted = (before.checkpoint_key, *recent, *_checkpoints(session))
    fitting = next((one for one in wanted if _width(session, one) == clip.width), None)
    if fitting is None:
        return (
            f"{clip.title} is kept under Yours: it has {titled(clip.width)}, so open a checkpoint that takes "
            f"(T, {clip.width}) to see it; until then {before.clip.title} stays."
        )
    session.choose(key, fitting)
    if fitting == before.checkpoint_key:
        return ""
    name = session.workbench.take.checkpoint.name
    return f"{clip.title} has {titled(clip.width)}, so it is shown with {name}."


def show_checkpoint(session, key: str) -> str:
    """Work with a checkpoint, on the present clip or else the latest that fits; says so if another was taken.

    Without one the checkpoint stays on the list, and what is shown stays too.
    """
    before, width = session.workbench.take, _width(session, key)
    if _stays(session, before, key):
        session.choose(before.clip.key, key)
        return ""
    wanted = [take.clip for take in _recent(session)]
    wanted += [*reversed(session.own_clips.values()), *session.library.clips.values()]
    fitting = next((clip for clip in wanted if clip.width == width), None)
    if fitting is None:
        return (
            f"{_title(session, key)} takes {titled(width)}: upload a clip of shape (T, {width}) as .npy to "
            f"see it; until then {before.clip.title} stays."
        )
    session.choose(fitting.key, key)
    return f"{_title(session, key)} takes {titled(width)}, so {fitting.title} is shown with it."


def fitting_clips(session) -> list[SourceClip]:
    """Every clip of this page that the present checkpoint takes."""
    width = session.workbench.take.clip.width
    clips = [*session.library.clips.values(), *session.own_clips.values()]
    return [clip for clip in clips if clip.width == width]


def _recent(session) -> list:
    """The takes of recorded motions that were left, the latest first."""
    return [desk.take for desk in reversed(session.desks.values()) if desk.take.recorded]


def _stays(session, take: Take, checkpoint_key: str) -> bool:
    """Whether what is shown can be shown with a checkpoint; a row of tokens has no width to go by."""
    if take.recorded:
        return take.clip.width == _width(session, checkpoint_key)
    own = session.shelf.kept.get(checkpoint_key)
    return session.tables.fits(
        take.clip.key, own.checkpoint if own else session.library.loaded(checkpoint_key)
    )


def _checkpoints(session) -> Iterable[str]:
    """Keys of all, the visitor's own first, the latest of them before the others."""
    library = session.library
    return (*reversed(session.shelf.kept), library.opening[1], *library.checkpoints)


def _width(session, key: str) -> int:
    own, entry = session.shelf.kept.get(key), session.library.checkpoints.get(key)
    if entry is not None and entry.width is not None:
        return entry.width
    return (own.checkpoint if own else session.library.loaded(key)).config.input_dim


def _title(session, key: str) -> str:
    own = session.shelf.kept.get(key)
    return own.title if own else session.library.checkpoints[key].title
