"""Arrays as compact JSON: base64 of little-endian integers, unpacked by widgets/shared/arrays.js."""

import base64

import numpy as np

DTYPES = {"i16": "<i2", "u16": "<u2", "i32": "<i4", "f32": "<f4", "u8": "u1"}


def pack(array: np.ndarray, dtype: str, scale: float = 1.0) -> dict:
    """An array for the page; value = stored x scale, values beyond the type's range are clipped.

    Parameters
    ----------
    dtype : a key of `DTYPES`
    """
    stored = np.asarray(array)
    if dtype != "f32":
        limits = np.iinfo(DTYPES[dtype])
        stored = np.clip(np.round(stored / scale), limits.min, limits.max)
    data = base64.b64encode(np.ascontiguousarray(stored, dtype=DTYPES[dtype]).tobytes()).decode("ascii")
    return {"dtype": dtype, "shape": list(np.shape(array)), "scale": scale, "data": data}


def unpack(packed: dict) -> np.ndarray:
    """The array that `pack` packed, to within half of its scale."""
    raw = np.frombuffer(base64.b64decode(packed["data"]), DTYPES[packed["dtype"]])
    return raw.reshape(packed["shape"]) * packed["scale"]


def pack_joints(joints: np.ndarray) -> dict:
    """Positions (N, 22, 3) in metres as 16-bit numbers: half a millimetre over a range of 32 m each way."""
    reach = max(float(np.abs(joints).max(initial=0.0)), 1.0)
    return pack(joints, "i16", scale=reach / np.iinfo(np.int16).max)
