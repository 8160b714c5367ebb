"""Whole folders through a checkpoint: past bad files, and on from where an earlier run stopped."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import numpy as np

from rvqvae.checkpoint import Checkpoint
from rvqvae.export import write_motion, write_reconstruction
from rvqvae.fitting import fit_clip
from rvqvae.motion import Clip, MotionFileError, iterate_file, make_clip, read_motion
from rvqvae.motion.mapping import JointMap
from rvqvae.motion.tokens import TokenRow, TokenTable, check_suffix, write_tokens

JOURNAL_SUFFIX = ".partial"
MANIFEST = "reconstruction.json"


@dataclass(frozen=True)
class Failure:
    """A file, or a clip within one, that could not be processed, and why in one sentence."""

    name: str
    reason: str


@dataclass
class Report:
    """What is to be said at the end of a run.

    Attributes
    ----------
    failures : what could not be processed
    remarks : what was converted on the way, each remark with the names of its clips
    """

    failures: list[Failure] = field(default_factory=list)
    remarks: dict[str, list[str]] = field(default_factory=dict)

    def fail(self, name: str, reason: object) -> None:
        """Note a failure."""
        self.failures.append(Failure(name, str(reason)))

    def remark(self, clip: Clip) -> None:
        """Note a clip's remarks."""
        for sentence in clip.remarks:
            self.remarks.setdefault(sentence, []).append(clip.name)


def tokenize_files(
    checkpoint: Checkpoint,
    files: Sequence[Path],
    out: str | Path,
    *,
    convert: bool = False,
    joint_map: JointMap | None = None,
    progress: Callable[[Path], None] = lambda file: None,
) -> tuple[TokenTable, Report]:
    """Write the tokens of every clip of some files into one token table.

    Each clip is noted in a journal beside `out` as soon as it is done. An interrupted run goes on from its
    journal; when the table is written, the journal is deleted.

    Parameters
    ----------
    checkpoint : the tokenizer
    files : motion files
    out : `.csv`, `.json` or `.npz` table to write
    convert : convert features of another layout where that is possible, instead of failing
    joint_map : of BVH files, see `read_motion`
    progress : called after each file

    Returns
    -------
    The table, in the order of the files, and what is to be said about them.

    Raises
    ------
    ValueError
        If `out` has another suffix, or its journal belongs to another checkpoint or joint map.
    """
    out = Path(out)
    check_suffix(out)
    journal = Journal(out.with_name(out.name + JOURNAL_SUFFIX), checkpoint, joint_map)
    order: list[str] = []
    report = Report()
    with journal:
        for file in files:
            for clip in _clips(checkpoint, file, convert, joint_map, report):
                if clip.name in order:
                    report.fail(clip.name, f"{file}: another clip has this name already")
                    continue
                if clip.name not in journal.rows:
                    tokens = checkpoint.encode(clip.features)
                    journal.add(TokenRow(clip.name, tokens, len(clip.features)))
                order.append(clip.name)
            progress(file)
    table = TokenTable([journal.rows[name] for name in order], checkpoint.name, checkpoint.fingerprint)
    if table.rows:
        write_tokens(out, table)
    journal.path.unlink()
    return table, report


