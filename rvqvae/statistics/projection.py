"""Vectors of many dimensions in a plane: the principal axes of the points that matter."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Plane:
    """A plane through the mean of some points, along their two principal axes.

    Attributes
    ----------
    mean : (d,) array, the origin of the plane's coordinates
    axes : (2, d) array, orthonormal; zero where the points have no such direction
    explained : (2,) array, share of the points' variance along each axis
    """

    mean: np.ndarray
    axes: np.ndarray
    explained: np.ndarray

    def project(self, points: np.ndarray) -> np.ndarray:
        """Coordinates (..., 2) of points (..., d)."""
        return (np.asarray(points, dtype=np.float64) - self.mean) @ self.axes.T

    def share_of(self, vector: np.ndarray) -> float:
        """Share of a vector's squared length (d,) that lies along the plane; 0 for the zero vector."""
        squared = float(np.square(vector, dtype=np.float64).sum())
        return float(np.square(self.axes @ np.asarray(vector, dtype=np.float64)).sum()) / (squared or 1.0)


def principal_plane(points: np.ndarray) -> Plane:
    """The plane of greatest variance of points (m, d), by singular value decomposition in float64.

    An axis has no sign of its own: its largest component is made positive, so that the same points always
    give the same picture.
    """
    points = np.asarray(points, dtype=np.float64)
    mean = points.mean(axis=0)
    _, lengths, directions = np.linalg.svd(points - mean, full_matrices=False)
    variance = np.square(lengths)
    axes, explained = np.zeros((2, points.shape[1])), np.zeros(2)
    limit = np.finfo(float).eps * max(points.shape) * lengths.max(initial=0.0)
    for index in range(min(2, int((lengths > limit).sum()))):
        direction = directions[index]
        axes[index] = direction * np.sign(direction[np.abs(direction).argmax()])
        explained[index] = variance[index] / variance.sum()
    return Plane(mean, axes, explained)
