"""A visitor's files of other joints than HumanML3D's 22: which of them stand for those, as told by name, of
joints without names by shape, or as chosen."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.catalog.choosing import choose_clip
from app.catalog.joint_sets import Skeleton, Skeletons, question, read_skeleton
from app.catalog.own_clips import NoOwnBodyError
from app.command import command
from app.errors import StudioError
from app.visitor import Visitor
from app.workbench.encoded_clip import SourceClip
from rvqvae.motion.description import to_value
from rvqvae.motion.layouts import HUMANML3D
from rvqvae.motion.mapping import suggest_joints

SUFFIX = ".bvh"
MENDS = {
    "turn": "turn it upright",
    "rest": "drop the rest pose",
    "scale": "make it as tall as a person",
    "floor": "put it on the floor",
}


def open_bvh(visitor: Visitor, file: Path, file_name: str) -> str:
    """Work on a BVH file; where its names do not tell all joints, the page asks for the rest."""
    return _open(visitor, replace(read_skeleton(file, file_name), target=_wanted(visitor)))


def ask_about_array(visitor: Visitor, file: Path, file_name: str) -> str:
    """Ask about joints of an array which are not known; what their shape tells is offered with a picture."""
    skeleton = read_skeleton(file, file_name)
    _ask_about(visitor.room(Skeletons), skeleton)
    if skeleton.missing or skeleton.figure is None:
        return question(skeleton)
    words = f"{file_name} may be a body: {skeleton.by_shape}. Joints says which is taken for which."
    again = {"name": "use_joint_map", "clip": None, "joint_map": dict(skeleton.joint_map)}
    visitor.notify("offer", words=words, label="Open as a body", command=again, figure=skeleton.figure)
    return words


def name_joints(visitor: Visitor, text: str, file_name: str) -> str:
    """Open the array that the page asks about, its joints as the JSON of a file names them."""
    skeleton = visitor.room(Skeletons).asked
    assert skeleton is not None
    value, count = json.loads(text), len(skeleton.names)
    names = value.get("names") if isinstance(value, dict) else None
    if not isinstance(names, list) or len(names) != count:
        raise StudioError(
            f'{file_name}: expected "names" with one for each of the {count} joints of {skeleton.file_name}.'
        )
    told = suggest_joints([str(name) for name in names])
    chosen = {ours: name and skeleton.names[names.index(name)] for ours, name in told.items()}
    return _open(visitor, replace(skeleton, joint_map=chosen))


def asks_for_names(visitor: Visitor) -> bool:
    """Whether the page asks about joints without names."""
    asked = visitor.room(Skeletons).asked
    return asked is not None and bool(asked.by_shape)


@command
def use_joint_map(visitor: Visitor, clip: str | None, joint_map: object) -> str:
    """Read a file again with this joint map: that of a clip of the visitor's, or the one asked about."""
    skeletons = visitor.room(Skeletons)
    skeleton = skeletons.asked if clip is None else skeletons.of_clips.get(clip)
    if skeleton is None:
        raise StudioError("That file is not open here any more; upload it again.")
    told = read_skeleton(skeleton.file, skeleton.file_name, joint_map)
    skeleton = replace(told, target=skeleton.target, mends=skeleton.mends)
    if skeleton.missing:
        raise StudioError(question(skeleton))
    if clip is None:
        return _open(visitor, skeleton)
    own = skeleton.read()
    read_again(visitor, replace(own.clip, key=clip))
    skeletons.of_clips[clip] = skeleton
    return _offer_mends(visitor, clip, own.mends, own.remark)


@command
def mend_bvh(visitor: Visitor, clip: str, mends: list[str]) -> str:
    """Read a BVH file of the visitor's again: turned upright ("turn"), without its rest pose ("rest"), as
    tall as a person ("scale"), on the floor ("floor"); without any it is as the file has it."""
    skeletons = visitor.room(Skeletons)
    skeleton = skeletons.of_clips.get(str(clip))
    if skeleton is None:
        raise StudioError("That BVH file is not open here any more; upload it again.")
    before = skeleton.mends
    skeleton = replace(skeleton, mends=tuple(mend for mend in MENDS if mend in mends))
    own = skeleton.read()
    read_again(visitor, replace(own.clip, key=str(clip)))
    skeletons.of_clips[str(clip)] = skeleton
    if not skeleton.mends:
        return _offer_mends(visitor, str(clip), own.mends, own.remark)
    again = {"name": "mend_bvh", "clip": str(clip), "mends": list(before)}
    visitor.notify("offer", words=own.remark, label="Undo: as it was before", command=again)
    return own.remark


@command
def leave_joint_map(visitor: Visitor) -> None:
    """Do not open the file that the page asks about."""
    visitor.room(Skeletons).asked = None


def _open(visitor: Visitor, skeleton: Skeleton) -> str:
    skeletons = visitor.room(Skeletons)
    if skeleton.missing:
        _ask_about(skeletons, skeleton)
        return question(skeleton)
    try:
        own = skeleton.read()
    except NoOwnBodyError:
        _ask_about(skeletons, skeleton)
        raise
    skeletons.opened, skeletons.asked = skeletons.opened + 1, None
    key = visitor.catalog.add_clip(own.clip)
    skeletons.of_clips[key] = skeleton
    said = choose_clip(visitor, key)
    return _offer_mends(
        visitor, key, own.mends, " ".join(sentence for sentence in (said, own.remark) if sentence)
    )


def _offer_mends(visitor: Visitor, clip: str, mends: tuple[str, ...], said: str) -> str:
    """What is said, with an offer to mend what the file needs."""
    if mends:
        label = "Mend it: " + " and ".join(MENDS[mend] for mend in mends)
        again = {"name": "mend_bvh", "clip": clip, "mends": list(mends)}
        visitor.notify("offer", words=said, label=label, command=again)
    return said


def _wanted(visitor: Visitor) -> str | dict[str, Any] | None:
    """The layout of the present checkpoint, if it is another than HumanML3D's."""
    checkpoint = visitor.workbench.encoded.checkpoint
    if checkpoint.body is None or checkpoint.body is HUMANML3D:
        return None
    return to_value(checkpoint.body) if checkpoint.described else checkpoint.body.name


def _ask_about(skeletons: Skeletons, skeleton: Skeleton) -> None:
    skeletons.opened += 1
    skeletons.asked = skeleton


def read_again(visitor: Visitor, clip: SourceClip) -> None:
    """Put another reading of a visitor's file in the place of the first; the work on it stays."""
    before = visitor.catalog.clip(clip.key)
    visitor.catalog.put_clip(clip)
    try:
        visitor.encode_again(lambda one: one.clip.key == clip.key)
    except Exception:
        visitor.catalog.put_clip(before)
        raise