def reconstruct_file(
    checkpoint: Checkpoint,
    path: Path,
    out: Path,
    layers: int,
    *,
    convert: bool = False,
    joint_map: JointMap | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[tuple[int, ...], Report]:
    """Write what the first `layers` layers give of the one clip in a file.

    Parameters
    ----------
    out : file to write, in the format of its suffix; see `rvqvae.export`
    progress : called with the share of a film done, 0 to 1

    Returns
    -------
    The shape of its features, and what is to be said about the clip.

    Raises
    ------
    ValueError
        If the file holds no usable clip or several, does not fit the checkpoint, or `out` cannot hold it.
    """
    clips = read_motion(path, joint_map=joint_map)
    if len(clips) > 1:
        raise ValueError(f"{path}: holds {len(clips)} clips; expected one, or a folder as --out")
    clip, report = fit_clip(clips[0], checkpoint, convert=convert), Report()
    report.remark(clip)
    features = _reconstruct(checkpoint, clip, layers)
    caption = f"{checkpoint.name}, {_describe_layers(layers, checkpoint.config.num_quantizers)}"
    write_reconstruction(out, clip, features, caption=caption, progress=progress)
    return features.shape, report


def reconstruct_files(
    checkpoint: Checkpoint,
    files: Sequence[Path],
    folder: Path,
    layers: int,
    *,
    convert: bool = False,
    joint_map: JointMap | None = None,
    progress: Callable[[Path], None] = lambda file: None,
) -> tuple[int, Report]:
    """Write the features that the first `layers` layers give of every clip, one `.npy` each.

    Clips that an earlier run with the same checkpoint and layers wrote are kept. A clip's name is
    percent-encoded in its file's name, so that no name leaves the folder.

    Returns
    -------
    How many clips the folder now holds, and what is to be said about them.

    Raises
    ------
    ValueError
        If the folder holds reconstructions by another checkpoint or of another number of layers.
    """
    _claim(folder, {**_made_with(checkpoint, joint_map), "layers": layers})
    done: set[str] = set()
    report = Report()
    for file in files:
        for clip in _clips(checkpoint, file, convert, joint_map, report):
            out = folder / f"{quote(clip.name, safe=' ')}.npy"
            try:
                if clip.name in done:
                    raise ValueError(f"{file}: another clip has this name already")
                if not out.exists():
                    write_motion(out, replace(clip, features=_reconstruct(checkpoint, clip, layers)))
                done.add(clip.name)
            except (ValueError, OSError) as error:
                report.fail(clip.name, error)
        progress(file)
    return len(done), report


def _reconstruct(checkpoint: Checkpoint, clip: Clip, layers: int) -> np.ndarray:
    tokens = checkpoint.encode(clip.features)
    return checkpoint.decode(tokens, range(layers), length=len(clip.features))


def _describe_layers(layers: int, most: int) -> str:
    if layers == most:
        return f"all {most} layers"
    return f"the first of {most} layers" if layers == 1 else f"layers 1 to {layers} of {most}"


def _made_with(checkpoint: Checkpoint, joint_map: JointMap | None) -> dict:
    """What a run that goes on must have in common with the one that was interrupted."""
    made_with = {"checkpoint": checkpoint.name, "fingerprint": checkpoint.fingerprint}
    return {**made_with, "joint_map": dict(joint_map)} if joint_map else made_with


def _claim(folder: Path, run: dict) -> None:
    """Note in a folder what its reconstructions are made with, or check that it says the same."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    if manifest.exists():
        try:
            found = json.loads(manifest.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if found != run:
            raise ValueError(
                f"{folder}: holds reconstructions of another run ({found}); choose another folder as --out"
            )
    else:
        manifest.write_text(json.dumps(run) + "\n", encoding="utf-8")


def _clips(
    checkpoint: Checkpoint, file: Path, convert: bool, joint_map: JointMap | None, report: Report
) -> Iterator[Clip]:
    """The clips of a file that fit a checkpoint; the others are noted in the report."""
    try:
        for raw in iterate_file(file, joint_map):
            try:
                clip = fit_clip(make_clip(raw), checkpoint, convert=convert)
            except ValueError as error:
                report.fail(raw.name, f"{file}: {error}")
                continue
            report.remark(clip)
            yield clip
    except (MotionFileError, OSError) as error:
        report.fail(file.name, error)


class Journal:
    """Tokens as they come, one JSON line a clip, so that an interrupted run loses at most one clip.

    Attributes
    ----------
    path : its file
    rows : dict, id to the TokenRow noted there

    Raises
    ------
    ValueError
        If the file was begun with another checkpoint or joint map, or is no journal.
    """

    def __init__(self, path: Path, checkpoint: Checkpoint, joint_map: JointMap | None = None):
        self.path = path
        self.rows: dict[str, TokenRow] = {}
        head = _made_with(checkpoint, joint_map)
        lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        # Whatever follows the last line end was being written when the run stopped.
        whole = lines[:-1]
        try:
            entries = [json.loads(line) for line in whole]
            found, rows = (entries[0], entries[1:]) if entries else (head, [])
            self.rows = {
                row["id"]: TokenRow(row["id"], np.array(row["tokens"], dtype=np.int64), row["frames"])
                for row in rows
            }
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{path}: not the journal of an interrupted run; delete it") from None
        if found != head:
            same_map = found.get("joint_map") == head.get("joint_map")
            other_map = "" if same_map else " and another joint map"
            raise ValueError(
                f"{path}: an interrupted run with {found.get('checkpoint')} ({found.get('fingerprint')})"
                f"{other_map} left it; go on with the same, or delete the file to start anew"
            )
        self._start = whole or [json.dumps(head)]

    def __enter__(self) -> "Journal":
        temporary = self.path.with_name(self.path.name + ".new")
        temporary.write_text("\n".join(self._start) + "\n", encoding="utf-8")
        os.replace(temporary, self.path)
        self._file = open(self.path, "a", encoding="utf-8")
        return self

    def __exit__(self, *error) -> None:
        self._file.close()

    def add(self, row: TokenRow) -> None:
        """Note one clip, on disk before this returns."""
        self.rows[row.id] = row
        self._file.write(
            json.dumps({"id": row.id, "frames": row.frames, "tokens": row.tokens.tolist()}) + "\n"
        )
        self._file.flush()
