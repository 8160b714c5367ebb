"""Errors in millimetres and codebook statistics."""

from dataclasses import asdict, dataclass

import numpy as np

from rvqvae.motion.humanml import NUM_FEATURES, POSITIONS, ROOT_HEIGHT, features_to_joints

ALIGNMENTS = ("local", "root", "global")


@dataclass(frozen=True)
class CodebookUsage:
    """How one layer's codebook is used.

    Attributes
    ----------
    layer : int, 1 for the first
    tokens : int, tokens counted
    used : int, codes that occur
    perplexity : float, 2 ** entropy: the number of equally likely codes of the same entropy
    entropy_bits : float, plug-in entropy of the code frequencies, bits a token
    """

    layer: int
    tokens: int
    used: int
    perplexity: float
    entropy_bits: float

    def to_dict(self) -> dict:
        """All fields as plain values."""
        return asdict(self)


def joint_errors_mm(predicted: np.ndarray, target: np.ndarray, alignment: str) -> np.ndarray:
    """Distance of every joint of every frame between two motions.

    Parameters
    ----------
    predicted, target : (N, 263) arrays, raw features
    alignment : {"local", "root", "global"}
        What is made equal first: "global" nothing; "root" each frame's pelvis position (the field's MPJPE,
        drift of heading counts); "local" the heading as well (pose error alone).

    Returns
    -------
    (N, 22) float64 array, millimetres

    Raises
    ------
    ValueError
        If shapes differ or are not (N, 263), or the alignment is unknown.
    """
    if alignment not in ALIGNMENTS:
        raise ValueError(f"alignment is {alignment!r}; expected one of {ALIGNMENTS}")
    if predicted.shape != target.shape or target.shape[-1] != NUM_FEATURES:
        raise ValueError(
            f"features have shapes {predicted.shape} and {target.shape}; expected the same (N, 263)"
        )
    a, b = (_aligned(np.asarray(f, dtype=np.float64), alignment) for f in (predicted, target))
    return 1000 * np.linalg.norm(a - b, axis=-1)


def aligned_joints(features: np.ndarray) -> dict[str, np.ndarray]:
    """Joints of motions in every alignment at once: {alignment: (..., N, 22, 3) float64 array, metres}.

    features : (..., N, 263) array, raw units. The distances between two motions' joints are those of
    `joint_errors_mm`, for a fraction of the work where many motions are held against one.
    """
    features = np.asarray(features, dtype=np.float64)
    joints = features_to_joints(features)
    local = np.zeros_like(joints)
    local[..., 1:, :] = features[..., POSITIONS].reshape(*features.shape[:-1], -1, 3)
    local[..., 1:, 1] -= features[..., ROOT_HEIGHT]
    return {"local": local, "root": joints - joints[..., :1, :], "global": joints}


def mpjpe_mm(predicted: np.ndarray, target: np.ndarray, alignment: str) -> float:
    """Mean of `joint_errors_mm` over frames and all 22 joints, millimetres."""
    return float(joint_errors_mm(predicted, target, alignment).mean())


def code_counts(tokens: np.ndarray, codes: int) -> np.ndarray:
    """How often each code occurs: tokens (Q, n) to counts (Q, K); dropped tokens (-1) do not count."""
    return np.stack([np.bincount(row[row >= 0], minlength=codes) for row in np.asarray(tokens)])


def usage_statistics(counts: np.ndarray) -> list[CodebookUsage]:
    """Usage of each layer from its code counts (Q, K)."""
    return [_layer_usage(layer, row) for layer, row in enumerate(np.asarray(counts), start=1)]


def _layer_usage(layer: int, counts: np.ndarray) -> CodebookUsage:
    total = int(counts.sum())
    share = counts[counts > 0] / max(total, 1)
    entropy = float(-(share * np.log2(share)).sum()) + 0.0
    return CodebookUsage(layer, total, len(share), 2**entropy if total else 0.0, entropy)


def _aligned(features: np.ndarray, alignment: str) -> np.ndarray:
    if alignment == "local":
        features = features.copy()
        features[..., 0] = 0.0
    joints = features_to_joints(features)
    return joints if alignment == "global" else joints - joints[..., :1, :]
