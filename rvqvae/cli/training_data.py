"""Data that commands train on: weights, clips to leave out, and the layout of features."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rvqvae.checkpoints.checkpoint import Checkpoint
    from rvqvae.motion import FeatureLayout


def check_weights(weights: list[float] | None, paths: list[str]) -> list[float]:
    """One weight above zero for each path; 1 for all when none were given."""
    weights = weights or [1.0] * len(paths)
    if len(weights) != len(paths) or min(weights) <= 0:
        raise ValueError(
            f"--weights gives {weights} for {len(paths)} paths; expected one above zero for each"
        )
    return weights


def check_excluded(names: list[str], paths: list[str], layout: "FeatureLayout | None" = None) -> None:
    """Refuse a clip to leave out that is in none of the paths: held-out clips must not slip in by a typo."""
    from rvqvae.motion.layouts import HUMANML3D
    from rvqvae.training.data import clip_names

    unknown = set(names)
    for path in paths if unknown else ():
        unknown.difference_update(clip_names(path, layout or HUMANML3D))
    if unknown:
        raise ValueError(f"--exclude: found no clip named {', '.join(sorted(unknown))} in the training data")


def layout_of(given: str | None, paths: list[str], start: "Checkpoint | None") -> "FeatureLayout":
    """The layout of a run's features.

    Raises
    ------
    ValueError
        If there is none of that name, a file describes none, or the start takes another.
    """
    from rvqvae.motion.layouts import HUMANML3D, LAYOUTS

    body = start.body if start else None
    if given is None:
        return body or HUMANML3D
    layout = LAYOUTS[given] if given in LAYOUTS else _described(given, paths)
    if start and (body or layout).width != start.config.input_dim:
        raise ValueError(f"--layout: {layout.title} has {layout.width} features, --init's checkpoint others")
    return layout


def _described(given: str, paths: list[str]) -> "FeatureLayout":
    from rvqvae.motion.description import described, read_description
    from rvqvae.motion.files import iterate_file, make_clip, motion_files
    from rvqvae.motion.investigation import investigate
    from rvqvae.motion.layouts import LAYOUTS

    if not Path(given).is_file():
        raise ValueError(f"--layout: {given} is no file and none of {', '.join(LAYOUTS)}")
    description = read_description(given)
    first = make_clip(next(iterate_file(motion_files(paths[0])[0])))
    fps = description.get("fps", first.fps)
    if fps is None:
        raise ValueError(f"--layout: {given} does not say fps, frames a second")
    try:
        return described({**description, "fps": fps}, investigate(first.features, float(fps)))
    except ValueError as error:
        raise ValueError(f"--layout: {given}: {error}") from None
