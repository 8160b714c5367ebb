"""What is done with a stranger's file, in a process of its own; every result is plain values and arrays."""

import json
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from app.errors import StudioError
from app.parsing import errors
from rvqvae import load_checkpoint
from rvqvae.archives import read_npy
from rvqvae.bulk.sources import Source, archive_sources, read_part
from rvqvae.checkpoints.saving import save_copy
from rvqvae.motion import JOINT_NAMES, Clip, convert_clip, read_motion
from rvqvae.motion.bvh.bvh import read_bvh_names
from rvqvae.motion.conversion import convertible
from rvqvae.motion.csv_motion import read_csv
from rvqvae.motion.description import described
from rvqvae.motion.errors import MotionFileError, UnknownJointsError
from rvqvae.motion.files import iterate_file
from rvqvae.motion.joint_sets import joint_names
from rvqvae.motion.layouts import HUMANML3D, KIT_ML, LAYOUTS, layout_of_width
from rvqvae.motion.mapping import JointMap, suggest_joints
from rvqvae.motion.opening import open_bvh
from rvqvae.motion.shape import shape_of
from rvqvae.motion.upright import Look, look_at_features, look_at_joints, turned_upright
from rvqvae.tokens.packing import Texts

Progress = Callable[..., None]  # of the share done, and perhaps words
TASKS: dict[str, Callable[..., Any]] = {}
OFTEN = 256  # rows between two reports of progress
MOST_INFO = 1 << 20  # characters of what else a checkpoint's files say
MOST_REASON = 500  # characters of why a clip does not fit
KNOWN = "it is known which joints it has; a joint map is for .bvh files and for joints that are not known"
TOO_LARGE = "To read this file takes more memory than one file is given here, so it was put away."


