"""Arrays as compact JSON: base64 of little-endian integers, unpacked by widgets/shared/arrays.js."""

import base64

import numpy as np

from app.payloads.packed import Dtype, PackedArray

DTYPES: dict[Dtype, str] = {"i16": "<i2", "u16": "<u2", "i32": "<i4", "f32": "<f4", "u8": "u1"}

FINE_REACH = 32.0  # metres each way in which 16 bits hold half a millimetre


def pack(array: np.ndarray, dtype: Dtype, scale: float = 1.0) -> PackedArray:
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


def pack_columns(array: np.ndarray) -> PackedArray:
    """Columns of different ranges (N, D) as 16-bit numbers, each to 1 / 131,070 of its own range or better.

    `columns` holds what each is scaled by and its middle, which unpacking adds: arrays (D,).
    """
    array = np.asarray(array, dtype=np.float64)
    seen = array if len(array) else np.zeros((1, array.shape[1]))
    low, high = seen.min(axis=0), seen.max(axis=0)
    scale, middle = (high - low) / 65_534, (high + low) / 2
    packed = pack((array - middle) / np.where(scale > 0, scale, 1.0), "i16")
    return {**packed, "columns": {"scale": pack(scale, "f32"), "middle": pack(middle, "f32")}}


def unpack(packed: PackedArray) -> np.ndarray:
    """The array that `pack` packed, to within half of its scale."""
    raw = np.frombuffer(base64.b64decode(packed["data"]), DTYPES[packed["dtype"]])
    values: np.ndarray = raw.reshape(packed["shape"]) * packed["scale"]
    if "columns" in packed:
        values = values * unpack(packed["columns"]["scale"]) + unpack(packed["columns"]["middle"])
    elif "origin" in packed:
        values = values + unpack(packed["origin"])[:, None]
    return values


def pack_joints(joints: np.ndarray) -> PackedArray:
    """Positions (N, J, 3) in metres as 16-bit numbers, to half a millimetre or better.

    Who walks farther than 16 bits can tell so finely is sent from the pelvis, and the pelvis' path (N, 3)
    as `origin`, which unpacking adds.
    """
    far = float(np.abs(joints).max(initial=0.0)) > FINE_REACH
    pelvis = joints[:, 0].astype(np.float32) if far else np.zeros((len(joints), 3), np.float32)
    body = joints - pelvis[:, None]
    reach = float(np.abs(body).max(initial=1.0))
    packed = pack(body, "i16", scale=reach / np.iinfo(np.int16).max)
    return {**packed, "origin": pack(pelvis, "f32")} if far else packed
