"""A motion and its reconstruction as one animated scene, coloured by its error."""

from pathlib import Path

import numpy as np

from rvqvae.evaluation.metrics import joint_errors_mm
from rvqvae.export.gltf import GltfBody, write_glb
from rvqvae.export.motion import frame_rate_of
from rvqvae.export.painter import GHOST, error_colour
from rvqvae.motion.clips import Clip
from rvqvae.motion.layouts import FeatureLayout


def write_scene(
    path: str | Path,
    original: Clip,
    made: np.ndarray,
    layout: FeatureLayout,
    *,
    caption: str,
    alignment: str,
    against: str,
) -> None:
    """Write both bodies as binary glTF: the original grey, the other's joints in their mean errors' colours.

    The colours are those of films, from 0 to `TOP_MM` mm; the error itself is in the joint's `extras`.

    Parameters
    ----------
    made : (N, D) array, raw features of the reconstruction
    layout : where joints lie in the features
    alignment : {"local", "root", "global"}, of the errors; both bodies stand where they are
    against : what the original is called
    """
    original_joints, made_joints = (layout.to_joints(features) for features in (original.features, made))
    fps = frame_rate_of(original, layout)
    errors = joint_errors_mm(made, original.features, alignment, layout).mean(axis=0)
    colours = np.array([error_colour(float(error)) for error in errors])
    names, parents = layout.skeleton.names, layout.skeleton.parents
    grey = np.tile(GHOST, (len(names), 1))
    notes = [{"error_mm": round(float(error), 3)} for error in errors]
    scene = [
        GltfBody(against, original_joints, names, parents, grey, [{} for _ in names]),
        GltfBody("reconstruction", made_joints, names, parents, colours, notes),
    ]
    write_glb(path, scene, fps, f"{caption}; mean error of each joint in mm, {alignment}, {fps:g} fps")
