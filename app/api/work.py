"""What programs send to the laboratory, and its views as they want them."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from app.lab.dataset import DataSet, Lab
from app.payloads.arrays import unpack
from app.payloads.packed import PackedArray
from app.visitor import Visitor

NUMBER_OF_A_FILE = "file-1"


def plain(payload: Any) -> Any:
    """A view's payload as a program wants it: packed arrays as lists."""
    if isinstance(payload, dict):
        if {"dtype", "shape", "data"} <= payload.keys():
            values = unpack(cast(PackedArray, payload))
            is_whole = payload["dtype"] != "f32" and payload["scale"] == 1
            return (values.astype(np.int64) if is_whole else values).tolist()
        return {key: plain(value) for key, value in payload.items()}
    return [plain(value) for value in payload] if isinstance(payload, list | tuple) else payload


def add_file(visitor: Visitor, file: tuple[Path, str]) -> str:
    """Put a file of clips where the laboratory finds it; returns its key."""
    path, name = file
    visitor.keep(replace(visitor.room(Lab), files=(DataSet(NUMBER_OF_A_FILE, name, path),)))
    return NUMBER_OF_A_FILE
