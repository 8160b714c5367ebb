"""Mean and std of features, checked."""

from pathlib import Path

import numpy as np

from rvqvae.layouts.contents import CheckpointError


def check_statistics(
    file: Path, mean: np.ndarray, std: np.ndarray, width: int, remarks: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and std as float32 (width,), exactly as stored but for a std of 0, which becomes 1.

    Raises
    ------
    CheckpointError
        If their shapes do not fit, or they are not finite or negative.
    """
    if not all(np.issubdtype(a.dtype, np.floating) for a in (mean, std)):
        raise CheckpointError(f"{file}: found mean of {mean.dtype} and std of {std.dtype}; expected floats")
    mean, std = (np.asarray(a, dtype=np.float32).squeeze() for a in (mean, std))
    if mean.shape != (width,) or std.shape != (width,):
        raise CheckpointError(
            f"{file}: found mean of shape {mean.shape} and std of shape {std.shape}; expected ({width},)"
        )
    if not (np.isfinite(mean).all() and np.isfinite(std).all() and (std >= 0).all()):
        raise CheckpointError(f"{file}: found NaN, infinity or a negative std; expected finite numbers")
    constant = int((std == 0).sum())
    if constant:
        remarks.append(f"{constant} features have a std of 0 in {file.name}; they are scaled by 1")
        std = np.where(std == 0, np.float32(1), std)
    return mean, std