def answer(task: str, values: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What a task comes to: {"value": …}, or what it refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {"value": TASKS[task](progress=progress, **values)}
    except MemoryError:
        return errors.described(StudioError(TOO_LARGE))
    except Exception as error:
        no_room = "allocate memory" in str(error)[:300]  # as torch says it
        return errors.described(StudioError(TOO_LARGE) if no_room else error)


def task(run: Callable[..., Any]) -> Callable[..., Any]:
    TASKS[run.__name__] = run
    return run


@task
def clip(
    path: str,
    joint_map: JointMap | None,
    widths: list[int],
    convert: bool,
    target: str | dict[str, Any] | None,
    mends: list[str],
    most_values: int,
    progress: Progress,
) -> dict[str, Any]:
    """The first clip of a motion file, in HumanML3D's layout where no other is wanted.

    target : layout that a BVH is wanted in, if it has the joints: its name, or as `rvqvae.motion.description`
    mends : of a BVH, what is to be done first; of an array of joints, whether to turn it upright
    most_values : of the frames that come back
    """
    about: dict[str, Any] = {"inspection": "", "told": "", "mends": []}
    if Path(path).suffix.lower() == ".bvh":
        layout = LAYOUTS[target] if isinstance(target, str) else described(target) if target else HUMANML3D
        opened, inspection = open_bvh(path, joint_map, mends, layout)
        about |= {"inspection": inspection.words[:2_000], "mends": list(inspection.mends)}
        clips = [opened]
    else:
        clips = read_motion(path, joint_map=joint_map, z_up="turn" in mends)
        look = _look(Path(path), clips[0], joint_map, "turn" in mends, most_values)
        about |= {"told" if look.as_expected else "inspection": look.words, "mends": list(look.mends)}
    found, asked = clips[0], False
    if found.features.shape[1] not in widths and not target and convertible(found.layout, HUMANML3D.name):
        asked = not convert
        found = convert_clip(found, HUMANML3D.name) if convert else found
    frames, width = found.features.shape
    most = min(frames, max(1, most_values // width))
    return {**_about(found), **about, "count": len(clips), "frames": frames, "convertible": asked} | {
        "features": found.features[:most].astype("<f4")
    }


@task
def clips(path: str, most_frames: int, progress: Progress) -> dict[str, Any]:
    """Every clip of a motion file, or only how many frames they have where those are too many."""
    found = read_motion(path)
    lengths = np.array([len(clip.features) for clip in found], np.int64)
    if lengths.sum() > most_frames:
        return {"frames": int(lengths.sum())}
    kinds = {(clip.features.shape[1], clip.layout, clip.fps) for clip in found}
    if len(kinds) > 1:
        raise StudioError("Its clips have different features; expected the same in every clip.")
    return {
        "frames": int(lengths.sum()),
        "lengths": lengths,
        "names": packed(Texts.of(clip.name for clip in found)),
        **_about(found[0]),
        "features": np.concatenate([clip.features for clip in found]).astype("<f4"),
    }


@task
def archive(path: str, name: str, progress: Progress) -> dict[str, Any]:
    """The motion files of an archive: their names, and their numbers among its entries."""
    found = archive_sources(Path(path), name)
    members = np.array([one.member for one in found], np.int64)
    return {"names": packed(Texts.of(one.name for one in found)), "members": members}


@task
def part(
    sources: list[list[Any]], start: int, folder: str, progress: Progress, **wanted: Any
) -> dict[str, Any]:
    """Clips of the first of some sources from a clip on, and of those after it; see `read_part`."""
    known = [Source(Path(path), name, member) for path, name, member in sources]
    found = read_part(known, (0, start), folder=Path(folder), **wanted)
    clips = [clip for _, clip in found.clips]
    features = [clip.features for clip in clips] or [np.zeros((0, wanted["width"]))]
    return {
        "places": [place for place, _ in found.clips],
        "failures": [[*one.place, one.name, one.reason[:MOST_REASON]] for one in found.failures],
        "next": found.next,
        "lengths": np.array([len(one) for one in features if len(one)], np.int64),
        "about": [_about(clip) for clip in clips],
        "features": np.concatenate(features).astype("<f4"),
    }


@task
def joint_set(path: str, progress: Progress) -> dict[str, Any]:
    """The joints of a BVH file, or of an array whose joints are not known, and which of HumanML3D's they are:
    by name, or by shape with the evidence and the bones of a pose."""
    suffix = Path(path).suffix.lower()
    if suffix == ".bvh":
        names = read_bvh_names(path)
        return {"names": list(names), "told": suggest_joints(names), "words": ""}
    with suppress(UnknownJointsError):
        next(iterate_file(Path(path)))
        raise MotionFileError(path, KNOWN)
    joints, named = read_csv(Path(path)) if suffix == ".csv" else (read_npy(path), ())
    if named:
        return {"names": list(named), "told": suggest_joints(named), "words": ""}
    names, shape = joint_names(joints.shape[1]), shape_of(joints)
    if shape is None:
        words = f"{len(names)} joints without names, whose distances tell no bones"
        return {"names": list(names), "told": dict.fromkeys(JOINT_NAMES), "words": words}
    figure = {"pose": shape.figure.astype("<f4"), "parents": shape.parents}
    return {"names": list(names), "told": shape.joint_map(names), "words": shape.words, **figure}


@task
def checkpoint(source: str, out: str, hub: dict[str, Any] | None, progress: Progress) -> dict[str, Any]:
    """A checkpoint of any format, written to a folder in this project's own.

    hub : how to ask the Hub where it is fetched from there: token, max_bytes, and whether what is fetched is
        kept for the next time
    """
    torch.set_num_threads(1)
    if hub is None:
        _write(load_checkpoint(Path(source), "cpu"), Path(out))
    elif hub.pop("keep"):
        _write(load_checkpoint(source, "cpu", **hub), Path(out))
    else:
        from huggingface_hub import constants

        with tempfile.TemporaryDirectory(prefix="hub-", dir=Path(out).parent) as cache:
            constants.HF_HUB_CACHE = cache
            _write(load_checkpoint(source, "cpu", **hub), Path(out))
    return {}


@task
def doctor(source: str, out: str, strides: list[int] | None, progress: Progress) -> dict[str, Any]:
    """The doctor's report on a checkpoint, or on files that do not load, as JSON; and whether there is a
    repaired copy, which is written to a folder in this project's own format.

    strides : of the encoder, where the checkpoint has others than its files say
    """
    from rvqvae.doctor import examine
    from rvqvae.doctor.repairs import with_strides

    torch.set_num_threads(1)
    subject: Any = Path(source)
    if strides is not None:
        subject = load_checkpoint(subject, "cpu")
        subject = replace(subject, model=with_strides(subject.model, encoder=tuple(strides)))
    report = examine(subject, device="cpu", progress=progress)
    if report.repaired is not None:
        _write(report.repaired, Path(out))
    text = json.dumps(report.to_dict(), default=str)[:MOST_INFO]
    return {"report": text, "repaired": report.repaired is not None}


def _look(path: Path, clip: Clip, joint_map: JointMap | None, turned: bool, most_values: int) -> Look:
    """What an array holds: the joints in it, else its features, the first of them."""
    whole = path.suffix.lower() == ".npy" and not joint_map
    array = read_npy(path) if whole else next(iterate_file(path, joint_map)).array
    if array.ndim == 3:
        # Of other sets, which begin with its body, HumanML3D's joints tell where head and feet are.
        layout = KIT_ML if array.shape[1] == len(KIT_ML.skeleton) else HUMANML3D
        return look_at_joints(turned_upright(array) if turned else array, layout.skeleton, layout.fps)
    known = layout_of_width(array.shape[1])
    if known is None:
        return Look("", True)
    return look_at_features(clip.features[: max(1, most_values // known.width)], known)


def _write(loaded: Any, out: Path) -> None:
    info = loaded.info
    if len(json.dumps(info, default=str)) > MOST_INFO:
        info = {"remarks": ["its configuration holds more than is kept here, and was cut"]}
    save_copy(out, loaded, name=loaded.name[:200], info=info)


def _about(clip: Clip) -> dict[str, Any]:
    remarks = [remark[:2_000] for remark in clip.remarks[:20]]
    return {"name": clip.name[:400], "layout": clip.layout[:100], "fps": clip.fps, "remarks": remarks}


def packed(texts: Texts) -> dict[str, Any]:
    return {"content": texts.content, "ends": texts.ends}
