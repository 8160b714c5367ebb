"""How well a checkpoint reconstructs clips, root and height counted, in one place for every trial."""

from dataclasses import dataclass

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.behaviour import Sample, decode, encode
from rvqvae.motion.columns import root_columns
from rvqvae.motion.form import RootMotion
from rvqvae.motion.layouts import HUMANML3D, FeatureLayout

PIECE = 60  # frames that one score is of
LEAST = 4  # frames of a window that counts
# Below these standard deviations a group of HumanML3D's features does not move: a walk on the spot, say.
_STILL = {"turning": 0.01, "path": 0.01, "height": 0.03}
_STILL |= {"positions": 0.02, "rotations": 0.02, "velocities": 0.005, "contacts": 0.1}
_LENGTHS, _SPEEDS = {"path", "height", "positions", "velocities"}, {"turning", "path", "velocities"}


@dataclass(frozen=True)
class Fit:
    """How well clips are reconstructed, piece by piece.

    Attributes
    ----------
    errors_mm : (P,) array
        Mean joint error where each second starts from the original's place and heading: pose, height, path
        and turning all count. NaN where the features have no joints.
    left : (P,) array
        Squared error over the clips' variance, averaged over groups of features: 1 is no better than the
        mean pose.
    weights : (P,) array, share of the frames that each piece has
    groups : the same as `left` for each group of features alone, mean over frames
    """

    errors_mm: np.ndarray
    left: np.ndarray
    weights: np.ndarray
    groups: dict[str, float]

    @property
    def error_mm(self) -> float:
        """Mean of `errors_mm` over frames."""
        return float((self.errors_mm * self.weights).sum())

    @property
    def unexplained(self) -> float:
        """Mean of `left` over frames."""
        return float((self.left * self.weights).sum())

    @property
    def error(self) -> float:
        """Millimetres where there are joints, else the share of variance left."""
        return self.unexplained if np.isnan(self.error_mm) else self.error_mm

    @property
    def scores(self) -> np.ndarray:
        """Natural logarithm (P,) of the combined error: of joints and of features, where both are known."""
        features = 0.5 * np.log(np.maximum(self.left, 1e-12))
        if np.isnan(self.errors_mm).any():
            return features
        return 0.5 * (features + np.log(np.maximum(self.errors_mm, 1e-6)))


class Judge:
    """Measures checkpoints on the same clips.

    Parameters
    ----------
    sample : the clips
    """

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self._layout = sample.layout
        self._window = round((self._layout or HUMANML3D).fps)  # frames of a second
        self._pieces = [
            (clip, start, min(start + PIECE, int(length)))
            for clip, length in enumerate(sample.lengths)
            for start in range(0, int(length), PIECE)
            if int(length) - start >= min(self._window, int(length))
        ]
        sizes = np.array([stop - start for _, start, stop in self._pieces], dtype=float)
        self._weights = sizes / sizes.sum()
        rows = sample.features[sample.valid].astype(np.float64)
        self._groups = self._group_variances(rows)
        self._joints = np.zeros(0) if self._layout is None else self._windows(sample.features, self._layout)

    def of(self, checkpoint: Checkpoint, tokens: np.ndarray | None = None) -> Fit:
        """The checkpoint's fit, with all layers; `tokens` (Q, B, n) where they are known."""
        tokens = encode(checkpoint, self.sample)[1] if tokens is None else tokens
        return self.of_features(decode(checkpoint, self.sample, tokens))

    def mean_pose(self) -> Fit:
        """The fit of the clips' mean pose, moving at their mean speed."""
        return self.of_features(np.broadcast_to(self.sample.mean, self.sample.features.shape))

    def of_features(self, features: np.ndarray) -> Fit:
        """The fit of reconstructed features (B, N, D), raw units."""
        squared = np.square((features - self.sample.features).astype(np.float64))
        each = np.array(
            [
                [squared[b, i:j, group].mean(axis=0).sum() / total for group, total in self._groups.values()]
                for b, i, j in self._pieces
            ]
        )
        each = np.nan_to_num(each, nan=1e12, posinf=1e12)
        groups = dict(zip(self._groups, (self._weights @ each).tolist(), strict=True))
        layout = self._layout
        errors = np.full(len(each), np.nan) if layout is None else self._errors(features, layout)
        return Fit(errors, each.mean(axis=1), self._weights, groups)

    def _errors(self, features: np.ndarray, layout: FeatureLayout) -> np.ndarray:
        apart = self._windows(features, layout) - self._joints
        distances = 1000 * np.linalg.norm(apart, axis=-1).mean(axis=-1)
        by_piece, window = [], 0
        for _, start, stop in self._pieces:
            sizes = self._sizes(stop - start)
            frames = [distances[window + k, :size] for k, size in enumerate(sizes)]
            window += len(sizes)
            by_piece.append(np.concatenate(frames).mean())
        return np.nan_to_num(np.array(by_piece), nan=1e9, posinf=1e9)

    def _windows(self, features: np.ndarray, layout: FeatureLayout) -> np.ndarray:
        """Joints (W, window, J, 3) of every second of every piece, metres, each from the origin."""
        windows = []
        for clip, start, stop in self._pieces:
            at = start
            for size in self._sizes(stop - start):
                window = np.zeros((self._window, features.shape[-1]))
                window[:size] = features[clip, at : at + size]
                windows.append(window)
                at += size
        return layout.to_joints(np.stack(windows))

    def _group_variances(self, rows: np.ndarray) -> dict[str, tuple[slice, float]]:
        if self._layout is None:
            return {"features": (slice(None), max(float(rows.var(axis=0).sum()), 1e-12))}
        found = {}
        for name, group, still in _still_groups(self._layout):
            columns = rows[:, group]
            found[name] = group, max(float(columns.var(axis=0).sum()), still**2 * columns.shape[1])
        return found

    def _sizes(self, frames: int) -> list[int]:
        """Frames of each window of a piece."""
        sizes = [self._window] * (frames // self._window)
        rest = frames % self._window
        return [*sizes, rest] if rest >= LEAST or not sizes else sizes


def _still_groups(layout: FeatureLayout) -> list[tuple[str, slice, float]]:
    """Each group of features, and the standard deviation below which it does not move."""
    groups = root_columns(layout.blocks) | {p: b for p, b in layout.blocks.parts.items() if p != "root"}
    whole = 1 if layout.blocks.motion is RootMotion.HALF_TURN else 2
    found = []
    for name, still in ((name, still) for name, still in _STILL.items() if name in groups):
        unit = 1 / layout.unit if name in _LENGTHS else 1.0
        rate = HUMANML3D.fps / layout.fps if name in _SPEEDS else 1.0
        found.append((name, groups[name], still * unit * rate * (whole if name == "turning" else 1)))
    return found
